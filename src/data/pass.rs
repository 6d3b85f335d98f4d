//! One pass over files: a thread reads, workers take the blocks as they come.

use super::bind::Feed;
use super::error::DataError;
use super::read::{DataFile, RawBlock, Wanted, bad_file, read_blocks};
use super::setup::Setup;
use crate::diagnostic::Text;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Mutex, PoisonError};

/// A block of a file, for one feed.
#[derive(Debug)]
pub struct Task {
    /// Position of the file.
    pub file: usize,
    /// Position of the feed.
    pub feed: usize,
    /// The rows.
    pub block: RawBlock,
}

/// Takes blocks. Which worker takes which block, and when, must not change what all give together.
pub trait Worker: Send {
    /// Takes in a block.
    fn work(&mut self, task: &Task) -> Result<(), DataError>;

    /// No block comes any more: what it can still do by itself, before others go on with what it has.
    fn finish(&mut self) {}
}

/// How far a pass has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Rows that were read; 0 at the beginning.
    pub rows: u64,
    /// Bytes that were read, as far as they are known.
    pub bytes: u64,
    /// Bytes of all files of the pass.
    pub total: u64,
    /// All is read.
    pub ended: bool,
}

/// Is told how far a pass has come: once a block, by the thread that reads.
#[derive(Clone)]
pub struct Watch(Arc<dyn Fn(Seen) + Send + Sync>);

impl Watch {
    /// Somebody who is told.
    pub fn new(tell: impl Fn(Seen) + Send + Sync + 'static) -> Watch {
        Watch(Arc::new(tell))
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watch")
    }
}

/// Blocks that wait between the reader and the workers, for each worker.
const WAITING_PER_WORKER: usize = 1;

/// Reads files and hands their blocks to the workers. One worker is served on the reading thread, in order.
pub fn run_pass<W: Worker>(
    setup: &Setup,
    readings: &[(usize, usize)],
    mut workers: Vec<W>,
) -> Result<Vec<W>, DataError> {
    if workers.len() == 1 {
        return workers.pop().into_iter().map(|worker| run_in_order(setup, readings, worker, false)).collect();
    }
    let (sender, receiver) = sync_channel::<Task>(workers.len() * WAITING_PER_WORKER);
    let receiver = Mutex::new(receiver);
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let handles: Vec<_> = (workers.into_iter())
            .map(|worker| {
                let (receiver, stop) = (&receiver, &stop);
                scope.spawn(move || serve(setup, worker, receiver, stop))
            })
            .collect();
        let read = read_all(setup, readings, &mut |task| {
            // Workers go on taking blocks after an error, so that sending never waits for ever.
            if !stop.load(Ordering::Relaxed) {
                let _ = sender.send(task);
            }
            Ok(())
        });
        drop(sender);
        let mut done = Vec::new();
        let mut failures = Vec::new();
        for handle in handles {
            match handle.join() {
                Ok(Ok(worker)) => done.push(worker),
                Ok(Err(failure)) => failures.push(failure),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        // Of several errors the one that stands first in the files.
        failures.sort_by_key(|(place, _)| *place);
        match failures.into_iter().next() {
            Some((_, error)) => Err(error),
            None => read.map(|()| done),
        }
    })
}

/// As [`run_pass`] for one worker, in order of files and rows; with `ahead` another thread reads and cuts what comes next.
pub fn run_in_order<W: Worker>(
    setup: &Setup,
    readings: &[(usize, usize)],
    mut worker: W,
    ahead: bool,
) -> Result<W, DataError> {
    if !ahead {
        read_all(setup, readings, &mut |task| each_piece(setup, task, &mut |piece| worker.work(&piece)))?;
        worker.finish();
        return Ok(worker);
    }
    let (sender, receiver) = sync_channel::<Task>(WAITING_PER_WORKER);
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || {
            read_all(setup, readings, &mut |task| {
                each_piece(setup, task, &mut |piece| {
                    // Nobody takes pieces any more after an error, which is told below.
                    let _ = sender.send(piece);
                    Ok(())
                })
            })
        });
        let worked = receiver.iter().try_for_each(|piece| worker.work(&piece));
        drop(receiver);
        let read = reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        worker.finish();
        worked.and(read).map(|()| worker)
    })
}

type Failure = ((usize, usize, u64), DataError);

