//! Rows that cannot be used: where, what and why.

use crate::diagnostic::Text;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A row that was not used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Reject {
    /// File, as the manifest leads to it.
    #[serde(with = "shared_text")]
    pub file: Arc<str>,
    /// Line on which the row starts, from 1.
    pub line: u64,
    /// Position among the rows of the file: rows that stand on one line differ by it.
    pub row: u64,
    /// Column, by its name in the file; empty where the row as a whole is meant.
    #[serde(with = "shared_text")]
    pub column: Arc<str>,
    /// The value as it stands there (its first letters).
    pub value: String,
    /// Why.
    pub reason: Reason,
}

/// Names that many rejects share, kept as plain texts.
mod shared_text {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::sync::Arc;

    pub fn serialize<S: Serializer>(text: &Arc<str>, to: S) -> Result<S::Ok, S::Error> {
        text.as_ref().serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<str>, D::Error> {
        String::deserialize(from).map(Arc::from)
    }
}

/// Why a row cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Reason {
    /// The row has another number of cells than the header.
    CellCount {
        /// Cells of the row.
        found: usize,
        /// Cells of the header.
        header: usize,
        /// Lines that the row takes.
        lines: usize,
    },
    /// The line is not a JSON object.
    NotJson {
        /// Column of the mistake, in bytes from 1.
        column: usize,
    },
    /// The item is not a mapping.
    NotMapping,
    /// A column is given twice.
    TwiceGiven {
        /// The column.
        column: String,
    },
    /// A cell holds an object or a list of lists.
    NestedCell {
        /// The column.
        column: String,
    },
    /// A cell of a workbook holds an error.
    CellError {
        /// The column.
        column: String,
        /// The error, as the workbook shows it.
        error: String,
    },
    /// A cell of a workbook holds a number of more digits than a workbook keeps.
    TooManyDigits {
        /// The column.
        column: String,
    },
    /// A field that must be filled is empty.
    Missing,
    /// Not a whole number.
    NotWhole,
    /// Not a number.
    NotNumber,
    /// A share above one without a percent sign.
    BareShare,
    /// Not yes or no.
    NotBool,
    /// Not a date.
    NotDate,
    /// Not a date or time.
    NotTime,
    /// Not one of the codes.
    NotCode {
        /// The nearest one.
        near: Option<String>,
    },
    /// A number that a person gives lies outside its bounds.
    OutsideBounds {
        /// The least, as written.
        low: String,
        /// The most, as written.
        high: String,
    },
    /// A part of a joined key holds what stands between the parts.
    Unclear,
    /// It is not said who gave a number that a person gives.
    NoAssessor {
        /// Field of the number.
        field: String,
    },
    /// Not a kind that the manifest lists.
    NotKind,
    /// Not a key of the kind referred to (keys there are numbers or dates).
    NotKey,
    /// The row refers to a subject that is not there.
    UnknownReference,
    /// The lifetime ends before it begins, or overlaps another of the same key.
    Lifetime,
    /// The rows above it in the tree lead back to it.
    Cycle,
    /// Another row has this key and says something else.
    KeyConflict,
    /// A date that is written with its year last.
    DateOrder,
    /// A number that is written with a decimal comma.
    DecimalComma,
    /// Not one of the codes, and near none.
    NotOneOf {
        /// The first of them.
        codes: Vec<String>,
        /// How many more there are.
        more: u32,
    },
}

impl Reason {
    /// The column, where the reason names one.
    #[must_use]
    pub fn column(&self) -> Option<&str> {
        match self {
            Reason::TwiceGiven { column }
            | Reason::NestedCell { column }
            | Reason::CellError { column, .. }
            | Reason::TooManyDigits { column } => Some(column),
            _ => None,
        }
    }

