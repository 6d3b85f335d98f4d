//! Which policy governs which part of the tree: `governs` of a manifest, held against the policies and then the registers.

use super::decode::{BAD_SOURCE, Located, UNKNOWN_NAME};
use super::error::{DataError, Rejected};
use super::manifest::GovernDecl;
use super::setup::Setup;
use super::suggest::way_out;
use crate::diagnostic::{Diagnostic, Severity, Text};
use crate::engine::Registers;
use crate::limits::PART_LEVELS_MAX;
use crate::model::{FieldId, KindId, Part, Path, Policy, Role, Type, way};
use crate::program::Program;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Subjects that no part takes in, or a kind whose subjects every policy governs.
pub const UNGOVERNED: &str = "WG0909";

/// Names that are listed in a message; the rest is counted.
const LISTED: usize = 5;

/// Narrows policies to the parts that the manifest gives them. Gives what is wrong with it, and warnings.
pub(super) fn govern(policies: &mut [Policy], governs: &[GovernDecl]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let names: Vec<String> = policies.iter().map(|policy| policy.name.clone()).collect();
    let mut seen = BTreeSet::new();
    for decl in governs {
        let Some(policy) = policies.iter_mut().find(|policy| policy.name == decl.policy.value) else {
            found.push(unknown(&decl.policy, ("policy", "政策"), names.iter().map(String::as_str)));
            continue;
        };
        if !seen.insert(decl.policy.value.as_str()) {
            let name = &decl.policy.value;
            let message = Text::new(format!("`{name}` has a part already"), format!("`{name}`的管辖范围已写过"));
            let help = Text::new("list all its keys in one entry", "请把全部主键写在同一项中");
            found.push(Diagnostic::error(BAD_SOURCE, decl.policy.span, message).with_help(help));
            continue;
        }
        match part(policy, decl) {
            Ok(part) => {
                found.extend(everywhere(policy, &part, decl.policy.span));
                policy.govern(part);
            }
            Err(problems) => found.extend(problems),
        }
    }
    found
}