/// Hands on a task with its rows made, where its reader left that to the worker.
fn each_piece(setup: &Setup, task: Task, take: &mut dyn FnMut(Task) -> Result<(), DataError>) -> Result<(), DataError> {
    let Task { file, feed, block } = task;
    let (Some(source), Some(plan)) = (setup.files.get(file), setup.feeds.get(feed)) else { return Ok(()) };
    block.each_piece(source, &plan.wanted, plan.apart(), &mut |mut block| {
        plan.joined.iter().for_each(|joined| block.join(&joined.columns, &joined.with));
        take(Task { file, feed, block })
    })
}

fn serve<W: Worker>(
    setup: &Setup,
    mut worker: W,
    tasks: &Mutex<Receiver<Task>>,
    stop: &AtomicBool,
) -> Result<W, Failure> {
    let mut failure: Option<Failure> = None;
    loop {
        let task = tasks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(task) = task else { break };
        if failure.is_some() {
            continue;
        }
        let place = (task.file, task.feed, task.block.first_line());
        if let Err(error) = each_piece(setup, task, &mut |piece| worker.work(&piece)) {
            stop.store(true, Ordering::Relaxed);
            failure = Some((place, error));
        }
    }
    match failure {
        Some(failure) => Err(failure),
        None => {
            worker.finish();
            Ok(worker)
        }
    }
}

fn read_all(
    setup: &Setup,
    readings: &[(usize, usize)],
    sink: &mut dyn FnMut(Task) -> Result<(), DataError>,
) -> Result<(), DataError> {
    let (mut rows, max) = (0u64, setup.rows_max);
    let sizes = sizes(setup, readings);
    let total = sizes.iter().sum();
    let tell = |rows, bytes, ended| {
        if let Some(Watch(tell)) = &setup.watch {
            tell(Seen { rows, bytes, total, ended });
        }
    };
    tell(0, 0, false);
    let mut before = 0;
    for ((file, feed), size) in readings.iter().copied().zip(sizes) {
        let (Some(source), Some(plan)) = (setup.files.get(file), setup.feeds.get(feed)) else { continue };
        let (mut of_file, mut bytes) = (0, 0u64);
        read_blocks(source, &plan.wanted, &mut |mut block| {
            block.first_row = of_file;
            of_file += block.rows_held();
            rows = rows.saturating_add(block.rows_held());
            bytes = bytes.saturating_add(block.bytes_held()).min(size);
            tell(rows.max(1), before + bytes, false);
            if rows > max {
                let message = Text::new(
                    format!("{rows} rows up to here, at most {max} are read in one run"),
                    format!("读到此处已有 {rows} 行，一次运行最多读取 {max} 行"),
                );
                let help = Text::new("score parts of the tree or of the time by themselves", "请按地域或时段分开计算");
                let line = block.first_line();
                return Err(bad_file(source, line, message, Some(help)));
            }
            sink(Task { file, feed, block })
        })?;
        before += size;
    }
    tell(rows.max(1), total, true);
    Ok(())
}

/// What keeps the files of a run from being read, as far as their beginnings tell: all of it at once, where one was found.
pub(super) fn first_looks(setup: &Setup) -> Vec<DataError> {
    let both = |(file, feed): &(usize, usize)| setup.files.get(*file).zip(setup.feeds.get(*feed));
    setup.readings.iter().filter_map(both).filter_map(|(file, plan)| first_look(file, &plan.wanted)).collect()
}

/// Bytes of the files that are read; 0 where nobody asks for them.
fn sizes(setup: &Setup, readings: &[(usize, usize)]) -> Vec<u64> {
    let size = |file: usize| {
        let path = setup.watch.as_ref().and(setup.files.get(file)).map(|file| &file.path);
        path.and_then(|path| std::fs::metadata(path).ok()).map_or(0, |data| data.len())
    };
    readings.iter().map(|(file, _)| size(*file)).collect()
}

/// Why a file cannot be read, as far as its beginning tells; no more of it is read.
fn first_look(source: &DataFile, wanted: &[Wanted]) -> Option<DataError> {
    let mut seen = false;
    let read = read_blocks(source, wanted, &mut |_| {
        seen = true;
        // Whatever it is, it ends the reading.
        Err(bad_file(source, 0, Text::default(), None))
    });
    read.err().filter(|_| !seen)
}

/// The readings of the feeds that are wanted.
pub(super) fn readings(setup: &Setup, wanted: impl Fn(&Feed) -> bool) -> Vec<(usize, usize)> {
    let of_feed = |feed: usize| setup.feeds.get(feed).is_some_and(&wanted);
    setup.readings.iter().copied().filter(|(_, feed)| of_feed(*feed)).collect()
}
