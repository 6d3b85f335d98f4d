//! Makes the sample town's data: registers and a year (2024) of activity, with changes and dirt.
//!
//! `cargo run --release --example town_data -- target/town` writes CSV and JSON Lines files into the
//! folder. The same seed gives the same bytes. Nothing in it is real: every id is a number.

#[path = "town/generator/mod.rs"]
mod generator;

use std::error::Error;
use std::io::Write;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args_os().skip(1);
    let Some(folder) = args.next().map(PathBuf::from) else {
        return Err("give the folder to write into: town_data FOLDER [SEED]".into());
    };
    let seed = match args.next() {
        Some(text) => text.to_string_lossy().parse().map_err(|_| "the seed must be a whole number")?,
        None => 20_240_101,
    };
    std::fs::create_dir_all(&folder)?;
    let rows = generator::write_town(&folder, seed)?;
    writeln!(std::io::stdout(), "{rows} rows in {}", folder.display())?;
    Ok(())
}
