//! Subjects that are the same on all days, read straight from the columns of their registers.

use crate::engine::registers::Store;
use crate::engine::registers::Versions;
use crate::engine::world::World;
use crate::model::{FieldId, KindId};

/// References of registers whose subjects are all there throughout, with one version each.
pub(super) struct Way<'a> {
    columns: Vec<&'a [u32]>,
}

impl<'a> Way<'a> {
    /// Along a path; `None` where it passes something else.
    pub(super) fn of(world: World<'a>, mut kind: KindId, path: &[FieldId]) -> Option<Way<'a>> {
        let mut columns = Vec::with_capacity(path.len());
        for field in path {
            let Store::Register { table, versions: Versions::Lasting(_), .. } = world.registers.store(kind) else {
                return None;
            };
            kind = world.target(kind, *field)?;
            // A reference to a record that is not read is an empty one.
            let is_register = matches!(world.registers.store(kind), Store::Register { .. });
            columns.push(table.references(*field).filter(|_| is_register)?);
        }
        Some(Way { columns })
    }

    /// Where it leads from a subject, if anywhere.
    #[inline]
    pub(super) fn end(&self, id: u32) -> Option<u32> {
        self.columns.iter().try_fold(id, |at, column| column.get(at as usize).copied().filter(|to| *to != u32::MAX))
    }
}
