//! A folder with policies, a manifest and files in several formats.

use std::path::PathBuf;

use serde_json::{Map, Value, json};
use tempfile::TempDir;
use wangge::model::{Day, Policy, Type, Unit};

use super::Taken;
use super::table::{Column, Table};
use crate::generate::words::Words;
use crate::reference::Spec;
use crate::reference::time::before;

pub struct Folder {
    dir: TempDir,
    policies: Vec<String>,
    sources: Vec<Value>,
    calendars: Map<String, Value>,
    period: String,
    as_of: String,
}

impl Folder {
    pub fn new(spec: &Spec) -> Folder {
        let is_day = spec.read_until - spec.closed_until == chrono::TimeDelta::days(1);
        let as_of = match is_day {
            true => spec.closed_until.date().to_string(),
            false => spec.closed_until.format("%Y-%m-%dT%H:%M:%S%.6f").to_string(),
        };
        let period = format!("{}..{}", spec.period.0, before(spec.period.1));
        let dir = tempfile::tempdir().expect("a folder");
        Folder { dir, policies: Vec::new(), sources: Vec::new(), calendars: Map::new(), period, as_of }
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.dir.path().join(name), bytes).expect("a file");
    }

    pub fn policy(&mut self, name: &str, text: &str) {
        self.write(name, text.as_bytes());
        self.policies.push(name.to_owned());
    }

    /// Writes a table to one or more files, and says in the manifest what they hold. Gives the number of rows that
    /// cannot be used.
    pub fn source(&mut self, w: &mut Words, table: Table, taken: &mut Taken) -> usize {
        let size = match w.below(3) {
            0 => table.rows.len().div_ceil(3).max(1),
            _ => table.rows.len().max(1),
        };
        let parts: Vec<&[Vec<Option<String>>]> =
            if table.rows.is_empty() { vec![&[]] } else { table.rows.chunks(size).collect() };
        taken.several_files += u32::from(parts.len() > 1);
        let mut files = Vec::new();
        let mut junk = table.junk;
        for (at, rows) in parts.into_iter().enumerate() {
            let stem = format!("{}_{at}", self.sources.len());
            // A file without a row has a header at least.
            let form = if rows.is_empty() { 0 } else { w.below(6) };
            let (name, bytes) = match form {
                0 | 1 => {
                    let (text, short) = csv(w, &table.columns, rows, taken);
                    junk += usize::from(short);
                    (format!("{stem}.csv"), text.into_bytes())
                }
                2 => {
                    taken.json += 1;
                    let lines: Vec<String> = objects(w, &table.columns, rows).iter().map(ToString::to_string).collect();
                    (format!("{stem}.jsonl"), (lines.join("\n") + "\n").into_bytes())
                }
                3 => {
                    taken.json += 1;
                    let lines: Vec<String> = objects(w, &table.columns, rows).iter().map(ToString::to_string).collect();
                    (format!("{stem}.json"), format!("[{}]", lines.join(",\n")).into_bytes())
                }
                4 => {
                    taken.yaml += 1;
                    let lines: Vec<String> =
                        objects(w, &table.columns, rows).iter().map(|object| format!("- {object}\n")).collect();
                    (format!("{stem}.yaml"), lines.concat().into_bytes())
                }
                #[cfg(feature = "parquet")]
                _ => {
                    taken.parquet += 1;
                    (format!("{stem}.parquet"), super::parquet::bytes(w, &table.columns, rows))
                }
                #[cfg(not(feature = "parquet"))]
                _ => {
                    let (text, short) = csv(w, &table.columns, rows, taken);
                    junk += usize::from(short);
                    (format!("{stem}.csv"), text.into_bytes())
                }
            };
            self.write(&name, &bytes);
            files.push(name);
        }
        let renamed = table.columns.iter().filter_map(|column| {
            let field = column.field.as_ref()?;
            (*field != column.name).then(|| (field.clone(), Value::from(column.name.clone())))
        });
        let mut source = json!({ "kind": table.kind, "files": files, "columns": Map::from_iter(renamed) });
        if table.entity {
            source["since"] = "von_tag".into();
            source["until"] = "bis_tag".into();
        } else {
            source["ids"] = "trusted".into();
            let spans: Vec<Value> = (table.covered.iter())
                .map(|(from, to)| json!({ "from": from.to_string(), "to": before(*to).to_string() }))
                .collect();
            source["complete"] = if spans.is_empty() { "none".into() } else { spans.into() };
        }
        self.sources.push(source);
        junk
    }

    /// Calendars that the policy takes from data.
    pub fn calendars(&mut self, policy: &Policy, spec: &Spec) {
        for (id, calendar) in &spec.calendars {
            let mut text = "day,works\n".to_owned();
            for at in calendar.first().0..=calendar.last().0 {
                let works = calendar.is_workday(Day(at)).expect("a day that it covers");
                text += &format!("{},{}\n", Day(at), u8::from(works));
            }
            let file = format!("calendar_{}.csv", self.calendars.len());
            self.write(&file, text.as_bytes());
            let decl = json!({ "files": file, "date": "day", "workday": "works" });
            self.calendars.insert(policy.calendars[*id].name.clone(), decl);
        }
    }

    /// Writes the manifest and gives its path.
    pub fn finish(&mut self) -> PathBuf {
        let mut manifest = json!({
            "policies": self.policies, "run": ["P", "Q"], "period": self.period, "as_of": self.as_of,
            "sources": self.sources,
        });
        if !self.calendars.is_empty() {
            manifest["calendars"] = Value::Object(std::mem::take(&mut self.calendars));
        }
        // JSON is YAML.
        self.write("manifest.yaml", manifest.to_string().as_bytes());
        self.dir.path().join("manifest.yaml")
    }
}

