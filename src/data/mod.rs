//! Manifest, readers, rejects and the run: the room that touches files.
pub mod bind;
pub mod columns;
pub mod convert;
pub mod decode;
pub mod error;
pub mod files;
pub mod load;
pub mod manifest;
pub mod read;
pub mod rejects;
pub mod rows;
pub mod suggest;
pub mod unique;
pub mod yaml;
