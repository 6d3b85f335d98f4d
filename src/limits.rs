//! Every limit of the crate in one place, each with its reason.

/// Size of a YAML text that people write (manifest, tests): far above any real one, far below harm.
pub const YAML_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Nodes of such a text: one 4 MiB file of short scalars.
pub const YAML_NODES_MAX: usize = 400_000;
/// Size of a YAML or JSON data file: it is held in memory whole, about twenty times its size.
pub const YAML_DATA_BYTES_MAX: usize = 256 * 1024 * 1024;
/// Nodes of a YAML or JSON data file: a million rows of twenty fields.
pub const YAML_DATA_NODES_MAX: usize = 40_000_000;
/// Nesting of YAML: rows are two levels deep, manifests five; reading recurses.
pub const YAML_DEPTH_MAX: usize = 32;
/// Uses of aliases in one YAML text.
pub const YAML_ALIASES_MAX: usize = 1_000;

