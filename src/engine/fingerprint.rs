//! What a kept ledger belongs to: a ledger goes on only where all that decided what was observed is the same.

use super::registers::{Registers, Store};
use super::table::Table;
use super::value::V;
use crate::model::{Expr, FieldId, Kind, KindId, Link, Role, Type};
use crate::program::{Program, op_exprs, walk};
use crate::source::Span;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt::{Debug, Write as _};

/// A hash of 256 bits.
pub type Hash = [u8; 32];

/// What a ledger was observed by. Two ledgers of one fingerprint may be merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Fingerprint {
    /// Of the program: kinds, calendars, what is counted by which filters over which days.
    pub program: Hash,
    /// Of the registers: their keys, and the columns that records are filtered and led on by.
    pub registers: Hash,
}

impl Fingerprint {
    /// Of a program and its registers.
    #[must_use]
    pub fn new(program: &Program, registers: &Registers) -> Fingerprint {
        Fingerprint { program: of_program(program), registers: of_registers(program, registers) }
    }
}

/// Takes in texts as they are written: nothing is held.
struct Sink(Sha256);

impl std::fmt::Write for Sink {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}

impl Sink {
    fn new() -> Sink {
        Sink(Sha256::new())
    }

    fn add(&mut self, part: &dyn Debug) {
        // Writing into a hash does not fail.
        let _ = writeln!(self, "{part:?}");
    }

    fn finish(self) -> Hash {
        self.0.finalize().into()
    }
}

fn of_program(program: &Program) -> Hash {
    let policy = program.policy();
    let mut sink = Sink::new();
    sink.add(&env!("CARGO_PKG_VERSION"));
    for (id, kind) in policy.kinds.entries() {
        sink.add(&(Kind { span: Span::default(), ..kind.clone() }, program.is_register(id)));
    }
    policy.code_lists.iter().for_each(|list| sink.add(list));
    policy.calendars.iter().for_each(|calendar| sink.add(calendar));
    policy.clocks.iter().for_each(|clock| sink.add(clock));
    policy.stand_ins.iter().for_each(|stand_in| sink.add(stand_in));
    sink.add(&(policy.timezone, policy.year_start));
    let mut reads_as_of = false;
    for accumulator in program.accumulators.iter() {
        let edges = accumulator.slots.as_ref().map(crate::program::Slots::edges);
        sink.add(&(&accumulator.op, &accumulator.parts, accumulator.kind, edges, accumulator.planned));
        for part in &accumulator.parts {
            for expr in part.source.filter.iter().chain(op_exprs(&accumulator.op)) {
                walk(expr, policy, &mut |found| reads_as_of |= matches!(found, Expr::AsOf));
            }
        }
    }
    program.deferred.iter().for_each(|deferred| sink.add(deferred));
    if reads_as_of {
        sink.add(&program.spec().as_of);
    }
    sink.finish()
}

/// Columns of registers that records are filtered, weighed and led on by while they are observed.
fn columns_read(program: &Program) -> BTreeSet<(KindId, FieldId)> {
    let policy = program.policy();
    let mut read = BTreeSet::new();
    let mut follow = |from: KindId, path: &[FieldId]| {
        let mut kind = from;
        for (step, field) in path.iter().enumerate() {
            if step > 0 {
                read.insert((kind, *field));
            }
            let Some(next) = policy.kinds[kind].fields.get(*field).and_then(|field| match field.ty {
                Type::Ref(target) => Some(target),
                _ => None,
            }) else {
                return;
            };
            kind = next;
        }
    };
    let mut whole: BTreeSet<KindId> = BTreeSet::new();
    for accumulator in program.accumulators.iter() {
        for part in &accumulator.parts {
            let source = &part.source;
            match &source.link {
                Link::Whole => {}
                Link::Path { path, ancestors } => {
                    follow(source.kind, path);
                    // Up the tree by the parents of what is reached.
                    whole.extend(ancestors.then(|| policy.path_kind(source.kind, path)).flatten());
                }
                Link::Shared { kind, on } => {
                    on.iter().for_each(|(path, _)| follow(source.kind, path));
                    whole.insert(*kind);
                }
            }
            for expr in source.filter.iter().chain(op_exprs(&accumulator.op)) {
                walk(expr, policy, &mut |found| {
                    if let Expr::Field(path) = found {
                        follow(source.kind, path);
                    }
                });
            }
        }
    }
    whole.extend(policy.stand_ins.iter().map(|stand_in| stand_in.kind));
    let all = |kind: KindId| policy.kinds[kind].fields.ids().map(move |field| (kind, field));
    read.extend(whole.into_iter().flat_map(all));
    read.retain(|(kind, _)| policy.kinds[*kind].role == Role::Entity);
    read
}

fn of_registers(program: &Program, registers: &Registers) -> Hash {
    let policy = program.policy();
    let mut sink = Sink::new();
    let read = columns_read(program);
    for kind in policy.kinds.ids() {
        match registers.store(kind) {
            Store::Whole(_) | Store::Derived(_) | Store::Event(_) => {}
            Store::Register { keys, table, versions } => {
                sink.add(&kind);
                sink.0.update((keys.len() as u64).to_le_bytes());
                for id in (0u32..).take(keys.len()) {
                    add_text(&mut sink, keys.key(id));
                }
                let fields: Vec<FieldId> = read.iter().filter(|(of, _)| *of == kind).map(|(_, field)| *field).collect();
                if fields.is_empty() {
                    continue;
                }
                for id in (0u32..).take(versions.subject_count()) {
                    for version in versions.of(id) {
                        sink.0.update(version.since.0.to_le_bytes());
                        sink.0.update(version.until.0.to_le_bytes());
                        fields.iter().for_each(|field| add_cell(&mut sink, registers, table, version.row, *field));
                    }
                }
            }
        }
    }
    sink.finish()
}

fn add_text(sink: &mut Sink, text: &str) {
    sink.0.update((text.len() as u64).to_le_bytes());
    sink.0.update(text.as_bytes());
}

/// A cell of a register; references by the key that they name.
fn add_cell(sink: &mut Sink, registers: &Registers, table: &Table, row: u32, field: FieldId) {
    match (table.refers_to(field), table.reference(row, field)) {
        (Some(target), Some(id)) => {
            let key = match registers.store(target) {
                Store::Whole(keys) | Store::Register { keys, .. } | Store::Derived(keys) | Store::Event(keys) => {
                    keys.key(id)
                }
            };
            add_text(sink, key);
        }
        (Some(_), None) => sink.add(&"nothing"),
        (None, _) => match table.cell(row, field) {
            V::Text(text) => add_text(sink, text),
            other => sink.add(&other),
        },
    }
}
