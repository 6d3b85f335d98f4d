//! Reads a manifest from its YAML.

use super::{
    CalendarDecl, Complete, Content, Encoding, Format, GovernDecl, Ids, JoinDecl, KindDecl, Layout, Manifest, Pairs,
    SourceDecl,
};
use crate::data::decode::{BAD_KEY, BAD_SOURCE, BAD_VALUE, Decoder, Fields, Located};
use crate::data::yaml::{Node, NodeValue};
use crate::diagnostic::{Diagnostic, Text};
use crate::model::{Day, Instant, Period, Window};
use crate::source::{SourceId, Sources};

/// Reads a manifest of `sources`. Problems are errors; the value holds what could be read.
#[must_use]
pub fn read_manifest(sources: &Sources, source: SourceId) -> (Manifest, Vec<Diagnostic>) {
    let (mut decoder, node) = Decoder::parse(sources, source);
    let manifest = node.map(|node| manifest(&mut decoder, &node)).unwrap_or_default();
    (manifest, decoder.problems)
}

fn manifest(d: &mut Decoder, node: &Node) -> Manifest {
    let mut out = Manifest::default();
    let Some(mut fields) = d.map(node, &Text::new("the manifest", "清单")) else {
        return out;
    };
    if let Some(node) = fields.need("policies") {
        out.policies = d.texts(node, "policies");
    }
    if let Some(node) = fields.take("run") {
        out.run = d.texts(node, "run");
    }
    out.period = fields.take("period").and_then(|node| period(d, node));
    out.as_of = fields.take("as_of").and_then(|node| as_of(d, node));
    if let Some(node) = fields.take("params") {
        out.params = d.pairs(node, "params");
    }
    if let Some(node) = fields.take("sources") {
        for item in list(d, node, "sources") {
            out.sources.extend(source_decl(d, item));
        }
    }
    if let Some(node) = fields.take("calendars")
        && let Some(calendars) = d.map(node, &Text::new("`calendars`", "`calendars`"))
    {
        for (name, key, value) in calendars.fields {
            let name = Located { value: name.to_owned(), span: key.span(d.source) };
            out.calendars.extend(calendar_decl(d, name, value));
        }
    }
    if let Some(node) = fields.take("governs") {
        for item in list(d, node, "governs") {
            out.governs.extend(govern_decl(d, item));
        }
    }
    d.finish(fields);
    out
}

fn govern_decl(d: &mut Decoder, node: &Node) -> Option<GovernDecl> {
    let mut fields = d.map(node, &Text::new("an entry of `governs`", "`governs` 的一项"))?;
    let policy = fields.need("policy").and_then(|node| d.text(node, "policy"));
    let kind = fields.need("kind").and_then(|node| d.text(node, "kind"));
    let keys = fields.need("keys").map(|node| d.texts(node, "keys")).unwrap_or_default();
    let by = fields.take("by").map(|node| d.pairs(node, "by")).unwrap_or_default();
    d.finish(fields);
    (!keys.is_empty()).then_some(GovernDecl { policy: policy?, kind: kind?, keys, by })
}

/// The items of a list; a single mapping is a list of one.
fn list<'n>(d: &mut Decoder, node: &'n Node, what: &str) -> Vec<&'n Node> {
    match &node.value {
        NodeValue::List(items) => items.iter().collect(),
        NodeValue::Map(_) => vec![node],
        _ => {
            let message = Text::new(format!("`{what}` must be a list"), format!("`{what}` 应为列表"));
            let help = Text::new("begin each entry with `- `", "每一项以“- ”开头");
            d.report(BAD_KEY, node.span(d.source), message, Some(help));
            Vec::new()
        }
    }
}

fn period(d: &mut Decoder, node: &Node) -> Option<Located<Period>> {
    let text = d.text(node, "period")?;
    match Period::parse(&text.value) {
        Some(value) => Some(Located { value, span: text.span }),
        None => {
            let message =
                Text::new(format!("`{}` is not a period", text.value), format!("`{}` 不是可识别的考核期", text.value));
            d.report(BAD_VALUE, text.span, message, Some(period_help()));
            None
        }
    }
}

