//! One file, from the system to a text.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use super::MAX_FILE;
use crate::problem::text::Lines;
use crate::problem::{Problem, Spot};

/// Reads a whole file that is a regular one and no larger than [`MAX_FILE`].
///
/// # Errors
/// The system's, and `InvalidInput` for what is no file, `FileTooLarge` for what is too large.
pub fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    read_up_to(path, MAX_FILE)
}

/// As [`read_file`], with another limit, in bytes.
pub(super) fn read_up_to(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    // Asked first: opening a device can do anything.
    regular(&fs::metadata(path)?)?;
    let file = open(path)?;
    // Asked again: it may be another one by now.
    let metadata = file.metadata()?;
    regular(&metadata)?;
    let too_large =
        || io::Error::new(io::ErrorKind::FileTooLarge, format!("larger than {} MiB", limit >> 20));
    if metadata.len() > limit {
        return Err(too_large());
    }
    // What the kernel makes up while it is read has no length, and may have no end.
    if metadata.len() == 0 {
        return Ok(Vec::new());
    }
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit {
        return Err(too_large());
    }
    Ok(bytes)
}

fn regular(metadata: &fs::Metadata) -> io::Result<()> {
    if metadata.is_file() {
        return Ok(());
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"))
}

/// Opens a file. Where a FIFO took its place in the meantime, nobody waits for its writer.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;

    let flags = nix::fcntl::OFlag::O_NONBLOCK | nix::fcntl::OFlag::O_NOCTTY;
    File::options().read(true).custom_flags(flags.bits()).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Why bytes are no text.
pub(super) struct NotText {
    spot: Spot,
    message: String,
    hint: &'static str,
}

impl NotText {
    pub(super) fn of(self, file: Arc<str>) -> Problem {
        let NotText { spot, message, hint } = self;
        Problem { file, spot: Some(spot), message, hint: hint.to_owned(), note: None }
    }
}

/// The text of a file, without a byte order mark.
pub(super) fn decode(bytes: Vec<u8>) -> Result<String, NotText> {
    let utf16 = looks_like_utf16(&bytes);
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let before = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        let found = error.as_bytes().get(before.len()).copied().unwrap_or_default();
        let hint = if utf16 { "it is UTF-16: save it as UTF-8" } else { "save it as UTF-8" };
        let before = str::from_utf8(before).unwrap_or_default();
        let lines = Lines::of(before);
        let (line, column) = lines.line_and_column(before.len());
        // What the line goes on with is no text.
        let spot = Spot { line, column, length: 1, source: String::new(), ..Spot::default() };
        NotText { spot, message: format!("not UTF-8: the byte 0x{found:02X}"), hint }
    })?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    if utf16 {
        let message = "not UTF-8, but UTF-16".to_owned();
        let spot = Spot { line: 1, column: 1, length: 1, ..Spot::default() };
        return Err(NotText { spot, message, hint: "save it as UTF-8" });
    }
    Ok(text)
}

/// Whether it begins with the mark of UTF-16, or every other byte of its beginning is NUL.
fn looks_like_utf16(bytes: &[u8]) -> bool {
    let marked = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let is_nul = |index: usize| bytes.get(index) == Some(&0);
    let alternates =
        |first: usize| (0..4).all(|pair| is_nul(2 * pair + first) && !is_nul(2 * pair + 1 - first));
    marked || alternates(0) || alternates(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_text_is_told_at_its_place() {
        for (bytes, place, message) in [
            (&b"a: b\ncaf\xe9: 1"[..], (2, 4), "not UTF-8: the byte 0xE9"),
            (b"\xff\xfeh\0o\0", (1, 1), "not UTF-8: the byte 0xFF"),
            (b"h\0o\0s\0t\0", (1, 1), "not UTF-8, but UTF-16"),
            (b"\0h\0o\0s\0t", (1, 1), "not UTF-8, but UTF-16"),
            ("ä\r\n漢\u{d7ff}".as_bytes().get(..8).unwrap(), (2, 2), "not UTF-8: the byte 0xED"),
        ] {
            let NotText { spot, message: found, .. } = decode(bytes.to_vec()).err().unwrap();
            assert_eq!(((spot.line, spot.column), found.as_str()), (place, message), "{bytes:?}");
        }
        for (bytes, text) in [(&b"\xef\xbb\xbfa"[..], "a"), (b"\0a", "\0a"), (b"", "")] {
            assert_eq!(decode(bytes.to_vec()).ok().unwrap(), text);
        }
    }
}
