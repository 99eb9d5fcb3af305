//! The tables in the README, between two marks that nobody sees.

use std::fs;
use std::path::Path;

use super::Result;

const BEGIN: &str = "<!-- measured by `cargo xtask bench --write`: begin -->\n";
const END: &str = "<!-- measured by `cargo xtask bench --write`: end -->\n";

/// Puts `tables` in the place of those that are there.
///
/// # Errors
/// Where the README cannot be read or written, or has not both marks.
pub(crate) fn write(tables: &str) -> Result {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let text = fs::read_to_string(&readme)?;
    let text =
        replaced(&text, tables).ok_or_else(|| format!("README.md has not the lines {BEGIN}and {END}"))?;
    Ok(fs::write(readme, text)?)
}

fn replaced(text: &str, tables: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{}\n\n{END}{after}", tables.trim()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn tables_are_replaced_and_all_else_stays() {
        use super::*;

        let once = replaced(&format!("a\n{BEGIN}old\n{END}z\n"), "new\n").unwrap();
        assert_eq!(once, format!("a\n{BEGIN}\nnew\n\n{END}z\n"));
        assert_eq!(replaced(&once, "new"), Some(once.clone()));
        assert_eq!(replaced("no marks", "new"), None);
        assert_eq!(replaced(&format!("{END}{BEGIN}"), "new"), None);
    }

    #[test]
    fn the_readme_has_the_marks() {
        let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).unwrap();
        assert!(super::replaced(&readme, "x").is_some());
    }
}
