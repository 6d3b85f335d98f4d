//! Why the engine stopped, in both languages.

use super::error::{DataError, EngineStopped};
use crate::diagnostic::Text;
use crate::engine::RunError;
use crate::model::Policy;
use crate::program::CompileError;

/// A policy that cannot be made ready for the run.
pub(crate) fn compile_stopped(policy: &Policy, error: &CompileError) -> DataError {
    let zh = match error {
        CompileError::NoCalendar(name) => {
            format!("日历 `{name}` 没有数据：请在清单的 `calendars` 中写明文件，或在政策中写明各日")
        }
        CompileError::TooManyWindows { rule, count, max } => {
            format!("规则 `{rule}` 在考核期内有 {count} 个窗口，超过上限 {max}")
        }
    };
    stopped(policy, &Text::new(error.to_string(), zh), None)
}

/// A judgement that cannot be finished.
pub(crate) fn judge_stopped(policy: &Policy, error: &RunError) -> DataError {
    let zh = match error {
        RunError::Overflow { place, subject } => {
            format!("`{place}` 的数值过大，无法精确计算（对象 `{subject}`）")
        }
        RunError::NotCovered { rule, subject, calendar, day } => {
            format!("规则 `{rule}`、对象 `{subject}`：日历 `{calendar}` 不含 {day}")
        }
    };
    let help = match error {
        RunError::Overflow { .. } => None,
        RunError::NotCovered { calendar, day, .. } => Some(Text::new(
            format!(
                "let `{calendar}` hold {day} and the rest of the term (rows of its file, or days in the policy): a term may run past the period, and by this as-of its last day must be known; an earlier `as_of` leaves the term open"
            ),
            format!(
                "请让`{calendar}`包含 {day} 及期限的其余各日（数据文件的行，或政策中的各日）：期限可能延伸到考核期之后，按此截至日须知其届满日；截至日较早的，该期限仍未届满"
            ),
        )),
    };
    stopped(policy, &Text::new(error.to_string(), zh), help)
}

/// A number of the records that is too large.
pub(super) fn observe_stopped(policy: &Policy, file: &str, lines: (u64, u64)) -> DataError {
    let (first, last) = lines;
    stopped(
        policy,
        &Text::new(
            format!("{file}, lines {first} to {last}: a number is too large for exact arithmetic"),
            format!("{file} 第 {first} 至 {last} 行：数值过大，无法精确计算"),
        ),
        None,
    )
}

fn stopped(policy: &Policy, why: &Text, help: Option<Text>) -> DataError {
    let text =
        Text::new(format!("policy `{}`: {}", policy.name, why.en), format!("政策 `{}`：{}", policy.name, why.zh));
    EngineStopped { text, help }.into()
}
