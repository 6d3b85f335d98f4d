//! Scopes of the subjects of plain rules: those that look alike have the same.

use super::RunError;
use super::plain::{Plain, paths_of};
use crate::engine::eval::eval;
use crate::engine::registers::{Store, Versions};
use crate::engine::table::Looks;
use crate::engine::value::Tri;
use crate::model::{Expr, FieldId, Overflow};

/// Whether an expression reads the subject's key.
fn reads_key(expr: &Expr) -> bool {
    matches!(expr, Expr::Key) || expr.children().into_iter().any(reads_key)
}

/// Most fields of a scope that are looked at.
const FIELDS: usize = 3;

/// Looks that are kept, at most.
const PLACES: usize = 256;

/// What a scope reads of a subject.
type Look = [u64; FIELDS];

/// Scopes of steady subjects: those that look alike have the same.
pub(super) struct Scopes<'p, 'j, 'a> {
    plain: &'p Plain<'j, 'a>,
    /// All that the scope reads of a subject, where it reads so little.
    columns: Option<(&'a Versions, Vec<Looks<'a>>)>,
    /// What was met, where its hash says, and what it came to.
    met: [Look; PLACES],
    truths: [Option<Tri>; PLACES],
}

impl<'p, 'j, 'a> Scopes<'p, 'j, 'a> {
    pub(super) fn new(plain: &'p Plain<'j, 'a>) -> Scopes<'p, 'j, 'a> {
        Scopes { plain, columns: columns_of(plain), met: [[0; FIELDS]; PLACES], truths: [None; PLACES] }
    }

    /// Errors where a number of the scope overflows.
    #[inline]
    pub(super) fn of(&mut self, id: u32) -> Result<Tri, RunError> {
        let look = self.look(id);
        if let Some(look) = look
            && let (Some(met), Some(Some(truth))) = (self.met.get(place(look)), self.truths.get(place(look)))
            && met.iter().zip(&look).all(|(met, seen)| met == seen)
        {
            return Ok(*truth);
        }
        self.found(id, look)
    }

    fn found(&mut self, id: u32, look: Option<Look>) -> Result<Tri, RunError> {
        let rule = self.plain.run.rule;
        let Some(scope) = &rule.scope else { return Ok(Tri::True) };
        let row = self.plain.row(id);
        let overflow = |Overflow| RunError::Overflow {
            place: rule.name.clone(),
            subject: self.plain.world.key(rule.subject, id).to_owned(),
        };
        let truth = eval(scope, &row).map_err(overflow)?.truth();
        if let Some(look) = look
            && let (Some(met), Some(known)) = (self.met.get_mut(place(look)), self.truths.get_mut(place(look)))
        {
            (*met, *known) = (look, Some(truth));
        }
        Ok(truth)
    }

    /// What the scope reads of a subject.
    #[inline]
    fn look(&self, id: u32) -> Option<Look> {
        let (versions, columns) = self.columns.as_ref()?;
        let row = versions.only(id)?.row;
        let mut look = [0; FIELDS];
        for (seen, column) in look.iter_mut().zip(columns) {
            *seen = column.of(row)?;
        }
        Some(look)
    }
}

/// Where a look is kept.
#[inline]
fn place(look: Look) -> usize {
    let mixed = look.iter().fold(0u64, |mixed, seen| (mixed ^ seen).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    (mixed >> 56) as usize
}

/// The versions of a rule's subjects, and the columns that its scope reads; `None` where it reads more, or other things.
fn columns_of<'a>(plain: &Plain<'_, 'a>) -> Option<(&'a Versions, Vec<Looks<'a>>)> {
    let rule = plain.run.rule;
    let Store::Register { table, versions, .. } = plain.world.registers.store(rule.subject) else { return None };
    let mut paths = Vec::new();
    rule.scope.iter().for_each(|scope| paths_of(scope, &mut paths));
    let key = plain.world.policy().kinds[rule.subject].key;
    let fields = paths.iter().map(|path| match path {
        [field] if key != Some(*field) => Some(*field),
        _ => None,
    });
    let mut fields: Vec<FieldId> = fields.collect::<Option<_>>()?;
    fields.sort_unstable();
    fields.dedup();
    if rule.scope.as_ref().is_some_and(reads_key) || fields.len() > FIELDS {
        return None;
    }
    Some((versions, fields.into_iter().map(|field| table.looks(field)).collect::<Option<_>>()?))
}
