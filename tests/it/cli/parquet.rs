//! Results as Parquet hold the cells of the CSV files, in columns of their types.

use super::Folder;
use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use wangge::model::Day;

fn cell(array: &dyn Array, row: usize) -> String {
    if array.is_null(row) {
        return String::new();
    }
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).to_owned(),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::Date32 => Day(array.as_primitive::<Date32Type>().value(row)).to_string(),
        DataType::Decimal128(38, 10) => plain(&array.as_primitive::<Decimal128Type>().value_as_string(row)),
        other => panic!("no column is of the type {other}"),
    }
}

/// A number without zeros at its end.
fn plain(number: &str) -> String {
    if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.').to_owned() } else { number.to_owned() }
}

#[test]
fn tables_hold_the_cells_of_the_files() {
    let folder = Folder::starter("zh");
    folder.edit("plan/data/inspections.csv", "2024-01", "2024-13");
    let with = |format: &str, out: &str| {
        folder.run(&["score", "plan/manifest.yaml", "--out", out, "--findings", "all", "--format", format]).ends(0);
    };
    with("csv", "texts");
    with("parquet", "typed");
    with("parquet", "again");
    let mut row_count = 0;
    for table in ["scores", "items", "findings", "effects", "rules", "measures", "rejects"] {
        let path = |out: &str| folder.path(&format!("{out}/{table}.parquet"));
        assert_eq!(std::fs::read(path("typed")).unwrap(), std::fs::read(path("again")).unwrap(), "{table}");
        let reader = ParquetRecordBatchReaderBuilder::try_new(std::fs::File::open(path("typed")).unwrap()).unwrap();
        let batches: Vec<RecordBatch> = reader.build().unwrap().collect::<Result<_, _>>().unwrap();
        let typed: Vec<Vec<String>> = (batches.iter())
            .flat_map(|batch| (0..batch.num_rows()).map(|row| batch.columns().iter().map(|c| cell(c, row)).collect()))
            .collect();
        let mut texts = csv::Reader::from_path(folder.path(&format!("texts/{table}.csv"))).unwrap();
        let header = texts.headers().unwrap().clone();
        let decimals = ["points", "out_of", "max_points", "amount"];
        let texts: Vec<Vec<String>> = (texts.records())
            .map(|row| {
                let row = row.unwrap();
                let cells = header.iter().zip(&row);
                cells.map(|(name, cell)| if decimals.contains(&name) { plain(cell) } else { cell.to_owned() }).collect()
            })
            .collect();
        assert_eq!(typed, texts, "{table}");
        row_count += typed.len();
    }
    assert!(row_count > 20, "{row_count}");
    assert_eq!(folder.names("typed").len(), 8);
}
