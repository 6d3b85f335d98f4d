//! Rows of assessments that are open: subjects of which it is not known whether they are taken in, and would be lost without a word;
//! results that are not sure, and on which others rest.

use crate::diagnostic::Text;
use crate::model::{AsOf, Assessment, AssessmentId, Period, Policy, Results};
use serde::Serialize;

/// Rows of one assessment, one a subject and period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenRows {
    /// Name of the policy.
    pub policy: String,
    /// Name of the assessment.
    pub assessment: String,
    /// Number of rows.
    pub rows: u64,
    /// Key of the first subject.
    pub first: String,
    /// Its period.
    pub period: String,
    /// What is open.
    #[serde(skip)]
    pub what: Open,
}

/// What of rows is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open {
    /// Whether there are to be rows: the scope is not known.
    Scope,
    /// What stands in them: `unknown` is above 0.
    Result,
}

impl OpenRows {
    /// Those of a policy, in the order of its assessments: first rows that are not made, then those of periods that have ended by
    /// as-of (what still runs is not sure anyway).
    #[must_use]
    pub fn of(policy: &Policy, as_of: AsOf, results: &Results) -> Vec<OpenRows> {
        let unplaced = |id: AssessmentId| {
            results
                .unplaced
                .iter()
                .filter(move |one| one.assessment == id)
                .map(|one| (one.subject.as_str(), one.period))
        };
        let unsure = |id: AssessmentId| {
            let scores = results.scores.iter().filter(move |score| score.assessment == id && score.unknown > 0);
            let ended = scores.filter(move |score| as_of.has_ended(score.period.window.end));
            ended.map(|score| (score.subject.as_str(), score.period))
        };
        let assessments = || policy.assessments.entries();
        let without = assessments().filter_map(|(id, of)| open_rows(policy, of, unplaced(id), Open::Scope));
        without.chain(assessments().filter_map(|(id, of)| open_rows(policy, of, unsure(id), Open::Result))).collect()
    }

    /// A warning.
    #[must_use]
    pub fn text(&self) -> Text {
        let OpenRows { assessment, rows, first, period, .. } = self;
        match self.what {
            Open::Scope => Text::new(
                format!(
                    "`{assessment}`: rows that are not made, because it is not known whether its `where` takes the subject in: {rows}, first `{first}` ({period})"
                ),
                format!(
                    "`{assessment}`：无法判断对象是否在其范围（`其中`）之内，因而没有得分行的有 {rows} 行，首个为`{first}`（{period}）"
                ),
            ),
            Open::Result => Text::new(
                format!(
                    "`{assessment}`: results that are not sure (`unknown` above 0): {rows}, first `{first}` ({period}); ranks, quotas and payments that rest on them or are compared with them may still change"
                ),
                format!(
                    "`{assessment}`：结果尚不确定（`unknown` 大于 0）的有 {rows} 行，首个为`{first}`（{period}）；据此或与之相比的名次、名额、奖惩仍可能变动"
                ),
            ),
        }
    }

    /// The way out.
    #[must_use]
    pub fn help(&self) -> Text {
        match self.what {
            Open::Scope => Text::new(
                "bring what the condition reads, or write what stands for it (`or else`); `wangge explain` tells what is missing",
                "请补齐该条件所读取的内容，或写明缺失时以何代替（`缺则`）；缺什么可用 `wangge explain` 查看",
            ),
            Open::Result => Text::new(
                "bring what is missing (a period that a source covers, an empty field) before they are published; `wangge explain` tells what it is",
                "公布前请补齐所缺的内容（数据源须完整覆盖的期间、空着的字段）；缺什么可用 `wangge explain` 查看",
            ),
        }
    }
}

fn open_rows<'r>(
    policy: &Policy,
    assessment: &Assessment,
    mut rows: impl Iterator<Item = (&'r str, Period)>,
    what: Open,
) -> Option<OpenRows> {
    let (first, period) = rows.next()?;
    Some(OpenRows {
        policy: policy.name.clone(),
        assessment: assessment.name.clone(),
        rows: 1 + rows.count() as u64,
        first: first.to_owned(),
        period: period.to_string(),
        what,
    })
}