fn part(policy: &Policy, decl: &GovernDecl) -> Result<Part, Vec<Diagnostic>> {
    let entities = || policy.kinds.entries().filter(|(_, kind)| kind.role == Role::Entity);
    let Some((top, _)) = entities().find(|(_, kind)| kind.name == decl.kind.value) else {
        let known = entities().map(|(_, kind)| kind.name.as_str());
        return Err(vec![unknown(&decl.kind, ("entity kind", "实体"), known)]);
    };
    let mut problems = Vec::new();
    let mut ways = BTreeMap::new();
    let mut named: BTreeMap<KindId, &Located<String>> = BTreeMap::new();
    for (name, path) in &decl.by {
        match policy.kinds.entries().find(|(_, kind)| kind.name == name.value) {
            Some((kind, _)) => drop(named.insert(kind, path)),
            None => problems.push(unknown(name, ("kind", "种类"), policy.kinds.iter().map(|kind| kind.name.as_str()))),
        }
    }
    for kind in policy.kinds.ids() {
        if let Some(text) = named.get(&kind) {
            match named_way(policy, kind, top, &text.value) {
                Some(path) => drop(ways.insert(kind, path)),
                None => problems.push(no_way(policy, kind, top, text)),
            }
            continue;
        }
        match way(&policy.kinds, kind, top) {
            Ok(Some(path)) => drop(ways.insert(kind, path)),
            Ok(None) => {}
            Err(several) => problems.push(ambiguous(policy, (kind, top), &several, decl.policy.span)),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Part::new(&policy.kinds, top, decl.keys.iter().map(|key| key.value.clone()).collect(), ways))
}

/// The references that a text such as `household.grid` names, if they lead from a kind to another.
fn named_way(policy: &Policy, from: KindId, to: KindId, text: &str) -> Option<Path> {
    let mut at = from;
    let mut path = Path::new();
    for name in text.split('.').map(str::trim) {
        let (id, field) = policy.kinds[at].fields.entries().find(|(_, field)| field.name == name)?;
        let Type::Ref(next) = field.ty else { return None };
        path.push(id);
        at = next;
    }
    (at == to).then_some(path)
}

fn shown(policy: &Policy, from: KindId, path: &[FieldId]) -> String {
    let mut at = from;
    let names = path.iter().map(|id| {
        let field = &policy.kinds[at].fields[*id];
        if let Type::Ref(next) = field.ty {
            at = next;
        }
        field.name.clone()
    });
    names.collect::<Vec<_>>().join(".")
}

fn no_way(policy: &Policy, kind: KindId, top: KindId, text: &Located<String>) -> Diagnostic {
    let (kind_name, top_name) = (&policy.kinds[kind].name, &policy.kinds[top].name);
    let message = Text::new(
        format!("`{}` does not lead from `{kind_name}` to `{top_name}`", text.value),
        format!("`{}` 不能从`{kind_name}`通向`{top_name}`", text.value),
    );
    let ways: Vec<String> =
        crate::model::chains(&policy.kinds, kind, top).iter().map(|path| shown(policy, kind, path)).collect();
    let mut found = Diagnostic::error(UNKNOWN_NAME, text.span, message);
    found.help = way_out(&text.value, ways.iter().map(String::as_str));
    found
}

fn ambiguous(policy: &Policy, (kind, top): (KindId, KindId), several: &[Path], span: Span) -> Diagnostic {
    let (kind_name, top_name) = (&policy.kinds[kind].name, &policy.kinds[top].name);
    let message = Text::new(
        format!("several references lead from `{kind_name}` to `{top_name}`: which of them says where a row lies?"),
        format!("从`{kind_name}`有多条引用通向`{top_name}`：以哪一条为准？"),
    );
    let ways: Vec<String> =
        several.iter().map(|path| format!("`by: {{ {kind_name}: {} }}`", shown(policy, kind, path))).collect();
    let help = Text::new(format!("say one: {}", ways.join(", ")), format!("请写明其一：{}", ways.join("、")));
    Diagnostic::error(BAD_SOURCE, span, message).with_help(help)
}

fn unknown<'n>(name: &Located<String>, what: (&str, &str), known: impl IntoIterator<Item = &'n str>) -> Diagnostic {
    let message =
        Text::new(format!("there is no {} `{}`", what.0, name.value), format!("没有 `{}` 这个{}", name.value, what.1));
    let mut found = Diagnostic::error(UNKNOWN_NAME, name.span, message);
    found.help = way_out(&name.value, known);
    found
}

/// A warning for subjects that do not lead to the part: the policy judges all of them.
fn everywhere(policy: &Policy, part: &Part, span: Span) -> Option<Diagnostic> {
    let subjects = (policy.rules.iter().map(|rule| rule.subject))
        .chain(policy.assessments.iter().map(|assessment| assessment.subject))
        .chain(policy.rewards.iter().map(|reward| reward.subject))
        .chain(policy.counters.iter().map(|counter| counter.subject));
    let free: BTreeSet<&str> = subjects
        .filter(|kind| !part.ways.contains_key(kind) && policy.kinds[*kind].role != Role::Whole)
        .map(|kind| policy.kinds[kind].name.as_str())
        .collect();
    if free.is_empty() {
        return None;
    }
    let list = |joint: &str| free.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(joint);
    let (top, name) = (&policy.kinds[part.kind].name, &policy.name);
    let message = Text::new(
        format!("{} does not lead to `{top}`, so `{name}` judges every one of them, in its part or not", list(", ")),
        format!("{}没有引用通向`{top}`，因此`{name}`不分地域考核其全部", list("、")),
    );
    let help = Text::new(
        format!("give it a reference that leads to `{top}`, or judge it in a policy without a part"),
        format!("请为其加上通向`{top}`的引用，或放到不限范围的政策中"),
    );
    Some(Diagnostic::new(UNGOVERNED, Severity::Warning, span, message).with_help(help))
}

