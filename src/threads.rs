//! Work on several threads.

use std::sync::mpsc::sync_channel;

/// Does each on a thread of its own, and gives what came of them in order; one alone stays on the caller's thread.
pub(crate) fn beside<T: Send, U: Send>(all: Vec<T>, work: impl Fn(T) -> U + Sync) -> Vec<U> {
    if all.len() == 1 {
        return all.into_iter().map(work).collect();
    }
    let work = &work;
    std::thread::scope(|scope| {
        let handles: Vec<_> = all.into_iter().map(|one| scope.spawn(move || work(one))).collect();
        let joined = handles.into_iter().map(std::thread::ScopedJoinHandle::join);
        joined.map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

/// Deals parts out to so many threads and hands on in order what comes of them. `serve` takes its share of the parts and gives out what
/// each comes to, until nobody wants more (`false`); what it gives in the end comes back in order of the threads. `take` says
/// whether more is wanted.
pub(crate) fn in_order<P: Copy + Sync + Send, U: Send, R: Send>(
    threads: usize,
    parts: &[P],
    serve: impl Fn(&mut dyn Iterator<Item = P>, &mut dyn FnMut(U) -> bool) -> R + Sync,
    take: &mut dyn FnMut(U) -> bool,
) -> Vec<R> {
    let threads = threads.min(parts.len());
    if threads <= 1 {
        return vec![serve(&mut parts.iter().copied(), take)];
    }
    let serve = &serve;
    std::thread::scope(|scope| {
        let (mut lines, mut workers) = (Vec::new(), Vec::new());
        for at in 0..threads {
            // What one part came to waits while the next is worked on.
            let (sender, receiver) = sync_channel(1);
            let mut share = parts.iter().copied().skip(at).step_by(threads);
            workers.push(scope.spawn(move || serve(&mut share, &mut |done| sender.send(done).is_ok())));
            lines.push(receiver);
        }
        for line in lines.iter().cycle().take(parts.len()) {
            // A line that ends early is that of a thread that stopped.
            if !line.recv().is_ok_and(&mut *take) {
                break;
            }
        }
        drop(lines);
        let joined = workers.into_iter().map(std::thread::ScopedJoinHandle::join);
        joined.map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}