/// How periods are written.
#[must_use]
pub fn period_help() -> Text {
    Text::new(
        "write `2024`, `2024H1`, `2024Q3`, `2024-03`, `2024-W05`, a day, or `2024-01-01..2024-06-30` (both days included)",
        "可写 `2024`、`2024H1`、`2024Q3`、`2024-03`、`2024-W05`、某一天，或 `2024-01-01..2024-06-30`（含首尾两日）",
    )
}

fn as_of(d: &mut Decoder, node: &Node) -> Option<Located<String>> {
    let text = d.text(node, "as_of")?;
    if Day::parse(&text.value).is_some() || Instant::parse(&text.value, chrono_tz::UTC).is_some() {
        return Some(text);
    }
    let message =
        Text::new(format!("`{}` is not a date or time", text.value), format!("`{}` 不是日期或时刻", text.value));
    let help = Text::new("write `2025-01-01` or `2025-01-01T08:00`", "可写 `2025-01-01` 或 `2025-01-01T08:00`");
    d.report(BAD_VALUE, text.span, message, Some(help));
    None
}

/// What the manifest says of the files themselves.
fn layout(d: &mut Decoder, fields: &mut Fields<'_>) -> Layout {
    let format = format(d, fields);
    let sheet = fields.take("sheet").and_then(|node| d.text(node, "sheet"));
    let header_row = fields.take("header_row").and_then(|node| d.text(node, "header_row")).and_then(|text| {
        let row = text.value.parse().ok().filter(|row: &u64| *row > 0);
        if row.is_none() {
            let message =
                Text::new(format!("`{}` is not the number of a row", text.value), format!("`{}` 不是行号", text.value));
            let help = Text::new(
                "`header_row` is the row of the column names, from 1",
                "`header_row` 是列名所在的行，从 1 数起",
            );
            d.report(BAD_VALUE, text.span, message, Some(help));
        }
        row
    });
    let encoding = fields.take("encoding").and_then(|node| d.text(node, "encoding")).and_then(|text| {
        let found = match text.value.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" => Some(Encoding::Utf8),
            "gbk" | "gb18030" | "gb2312" | "cp936" => Some(Encoding::Gb18030),
            _ => None,
        };
        if found.is_none() {
            let message = Text::new(
                format!("`{}` is not an encoding that can be read", text.value),
                format!("不能读取 `{}` 编码", text.value),
            );
            let help = Text::new("write `utf-8` or `gbk`", "可写 `utf-8` 或 `gbk`");
            d.report(BAD_VALUE, text.span, message, Some(help));
        }
        found
    });
    Layout { format, sheet, header_row, encoding: encoding.unwrap_or_default() }
}

fn format(d: &mut Decoder, fields: &mut Fields<'_>) -> Option<Format> {
    let text = fields.take("format").and_then(|node| d.text(node, "format"))?;
    match Format::of_name(&text.value) {
        Some(format) => Some(format),
        None => {
            let message = Text::new(
                format!("`{}` is not a format that can be read", text.value),
                format!("不能读取 `{}` 格式", text.value),
            );
            let help = Text::new(
                "the formats are `csv`, `semicolon csv`, `tsv`, `jsonl`, `json`, `yaml`, `parquet` and `xlsx`; an old `.xls` can be saved as `.xlsx`",
                "可用格式：`csv`、`semicolon csv`（分号分隔）、`tsv`、`jsonl`、`json`、`yaml`、`parquet`、`xlsx`；旧版 `.xls` 请另存为 `.xlsx`",
            );
            d.report(BAD_VALUE, text.span, message, Some(help));
            None
        }
    }
}

