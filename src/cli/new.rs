//! `wangge new DIR`: a policy, a manifest and sample data that score at once.

use super::args::NewArgs;
use super::{Exit, Screen};
use crate::diagnostic::{Lang, Text};
use std::io;
use std::path::Path;

/// Path inside the folder, contents.
type Sample = (&'static str, &'static str);

/// The samples of both languages, English first. What they are about is the samples' own affair.
const SAMPLES: [&[Sample]; 2] = include!("../../examples/new/samples.in");

pub(super) fn run(args: &NewArgs, screen: &mut Screen) -> Exit {
    let dir = &args.dir;
    let shown = dir.display();
    let is_empty = match std::fs::read_dir(dir) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => true,
        Err(error) => return failed(dir, &error, screen),
    };
    if !is_empty {
        screen.error(&Text::new(format!("`{shown}` is not empty"), format!("文件夹 `{shown}` 非空")));
        screen.help(&Text::new("name a folder that is new or empty", "请指定一个新的或空的文件夹"));
        return Exit::Usage;
    }
    let [en, zh] = SAMPLES;
    let samples = match screen.lang() {
        Lang::En => en,
        Lang::Zh => zh,
    };
    for (at, (path, text)) in samples.iter().enumerate() {
        if let Err(error) = write(&dir.join(path), text) {
            // Half a plan would only be in the way of the next try.
            samples.iter().take(at + 1).for_each(|(path, _)| drop(std::fs::remove_file(dir.join(path))));
            samples
                .iter()
                .filter_map(|(path, _)| Path::new(path).parent())
                .for_each(|folder| drop(std::fs::remove_dir(dir.join(folder))));
            return failed(dir, &error, screen);
        }
    }
    let shown = quoted(&dir.display().to_string());
    screen.line(&screen.say(
        format!(
            "{shown} is ready; next:\n  wangge check {shown}\n  wangge test {shown}\n  wangge score {shown}/manifest.yaml --out {shown}/out"
        ),
        format!(
            "{shown} 已建好，接下来可以：\n  wangge check {shown}\n  wangge test {shown}\n  wangge score {shown}/manifest.yaml --out {shown}/out"
        ),
    ));
    Exit::Fine
}

/// A path as a shell takes it.
fn quoted(path: &str) -> String {
    let path = if path.starts_with('-') { format!("./{path}") } else { path.to_owned() };
    let is_plain = |c: char| c.is_alphanumeric() || "/._-~".contains(c);
    if path.chars().all(is_plain) { path } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    std::fs::write(path, text)
}

fn failed(dir: &Path, error: &io::Error, screen: &mut Screen) -> Exit {
    let shown = dir.display();
    screen.error(&Text::new(format!("cannot write `{shown}`: {error}"), format!("无法写入 `{shown}`：{error}")));
    Exit::Usage
}
