//! Relations, waivers and lives: kinds that stand beside those of the schema, with what uses them.

use super::expression::Known;
use super::policy::Statement;
use super::rules::STRENGTHS;
use super::schema::{FieldType, Role, Schema};
use super::words::Words;

fn plain(head: String) -> Statement {
    Statement { head, lines: Vec::new(), tail: String::new() }
}

/// A field, as a line of a kind.
pub fn field(w: &mut Words, mark: &str, name: &str, ty: &str, optional: bool) -> String {
    let mark = if mark.is_empty() { String::new() } else { w.kw(mark) };
    let optional = if optional { w.kw("optional") } else { String::new() };
    format!("    {mark}{}{}{ty}{optional}\n", w.name(name), w.mark(":"))
}

/// A kind of waivers, and what says that it is one.
pub fn waiver(w: &mut Words, known: &mut Known, statements: &mut Vec<Statement>) {
    let record = w.chance(40);
    let names: Vec<String> = (0..7).map(|_| known.schema.fresh(w)).collect();
    let subjects = super::policy::keyed(known);
    let of = *w.pick(&subjects);
    let reference = if w.chance(70) { w.name(&known.kind(of).name.clone()) } else { w.kw("text") };
    let (text, date) = (w.kw("text"), w.kw("date"));
    let mut kind = format!("{}{}{}\n", w.kw(if record { "record" } else { "entity" }), w.name(&names[0]), w.mark("{"));
    kind += &field(w, "key", &names[1], &text, false);
    if record {
        kind += &field(w, "at", &names[6], &date, false);
    }
    kind += &field(w, "", &names[2], &text, false);
    kind += &field(w, "", &names[3], &reference, false);
    kind += &field(w, "", &names[4], &date, true);
    let to = known.schema.fresh(w);
    kind += &field(w, "", &to, &date, true);
    kind += &field(w, "", &names[5], &text, true);
    statements.push(plain(kind + &w.mark("}")));
    let mut text = format!("{}{}{}{}", w.kw("waiver"), w.name(&names[0]), w.kw("of_rule"), w.name(&names[2]));
    text += &format!("{}{}", w.kw("for"), w.name(&names[3]));
    if w.chance(60) {
        text += &format!("{}{}", w.kw("from"), w.name(&names[4]));
    }
    if w.chance(60) {
        text += &format!("{}{}", w.kw("to"), w.name(&to));
    }
    text += &format!("{}{}", w.kw("because"), w.name(&names[5]));
    statements.push(plain(text));
}

/// A relation of two kinds, and a rule about its rows.
pub fn relation(w: &mut Words, known: &mut Known, statements: &mut Vec<Statement>) {
    let kinds = &known.schema.kinds;
    // Records with just one reference to some entity.
    let mut sources = Vec::new();
    for (at, kind) in kinds.iter().enumerate().filter(|(_, kind)| kind.is_record()) {
        for field in &kind.fields {
            let FieldType::Ref(to) = field.ty else { continue };
            let once = kind.fields.iter().filter(|other| other.ty == field.ty).count() == 1;
            if once && kinds[to].role == Role::Entity {
                sources.push((at, to));
            }
        }
    }
    let entities: Vec<usize> = (0..kinds.len()).filter(|k| kinds[*k].role == Role::Entity).collect();
    if sources.is_empty() {
        return;
    }
    let (record, first) = *w.pick(&sources);
    let second = *w.pick(&entities);
    if second == first || known.actor == Some(second) {
        return;
    }
    let names: Vec<String> = (0..5).map(|_| known.schema.fresh(w)).collect();
    let (text, a, b) =
        (w.kw("text"), w.name(&known.kind(first).name.clone()), w.name(&known.kind(second).name.clone()));
    let mut kind = format!("{}{}{}\n", w.kw("relation"), w.name(&names[0]), w.mark("{"));
    kind += &field(w, "key", &names[1], &text, false);
    kind += &field(w, "", &names[2], &a, false);
    kind += &field(w, "", &names[3], &b, false);
    statements.push(plain(kind + &w.mark("}")));
    let strength = STRENGTHS[w.below(STRENGTHS.len())];
    let frame = w.kw_of(&["every_week", "every_month", "every_quarter"]);
    let least = w.range(1, 2);
    let source = w.name(&known.kind(record).name.clone());
    let mut head = format!("{}{}{}", w.kw("rule"), w.name(&names[4]), w.mark(":"));
    head += &format!("{}{}{}{frame}", w.kw("each"), w.name(&names[0]), w.kw(strength));
    let who = known.who(w, first);
    head += &format!("{}{}{least} {source}{who}", w.kw("has"), w.kw("at_least"));
    let partial = w.kw_of(&["partial_whole", "partial_any", "partial_half"]);
    statements.push(Statement { head, lines: vec![partial], tail: String::new() });
}

/// `there from first X to last Y`, where records lead to an entity in one way.
pub fn lifetime(w: &mut Words, schema: &Schema, entity: usize) -> String {
    let leads = |kind: &usize| {
        let chains = schema.chains(*kind, entity);
        schema.kinds[*kind].is_record()
            && (chains.len() == 1 || chains.iter().filter(|path| path.len() == 1).count() == 1)
    };
    let records: Vec<usize> = (0..schema.kinds.len()).filter(leads).collect();
    if records.is_empty() || !w.chance(40) {
        return String::new();
    }
    let (first, last) = (*w.pick(&records), *w.pick(&records));
    let mut text = format!("{}{}{}", w.kw("there_from"), w.kw("first"), w.name(&schema.kinds[first].name));
    if w.chance(60) {
        text += &format!("{}{}{}", w.kw("to"), w.kw("last"), w.name(&schema.kinds[last].name));
    }
    text
}
