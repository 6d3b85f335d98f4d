//! What if a parameter had another value: variants of policies, scored in the same pass over the same records.

use super::error::{BadFlag, DataError};
use super::params::read_param;
use super::suggest::way_out;
use crate::diagnostic::Text;
use crate::limits::VARIANTS_MAX;
use crate::model::Policy;
use std::collections::BTreeSet;

const FLAG: &str = "--what-if";

/// Adds a variant of each policy for each of the texts, named `POLICY [param=value]`; the policies stay in order of name.
///
/// A text sets one parameter or more (`days=5;share=90%`). Policies that have none of them have no variant by it. Errors when a
/// parameter is unknown, or a value does not fit it.
pub(super) fn add_variants(policies: &mut Vec<Policy>, texts: &[String]) -> Result<(), DataError> {
    let mut added: Vec<Policy> = Vec::new();
    for text in texts {
        let settings = settings(text)?;
        let is_known = |name: &str| policies.iter().any(|policy| policy.params.iter().any(|param| param.name == name));
        if let Some((name, _)) = settings.iter().find(|(name, _)| !is_known(name)) {
            return Err(unknown(policies, text, name));
        }
        for policy in policies.iter() {
            let mut variant = policy.clone();
            let mut is_other = false;
            for (name, value) in &settings {
                let found = policy.params.entries().find(|(_, param)| param.name == *name);
                let Some((id, _)) = found else { continue };
                let read = read_param(policy, id, value);
                variant.params[id].value = Some(read.map_err(|why| refused(text, why))?);
                is_other = true;
            }
            variant.name = format!("{} [{text}]", policy.name);
            if is_other && added.iter().all(|known| known.name != variant.name) {
                added.push(variant);
            }
        }
    }
    if added.len() > VARIANTS_MAX {
        let (found, max) = (added.len(), VARIANTS_MAX);
        let why = Text::new(
            format!("these are {found} variants of policies, at most {max} are scored at once"),
            format!("共有 {found} 个政策变体，一次最多计算 {max} 个"),
        );
        return Err(refused(&texts.join("` `"), why));
    }
    policies.extend(added);
    policies.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(())
}

/// Names and values of a text.
fn settings(text: &str) -> Result<Vec<(&str, &str)>, DataError> {
    let parts = text.split([';', '；']).map(str::trim).filter(|part| !part.is_empty());
    let pairs = parts.map(|part| part.split_once(['=', '＝']).map(|(name, value)| (name.trim(), value.trim())));
    match pairs.collect::<Option<Vec<_>>>() {
        Some(pairs) if !pairs.is_empty() => Ok(pairs),
        _ => {
            Err(refused(text, Text::new("write `PARAM=VALUE`, such as `days=5`", "应写作 `参数=值`，如 `办结时限=5`")))
        }
    }
}

fn unknown(policies: &[Policy], text: &str, name: &str) -> DataError {
    let known = policies.iter().flat_map(|policy| policy.params.iter()).map(|param| param.name.as_str());
    let way = way_out(name, known.collect::<BTreeSet<&str>>());
    let (en, zh) = way.map_or_else(Default::default, |way| (format!("; {}", way.en), format!("；{}", way.zh)));
    let why = Text::new(format!("no policy has the parameter `{name}`{en}"), format!("各政策均没有参数 `{name}`{zh}"));
    refused(text, why)
}

fn refused(text: &str, help: Text) -> DataError {
    BadFlag { flag: FLAG, value: text.to_owned(), help }.into()
}
