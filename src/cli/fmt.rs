//! `wangge fmt`: policies in their standard layout, in place.

use super::args::FmtArgs;
use super::files::{FileKind, find};
use super::problems::data_error;
use super::{Exit, Screen};
use crate::data::error::DataError;
use crate::data::load::{read_stdin, read_text, shown};
use crate::diagnostic::{Lang, Text, human};
use crate::source::Sources;
use std::io::Write;
use std::path::Path;

pub(super) fn run(args: &FmtArgs, screen: &mut Screen) -> Exit {
    let (found, failed) = find(&args.paths);
    let mut exit = Exit::Fine;
    for error in &failed {
        exit = exit.max(data_error(error, screen));
    }
    let mut file_count = 0;
    for file in &found {
        let ended = match file.kind {
            FileKind::Stdin => format_stdin(args, screen),
            FileKind::Policy => format_file(&file.path, args, screen),
            // A folder holds manifests and tests as well; they have no standard layout.
            FileKind::Manifest | FileKind::Tests => continue,
        };
        file_count += 1;
        exit = exit.max(ended.unwrap_or_else(|error| data_error(&error, screen)));
    }
    if file_count == 0 && failed.is_empty() {
        screen.error(&Text::new("there are no policy files (`*.wg`) here", "此处没有政策文件（`*.wg`）"));
        return Exit::Usage;
    }
    exit
}

/// The text in standard layout; `None` where it has errors, which are printed.
fn formatted(name: &str, text: &str, args: &FmtArgs, screen: &mut Screen) -> Option<String> {
    let mut sources = Sources::default();
    let id = sources.add(name, text);
    match crate::syntax::format(id, text, args.keywords.map(Lang::from)) {
        Ok(text) => Some(text),
        Err(problems) => {
            screen.err(&human::render_styled(&problems, &sources, screen.lang()));
            None
        }
    }
}

fn format_stdin(args: &FmtArgs, screen: &mut Screen) -> Result<Exit, DataError> {
    let text = read_stdin()?;
    let Some(out) = formatted("<stdin>", &text, args, screen) else { return Ok(Exit::Wanting) };
    if args.check {
        return Ok(differs("<stdin>", out != text, screen));
    }
    screen.out(&out);
    Ok(Exit::Fine)
}

fn format_file(path: &Path, args: &FmtArgs, screen: &mut Screen) -> Result<Exit, DataError> {
    let name = shown(path);
    let text = read_text(path)?;
    let Some(out) = formatted(&name, &text, args, screen) else { return Ok(Exit::Wanting) };
    if args.check {
        return Ok(differs(&name, out != text, screen));
    }
    if out == text {
        return Ok(Exit::Fine);
    }
    if let Err(error) = replace(path, &out) {
        screen.error(&Text::new(format!("cannot write `{name}`: {error}"), format!("无法写入 `{name}`：{error}")));
        return Ok(Exit::Usage);
    }
    screen.line(&screen.say(format!("formatted {name}"), format!("已整理 {name}")));
    Ok(Exit::Fine)
}

fn differs(name: &str, differs: bool, screen: &mut Screen) -> Exit {
    if !differs {
        return Exit::Fine;
    }
    screen.line(&screen.say(format!("{name} is not in standard form"), format!("{name} 不是标准格式")));
    Exit::Wanting
}

/// Writes beside the file and renames, so that a policy is never half written. A link stays a link.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let real = std::fs::canonicalize(path)?;
    let mut beside = real.clone().into_os_string();
    beside.push(".wangge-new");
    let written = std::fs::File::create(&beside).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.set_permissions(std::fs::metadata(&real)?.permissions())?;
        file.sync_all()
    });
    written.and_then(|()| std::fs::rename(&beside, &real)).inspect_err(|_| {
        // The half file goes; the error that brought it is the one that counts.
        let _ = std::fs::remove_file(&beside);
    })
}
