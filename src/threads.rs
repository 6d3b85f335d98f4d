//! Work on several threads.

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
