//! `wangge code WG0123`: the page of a diagnostic.

use super::args::CodeArgs;
use super::{Exit, Screen};
use crate::data::suggest::nearest;
use crate::diagnostic::{Text, catalogue};

pub(super) fn run(args: &CodeArgs, screen: &mut Screen) -> Exit {
    let Some(asked) = &args.code else {
        let pages = catalogue::codes().filter_map(catalogue::page);
        let heads = pages.filter_map(|page| {
            let page = page.in_lang(screen.lang());
            page.lines().next().map(|line| line.trim_start_matches("## ").to_owned())
        });
        let list: Vec<String> = heads.collect();
        screen.line(&list.join("\n"));
        return Exit::Fine;
    };
    let written = asked.trim().to_ascii_uppercase();
    let digits = written.trim_start_matches("WG").trim_start_matches(['-', ' ']);
    // `401` and `0401` are what is left of `WG0401` when it is said aloud.
    let code = match digits.parse::<u16>() {
        Ok(number) if digits.len() <= 4 => format!("WG{number:04}"),
        _ => written.clone(),
    };
    if let Some(page) = catalogue::page(&code) {
        screen.out(page.in_lang(screen.lang()));
        return Exit::Fine;
    }
    screen.error(&Text::new(format!("there is no diagnostic `{asked}`"), format!("没有编号为 `{asked}` 的诊断")));
    if let Some((near, head)) = nearest_code(&code, screen) {
        screen.help(&Text::new(format!("the nearest is `{near}`: {head}"), format!("最接近的是 `{near}`：{head}")));
    }
    screen.help(&Text::new(
        "codes look like `WG0123` and stand beside every message of `wangge check`; `wangge code` lists them",
        "编号形如 `WG0123`，见 `wangge check` 每条消息；`wangge code` 列出全部编号",
    ));
    Exit::Usage
}

/// The code that is nearest to one that does not exist, with what it is about: the one of its group with the nearest number,
/// else the nearest spelling.
fn nearest_code(code: &str, screen: &Screen) -> Option<(&'static str, String)> {
    let number = |code: &str| code.strip_prefix("WG").and_then(|digits| digits.parse::<u16>().ok());
    let group = |code: &str| number(code).map(|number| number / 100);
    let near = match number(code) {
        Some(asked) => catalogue::codes()
            .filter(|known| group(known) == group(code))
            .min_by_key(|known| number(known).map(|known| known.abs_diff(asked))),
        None => None,
    };
    let near = near.or_else(|| nearest(code, catalogue::codes()))?;
    let page = catalogue::page(near)?;
    let head = page.in_lang(screen.lang()).lines().next().unwrap_or_default().trim_start_matches("## ");
    let head = head.trim_start_matches(near).trim_start_matches([':', '：', ' ', '—', '-']);
    Some((near, head.to_owned()))
}