fn source_decl(d: &mut Decoder, node: &Node) -> Option<SourceDecl> {
    let mut fields = d.map(node, &Text::new("a source", "数据来源"))?;
    let span = fields.span;
    let files = match fields.need("files") {
        Some(node) => d.texts(node, "files"),
        None => Vec::new(),
    };
    let layout = layout(d, &mut fields);
    let by_column = fields.take("kind_column").and_then(|node| d.text(node, "kind_column"));
    let content = match by_column {
        None => {
            let decl = kind_decl(d, &mut fields, None);
            if let Some(node) = fields.take("kinds") {
                let message = Text::new("`kinds` needs `kind_column`", "使用 `kinds` 时须写明 `kind_column`");
                d.report(BAD_SOURCE, node.span(d.source), message, None);
            }
            decl.map(|decl| Content::One(Box::new(decl)))
        }
        Some(column) => {
            // What stands beside `kinds` holds for each of them.
            let shared = Shared { complete: fields.take("complete").map(|node| complete(d, node)) };
            let mut kinds = Vec::new();
            if let Some(node) = fields.need("kinds")
                && let Some(map) = d.map(node, &Text::new("`kinds`", "`kinds`"))
            {
                for (value, key, node) in map.fields {
                    let value = Located { value: value.to_owned(), span: key.span(d.source) };
                    if node.text() == Some("skip") {
                        kinds.push((value, None));
                    } else if let Some(mut fields) = d.map(node, &Text::new("a kind", "记录种类")) {
                        let decl = kind_decl(d, &mut fields, Some(&shared));
                        d.finish(fields);
                        kinds.extend(decl.map(|decl| (value, Some(decl))));
                    }
                }
            }
            Some(Content::ByColumn { column, kinds })
        }
    };
    d.finish(fields);
    (!files.is_empty()).then_some(SourceDecl { span, files, layout, content: content? })
}

/// What the kinds of one source have in common.
struct Shared {
    complete: Option<Complete>,
}

fn kind_decl(d: &mut Decoder, fields: &mut Fields<'_>, shared: Option<&Shared>) -> Option<KindDecl> {
    let name = fields.need("kind").and_then(|node| d.text(node, "kind"));
    let (columns, joined) = fields.take("columns").map(|node| columns(d, node)).unwrap_or_default();
    let constants = fields.take("constants").map(|node| d.pairs(node, "constants")).unwrap_or_default();
    let values = fields.take("values").map(|node| values(d, node)).unwrap_or_default();
    let formats = fields.take("formats").map(|node| d.pairs(node, "formats")).unwrap_or_default();
    let own = fields.take("complete").map(|node| complete(d, node));
    let complete = own.or_else(|| shared.and_then(|s| s.complete.clone())).unwrap_or_default();
    let ids = fields.take("ids").map(|node| ids(d, node)).unwrap_or_default();
    let since = fields.take("since").and_then(|node| d.text(node, "since"));
    let until = fields.take("until").and_then(|node| d.text(node, "until"));
    Some(KindDecl { name: name?, columns, joined, values, formats, constants, complete, ids, since, until })
}

/// Field: column, or field: `{ join: [COLUMN, COLUMN], with: TEXT }`.
fn columns(d: &mut Decoder, node: &Node) -> (Pairs, Vec<(Located<String>, JoinDecl)>) {
    let (mut single, mut joined) = (Vec::new(), Vec::new());
    let Some(map) = d.map(node, &Text::new("`columns`", "`columns`")) else { return (single, joined) };
    for (field, key, value) in map.fields {
        let field = Located { value: field.to_owned(), span: key.span(d.source) };
        if matches!(value.value, NodeValue::Map(_)) {
            joined.extend(join(d, value).map(|join| (field, join)));
        } else if let Some(column) = d.text(value, &field.value) {
            single.push((field, column));
        }
    }
    (single, joined)
}

fn join(d: &mut Decoder, node: &Node) -> Option<JoinDecl> {
    let mut fields = d.map(node, &Text::new("columns that are joined", "合并的列"))?;
    let columns = fields.need("join").map(|node| d.texts(node, "join"));
    let with = fields.need("with").and_then(|node| d.text(node, "with"));
    let span = fields.span;
    d.finish(fields);
    let (columns, with) = (columns?, with?);
    if columns.len() < 2 || with.value.is_empty() {
        let message = Text::new(
            "a key is joined of two columns or more, with a text between them",
            "合并的主键须由两列以上组成，并写明其间的分隔",
        );
        let help =
            Text::new("write `{ join: [town, number], with: \"-\" }`", "可写 `{ join: [镇, 编号], with: \"-\" }`");
        d.report(BAD_VALUE, span, message, Some(help));
        return None;
    }
    Some(JoinDecl { columns, with })
}

