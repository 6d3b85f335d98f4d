//! Places as programs read them: lines and columns, relative paths, URIs.

use super::Label;
use crate::source::Sources;
use std::borrow::Cow;

/// A place in a file. Lines and columns count from 1, columns in code points; the end is the place after the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'s> {
    /// Name of the file, as the user gave it.
    pub file: &'s str,
    /// First line.
    pub line: u32,
    /// First column.
    pub column: u32,
    /// Line of the end.
    pub end_line: u32,
    /// Column of the end.
    pub end_column: u32,
}

impl<'s> Place<'s> {
    /// Where a label stands; `None` when its text is not there.
    #[must_use]
    pub fn of(label: &Label, sources: &'s Sources) -> Option<Place<'s>> {
        let source = sources.get(label.span.source)?;
        let (start, end) = (source.line_column(label.span.start), source.line_column(label.span.end));
        Some(Place {
            file: &source.name,
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        })
    }
}

/// A path below a folder as one relative to it; other paths stay as they are. Leading `./` goes.
#[must_use]
pub fn relative<'n>(name: &'n str, base: &str) -> &'n str {
    let inside = name.strip_prefix(base.trim_end_matches('/')).and_then(|rest| rest.strip_prefix('/'));
    let mut path = inside.filter(|_| !base.is_empty()).unwrap_or(name);
    while let Some(rest) = path.strip_prefix("./") {
        path = rest.trim_start_matches('/');
    }
    path
}

/// A path as a URI: relative where the path is, in ASCII.
#[must_use]
pub fn uri(path: &str) -> String {
    // A drive of Windows (`C:/`): no other path holds a colon at this place.
    let drive = path.as_bytes().get(1..3) == Some(b":/") && path.starts_with(|c: char| c.is_ascii_alphabetic());
    let scheme = match path {
        _ if drive => "file:///",
        _ if path.starts_with('/') => "file://",
        _ => "",
    };
    let mut uri = scheme.to_owned();
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => uri.push(char::from(byte)),
            b':' if drive => uri.push(':'),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

/// The words of a line with one space between them: what stays the same when a file is laid out anew.
pub(super) fn squeezed(text: &str) -> Cow<'_, str> {
    Cow::Owned(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_working_folder() {
        for (name, base, want) in [
            ("./a/b.wg", "/home/x", "a/b.wg"),
            ("/home/x/a.wg", "/home/x", "a.wg"),
            ("/home/x/a.wg", "/home/x/", "a.wg"),
            ("/home/xy/a.wg", "/home/x", "/home/xy/a.wg"),
            ("../a.wg", "/home/x", "../a.wg"),
            ("/a.wg", "", "/a.wg"),
        ] {
            assert_eq!(relative(name, base), want);
        }
    }

    #[test]
    fn uris_are_ascii() {
        assert_eq!(uri("政策/a b.wg"), "%E6%94%BF%E7%AD%96/a%20b.wg");
        assert_eq!(uri("/tmp/a.wg"), "file:///tmp/a.wg");
        assert_eq!(uri("C:/a.wg"), "file:///C:/a.wg");
        assert_eq!(uri("a:b.wg"), "a%3Ab.wg");
    }
}
