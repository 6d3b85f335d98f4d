//! Buffers that blocks of a file use one after the other.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

/// Buffers that nobody uses at the moment.
#[derive(Debug, Default)]
pub(in crate::data) struct Shelf(Mutex<Vec<Vec<u8>>>);

impl Shelf {
    /// An empty buffer: one that was used before, or a new one.
    pub fn take(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    fn put_back(&self, mut bytes: Vec<u8>) {
        bytes.clear();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(bytes);
    }
}

/// Bytes that go back to their shelf, if they came from one, when nobody needs them any more.
#[derive(Default)]
pub struct Buffer {
    bytes: Vec<u8>,
    shelf: Option<Arc<Shelf>>,
}

impl Buffer {
    /// Bytes that came from a shelf.
    pub(in crate::data) fn of(bytes: Vec<u8>, shelf: &Arc<Shelf>) -> Buffer {
        Buffer { bytes, shelf: Some(Arc::clone(shelf)) }
    }
}

impl From<Vec<u8>> for Buffer {
    fn from(bytes: Vec<u8>) -> Buffer {
        Buffer { bytes, shelf: None }
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        if let Some(shelf) = &self.shelf {
            shelf.put_back(std::mem::take(&mut self.bytes));
        }
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl PartialEq for Buffer {
    fn eq(&self, other: &Buffer) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for Buffer {}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bytes.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_needs_is_used_again() {
        let shelf = Arc::new(Shelf::default());
        let mut bytes = shelf.take();
        bytes.extend_from_slice(b"one");
        let place = bytes.as_ptr();
        let (first, other) = (Arc::new(Buffer::of(bytes, &shelf)), shelf.take());
        let second = Arc::clone(&first);
        drop(first);
        assert_eq!((&**second, other.capacity()), (&b"one"[..], 0));
        drop(second);
        let again = shelf.take();
        assert!(again.is_empty() && again.as_ptr() == place);
        assert!(shelf.take().is_empty());
    }
}
