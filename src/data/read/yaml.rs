//! A list of mappings in YAML or JSON, held in memory whole.

use super::{
    BrokenRow, DataFile, Need, RawBlock, Sink, Wanted, bad_file, excerpt, locate, looks_wrong, not_text, unreadable,
};
use crate::data::error::{DataError, Looks};
use crate::data::rejects::Reason;
use crate::data::yaml::{Node, NodeValue, YamlSize, parse};
use crate::diagnostic::Text;
use crate::limits::YAML_DATA_BYTES_MAX;
use std::collections::BTreeSet;

pub(super) fn read(file: &DataFile, wanted: &[Wanted], sink: &mut Sink<'_>) -> Result<(), DataError> {
    let size = std::fs::metadata(&file.path).map_err(|reason| unreadable(&file.path, reason))?.len();
    if size > YAML_DATA_BYTES_MAX as u64 {
        let message = Text::new(
            format!("the file has {size} bytes, a YAML or JSON file may have {YAML_DATA_BYTES_MAX}"),
            format!("文件有 {size} 字节，YAML 或 JSON 文件最多 {YAML_DATA_BYTES_MAX} 字节"),
        );
        let help = Text::new("write it as CSV or JSON Lines", "请改用 CSV 或 JSON Lines 格式");
        return Err(bad_file(file, 0, message, Some(help)));
    }
    let bytes = std::fs::read(&file.path).map_err(|reason| unreadable(&file.path, reason))?;
    if let Some(looks) = looks_wrong(bytes.get(..8192.min(bytes.len())).unwrap_or(&[])) {
        return Err(not_text(file, 1, 0, looks));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..at).unwrap_or(&[]);
        let line = 1 + before.iter().filter(|b| **b == b'\n').count() as u64;
        not_text(file, line, at as u64, Looks::OtherEncoding)
    })?;
    let root = parse(text.trim_start_matches('\u{feff}'), YamlSize::Data).map_err(|error| {
        let language = if is_json(file) { "JSON" } else { "YAML" };
        let message = Text::new(
            format!("this is not readable {language}: {}", error.message.en),
            format!("无法按 {language} 读取：{}", error.message.zh),
        );
        bad_file(file, u64::from(error.line), message, None)
    })?;
    let items = match root.value {
        NodeValue::List(items) => items,
        NodeValue::Null => Vec::new(),
        _ => {
            let message = Text::new("the file must hold a list of rows", "文件内容应为列表，每项一行数据");
            let help = if is_json(file) {
                Text::new("write a list of objects: `[{...}, {...}]`", "应为对象的列表：`[{…}, {…}]`")
            } else {
                Text::new("begin each row with `- `", "每行数据以“- ”开头")
            };
            return Err(bad_file(file, u64::from(root.line), message, Some(help)));
        }
    };
    let mut block = RawBlock::new(wanted.len());
    check_columns(file, &items, wanted, &mut block)?;
    for item in &items {
        let line = u64::from(item.line);
        match cells(item, wanted) {
            Ok(cells) => {
                for cell in cells {
                    block.push_cell(&cell);
                }
                block.lines.push(line);
            }
            Err(reason) => {
                let shown = text.get(item.start as usize..).and_then(|rest| rest.lines().next()).unwrap_or("");
                block.broken.push(BrokenRow { line, value: excerpt(shown), reason });
            }
        }
        if block.is_full() {
            sink(std::mem::replace(&mut block, RawBlock::new(wanted.len())))?;
        }
    }
    sink(block)
}

fn is_json(file: &DataFile) -> bool {
    file.path.extension().is_some_and(|ending| ending == "json")
}

/// The columns of the file are the keys of all its rows.
fn check_columns(file: &DataFile, items: &[Node], wanted: &[Wanted], block: &mut RawBlock) -> Result<(), DataError> {
    let mut names = BTreeSet::new();
    for item in items {
        if let NodeValue::Map(entries) = &item.value {
            names.extend(entries.iter().filter_map(|(key, _)| key.text()));
        }
    }
    if names.is_empty() {
        return Ok(());
    }
    let header: Vec<String> = names.into_iter().map(str::to_owned).collect();
    // Writers of such files leave empty fields out.
    let needed: Vec<Wanted> =
        wanted.iter().filter(|column| column.need != Need::Named { optional: true }).cloned().collect();
    locate(file, &header, &needed, block).map(|_| ())
}

fn cells(item: &Node, wanted: &[Wanted]) -> Result<Vec<String>, Reason> {
    let NodeValue::Map(entries) = &item.value else {
        return Err(Reason::NotMapping);
    };
    wanted
        .iter()
        .map(|column| match entries.iter().find(|(key, _)| key.text() == Some(column.name.as_str())) {
            Some((_, value)) => cell(value).ok_or_else(|| Reason::NestedCell { column: column.name.clone() }),
            None => Ok(String::new()),
        })
        .collect()
}

fn cell(node: &Node) -> Option<String> {
    match &node.value {
        NodeValue::Null => Some(String::new()),
        NodeValue::Scalar(text) => Some(text.clone()),
        NodeValue::List(items) => Some(items.iter().map(Node::text).collect::<Option<Vec<&str>>>()?.join("|")),
        NodeValue::Map(_) => None,
    }
}
