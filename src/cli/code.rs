//! `wangge code WG0123`: the page of a diagnostic.

use super::args::CodeArgs;
use super::{Exit, Screen};
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
    let digits = written.trim_start_matches("WG");
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
    screen.help(&Text::new(
        "codes look like `WG0123` and stand beside every message of `wangge check`; `wangge code` lists them",
        "编号形如 `WG0123`，见 `wangge check` 每条消息；`wangge code` 列出全部编号",
    ));
    Exit::Usage
}
