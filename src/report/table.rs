//! The tables of a run: file names and columns, as the contract of the command line names them.

/// File format of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// UTF-8, a header, lines that end with a line feed.
    #[default]
    Csv,
    /// One array of objects a file; columns that hold one number are JSON numbers, or null where empty.
    Json,
    /// One workbook with a sheet a table.
    #[cfg(feature = "xlsx")]
    Xlsx,
    /// Parquet, typed columns.
    #[cfg(feature = "parquet")]
    Parquet,
}

/// Name of the workbook.
#[cfg(feature = "xlsx")]
pub(super) const WORKBOOK: &str = "results.xlsx";

/// A table. In the order in which files are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TableId {
    /// One row a subject and period.
    Scores,
    /// One row an item, deduction or bonus.
    Items,
    /// One row an obligation.
    Findings,
    /// One row an effect.
    Effects,
    /// One row a rule.
    Rules,
    /// One row a value of a measure.
    Measures,
    /// One row a row that was not used.
    Rejects,
}

/// A column: its name, and whether its cells hold one number or nothing.
pub type Column = (&'static str, bool);

const T: bool = false;
const N: bool = true;

impl TableId {
    /// All tables.
    pub const ALL: [TableId; 7] = [
        TableId::Scores,
        TableId::Items,
        TableId::Findings,
        TableId::Effects,
        TableId::Rules,
        TableId::Measures,
        TableId::Rejects,
    ];

    /// Name without an ending.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            TableId::Scores => "scores",
            TableId::Items => "items",
            TableId::Findings => "findings",
            TableId::Effects => "effects",
            TableId::Rules => "rules",
            TableId::Measures => "measures",
            TableId::Rejects => "rejects",
        }
    }

    /// Name of the file.
    #[must_use]
    pub fn file_name(self, format: Format) -> String {
        match format {
            Format::Csv => format!("{}.csv", self.name()),
            Format::Json => format!("{}.json", self.name()),
            #[cfg(feature = "xlsx")]
            Format::Xlsx => WORKBOOK.to_owned(),
            #[cfg(feature = "parquet")]
            Format::Parquet => format!("{}.parquet", self.name()),
        }
    }

    /// Columns in order.
    #[must_use]
    pub fn columns(self) -> &'static [Column] {
        match self {
            TableId::Scores => &[
                ("policy", T),
                ("assessment", T),
                ("subject", T),
                ("period", T),
                ("points", N),
                ("out_of", N),
                ("grade", T),
                ("veto", T),
                ("rank", N),
                ("group", T),
                ("unknown", N),
            ],
            TableId::Items => &[
                ("policy", T),
                ("assessment", T),
                ("subject", T),
                ("period", T),
                ("item", T),
                ("met", N),
                ("due", N),
                ("excused", N),
                ("pending", N),
                ("unknown", N),
                ("points", N),
                ("max_points", N),
            ],
            TableId::Findings => &[
                ("policy", T),
                ("rule", T),
                ("cites", T),
                ("subject", T),
                ("window_start", T),
                ("window_end", T),
                ("outcome", T),
                ("measured", T),
                ("required", T),
                ("strength", T),
            ],
            TableId::Effects => &[
                ("policy", T),
                ("assessment", T),
                ("subject", T),
                ("period", T),
                ("kind", T),
                ("name", T),
                ("amount", N),
                ("unit", T),
                ("recipient", T),
                ("payer", T),
                ("reason", T),
            ],
            TableId::Rules => &[
                ("policy", T),
                ("rule", T),
                ("cites", T),
                ("strength", T),
                ("due", N),
                ("met", N),
                ("unmet", N),
                ("pending", N),
                ("excused", N),
                ("unknown", N),
            ],
            TableId::Measures => {
                &[("policy", T), ("measure", T), ("subject", T), ("window_start", T), ("window_end", T), ("value", T)]
            }
            TableId::Rejects => &[("file", T), ("line", N), ("column", T), ("value", T), ("reason", T)],
        }
    }
}
