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

/// Rows of a column batch: large enough to spread the cost of a batch, small enough for the caches.
pub const BATCH_ROWS: usize = 8_192;
/// Bytes of cells in a batch: a batch ends early where rows are long (its offsets are 32 bits wide).
pub const BATCH_BYTES: usize = 8 * 1024 * 1024;
/// Size of one row of a data file: a quote that is never closed must not swallow memory.
pub const ROW_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Size of a policy file.
pub const POLICY_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Number of policy files of one run, imports included.
pub const POLICY_FILES_MAX: usize = 1_000;
/// Letters of a value that a reject shows.
pub const REJECT_VALUE_CHARS: usize = 200;
/// Nesting of brackets in a policy, and of expressions without them: parsing and later stages recurse. Plans need about 5;
/// unoptimised code reads so many on a thread of two mebibytes.
pub const NESTING_MAX: usize = 48;
/// Operators in a row (`1 + 1 + ...`) or in each other: each nests the tree by one, so that later stages recurse. Plans need
/// about 10; the same thread has room for so many.
pub const OPERATORS_MAX: usize = 128;
/// References that are followed from a row to its subject: a visit, its household, its grid, its town.
pub const CHAIN_STEPS_MAX: usize = 4;
/// Levels of a tree below the top of a part that one policy of a run governs: from a province to a grid there are six.
pub const PART_LEVELS_MAX: usize = 12;
/// Clauses that one range names: the longest plans have a few hundred.
pub const CLAUSES_MAX: u32 = 10_000;
/// Days that a written calendar covers: two centuries.
pub const CALENDAR_DAYS_MAX: i64 = 73_200;
/// Days of a rolling frame: each day of a period is looked at with so many behind it.
pub const ROLLING_DAYS_MAX: u32 = 3_660;
/// Units of one window that starts from a date of the subject: a century of months.
pub const CYCLE_UNITS_MAX: u32 = 1_200;
/// Windows of one rule in a run: a day for each of 40 years.
pub const WINDOWS_MAX: usize = 15_000;
/// Rows that a run reads in one pass: ids of rows and keys have 32 bits, and a row brings a handful of keys. There are never
/// more subjects than rows name, so that this bounds them too.
pub const ROWS_MAX: u64 = 500_000_000;
/// Folders below a named one that are looked into: far deeper than any tree of policies.
pub const FOLDER_DEPTH_MAX: usize = 32;
/// Definitions (parts, measures) inside each other: checking and evaluating recurse. Plans need about 5.
pub const DEFINITION_DEPTH_MAX: usize = 64;
/// Policies and vocabularies that take each other in: each is checked with all that it takes in. Plans need about 4.
pub const TAKEN_IN_DEPTH_MAX: usize = 32;
/// Deductions and bonuses of one assessment: deductions over the same records are held against each other. Plans
/// need about 60.
pub const ADJUSTMENTS_MAX: usize = 500;
/// Pairs of rules on one number that are held against each other: all pairs of 600 rules.
pub const RULE_PAIRS_MAX: usize = 180_000;
/// Names that are compared with misspelt ones in the check of one policy; beyond, no more suggestions are made.
pub const SUGGESTION_WORK_MAX: usize = 50_000;
/// Steps of the parser on one text: a text of the largest size needs about a third, one that makes it go back and
/// forth stops here instead of running on.
pub const PARSER_STEPS_MAX: usize = 400_000_000;

/// Longest term, in its own units: 100,000 minutes are 69 days, 100,000 days 273 years. Longer ones are slips, and
/// their last days would leave the calendar.
pub const TERM_UNITS_MAX: u32 = 100_000;

/// Most workers of a run: more only cost memory, each has a ledger of its own.
pub const THREADS_MAX: usize = 64;

/// Variants of policies that one run scores beside them (`--what-if`): each has results of its own in memory.
pub const VARIANTS_MAX: usize = 200;

/// A workbook: compressed, so that its rows take many times more; a county's year goes into CSV or Parquet.
pub const WORKBOOK_BYTES_MAX: u64 = 128 * 1024 * 1024;

/// Obligations of one rule that an explanation shows in full below an item: what is not met comes first.
pub const EXPLAINED_BELOW_ITEM_MAX: usize = 12;
/// Obligations of one rule that are shown in full when the rule is asked for: a day of half a year.
pub const EXPLAINED_OF_RULE_MAX: usize = 200;
/// Records shown for one value: a page of a screen.
pub const EXPLAINED_ROWS_MAX: usize = 20;
/// Records shown for one value where many values of a sort are listed, such as the months of a reward.
pub const EXPLAINED_BRIEF_ROWS_MAX: usize = 5;
/// Records shown of those that lead to a subject and do not count: enough to see why.
pub const EXPLAINED_ASIDE_MAX: usize = 5;
/// Records shown that narrowly miss: the days, the place, the actor.
pub const EXPLAINED_NEAR_MAX: usize = 3;
/// Days on either side of a window in which such records are looked for.
pub const EXPLAINED_NEAR_DAYS: i32 = 31;
/// Values shown of one expression: tables of plans read a handful.
pub const EXPLAINED_FIGURES_MAX: usize = 24;
/// Measures that are opened inside each other in an explanation.
pub const EXPLAINED_DEPTH_MAX: usize = 3;
/// Periods of a reward, moments of a counter, recipients of an amount that are listed: two years of months.
pub const EXPLAINED_LIST_MAX: usize = 24;
/// Questions about records of one explanation: each row that is read is held against all of them.
pub const EXPLAINED_QUESTIONS_MAX: usize = 20_000;
/// Keys that a message offers for one that is not known: those who err by a letter have a few to choose from.
pub const NEAR_KEYS_MAX: usize = 5;
/// Messages that `check` shows to people: more than anybody reads before mending some. Formats for programs list all.
pub const MESSAGES_SHOWN_MAX: usize = 500;
/// Names that a message lists.
pub const LISTED_NAMES_MAX: usize = 20;
