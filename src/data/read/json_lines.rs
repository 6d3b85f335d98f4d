//! JSON Lines: an object a line. Numbers keep their spelling.

use super::decode;
use super::{BrokenRow, DataFile, RawBlock, Sink, Wanted, bad_file, excerpt, looks_wrong, not_text};
use crate::data::error::{DataError, Looks};
use crate::data::rejects::Reason;
use crate::diagnostic::Text;
use crate::limits::ROW_BYTES_MAX;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::io::{BufRead, BufReader, Read};

pub(super) fn read(file: &DataFile, wanted: &[Wanted], sink: &mut Sink<'_>) -> Result<(), DataError> {
    let mut reader = BufReader::with_capacity(1 << 18, decode::open(file)?);
    let mut block = RawBlock::new(wanted.len());
    let mut bytes = Vec::new();
    let (mut line, mut offset) = (0u64, 0u64);
    loop {
        bytes.clear();
        let limit = ROW_BYTES_MAX as u64 + 1;
        let count = reader.by_ref().take(limit).read_until(b'\n', &mut bytes);
        let count = count.map_err(|reason| decode::failure(file, &reason))? as u64;
        if count == 0 {
            return sink(block);
        }
        line += 1;
        if count == limit {
            let limit = ROW_BYTES_MAX / (1024 * 1024);
            let message = Text::new(format!("the line is longer than {limit} MiB"), format!("这一行超过 {limit} MiB"));
            return Err(bad_file(file, line, message, None));
        }
        if line == 1
            && let Some(looks) = looks_wrong(&bytes)
        {
            return Err(not_text(file, 1, 0, looks));
        }
        let text = match std::str::from_utf8(&bytes) {
            Ok(text) => text,
            Err(error) => {
                return Err(not_text(file, line, offset + error.valid_up_to() as u64, Looks::OtherEncoding));
            }
        };
        offset += count;
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            continue;
        }
        match cells(text, wanted) {
            Ok(cells) => {
                for cell in cells {
                    block.push_cell(&cell);
                }
                block.lines.push(line);
            }
            Err(reason) => block.broken.push(BrokenRow { line, value: excerpt(text), reason }),
        }
        if block.is_full() {
            sink(std::mem::replace(&mut block, RawBlock::new(wanted.len())))?;
        }
    }
}

/// The wanted cells of one object.
fn cells(text: &str, wanted: &[Wanted]) -> Result<Vec<String>, Reason> {
    let object: Object<'_> = serde_json::from_str(text).map_err(|error| Reason::NotJson { column: error.column() })?;
    wanted
        .iter()
        .map(|column| {
            let mut found = object.0.iter().filter(|(name, _)| name.trim() == column.name).map(|(_, value)| value);
            let value = found.next();
            if found.next().is_some() {
                return Err(Reason::TwiceGiven { column: column.name.clone() });
            }
            match value {
                Some(value) => cell(value.get()).ok_or_else(|| Reason::NestedCell { column: column.name.clone() }),
                None => Ok(String::new()),
            }
        })
        .collect()
}

/// A value as text: a list of plain values is joined by `|`; `None` for objects and nested lists.
fn cell(raw: &str) -> Option<String> {
    match raw.as_bytes().first()? {
        b'"' => serde_json::from_str::<String>(raw).ok(),
        b'n' => Some(String::new()),
        b'{' => None,
        b'[' => {
            let items: Vec<&RawValue> = serde_json::from_str(raw).ok()?;
            let items = items.iter().map(|item| match item.get().as_bytes().first() {
                Some(b'[' | b'{') | None => None,
                _ => cell(item.get()),
            });
            Some(items.collect::<Option<Vec<String>>>()?.join("|"))
        }
        _ => Some(raw.to_owned()),
    }
}

/// An object with its keys in order, duplicates kept.
struct Object<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Object<'a>, D::Error> {
        struct ObjectVisitor;
        impl<'de> Visitor<'de> for ObjectVisitor {
            type Value = Object<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
                let mut entries = Vec::new();
                while let Some((key, value)) = map.next_entry::<Key<'de>, &'de RawValue>()? {
                    entries.push((key.0, value));
                }
                Ok(Object(entries))
            }
        }
        deserializer.deserialize_map(ObjectVisitor)
    }
}

#[derive(serde::Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);
