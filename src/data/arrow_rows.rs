//! Arrow record batches as rows of a kind, without a file: read, converted and rejected as those of a Parquet file.

use super::bind::{Feed, bind};
use super::decode::Located;
use super::error::DataError;
use super::manifest::{Complete, Content, Format, Ids, KindDecl, Layout, Manifest, SourceDecl};
use super::read::arrow::Columns;
use super::read::{DataFile, RawBlock};
use super::rejects::Reject;
use super::rows::{Converter, Fate};
use crate::diagnostic::Diagnostic;
use crate::engine::batch::Batch;
use crate::model::Policy;
use crate::source::Span;
use arrow_array::RecordBatch;
use std::path::PathBuf;
use std::sync::Arc;

/// Which columns of record batches feed which fields of a kind.
///
/// ```
/// use arrow_array::{Date32Array, RecordBatch, StringArray};
/// use arrow_schema::{DataType, Field, Schema};
/// use std::sync::Arc;
/// use wangge::data::arrow_rows::ArrowFeed;
///
/// let text = "policy rounds { entity area { key id : text } record round { at day : date  area : area } }";
/// let mut sources = wangge::source::Sources::default();
/// let id = sources.add("policy.wg", text);
/// let (file, _) = wangge::syntax::parse(id, text);
/// let policy = wangge::check::check(&[(id, file)], &sources).policies.remove(0);
///
/// let fields = vec![Field::new("when", DataType::Date32, true), Field::new("area", DataType::Utf8, true)];
/// let days = Date32Array::from(vec![Some(19_723), None]);
/// let areas = StringArray::from(vec!["A1", "A2"]);
/// let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), vec![Arc::new(days), Arc::new(areas)])?;
///
/// let feed = ArrowFeed::new(&policy, "stream", "round", &[("day", "when")]).map_err(|_| "the binding is wrong")?;
/// let block = feed.read(&batch, 0)?;
/// let rows = feed.rows(&block);
/// // The second row has no day; the first is ready for `Ledger::observe`.
/// assert_eq!(rows.batch.map(|batch| batch.row_count), Some(1));
/// assert_eq!((rows.rejects[0].line, rows.rejects[0].column.as_ref()), (2, "when"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ArrowFeed<'p> {
    policy: &'p Policy,
    feed: Feed,
    source: DataFile,
}

/// Rows of a record batch, converted.
#[derive(Debug)]
pub struct ArrowRows<'b> {
    /// Rows that can be used, for `Ledger::observe` or `RegistersBuilder::add`; `None` where there is none.
    pub batch: Option<Arc<Batch<'b>>>,
    /// For each row of the batch its row in the record batch, from 0.
    pub rows: Arc<Vec<u32>>,
    /// Rows that cannot be used; their `line` is the row's number, from 1.
    pub rejects: Vec<Reject>,
}

impl<'p> ArrowFeed<'p> {
    /// Binds columns to the fields of a kind: `columns` names field and column; a field that is not named takes the column of
    /// its own name. `name` stands for the file in rejects. Errors as a source of a manifest would.
    pub fn new(
        policy: &'p Policy,
        name: &str,
        kind: &str,
        columns: &[(&str, &str)],
    ) -> Result<ArrowFeed<'p>, Vec<Diagnostic>> {
        let located = |text: &str| Located { value: text.to_owned(), span: Span::default() };
        let decl = KindDecl {
            name: located(kind),
            columns: columns.iter().map(|(field, column)| (located(field), located(column))).collect(),
            joined: Vec::new(),
            values: Vec::new(),
            formats: Vec::new(),
            constants: Vec::new(),
            complete: Complete::default(),
            ids: Ids::Trusted,
            since: None,
            until: None,
        };
        let source = SourceDecl {
            span: Span::default(),
            files: Vec::new(),
            layout: Layout::default(),
            content: Content::One(Box::new(decl)),
        };
        let manifest = Manifest { sources: vec![source], ..Manifest::default() };
        let (feeds, problems) = bind(&manifest, std::slice::from_ref(policy));
        match feeds.into_iter().next().filter(|_| problems.is_empty()) {
            Some(feed) => {
                let source = DataFile::plain(PathBuf::from(name), name.to_owned(), Format::Parquet);
                Ok(ArrowFeed { policy, feed, source })
            }
            None => Err(problems),
        }
    }

    /// The columns of a record batch. `before`: rows of the stream before it. Errors where a column is missing that must be
    /// there, or is of a type that no field can hold.
    pub fn read(&self, batch: &RecordBatch, before: u64) -> Result<RawBlock, DataError> {
        let mut near = RawBlock::default();
        Columns::new(&self.source, &batch.schema(), &self.feed.wanted, &mut near)?.block(batch, before)
    }

    /// Rows of the kind. Where they must be unique by a key, the caller sees to it.
    pub fn rows<'b>(&'b self, block: &'b RawBlock) -> ArrowRows<'b> {
        let entity = self.feed.kinds.first().is_some_and(|kind| kind.entity);
        let converter = Converter::new(&self.feed, std::slice::from_ref(self.policy), entity);
        let name: Arc<str> = Arc::from(self.source.name.as_str());
        let converted = converter.convert(&name, block, &mut |_, _, _, _| Ok(Fate::Used));
        let (batch, rows) = match converted.parts.into_iter().next() {
            Some(part) => (Some(part.batch), part.rows),
            None => (None, Arc::default()),
        };
        ArrowRows { batch, rows, rejects: converted.rejects }
    }
}
