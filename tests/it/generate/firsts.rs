//! Stand-ins, whose records count because of them, and records that are first in a matter.

use super::expression::{Known, Place, SourceWant};
use super::policy::Statement;
use super::relations::field;
use super::schema::{Field, FieldType, Role};
use super::words::Words;

/// A kind of stand-ins for some entity, and what says that it is one.
pub fn stand_ins(w: &mut Words, known: &mut Known, statements: &mut Vec<Statement>) {
    let kinds = &known.schema.kinds;
    let acts = |at: &usize| {
        let named = |kind: &super::schema::Kind| kind.fields.iter().any(|field| field.ty == FieldType::Ref(*at));
        kinds[*at].role == Role::Entity && kinds.iter().any(|kind| kind.is_record() && named(kind))
    };
    let actors: Vec<usize> = (0..kinds.len()).filter(acts).collect();
    if actors.is_empty() {
        return;
    }
    let actor = *w.pick(&actors);
    let record = w.chance(35);
    let names: Vec<String> = (0..7).map(|_| known.schema.fresh(w)).collect();
    let (text, date, of) = (w.kw("text"), w.kw("date"), w.name(&known.kind(actor).name.clone()));
    let mut kind = format!("{}{}{}\n", w.kw(if record { "record" } else { "entity" }), w.name(&names[0]), w.mark("{"));
    kind += &field(w, "key", &names[1], &text, false);
    if record {
        kind += &field(w, "at", &names[2], &date, false);
    }
    kind += &field(w, "", &names[3], &of, true);
    kind += &field(w, "", &names[4], &of, false);
    kind += &field(w, "", &names[5], &date, true);
    kind += &field(w, "", &names[6], &date, true);
    let plain = |head: String| Statement { head, lines: Vec::new(), tail: String::new() };
    statements.push(plain(kind + &w.mark("}")));
    let mut text = format!("{}{}{}{}", w.kw("stand_in"), w.name(&names[0]), w.kw("stand_by"), w.name(&names[3]));
    text += &format!("{}{}", w.kw("stand_for"), w.name(&names[4]));
    if w.chance(50) {
        text += &format!("{}{}", w.kw("from"), w.name(&names[5]));
    }
    if w.chance(50) {
        text += &format!("{}{}", w.kw("to"), w.name(&names[6]));
    }
    statements.push(plain(text));
    known.actor = Some(actor);
}

impl Known {
    /// Whose records count for a subject, where somebody may stand in.
    pub fn who(&self, w: &mut Words, subject: usize) -> String {
        if self.actor != Some(subject) {
            return String::new();
        }
        w.kw_of(&["in_person", "or_stand_in", "or_stand_in", "stand_in_instead", "stand_in_instead"])
    }

    /// Whether one reference names another, or who stands in for it.
    pub fn acting_test(&self, w: &mut Words, kind: usize) -> Option<String> {
        let actor = self.actor?;
        let refers = |ty: &FieldType| *ty == FieldType::Ref(actor);
        let (a, b) = (self.field(w, kind, refers)?, self.field(w, kind, refers)?);
        let is = if w.chance(50) { w.kw("is") } else { w.mark("=") };
        Some(format!("{a}{is}{b}{}", w.kw_of(&["or_stand_in", "stand_in_instead"])))
    }

    /// `first per FIELD ...` behind a source of these kinds, and whether ties are shared.
    pub fn first_per(&self, w: &mut Words, kinds: &[usize], want: SourceWant) -> Option<(String, bool)> {
        let single = |field: &&Field| !matches!(field.ty, FieldType::Codes(_));
        let everywhere = |field: &&Field| kinds.iter().all(|kind| self.has_field(*kind, field));
        let fields: Vec<Field> =
            self.kind(*kinds.first()?).fields.iter().filter(single).filter(everywhere).cloned().collect();
        if fields.is_empty() {
            return None;
        }
        let mut matter = vec![w.pick(&fields).clone()];
        let second = w.pick(&fields).clone();
        if w.chance(25) && second.name != matter[0].name {
            matter.push(second);
        }
        let names: Vec<String> = matter.iter().map(|field| w.name(&field.name)).collect();
        let mut text = format!("{}{}", w.kw("first_per"), w.list(&names));
        let mut ties = vec!["ties_all", "ties_none"];
        if matches!(want, SourceWant::Any | SourceWant::Pooled) {
            ties.extend(["ties_shared", "ties_shared"]);
        }
        if kinds.iter().all(|kind| self.kind(*kind).marked("key").is_some()) {
            ties.push("ties_by_key");
        }
        let ties = *w.pick(&ties);
        text += &w.kw(ties);
        let knows =
            |kind: &usize| self.kind(*kind).is_record() && matter.iter().all(|field| self.has_field(*kind, field));
        let knowing: Vec<usize> = (0..self.schema.kinds.len()).filter(knows).collect();
        if w.chance(40) {
            let kind = *w.pick(&knowing);
            text += &w.kw_of(&["unless_earlier", "unless_by_then"]);
            let name = self.kind_or_part(w, kind);
            text += &if w.chance(70) {
                let filter = self.closed_condition(w, kind, Place::Record, 0);
                let inner = format!("{name}{}{filter}", w.kw("where"));
                w.paren(&inner)
            } else {
                name
            };
        }
        Some((text, ties == "ties_shared"))
    }

    fn has_field(&self, kind: usize, field: &Field) -> bool {
        self.kind(kind).fields.iter().any(|own| own.name == field.name && own.ty == field.ty)
    }
}
