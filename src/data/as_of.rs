//! As-of as the manifest or the command line says it.

use super::decode::BAD_VALUE;
use super::error::{BadFlag, DataError};
use super::manifest::Manifest;
use super::setup::RunOptions;
use crate::diagnostic::{Diagnostic, Text};
use crate::model::{AsOf, Day, Instant, Period, Policy};

/// As-of as it is written; `None`: in the policy's time zone it is no time that the engine takes.
fn read_as_of(text: &str, policy: &Policy) -> Option<AsOf> {
    match Day::parse(text) {
        Some(day) => Some(AsOf::day(day)),
        None => Instant::parse(text, policy.timezone).map(AsOf::at),
    }
}

/// An as-of of the manifest that some policy cannot take.
pub(super) fn bad_as_of(manifest: &Manifest, policies: &[Policy]) -> Option<Diagnostic> {
    let written = manifest.as_of.as_ref()?;
    let policy = policies.iter().find(|policy| read_as_of(&written.value, policy).is_none())?;
    let (text, zone, name) = (&written.value, policy.timezone, &policy.name);
    let message = Text::new(
        format!("`{text}` lies outside the years 1900 to 2199 in {zone}, the time zone of policy `{name}`"),
        format!("`{text}` 按政策 `{name}` 的时区 {zone} 不在 1900 至 2199 年之间"),
    );
    let help = Text::new("write a day, or a time without an offset", "请写日期，或不带时差的时刻");
    Some(Diagnostic::error(BAD_VALUE, written.span, message).with_help(help))
}

/// As-of of a run: that of the command line, else that of the manifest, else the day after the period.
pub(super) fn as_of(
    options: &RunOptions,
    manifest: &Manifest,
    period: Period,
    policy: &Policy,
) -> Result<AsOf, DataError> {
    let read = |text: &str| read_as_of(text, policy);
    if let Some(text) = &options.as_of {
        let help = Text::new("write `2025-01-01` or `2025-01-01T08:00`", "可写 `2025-01-01` 或 `2025-01-01T08:00`");
        return read(text).ok_or_else(|| BadFlag { flag: "--as-of", value: text.clone(), help }.into());
    }
    // One that cannot be read was refused with the manifest.
    let written = manifest.as_of.as_ref().and_then(|text| read(&text.value));
    Ok(written.unwrap_or_else(|| AsOf::day(period.window.end)))
}
