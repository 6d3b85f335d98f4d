//! The manifest held against the policies: which column feeds which field of which kind.
//!
//! Everything that can be told without opening a data file is checked here, at its place in the manifest.

use super::convert::{Cell, Conversion};
use super::decode::{BAD_SOURCE, BAD_VALUE, Located, UNKNOWN_NAME};
use super::manifest::{Complete, Content, Ids, JoinDecl, KindDecl, Manifest, SourceDecl};
use super::notation::{LIFETIME, check_formats, notation_of};
use super::read::{Apart, Need, Wanted};
use super::suggest::way_out;
use crate::diagnostic::{Diagnostic, Text};
use crate::model::{Field, FieldId, Id, Kind, KindId, Policy, Role, Type};
use crate::source::Span;
use hashbrown::HashMap;
use std::sync::Arc;

/// One entry of `sources`, bound.
#[derive(Debug)]
pub struct Feed {
    /// Columns that are read; cells of a block stand in this order.
    pub wanted: Vec<Wanted>,
    /// The column that tells the kind, and what its values stand for (`None`: skipped).
    pub kind_column: Option<(usize, HashMap<String, Option<usize>>)>,
    /// What rows may be; one entry without a kind column.
    pub kinds: Vec<RowKind>,
    /// Texts that several columns make up.
    pub joined: Vec<Joined>,
    /// For each of `kinds` the wanted columns that its rows need.
    needs: Vec<Vec<usize>>,
}

impl Feed {
    /// How its rows are told apart, if a column tells.
    #[must_use]
    pub fn apart(&self) -> Option<Apart<'_>> {
        let (column, values) = self.kind_column.as_ref()?;
        Some(Apart { column: *column, values, needs: &self.needs })
    }

    /// The wanted columns that a kind's rows need.
    fn needs_of(&self, kind: &RowKind) -> Vec<usize> {
        let mut needs: Vec<usize> = Vec::new();
        for plan in kind.plans.iter().flatten() {
            for field in &plan.fields {
                match &field.from {
                    Feeder::Column(at) => needs.push(*at),
                    Feeder::Joined(at) => needs.extend(self.joined.get(*at).iter().flat_map(|joined| &joined.columns)),
                    Feeder::Constant(_) => {}
                }
            }
            needs.extend(plan.since.iter().chain(&plan.until).map(|(at, _)| at));
            needs.extend(plan.unique.iter().flatten().filter_map(|part| match part {
                KeyPart::Column(at) => Some(at),
                KeyPart::Field(_) => None,
            }));
        }
        needs.sort_unstable();
        needs.dedup();
        needs
    }
}

/// Wanted columns whose texts are one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// The columns.
    pub columns: Vec<usize>,
    /// What stands between them.
    pub with: String,
}

/// Rows of one kind, for each policy that knows the kind.
#[derive(Debug)]
pub struct RowKind {
    /// Name of the kind.
    pub name: String,
    /// Kept in registers (else records).
    pub entity: bool,
    /// Days for which the records are all there.
    pub complete: Complete,
    /// One plan a policy, in order of the policies.
    pub plans: Vec<Option<RowPlan>>,
    /// For each policy the first one that reads the rows in the same way, if that is another.
    pub same_as: Vec<Option<usize>>,
}

/// How a row becomes a row of a kind of one policy.
#[derive(Debug, PartialEq, Eq)]
pub struct RowPlan {
    /// The kind.
    pub kind: KindId,
    /// One entry a field.
    pub fields: Vec<FieldPlan>,
    /// Wanted column of the first day of a register row, and its name.
    pub since: Option<(usize, Arc<str>)>,
    /// Of the last day.
    pub until: Option<(usize, Arc<str>)>,
    /// Rows are unique by these together; `None`: every row counts.
    pub unique: Option<Vec<KeyPart>>,
    /// Reads lifetimes.
    pub day: Conversion,
}

