//! Scopes of the subjects of plain rules: those that look alike have the same.

use super::RunError;
use super::plain::{Plain, paths_of};
use crate::engine::eval::eval;
use crate::engine::registers::Store;
use crate::engine::value::Tri;
use crate::model::{Expr, FieldId, Overflow};

/// Whether an expression reads the subject's key.
fn reads_key(expr: &Expr) -> bool {
    matches!(expr, Expr::Key) || expr.children().into_iter().any(reads_key)
}

/// Most fields of a scope that are looked at.
const FIELDS: usize = 3;

/// Most looks that are kept: more differ too much to be worth it.
const LOOKS: usize = 16;

/// Scopes of steady subjects: those that look alike have the same.
pub(super) struct Scopes<'p, 'j, 'a> {
    plain: &'p Plain<'j, 'a>,
    /// All that the scope reads of a subject, where it reads so little.
    fields: Option<Vec<FieldId>>,
    /// What was met, and what it came to.
    met: Vec<([u64; FIELDS], Tri)>,
}

impl<'p, 'j, 'a> Scopes<'p, 'j, 'a> {
    pub(super) fn new(plain: &'p Plain<'j, 'a>) -> Scopes<'p, 'j, 'a> {
        let mut paths = Vec::new();
        let rule = plain.run.rule;
        rule.scope.iter().for_each(|scope| paths_of(scope, &mut paths));
        let key = plain.world.policy().kinds[rule.subject].key;
        let reads_key = rule.scope.as_ref().is_some_and(reads_key);
        let fields = paths.iter().map(|path| match path {
            [field] if key != Some(*field) => Some(*field),
            _ => None,
        });
        let mut fields: Option<Vec<FieldId>> = fields.collect();
        if let Some(fields) = &mut fields {
            fields.sort_unstable();
            fields.dedup();
        }
        Scopes { plain, fields: fields.filter(|fields| !reads_key && fields.len() <= FIELDS), met: Vec::new() }
    }

    /// Errors where a number of the scope overflows.
    pub(super) fn of(&mut self, id: u32) -> Result<Tri, RunError> {
        let rule = self.plain.run.rule;
        let Some(scope) = &rule.scope else { return Ok(Tri::True) };
        let look = self.look(id);
        if let Some((_, truth)) = look.and_then(|look| self.met.iter().find(|(met, _)| *met == look)) {
            return Ok(*truth);
        }
        let row = self.plain.row(id);
        let overflow = |Overflow| RunError::Overflow {
            place: rule.name.clone(),
            subject: self.plain.world.key(rule.subject, id).to_owned(),
        };
        let truth = eval(scope, &row).map_err(overflow)?.truth();
        if let Some(look) = look.filter(|_| self.met.len() < LOOKS) {
            self.met.push((look, truth));
        }
        Ok(truth)
    }

    /// What the scope reads of a subject.
    fn look(&self, id: u32) -> Option<[u64; FIELDS]> {
        let fields = self.fields.as_ref()?;
        let Store::Register { table, versions, .. } = self.plain.world.registers.store(self.plain.run.rule.subject)
        else {
            return None;
        };
        let only = versions.only(id)?;
        let mut look = [0; FIELDS];
        for (seen, field) in look.iter_mut().zip(fields) {
            *seen = table.look(only.row, *field)?;
        }
        Some(look)
    }
}
