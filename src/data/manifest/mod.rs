//! The manifest: which policies, which period, and how files map to kinds (`docs/DATA.md`).
//!
//! Read here without knowing the policies; `bind` holds it against them.

mod read;

pub use read::{period_help, read_manifest};

use super::decode::Located;
use crate::model::{Period, Window};
use crate::source::Span;

/// A manifest, as written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manifest {
    /// Policy files, relative to the manifest.
    pub policies: Vec<Located<String>>,
    /// Names of the policies to score; empty: those that no other policy extends.
    pub run: Vec<Located<String>>,
    /// The days of the run.
    pub period: Option<Located<Period>>,
    /// Up to when is known: a day or an instant, as written (its time zone is the policy's).
    pub as_of: Option<Located<String>>,
    /// Values of parameters, as written in the language.
    pub params: Vec<(Located<String>, Located<String>)>,
    /// Files and what they hold.
    pub sources: Vec<SourceDecl>,
    /// Workday calendars.
    pub calendars: Vec<CalendarDecl>,
    /// Which policy governs which part of the tree.
    pub governs: Vec<GovernDecl>,
}

/// The part of a tree that a policy governs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GovernDecl {
    /// Name of the policy.
    pub policy: Located<String>,
    /// Name of the kind at the top of the part.
    pub kind: Located<String>,
    /// Keys of the subjects at the top; at least one.
    pub keys: Vec<Located<String>>,
    /// Kind; the references that say where its rows lie, where there are several ways.
    pub by: Pairs,
}

/// Files of one shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceDecl {
    /// Place of the entry.
    pub span: Span,
    /// Files or globs, relative to the data folder.
    pub files: Vec<Located<String>>,
    /// How they are laid out.
    pub layout: Layout,
    /// What the rows are.
    pub content: Content,
}

/// What the rows of a source are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Rows of one kind.
    One(Box<KindDecl>),
    /// A column tells the kind.
    ByColumn {
        /// The column.
        column: Located<String>,
        /// What each of its values stands for; `None`: the row is skipped.
        kinds: Vec<(Located<String>, Option<KindDecl>)>,
    },
}

/// What stands on the left and on the right of a mapping, with their places.
pub type Pairs = Vec<(Located<String>, Located<String>)>;

/// How rows become one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindDecl {
    /// Name of the kind.
    pub name: Located<String>,
    /// Field, column.
    pub columns: Vec<(Located<String>, Located<String>)>,
    /// Field, the columns whose texts together are its value.
    pub joined: Vec<(Located<String>, JoinDecl)>,
    /// Field; spelling in the data, value that it stands for.
    pub values: Vec<(Located<String>, Pairs)>,
    /// Field (or `since`, `until`), how its cells write dates or numbers.
    pub formats: Pairs,
    /// Field, value of every row.
    pub constants: Vec<(Located<String>, Located<String>)>,
    /// Days for which the records are all there.
    pub complete: Complete,
    /// Which rows count.
    pub ids: Ids,
    /// Column of the first day of a register row.
    pub since: Option<Located<String>>,
    /// Column of its last day.
    pub until: Option<Located<String>>,
}

/// `{ join: [COLUMN, COLUMN], with: TEXT }`: a key that several columns make up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinDecl {
    /// The columns, two or more.
    pub columns: Vec<Located<String>>,
    /// What stands between their texts, and in none of them.
    pub with: Located<String>,
}

/// A file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated, with a header.
    Csv,
    /// Separated by semicolons, with a header: what spreadsheets write where the comma is the decimal mark.
    SemicolonCsv,
    /// Tab-separated, with a header.
    Tsv,
    /// A JSON object a line.
    JsonLines,
    /// A list of mappings, in YAML or JSON.
    Yaml,
    /// A sheet of a workbook.
    Xlsx,
    /// Parquet: typed columns.
    Parquet,
}

/// An encoding of text files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// UTF-8, the default.
    #[default]
    Utf8,
    /// GB 18030, which takes in GBK and GB 2312.
    Gb18030,
}

/// How files are laid out, where the manifest says so.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layout {
    /// Format; `None`: by the file's extension.
    pub format: Option<Format>,
    /// Sheet of a workbook; `None`: the only one.
    pub sheet: Option<Located<String>>,
    /// Line or row of the column names, from 1; `None`: the first that is not blank.
    pub header_row: Option<u64>,
    /// Encoding of a text file.
    pub encoding: Encoding,
}

/// What a source claims to hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Complete {
    /// Nothing: absence proves nothing.
    #[default]
    Unclaimed,
    /// All of the run's period.
    Period,
    /// These days, half-open ranges as written.
    Ranges(Vec<Window>),
}

/// Which rows of a source count.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Ids {
    /// As the kind asks: unique by its key where the key is used, else every row.
    #[default]
    ByKind,
    /// Every row.
    Trusted,
    /// Unique by the kind's key field.
    Unique(Span),
    /// Unique by these fields or columns together.
    UniqueBy(Vec<Located<String>>),
}

/// A workday calendar from files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarDecl {
    /// Its name in the policy.
    pub name: Located<String>,
    /// Files or globs.
    pub files: Vec<Located<String>>,
    /// How they are laid out.
    pub layout: Layout,
    /// Column of the day.
    pub date: Located<String>,
    /// Column that says whether it is a workday.
    pub workday: Located<String>,
    /// Spellings of that column and what they stand for (yes or no).
    pub values: Vec<(Located<String>, Located<String>)>,
}

impl Format {
    /// The format of a name or a file extension.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Format> {
        match name.to_ascii_lowercase().as_str() {
            "csv" => Some(Format::Csv),
            "semicolon csv" => Some(Format::SemicolonCsv),
            "tsv" => Some(Format::Tsv),
            "jsonl" | "ndjson" => Some(Format::JsonLines),
            "json" | "yaml" | "yml" => Some(Format::Yaml),
            "xlsx" | "xlsm" => Some(Format::Xlsx),
            "parquet" => Some(Format::Parquet),
            _ => None,
        }
    }
}