/// How a field is filled.
#[derive(Debug, PartialEq, Eq)]
pub struct FieldPlan {
    /// From where.
    pub from: Feeder,
    /// Name of the column (the field's own name where there is none), for rejects.
    pub column: Arc<str>,
    /// How it is read.
    pub conversion: Conversion,
    /// May be empty.
    pub optional: bool,
    /// Position of the field that says who gave it: where this one is filled, that one is too.
    pub assessor: Option<usize>,
}

/// Where a field's value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Feeder {
    /// A wanted column.
    Column(usize),
    /// The same in every row.
    Constant(String),
    /// Columns that are joined: their place in the feed.
    Joined(usize),
}

/// A part of a unique key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPart {
    /// A field, as read.
    Field(usize),
    /// A wanted column, as it stands in the file.
    Column(usize),
}

/// Binds the sources of a manifest. Problems are errors at their place in the manifest.
#[must_use]
pub fn bind(manifest: &Manifest, policies: &[Policy]) -> (Vec<Feed>, Vec<Diagnostic>) {
    let mut binder = Binder { policies, problems: Vec::new() };
    let feeds = manifest.sources.iter().map(|source| binder.feed(source)).collect();
    (feeds, binder.problems)
}

struct Binder<'p> {
    policies: &'p [Policy],
    problems: Vec<Diagnostic>,
}

