//! Which policy a case is about.

use super::case::Case;
use crate::data::decode::{BAD_KEY, BAD_VALUE};
use crate::data::groups::Group;
use crate::data::load::Loaded;
use crate::data::suggest::nearest;
use crate::diagnostic::{Diagnostic, Severity, Text};
use crate::model::Policy;
use crate::source::SourceId;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Policies of test cases, each file read and checked once.
#[derive(Debug, Default)]
pub struct CasePolicies {
    groups: BTreeMap<SourceId, Group>,
}

impl CasePolicies {
    /// The policy of a case in a test file. `loaded` takes in its texts.
    ///
    /// Errors name the place in the test file; errors of the policy itself stand in [`CasePolicies::groups`].
    pub fn find(&mut self, case: &Case, tests: &Path, loaded: &mut Loaded) -> Result<Policy, Box<Diagnostic>> {
        let path = policy_path(case, tests)?;
        let span = case.policy.as_ref().map_or(case.name.span, |policy| policy.span);
        let fault = |text: Text| Box::new(Diagnostic::error(BAD_VALUE, span, text));
        let root = loaded.add_file(&path).map_err(|error| fault(error.texts().0))?;
        let group = &*self.groups.entry(root).or_insert_with(|| loaded.check_root(root));
        let shown = path.display();
        if group.diagnostics.iter().any(|d| d.severity == Severity::Error) {
            return Err(fault(Text::new(
                format!("the policy in `{shown}` has errors, so its tests cannot run"),
                format!("`{shown}` 中的政策有错误，测试无法运行"),
            )));
        }
        let names = loaded.top_policies(root);
        let chosen = match (&case.run, names.as_slice()) {
            (Some(run), _) => run.value.clone(),
            (None, [only]) => only.clone(),
            (None, []) => {
                return Err(fault(Text::new(format!("`{shown}` holds no policy"), format!("`{shown}` 中没有政策"))));
            }
            (None, several) => {
                let list = several.join("`, `");
                return Err(fault(Text::new(
                    format!("`{shown}` holds several policies (`{list}`): name one with `run`"),
                    format!("`{shown}` 中有多份政策（`{list}`），请用 `run` 写明一份"),
                )));
            }
        };
        group.policies.iter().find(|policy| policy.name == chosen).cloned().ok_or_else(|| {
            let near = nearest(&chosen, group.policies.iter().map(|policy| policy.name.as_str()));
            let mut problem = fault(Text::new(
                format!("`{shown}` holds no policy `{chosen}`"),
                format!("`{shown}` 中没有政策 `{chosen}`"),
            ));
            problem.help =
                near.map(|near| Text::new(format!("did you mean `{near}`?"), format!("是否应为 `{near}`？")));
            problem
        })
    }

    /// The files that were checked, with what was found in them.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.values()
    }
}

/// The path that the case names, or the only policy file beside the tests.
fn policy_path(case: &Case, tests: &Path) -> Result<PathBuf, Box<Diagnostic>> {
    let folder = tests.parent().unwrap_or_else(|| Path::new(""));
    if let Some(policy) = &case.policy {
        return Ok(folder.join(&policy.value));
    }
    let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let mut found: Vec<PathBuf> = std::fs::read_dir(here)
        .map(|entries| {
            let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
            paths.filter(|path| path.extension().is_some_and(|e| e == "wg")).collect()
        })
        .unwrap_or_default();
    found.sort();
    match found.as_slice() {
        [only] => Ok(folder.join(only.file_name().unwrap_or_default())),
        _ => {
            let count = found.len();
            let message = Text::new(
                format!("`policy` is missing, and there are {count} policy files beside the tests"),
                format!("缺少 `policy`，而测试所在文件夹中有 {count} 个政策文件"),
            );
            Err(Box::new(Diagnostic::error(BAD_KEY, case.span, message)))
        }
    }
}