fn values(d: &mut Decoder, node: &Node) -> Vec<(Located<String>, Pairs)> {
    let mut out = Vec::new();
    if let Some(map) = d.map(node, &Text::new("`values`", "`values`")) {
        for (field, key, value) in map.fields {
            let pairs = d.pairs_or_empty(value, field);
            out.push((Located { value: field.to_owned(), span: key.span(d.source) }, pairs));
        }
    }
    out
}

fn complete(d: &mut Decoder, node: &Node) -> Complete {
    if let Some(text) = node.text() {
        match text.trim() {
            "period" => return Complete::Period,
            "none" => return Complete::Unclaimed,
            _ => {}
        }
    }
    let ranges = match &node.value {
        NodeValue::List(items) => items.iter().filter_map(|item| range(d, item)).collect(),
        _ => range(d, node).into_iter().collect(),
    };
    Complete::Ranges(ranges)
}

/// `{ from: DATE, to: DATE }` (both included), or a period.
fn range(d: &mut Decoder, node: &Node) -> Option<Window> {
    let span = node.span(d.source);
    let help = Text::new(
        "write `period`, `none`, a period such as `2024`, or `{ from: 2024-01-01, to: 2024-12-31 }` (both days included)",
        "可写 `period`、`none`、`2024` 之类的时期，或 `{ from: 2024-01-01, to: 2024-12-31 }`（含首尾两日）",
    );
    let NodeValue::Map(_) = &node.value else {
        let found = node.text().and_then(Period::parse).map(|period| period.window);
        if found.is_none() {
            let message = Text::new("these are not days that a source covers", "无法识别数据覆盖的时间范围");
            d.report(BAD_VALUE, span, message, Some(help));
        }
        return found;
    };
    let mut fields = d.map(node, &Text::new("`complete`", "`complete`"))?;
    let mut day = |d: &mut Decoder, key| {
        let text = fields.need(key).and_then(|node| d.text(node, key))?;
        let day = Day::parse(&text.value);
        if day.is_none() {
            let message = Text::new(format!("`{}` is not a date", text.value), format!("`{}` 不是日期", text.value));
            d.report(BAD_VALUE, text.span, message, Some(help.clone()));
        }
        day
    };
    let (from, to) = (day(d, "from"), day(d, "to"));
    d.finish(fields);
    let (from, to) = (from?, to?);
    if from > to {
        let message = Text::new(format!("`{from}` lies after `{to}`"), format!("`{from}` 晚于 `{to}`"));
        d.report(BAD_VALUE, span, message, None);
        return None;
    }
    Some(Window::inclusive(from, to))
}

fn ids(d: &mut Decoder, node: &Node) -> Ids {
    match (&node.value, node.text().map(str::trim)) {
        (_, Some("trusted")) => return Ids::Trusted,
        (_, Some("unique")) => return Ids::Unique(node.span(d.source)),
        (NodeValue::Map(_), _) => {
            if let Some(mut fields) = d.map(node, &Text::new("`ids`", "`ids`")) {
                let keys = fields.need("unique").map(|node| d.texts(node, "unique")).unwrap_or_default();
                d.finish(fields);
                return Ids::UniqueBy(keys);
            }
        }
        _ => {
            let message = Text::new("`ids` says which rows count", "`ids` 说明哪些行有效，此处无法识别");
            let help = Text::new(
                "write `trusted` (every row), `unique` (by the key field) or `{ unique: [field, field] }`",
                "可写 `trusted`（每行都算）、`unique`（按主键去重）或 `{ unique: [字段, 字段] }`",
            );
            d.report(BAD_VALUE, node.span(d.source), message, Some(help));
        }
    }
    Ids::ByKind
}

fn calendar_decl(d: &mut Decoder, name: Located<String>, node: &Node) -> Option<CalendarDecl> {
    let mut fields = d.map(node, &Text::new("a calendar", "日历"))?;
    let files = fields.need("files").map(|node| d.texts(node, "files")).unwrap_or_default();
    let layout = layout(d, &mut fields);
    let date = fields.need("date").and_then(|node| d.text(node, "date"));
    let workday = fields.need("workday").and_then(|node| d.text(node, "workday"));
    let values = fields.take("values").map(|node| d.pairs(node, "values")).unwrap_or_default();
    d.finish(fields);
    Some(CalendarDecl { name, files, layout, date: date?, workday: workday?, values })
}
