//! The root element as Jenkins knows it.

use std::io::{self, Write};

/// Passes everything on but the attribute `skipped` of the root element.
pub(super) struct WithoutSkipped<'a> {
    out: &'a mut dyn Write,
    /// What has come so far, until the root element has begun.
    begin: Option<Vec<u8>>,
}

const ROOT: &[u8] = b"<testsuites";
const ATTRIBUTE: &[u8] = b" skipped=\"";

impl<'a> WithoutSkipped<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> WithoutSkipped<'a> {
        WithoutSkipped { out, begin: Some(Vec::new()) }
    }
}

impl Write for WithoutSkipped<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(begin) = &mut self.begin else {
            return self.out.write(bytes);
        };
        begin.extend_from_slice(bytes);
        if let Some((before, root, after)) = root(begin) {
            for piece in [before, &without_attribute(root), after] {
                self.out.write_all(piece)?;
            }
            self.begin = None;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The tag of the root element, and what is around it, once all of it is there. In attributes `>` is
/// written as an entity.
fn root(text: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let from = find(text, ROOT)?;
    let (before, rest) = text.split_at_checked(from)?;
    let length = find(rest, b">")? + 1;
    let (root, after) = rest.split_at_checked(length)?;
    Some((before, root, after))
}

fn without_attribute(root: &[u8]) -> Vec<u8> {
    let cut = find(root, ATTRIBUTE).and_then(|from| {
        let (before, rest) = root.split_at_checked(from)?;
        let value = rest.get(ATTRIBUTE.len()..)?;
        let after = value.get(find(value, b"\"")? + 1..)?;
        Some([before, after].concat())
    });
    cut.unwrap_or_else(|| root.to_vec())
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_attribute_is_cut_however_the_text_comes() {
        let text = "<?xml version=\"1.0\"?>\n<testsuites name=\"a\" skipped=\"3\" errors=\"0\">\n<testsuite skipped=\"3\"/></testsuites>";
        let expected = "<?xml version=\"1.0\"?>\n<testsuites name=\"a\" errors=\"0\">\n<testsuite skipped=\"3\"/></testsuites>";
        for length in 1..=text.len() {
            let mut out = Vec::new();
            let mut writer = WithoutSkipped::new(&mut out);
            text.as_bytes().chunks(length).for_each(|piece| writer.write_all(piece).unwrap());
            assert_eq!(String::from_utf8(out).unwrap(), expected, "{length}");
        }
    }
}