/// Holds the parts against the registers. Errors where a key is in no register, or a tree is deeper than parts may be.
pub(super) fn hold_against(setup: &Setup, programs: &[Program], registers: &[Arc<Registers>]) -> Result<(), DataError> {
    let mut problems = Vec::new();
    for decl in &setup.governs {
        let found = programs.iter().zip(registers).find(|(program, _)| program.policy().name == decl.policy.value);
        let Some((program, registers)) = found else { continue };
        let Some(part) = &program.policy().part else { continue };
        let Some(keys) = registers.fixed_keys(part.kind) else { continue };
        for key in decl.keys.iter().filter(|key| keys.find(&key.value).is_none()) {
            let kind = &program.policy().kinds[part.kind].name;
            let message = Text::new(
                format!("the register of `{kind}` has no `{}`", key.value),
                format!("`{kind}`的台账中没有 `{}`", key.value),
            );
            let mut problem = Diagnostic::error(UNKNOWN_NAME, key.span, message);
            let known = (0u32..).take(keys.len()).map(|id| keys.key(id));
            problem.help = way_out(&key.value, known);
            problems.push(problem);
        }
        let levels = registers.deepest_below(program.policy(), part).map_or(0, |below| below + 1);
        if levels > PART_LEVELS_MAX {
            let message = Text::new(
                format!("this part has {levels} levels with its top, at most {PART_LEVELS_MAX} are looked at"),
                format!("该范围连同顶级共 {levels} 级，最多 {PART_LEVELS_MAX} 级"),
            );
            let help = Text::new(
                "give the subjects further down a reference of their own to the top, or govern branches of the tree",
                "请为更下级的对象加上直接通向顶级的引用，或按分支划定范围",
            );
            problems.push(Diagnostic::error(BAD_SOURCE, decl.policy.span, message).with_help(help));
        }
    }
    if problems.is_empty() {
        return Ok(());
    }
    Err(Rejected { sources: setup.sources.clone(), diagnostics: problems, is_lost: false }.into())
}

/// Where every policy has a part of the same kind: the subjects of that kind that lie in none of them, nor above one.
pub(super) fn left_out(programs: &[Program], registers: &[Arc<Registers>]) -> Option<LeftOut> {
    let mut governed: BTreeSet<&str> = BTreeSet::new();
    let mut all: BTreeSet<&str> = BTreeSet::new();
    let mut below: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut name = None;
    for (program, registers) in programs.iter().zip(registers) {
        let policy = program.policy();
        let part = policy.part.as_ref()?;
        let kind = policy.kinds[part.kind].name.as_str();
        if *name.get_or_insert(kind) != kind {
            return None;
        }
        let keys = registers.fixed_keys(part.kind)?;
        all.extend((0u32..).take(keys.len()).map(|id| keys.key(id)));
        let pairs = registers.with_parents(policy, part.kind).into_iter();
        below.extend(pairs.map(|(id, up)| (keys.key(id), keys.key(up))));
        governed.extend(registers.around(policy, part).into_iter().map(|id| keys.key(id)));
    }
    // Of a branch that lies in no part its top.
    let is_left = |key: &str| !governed.contains(key);
    let hangs: BTreeSet<&str> = below.into_iter().filter(|(_, up)| is_left(up)).map(|(key, _)| key).collect();
    let tops = all.into_iter().filter(|key| is_left(key) && !hangs.contains(key));
    let keys: Vec<String> = tops.map(str::to_owned).collect();
    (!keys.is_empty()).then(|| LeftOut { kind: name.unwrap_or_default().to_owned(), keys })
}

/// Subjects that lie in no part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Their kind.
    pub kind: String,
    /// Their keys, in order.
    pub keys: Vec<String>,
}

impl LeftOut {
    /// A warning.
    #[must_use]
    pub fn text(&self) -> Text {
        let (kind, count) = (&self.kind, self.keys.len());
        let first = self.keys.iter().take(LISTED).map(|key| format!("`{key}`")).collect::<Vec<_>>();
        let more = count.saturating_sub(LISTED);
        let (en, zh) = match more {
            0 => (first.join(", "), first.join("、")),
            more => {
                (format!("{} and {more} more", first.join(", ")), format!("{}等（另有 {more} 个）", first.join("、")))
            }
        };
        Text::new(
            format!(
                "no policy governs {count} of `{kind}`: {en}; they and all below them are judged by none (add them under `governs:`)"
            ),
            format!(
                "有 {count} 个`{kind}`不属于任何政策的管辖范围：{zh}；其本身及下级均未考核（请在 `governs:` 中补上）"
            ),
        )
    }
}
