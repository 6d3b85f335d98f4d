//! References to records that no source brought: each is read as an empty one, and a mistyped key is lost without a word.

use crate::diagnostic::Text;
use crate::engine::Run;
use crate::model::{Role, Type};
use serde::Serialize;
use std::collections::BTreeMap;

/// The code of the warning.
pub const DANGLING: &str = "WG0916";

/// Keys of one kind of records to which rows refer, and that no record has that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dangling {
    /// The kind of the records.
    pub kind: String,
    /// The fields that refer to it and have a source, as `KIND.FIELD`.
    pub fields: Vec<String>,
    /// Number of keys.
    pub keys: u64,
    /// The first of them, by its bytes.
    pub first: String,
}

/// What policies refer to and nobody brought, one entry a kind. Kinds without a source are told before the run.
pub(super) fn dangling(runs: &[Run<'_>]) -> Vec<Dangling> {
    let mut found: BTreeMap<String, Dangling> = BTreeMap::new();
    for (program, _, ledger) in runs {
        let (policy, coverage) = (program.policy(), &program.spec().coverage);
        let events = policy.kinds.entries().filter(|(_, kind)| kind.role == Role::Record && kind.key.is_some());
        for (id, kind) in events.filter(|(id, _)| coverage.contains_key(id)) {
            let (keys, events) = (ledger.keys(id), ledger.events(id));
            let missing = (0u32..).take(keys.len()).filter(|key| events.row(*key).is_none()).map(|key| keys.key(key));
            let (mut count, mut first) = (0, None);
            for key in missing {
                count += 1;
                first = Some(first.map_or(key, |first: &str| first.min(key)));
            }
            let Some(first) = first else { continue };
            let brought = policy.kinds.entries().filter(|(from, _)| coverage.contains_key(from));
            let fields = brought.flat_map(|(_, from)| {
                let refer = from.fields.iter().filter(|field| field.ty == Type::Ref(id));
                refer.map(|field| format!("{}.{}", from.name, field.name))
            });
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
