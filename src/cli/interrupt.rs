//! Ctrl-C and the request to end: what is unfinished goes, what was finished stays.

#[cfg(unix)]
use super::Screen;
use crate::diagnostic::Lang;
#[cfg(unix)]
use crate::{diagnostic::Text, held::give_up};

/// From here on an interrupted run removes what it has begun to write, says so and ends with 128 and the number of the signal:
/// 130 for Ctrl-C. Where there are no signals, the next run clears up.
#[cfg(unix)]
pub(super) fn watch(lang: Lang) {
    use signal_hook::consts::{SIGINT, SIGTERM};
    // Without a handler the system ends the process as it always did.
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM]) else { return };
    let watcher = std::thread::Builder::new().name("interrupt".to_owned());
    let _ = watcher.spawn(move || {
        if let Some(signal) = signals.forever().next() {
            end(lang, 128 + signal);
        }
    });
}

/// Where there are no signals, the system ends the process, and the next run clears up.
#[cfg(not(unix))]
pub(super) fn watch(_: Lang) {}

#[cfg(unix)]
fn end(lang: Lang, code: i32) -> ! {
    let finished = give_up();
    let mut screen = Screen::new(lang);
    screen.clear_line();
    screen.error(&if finished {
        Text::new(
            "interrupted; files that were finished before stay, nothing is half written",
            "已中断；此前写完的文件保留，没有写到一半的文件",
        )
    } else {
        Text::new("interrupted; nothing was written", "已中断；没有写入任何文件")
    });
    std::process::exit(code)
}
