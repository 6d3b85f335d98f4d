//! Parquet: the wanted columns only, a row group after the other, in typed columns. Rows are numbered from 1.

use super::arrow::Columns;
use super::{DataFile, RawBlock, Sink, Wanted, bad_file, unreadable};
use crate::data::error::DataError;
use crate::diagnostic::Text;
use crate::limits::BATCH_ROWS;
use arrow_schema::{DataType, Schema, SchemaRef};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::basic::Encoding;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use std::fmt::Display;
use std::fs::File;
use std::sync::Arc;

pub(super) fn read(file: &DataFile, wanted: &[Wanted], sink: &mut Sink<'_>) -> Result<(), DataError> {
    let opened = File::open(&file.path).map_err(|reason| unreadable(&file.path, reason))?;
    let metadata = ArrowReaderMetadata::load(&opened, ArrowReaderOptions::new()).map_err(|e| damaged(file, &e))?;
    let schema = Arc::clone(metadata.schema());
    let mut first = RawBlock::new(wanted.len());
    let columns = Columns::new(file, &schema, wanted, &mut first)?;
    let read = columns.read();
    let groups =
        Groups { metadata: Arc::clone(metadata.metadata()), schema, read, places: columns.projected().places() };
    let groups = Arc::new(groups);
    sink(first)?;
    let mut before = 0;
    for group in 0..groups.metadata.num_row_groups() {
        let row_count = u64::try_from(groups.metadata.row_group(group).num_rows()).unwrap_or(0);
        sink(RawBlock::of_group(Group { groups: Arc::clone(&groups), group, before, row_count }))?;
        before += row_count;
    }
    Ok(())
}

/// A row group that is still to be decoded.
#[derive(Debug, Clone)]
pub(super) struct Group {
    groups: Arc<Groups>,
    group: usize,
    /// Rows of the file before it.
    pub before: u64,
    /// Its rows.
    pub row_count: u64,
}

impl PartialEq for Group {
    fn eq(&self, other: &Group) -> bool {
        Arc::ptr_eq(&self.groups, &other.groups) && self.group == other.group
    }
}

impl Eq for Group {}

impl Group {
    /// Its bytes in the file.
    pub fn byte_count(&self) -> u64 {
        let group = self.groups.metadata.row_groups().get(self.group);
        group.map_or(0, |group| u64::try_from(group.compressed_size()).unwrap_or(0))
    }

    /// Its rows, a batch after the other.
    pub fn read(&self, file: &DataFile, wanted: &[Wanted], sink: &mut Sink<'_>) -> Result<(), DataError> {
        let mut columns = Columns::placed(file, wanted, self.groups.places.clone());
        let mut row = self.before;
        for batch in self.groups.open(file, self.group)? {
            let batch = batch.map_err(|error| damaged(file, &error))?;
            sink(columns.block(&batch, row)?)?;
            row += batch.num_rows() as u64;
        }
        Ok(())
    }
}

/// The row groups of a file.
#[derive(Debug)]
struct Groups {
    metadata: Arc<ParquetMetaData>,
    schema: SchemaRef,
    /// Columns that are read, ascending.
    read: Vec<usize>,
    /// Of each wanted column its place among those.
    places: Vec<Option<usize>>,
}

impl Groups {
    /// A reader of one row group. It opens the file anew, since readers of one opening share their place in it.
    fn open(&self, file: &DataFile, group: usize) -> Result<ParquetRecordBatchReader, DataError> {
        let damaged = |error| damaged(file, &error);
        let options = ArrowReaderOptions::new().with_schema(self.schema_of(group));
        let metadata = ArrowReaderMetadata::try_new(Arc::clone(&self.metadata), options).map_err(damaged)?;
        let mask = ProjectionMask::roots(metadata.parquet_schema(), self.read.iter().copied());
        let opened = File::open(&file.path).map_err(|reason| unreadable(&file.path, reason))?;
        ParquetRecordBatchReaderBuilder::new_with_metadata(opened, metadata)
            .with_row_groups(vec![group])
            .with_projection(mask)
            .with_batch_size(BATCH_ROWS)
            .build()
            .map_err(damaged)
    }

    /// The file's columns as they are to be read in a row group: texts keep their dictionary where all pages have it, and
    /// are plain else (a reader would have to make a dictionary of its own for each batch).
    fn schema_of(&self, group: usize) -> SchemaRef {
        let of_column = |(at, field): (usize, &Arc<arrow_schema::Field>)| {
            if !is_text(field.data_type()) {
                return Arc::clone(field);
            }
            let dictionary = leaf_of(&self.metadata, group, at).is_some_and(has_dictionary);
            let ty = if dictionary {
                DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
            } else {
                DataType::Utf8
            };
            Arc::new(field.as_ref().clone().with_data_type(ty))
        };
        let fields: Vec<_> = self.schema.fields().iter().enumerate().map(of_column).collect();
        Arc::new(Schema::new_with_metadata(fields, self.schema.metadata().clone()))
    }
}

fn is_text(ty: &DataType) -> bool {
    match ty {
        DataType::Dictionary(_, values) => is_text(values),
        ty => matches!(ty, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View),
    }
}

/// The chunk of a column that is no struct, list or map.
fn leaf_of(metadata: &ParquetMetaData, group: usize, root: usize) -> Option<&ColumnChunkMetaData> {
    let schema = metadata.file_metadata().schema_descr();
    let leaf = (0..schema.num_columns()).find(|leaf| schema.get_column_root_idx(*leaf) == root)?;
    (group < metadata.num_row_groups()).then(|| metadata.row_group(group).column(leaf))
}

fn has_dictionary(chunk: &ColumnChunkMetaData) -> bool {
    chunk.dictionary_page_offset().is_some()
        && chunk
            .page_encoding_stats_mask()
            .is_some_and(|mask| mask.is_only(Encoding::RLE_DICTIONARY) || mask.is_only(Encoding::PLAIN_DICTIONARY))
}

fn damaged(file: &DataFile, error: &dyn Display) -> DataError {
    let message = Text::new(
        format!("it is no Parquet file, or a part of it cannot be read: {error}"),
        format!("不是 Parquet 文件，或其中一部分无法读取：{error}"),
    );
    bad_file(file, 0, message, None)
}