    /// The reason in words.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Reason::CellCount { found, header, lines: 1 } => Text::new(
                format!("the row has {found} cells, the header {header}"),
                format!("该行有 {found} 列，表头有 {header} 列"),
            ),
            Reason::CellCount { found, header, lines } => Text::new(
                format!(
                    "the row has {found} cells, the header {header}, and it runs over {lines} lines: is a quote left open?"
                ),
                format!("该行有 {found} 列，表头有 {header} 列，且跨了 {lines} 行：是否有引号未闭合？"),
            ),
            Reason::NotJson { column } => Text::new(
                format!("not a JSON object (at byte {column} of the line)"),
                format!("不是 JSON 对象（该行第 {column} 字节处）"),
            ),
            Reason::NotMapping => Text::new("not a mapping of columns to values", "不是“列名: 值”的形式"),
            Reason::TwiceGiven { column } => {
                Text::new(format!("column `{column}` is given twice"), format!("`{column}` 列出现两次"))
            }
            Reason::NestedCell { column } => Text::new(
                format!("column `{column}` holds an object or nested list"),
                format!("`{column}` 列的值是对象或嵌套列表"),
            ),
            Reason::CellError { column, error } => Text::new(
                format!("column `{column}` holds the error {error}"),
                format!("`{column}` 列是错误值 {error}"),
            ),
            Reason::TooManyDigits { column } => Text::new(
                format!(
                    "column `{column}` holds a number of more than 15 digits, of which a workbook keeps 15: format it as text"
                ),
                format!("`{column}` 列的数字超过 15 位，电子表格只保留前 15 位：请设为文本格式"),
            ),
            Reason::Missing => Text::new("must be filled", "必填项为空"),
            Reason::NotWhole => Text::new("not a whole number", "不是整数"),
            Reason::NotNumber => Text::new(
                "not a plain number (no thousands separators, at most 9 decimal places)",
                "不是数字（不用千分位，小数最多 9 位）",
            ),
            Reason::BareShare => Text::new(
                "a share above 1 needs a percent sign: write `95%` or `0.95`",
                "大于 1 的比例须带百分号：写作 `95%` 或 `0.95`",
            ),
            Reason::NotBool => Text::new("not yes or no (是, 否)", "不是“是”或“否”"),
            Reason::NotDate => Text::new(
                "not a date between 1900 and 2199, such as 2024-01-05",
                "不是 1900 至 2199 年间的日期（如 2024-01-05）",
            ),
            Reason::NotTime => Text::new(
                "not a date or time between 1900 and 2199, such as 2024-01-05T09:30",
                "不是 1900 至 2199 年间的日期或时刻（如 2024-01-05T09:30）",
            ),
            Reason::DateOrder => Text::new(
                "not a date or time such as 2024-01-05; with its year last it is read where the manifest says how it is written, `formats: { FIELD: day-month-year }`",
                "不是日期或时刻（如 2024-01-05）；年份在后的，须在清单中写明写法，`formats: { 字段: day-month-year }`",
            ),
            Reason::DecimalComma => Text::new(
                "not a plain number; a decimal comma is read where the manifest says so, `formats: { FIELD: decimal comma }`",
                "不是数字；以逗号作小数点的，须在清单中写明，`formats: { 字段: decimal comma }`",
            ),
            Reason::NotCode { near: Some(near) } => Text::new(
                format!("not one of the codes; did you mean `{near}`?"),
                format!("不在可取值之内；是否应为 `{near}`？"),
            ),
            Reason::NotCode { near: None } => Text::new("not one of the codes", "不在可取值之内"),
            Reason::NotOneOf { codes, more } => {
                let list = |joint: &str| codes.iter().map(|code| format!("`{code}`")).collect::<Vec<_>>().join(joint);
                let (more_en, more_zh) = match more {
                    0 => (String::new(), String::new()),
                    more => (format!(" and {more} more"), format!(" 等，另有 {more} 个")),
                };
                Text::new(
                    format!("not one of the codes: {}{more_en}", list(", ")),
                    format!("不在可取值之内：{}{more_zh}", list("、")),
                )
            }
            Reason::OutsideBounds { low, high } => Text::new(
                format!("outside {low} to {high}, within which it is given: ask whoever gave it, and correct the row"),
                format!("超出评定界限 {low} 至 {high}：请向评定人核实后更正"),
            ),
            Reason::NoAssessor { field } => Text::new(
                format!("must be filled, because `{field}` is given by a person: say who gave it"),
                format!("`{field}` 由人评定，须写明评定人"),
            ),
            Reason::Unclear => Text::new(
                "a part of it holds what the manifest puts between the parts: choose another `with`",
                "其中一列含有清单所写的分隔：请另选 `with`",
            ),
            Reason::NotKind => Text::new("not a kind that the manifest lists", "清单未列出这一种类"),
            Reason::NotKey => Text::new("not a key of the kind referred to", "不是所引用对象的有效主键"),
            Reason::UnknownReference => Text::new("no such subject in the register", "登记册中没有这个对象"),
            Reason::Lifetime => Text::new(
                "the time for which it holds ends before it begins, or overlaps another row of this key",
                "有效期的止日早于起日，或与同一主键的另一行重叠",
            ),
            Reason::Cycle => Text::new("the rows above it lead back to it", "沿上级关系会回到它自己"),
            Reason::KeyConflict => Text::new("another row has this key and differs", "另有一行主键相同而内容不同"),
        }
    }
}
