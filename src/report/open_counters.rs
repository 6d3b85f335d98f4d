//! Subjects of which a counter has records that are not decided: steps that are listed may not be the ones that are reached.

use crate::diagnostic::Text;
use crate::model::{Policy, Results};
use serde::Serialize;

/// Subjects of which one counter may have reached other steps than those that are listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnsureCounter {
    /// Name of the policy.
    pub policy: String,
    /// Name of the counter.
    pub counter: String,
    /// Number of subjects.
    pub subjects: u64,
    /// Key of the first of them.
    pub first: String,
}

impl UnsureCounter {
    /// Those of a policy, in the order of its counters.
    #[must_use]
    pub fn of(policy: &Policy, results: &Results) -> Vec<UnsureCounter> {
        let of_one = |(id, counter): (_, &crate::model::Counter)| {
            let mut subjects = results.open_counters.iter().filter(|one| one.counter == id);
            let first = subjects.next()?;
            Some(UnsureCounter {
                policy: policy.name.clone(),
                counter: counter.name.clone(),
                subjects: 1 + subjects.count() as u64,
                first: first.subject.clone(),
            })
        };
        policy.counters.entries().filter_map(of_one).collect()
    }

    /// A warning.
    #[must_use]
    pub fn text(&self) -> Text {
        let UnsureCounter { counter, subjects, first, .. } = self;
        Text::new(
            format!(
                "`{counter}`: subjects with records of which it is not known whether they count, or how much they add: {subjects}, first `{first}`; steps may be missing, or belong to other days (what is listed after such a record has the reason `unknown`)"
            ),
            format!(
                "`{counter}`：有记录是否计入、计多少尚不明的对象 {subjects} 个，首个为`{first}`；可能还有未列出的档，或达档日期有变（此类记录之后所列的，原因栏为 `unknown`）"
            ),
        )
    }

    /// The way out.
    #[must_use]
    pub fn help(&self) -> Text {
        Text::new(
            "bring what the filter and the points of the counter read, or write what stands for it (`or else`); until then act on none of these effects without a look at `wangge explain`",
            "请补齐该记分的筛选条件和分值所读取的内容，或写明缺失时以何代替（`缺则`）；在此之前，依据这些结果处理前请先看 `wangge explain`",
        )
    }
}
