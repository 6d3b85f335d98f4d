//! Manifest, readers, rejects and the run: the room that touches files.
pub mod yaml;