/// CSV, cells quoted where they must be and now and then where they need not; some have a row that is cut short.
fn csv(w: &mut Words, columns: &[Column], rows: &[Vec<Option<String>>], taken: &mut Taken) -> (String, bool) {
    taken.csv += 1;
    let end = if w.chance(30) { "\r\n" } else { "\n" };
    let mut cell = |w: &mut Words, text: &str| {
        if text.contains(['"', ',', '\n', '\r']) || w.chance(15) {
            taken.quoted += 1;
            return format!("\"{}\"", text.replace('"', "\"\""));
        }
        text.to_owned()
    };
    let mut lines: Vec<String> = vec![columns.iter().map(|c| cell(w, &c.name)).collect::<Vec<_>>().join(",")];
    for row in rows {
        let cells: Vec<String> = row.iter().map(|text| cell(w, text.as_deref().unwrap_or_default())).collect();
        lines.push(cells.join(","));
    }
    let short = columns.len() > 1 && w.chance(20);
    if short {
        let place = 1 + w.below(lines.len());
        lines.insert(place, "cut_short".to_owned());
    }
    (lines.join(end) + end, short)
}

/// Objects, with numbers, truths and lists as such or as text. Empty cells are left out or null.
fn objects(w: &mut Words, columns: &[Column], rows: &[Vec<Option<String>>]) -> Vec<Value> {
    let mut found = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let mut object = Map::new();
        for (column, cell) in columns.iter().zip(row) {
            match cell {
                // A column that no row has is missing.
                None if at > 0 && w.chance(50) => {}
                None => drop(object.insert(column.name.clone(), Value::Null)),
                Some(text) => drop(object.insert(column.name.clone(), value(w, column, text))),
            }
        }
        found.push(Value::Object(object));
    }
    found
}

fn value(w: &mut Words, column: &Column, text: &str) -> Value {
    let plain = match &column.ty {
        Some(Type::Whole | Type::Number(_)) if column.ty != Some(Type::Number(Unit::Share)) => {
            text.parse::<i64>().ok().map(Value::from)
        }
        Some(Type::Bool) => text.parse::<bool>().ok().map(Value::from),
        Some(Type::CodeSet(_)) => Some(text.split(';').map(Value::from).collect()),
        _ => None,
    };
    plain.filter(|_| w.chance(60)).unwrap_or_else(|| Value::from(text))
}