impl Binder<'_> {
    fn report(&mut self, code: &'static str, span: Span, message: Text, help: Option<Text>) {
        let mut diagnostic = Diagnostic::error(code, span, message);
        diagnostic.help = help;
        self.problems.push(diagnostic);
    }

    fn unknown(&mut self, name: &Located<String>, message: Text, known: &[String]) {
        let help = way_out(&name.value, known.iter().map(String::as_str));
        self.report(UNKNOWN_NAME, name.span, message, help);
    }

    fn feed(&mut self, source: &SourceDecl) -> Feed {
        let mut feed =
            Feed { wanted: Vec::new(), kind_column: None, kinds: Vec::new(), joined: Vec::new(), needs: Vec::new() };
        match &source.content {
            Content::One(decl) => {
                let bound = self.row_kind(decl, &mut feed.wanted, &mut feed.joined);
                feed.kinds.extend(bound);
            }
            Content::ByColumn { column, kinds } => {
                let at = want(&mut feed.wanted, &column.value, Need::Named { optional: false });
                let mut values = HashMap::new();
                for (value, decl) in kinds {
                    let place = decl.as_ref().map(|decl| self.row_kind(decl, &mut feed.wanted, &mut feed.joined));
                    let place = match place {
                        None => None,
                        Some(None) => continue,
                        Some(Some(bound)) => {
                            feed.kinds.push(bound);
                            Some(feed.kinds.len() - 1)
                        }
                    };
                    values.insert(value.value.trim().to_owned(), place);
                }
                feed.kind_column = Some((at, values));
            }
        }
        feed.needs = feed.kinds.iter().map(|kind| feed.needs_of(kind)).collect();
        feed
    }

    fn row_kind(&mut self, decl: &KindDecl, wanted: &mut Vec<Wanted>, joined: &mut Vec<Joined>) -> Option<RowKind> {
        let name = &decl.name;
        let found: Vec<Option<KindId>> = self.policies.iter().map(|policy| policy.kind_named(&name.value)).collect();
        let kinds: Vec<&Kind> =
            self.policies.iter().zip(&found).filter_map(|(policy, kind)| policy.kinds.get((*kind)?)).collect();
        let Some(first) = kinds.first() else {
            let known: Vec<String> = sorted(
                self.policies.iter().flat_map(|p| p.kinds.iter()).filter(|k| k.role != Role::Whole).map(|k| &k.name),
            );
            let message = Text::new(
                format!("no policy of this run has a kind `{}`", name.value),
                format!("所考核的政策中没有 `{}` 这种实体或记录", name.value),
            );
            self.unknown(name, message, &known);
            return None;
        };
        let role = first.role;
        if role == Role::Whole {
            let message = Text::new(
                format!("`{}` is the whole and has no rows of its own", name.value),
                format!("`{}` 是全域，没有自己的数据", name.value),
            );
            self.report(BAD_SOURCE, name.span, message, None);
            return None;
        }
        self.check_names(decl, &kinds);
        self.check_joined(decl, &kinds);
        self.check_shape(decl, role);
        self.problems.extend(check_formats(decl, &kinds, role));
        let policies = self.policies;
        let plans: Vec<Option<RowPlan>> = policies
            .iter()
            .zip(&found)
            .map(|(policy, kind)| kind.map(|kind| self.plan(decl, policy, kind, wanted, joined)))
            .collect();
        let same_as = plans.iter().enumerate().map(|(at, plan)| {
            let first = plans.iter().position(|other| other == plan);
            first.filter(|first| plan.is_some() && *first < at)
        });
        let (same_as, complete) = (same_as.collect(), decl.complete.clone());
        Some(RowKind { name: name.value.clone(), entity: role == Role::Entity, complete, plans, same_as })
    }

    /// Every field that the entry names is a field of the kind, and has one feeder.
    fn check_names(&mut self, decl: &KindDecl, kinds: &[&Kind]) {
        let known = sorted(kinds.iter().flat_map(|kind| kind.fields.iter()).map(|field| &field.name));
        let named = (decl.columns.iter().map(|(field, _)| field))
            .chain(decl.joined.iter().map(|(field, _)| field))
            .chain(decl.values.iter().map(|(field, _)| field))
            .chain(decl.constants.iter().map(|(field, _)| field));
        for field in named {
            if !known.contains(&field.value) {
                let message = Text::new(
                    format!("`{}` has no field `{}`", decl.name.value, field.value),
                    format!("`{}` 没有字段 `{}`", decl.name.value, field.value),
                );
                self.unknown(field, message, &known);
            }
        }
        for (field, _) in &decl.constants {
            let is_joined = decl.joined.iter().any(|(other, _)| other.value == field.value);
            if is_joined || decl.columns.iter().any(|(other, _)| other.value == field.value) {
                let message = Text::new(
                    format!("`{}` has a column and a constant", field.value),
                    format!("`{}` 同时对应了列和固定值", field.value),
                );
                self.report(BAD_SOURCE, field.span, message, None);
            }
        }
    }

    fn check_shape(&mut self, decl: &KindDecl, role: Role) {
        let name = &decl.name.value;
        if role == Role::Record {
            for column in [&decl.since, &decl.until].into_iter().flatten() {
                let message = Text::new(
                    format!("`{name}` is a record kind: only entities have a first and a last day"),
                    format!("`{name}` 是记录，只有实体才有起止日期"),
                );
                self.report(BAD_SOURCE, column.span, message, None);
            }
        } else if let Ids::UniqueBy(parts) = &decl.ids
            && let Some(part) = parts.first()
        {
            let message = Text::new(
                format!("`{name}` is kept in a register: its rows are told apart by key and lifetime"),
                format!("`{name}` 是登记册实体，各行按主键和起止日期区分"),
            );
            let help = Text::new("leave `ids` out", "请删去 `ids`");
            self.report(BAD_SOURCE, part.span, message, Some(help));
        }
    }

    fn plan(
        &mut self,
        decl: &KindDecl,
        policy: &Policy,
        id: KindId,
        wanted: &mut Vec<Wanted>,
        joined: &mut Vec<Joined>,
    ) -> RowPlan {
        let kind = &policy.kinds[id];
        let mut fields: Vec<FieldPlan> =
            kind.fields.entries().map(|(at, field)| self.field(decl, policy, kind, at, field, wanted)).collect();
        for (name, join) in &decl.joined {
            let plan = kind.field_named(&name.value).and_then(|at| fields.get_mut(at.index()));
            if let Some(plan) = plan {
                self.join(join, plan, wanted, joined);
            }
        }
        let mut lifetime = |named: &Option<Located<String>>, own: &str| {
            let (name, need) = match named {
                Some(column) => (column.value.as_str(), Need::Named { optional: false }),
                // As fields do, a lifetime takes the column of its own name if there is one.
                None if kind.role == Role::Entity && kind.field_named(own).is_none() => (own, Need::Optional),
                None => return None,
            };
            Some((want(wanted, name, need), Arc::from(name)))
        };
        let (since, until) = (lifetime(&decl.since, "since"), lifetime(&decl.until, "until"));
        let day = Field { name: String::new(), ty: Type::Date, optional: true, given: None };
        let mut day = Conversion::new(policy, &day, false);
        if let Some(notation) = LIFETIME.iter().find_map(|edge| notation_of(decl, edge)) {
            day.write_as(notation);
        }
        let unique = self.unique(decl, policy, id, wanted);
        RowPlan { kind: id, fields, since, until, unique, day }
    }

    fn field(
        &mut self,
        decl: &KindDecl,
        policy: &Policy,
        kind: &Kind,
        at: FieldId,
        field: &Field,
        wanted: &mut Vec<Wanted>,
    ) -> FieldPlan {
        let mut conversion = Conversion::new(policy, field, kind.key == Some(at));
        let spellings = decl.values.iter().filter(|(name, _)| name.value == field.name).flat_map(|(_, pairs)| pairs);
        for (from, to) in spellings {
            self.check_value(&conversion, field, to);
            conversion.add_spelling(&from.value, &to.value);
        }
        let constant = decl.constants.iter().find(|(name, _)| name.value == field.name);
        let column = decl.columns.iter().find(|(name, _)| name.value == field.name);
        let (from, name) = match (constant, column) {
            (Some((_, value)), _) => {
                self.check_value(&conversion, field, value);
                (Feeder::Constant(value.value.clone()), field.name.as_str())
            }
            (None, Some((_, column))) => {
                let need = Need::Named { optional: field.optional };
                (Feeder::Column(want(wanted, &column.value, need)), column.value.as_str())
            }
            // Said below: several columns.
            (None, None) if decl.joined.iter().any(|(name, _)| name.value == field.name) => {
                (Feeder::Constant(String::new()), field.name.as_str())
            }
            (None, None) => {
                let need = if field.optional { Need::Optional } else { Need::Required };
                (Feeder::Column(want(wanted, &field.name, need)), field.name.as_str())
            }
        };
        if let (Feeder::Column(_), Some(notation)) = (&from, notation_of(decl, &field.name)) {
            conversion.write_as(notation);
        }
        let assessor = field.given.and_then(|given| given.by).map(Id::index);
        FieldPlan { from, column: Arc::from(name), conversion, optional: field.optional, assessor }
    }

    /// A value that stands in the manifest must be one of the field's.
    fn check_value(&mut self, conversion: &Conversion, field: &Field, value: &Located<String>) {
        match conversion.read(&value.value) {
            Ok(Cell::Missing) | Ok(_) => {}
            Err(reason) => {
                let why = reason.text();
                let message = Text::new(
                    format!("`{}` cannot be a value of `{}`: {}", value.value, field.name, why.en),
                    format!("`{}` 不能作为 `{}` 的值：{}", value.value, field.name, why.zh),
                );
                self.report(BAD_VALUE, value.span, message, None);
            }
        }
    }

    fn unique(
        &mut self,
        decl: &KindDecl,
        policy: &Policy,
        id: KindId,
        wanted: &mut Vec<Wanted>,
    ) -> Option<Vec<KeyPart>> {
        let kind = &policy.kinds[id];
        let by_key = |key: FieldId| vec![KeyPart::Field(key.index())];
        match &decl.ids {
            Ids::Trusted => None,
            // A key that subjects or references use must name one row.
            Ids::ByKind => kind.key.filter(|_| policy.keyed_kinds().contains(&id)).map(by_key),
            Ids::Unique(span) => {
                if kind.key.is_none() {
                    let message = Text::new(
                        format!("`{}` has no key field to be unique by", kind.name),
                        format!("`{}` 没有主键，无法按主键去重", kind.name),
                    );
                    let help = Text::new(
                        "name the fields or columns: `ids: { unique: [field, field] }`",
                        "请写明字段或列：`ids: { unique: [字段, 字段] }`",
                    );
                    self.report(BAD_SOURCE, *span, message, Some(help));
                }
                kind.key.map(by_key)
            }
            Ids::UniqueBy(parts) => {
                self.check_unique_key(decl, policy, id, parts);
                let parts = parts.iter().map(|part| match kind.field_named(&part.value) {
                    Some(field) => KeyPart::Field(field.index()),
                    None => KeyPart::Column(want(wanted, &part.value, Need::Named { optional: false })),
                });
                Some(parts.collect())
            }
        }
    }
}

