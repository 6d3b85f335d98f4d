//! Subjects of which it is not known whether an assessment takes them in: they have no row, and would be lost without a word.

use crate::diagnostic::Text;
use crate::model::{Policy, Results};
use serde::Serialize;

/// Rows that one assessment does not have because its scope is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenScope {
    /// Name of the policy.
    pub policy: String,
    /// Name of the assessment.
    pub assessment: String,
    /// Number of rows, one a subject and period.
    pub rows: u64,
    /// Key of the first subject.
    pub first: String,
    /// Its period.
    pub period: String,
}

impl OpenScope {
    /// Those of a policy, in the order of its assessments.
    #[must_use]
    pub fn of(policy: &Policy, results: &Results) -> Vec<OpenScope> {
        let of_one = |(id, assessment): (_, &crate::model::Assessment)| {
            let mut rows = results.unplaced.iter().filter(|one| one.assessment == id);
            let first = rows.next()?;
            Some(OpenScope {
                policy: policy.name.clone(),
                assessment: assessment.name.clone(),
                rows: 1 + rows.count() as u64,
                first: first.subject.clone(),
                period: first.period.to_string(),
            })
        };
        policy.assessments.entries().filter_map(of_one).collect()
    }

    /// A warning.
    #[must_use]
    pub fn text(&self) -> Text {
        let OpenScope { assessment, rows, first, period, .. } = self;
        Text::new(
            format!(
                "`{assessment}`: rows that are not made, because it is not known whether its `where` takes the subject in: {rows}, first `{first}` ({period})"
            ),
            format!(
                "`{assessment}`：无法判断对象是否在其范围（`其中`）之内，因而没有得分行的有 {rows} 行，首个为`{first}`（{period}）"
            ),
        )
    }

    /// The way out.
    #[must_use]
    pub fn help(&self) -> Text {
        Text::new(
            "bring what the condition reads, or write what stands for it (`or else`); `wangge explain` tells what is missing",
            "请补齐该条件所读取的内容，或写明缺失时以何代替（`缺则`）；缺什么可用 `wangge explain` 查看",
        )
    }
}
