//! `wangge code WG0123`: the page of a diagnostic.

use super::args::CodeArgs;
use super::{Exit, Screen};
use crate::diagnostic::{Text, catalogue};

pub(super) fn run(args: &CodeArgs, screen: &mut Screen) -> Exit {
    let code = args.code.trim().to_ascii_uppercase();
    if let Some(page) = catalogue::page(&code) {
        screen.out(page.in_lang(screen.lang()));
        return Exit::Fine;
    }
    screen.error(&Text::new(
        format!("there is no diagnostic `{}`", args.code),
        format!("没有编号为 `{}` 的诊断", args.code),
    ));
    screen.help(&Text::new(
        "codes look like `WG0123` and stand beside every message of `wangge check`",
        "编号形如 `WG0123`，见 `wangge check` 每条消息",
    ));
    Exit::Usage
}
