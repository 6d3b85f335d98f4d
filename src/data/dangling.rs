//! References to records that no source brought: each is read as an empty one, and a mistyped key is lost without a word.

use crate::diagnostic::Text;
use crate::engine::Run;
use crate::model::Role;
use serde::Serialize;
use std::collections::BTreeMap;

/// The code of the warning.
pub const DANGLING: &str = "WG0916";

/// Keys of one kind of records to which rows refer, and that no record has that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dangling {
    /// The kind of the records.
    pub kind: String,
    /// The fields that hold one of the keys, as `KIND.FIELD`.
    pub fields: Vec<String>,
    /// Number of keys.
    pub keys: u64,
    /// The first of them, by its bytes.
    pub first: String,
}

/// What policies refer to and nobody brought, one entry a kind. Kinds without a source are told before the run.
pub(super) fn dangling(runs: &[Run<'_>]) -> Vec<Dangling> {
    let mut found: BTreeMap<String, Dangling> = BTreeMap::new();
    for (program, registers, ledger) in runs {
        let (policy, coverage) = (program.policy(), &program.spec().coverage);
        let events = policy.kinds.entries().filter(|(_, kind)| kind.role == Role::Record && kind.key.is_some());
        for (id, kind) in events.filter(|(id, _)| coverage.contains_key(id)) {
            let (keys, events) = (ledger.keys(id), ledger.events(id));
            let missing: Vec<u32> = (0u32..).take(keys.len()).filter(|key| events.row(*key).is_none()).collect();
            let Some(first) = missing.iter().map(|key| keys.key(*key)).min() else { continue };
            let fields = ledger.referring(program, registers, id, &missing);
            let fields = fields.into_iter().filter_map(|(kind, field)| {
                let kind = policy.kinds.get(kind)?;
                Some(format!("{}.{}", kind.name, kind.fields.get(field)?.name))
            });
            let count = missing.len() as u64;
            let one =
                Dangling { kind: kind.name.clone(), fields: fields.collect(), keys: count, first: first.to_owned() };
            // Policies of one run read the same records; one may refer to more of them.
            match found.get(&kind.name) {
                Some(known) if known.keys >= one.keys => {}
                _ => _ = found.insert(kind.name.clone(), one),
            }
        }
    }
    found.into_values().collect()
}

impl Dangling {
    /// A warning.
    #[must_use]
    pub fn text(&self) -> Text {
        let Dangling { kind, keys, first, .. } = self;
        let fields: Vec<String> = self.fields.iter().map(|field| format!("`{field}`")).collect();
        let (en, zh) = (fields.join(", "), fields.join("、"));
        Text::new(
            format!("{DANGLING}: keys without a `{kind}` that was read: {keys}, first `{first}` (referred to by {en})"),
            format!("{DANGLING}：{zh} 所指的主键有 {keys} 个不属于任何已读取的`{kind}`，首个为`{first}`"),
        )
    }

    /// The way out.
    #[must_use]
    pub fn help(&self) -> Text {
        Text::new(
            "such a reference is read as empty, and the row counts for nobody by way of it: correct the key, or bring the record (it may be a reject, or later than as-of)",
            "这样的引用按空读取，该行不经它计入任何对象：请改正主键，或补上该记录（它也可能被退回，或晚于截至日）",
        )
    }
}