impl Binder<'_> {
    /// Texts are joined, nothing else.
    fn check_joined(&mut self, decl: &KindDecl, kinds: &[&Kind]) {
        for (name, _) in &decl.joined {
            let fields = kinds.iter().filter_map(|kind| kind.fields.get(kind.field_named(&name.value)?));
            if fields.into_iter().any(|field| !matches!(field.ty, Type::Text | Type::Ref(_))) {
                let message = Text::new(
                    format!("`{}` is neither text nor a reference: nothing is joined into it", name.value),
                    format!("`{}` 既不是文本也不是引用，不能由几列合并而成", name.value),
                );
                self.report(BAD_SOURCE, name.span, message, None);
            }
        }
    }

    /// A field that several columns make up.
    fn join(&self, join: &JoinDecl, plan: &mut FieldPlan, wanted: &mut Vec<Wanted>, joined: &mut Vec<Joined>) {
        let need = Need::Named { optional: plan.optional };
        let columns = join.columns.iter().map(|column| want(wanted, &column.value, need)).collect();
        let made = Joined { columns, with: join.with.value.clone() };
        let at = joined.iter().position(|known| *known == made).unwrap_or_else(|| {
            joined.push(made);
            joined.len() - 1
        });
        plan.from = Feeder::Joined(at);
        let names: Vec<&str> = join.columns.iter().map(|column| column.value.as_str()).collect();
        plan.column = Arc::from(names.join(";"));
    }

    /// A key that subjects or references use must name one row, so rows are told apart by it too.
    fn check_unique_key(&mut self, decl: &KindDecl, policy: &Policy, id: KindId, parts: &[Located<String>]) {
        let kind = &policy.kinds[id];
        let key = kind.key.filter(|_| policy.keyed_kinds().contains(&id)).and_then(|key| kind.fields.get(key));
        let (Some(key), Some(first)) = (key, parts.first()) else { return };
        let column = decl.columns.iter().find(|(field, _)| field.value == key.name).map(|(_, column)| &column.value);
        if parts.iter().any(|part| part.value == key.name || Some(&part.value) == column) {
            return;
        }
        let (name, key) = (&kind.name, &key.name);
        let message = Text::new(
            format!("`{name}` is known by its key `{key}`, which is not among these: two rows could share one key"),
            format!("`{name}` 以主键 `{key}` 识别，此处却未列入：可能有两行用同一主键"),
        );
        let written: Vec<&str> = parts.iter().map(|part| part.value.as_str()).collect();
        let list = written.join(", ");
        let help = Text::new(
            format!("leave `ids` out (rows are then unique by `{key}`), or write `ids: {{ unique: [{key}, {list}] }}`"),
            format!("请删去 `ids`（即按 `{key}` 去重），或写成 `ids: {{ unique: [{key}, {list}] }}`"),
        );
        self.report(BAD_SOURCE, first.span, message, Some(help));
    }
}

/// The place of a column among the wanted ones; its need is the strongest of all who want it.
fn want(wanted: &mut Vec<Wanted>, name: &str, need: Need) -> usize {
    match wanted.iter_mut().enumerate().find(|(_, column)| column.name == name) {
        Some((at, column)) => {
            column.need = column.need.max(need);
            at
        }
        None => {
            wanted.push(Wanted { name: name.to_owned(), need });
            wanted.len() - 1
        }
    }
}

fn sorted<'n>(names: impl Iterator<Item = &'n String>) -> Vec<String> {
    let mut names: Vec<String> = names.cloned().collect();
    names.sort();
    names.dedup();
    names
}
