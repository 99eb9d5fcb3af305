//! Golden files: what a text must be, or is made to be by `UPDATE_GOLDEN=1`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Compares texts and keeps what differs, so that a test shows all of it at once.
#[derive(Default)]
pub(crate) struct Golden {
    differences: String,
    names: Vec<String>,
}

impl Golden {
    pub(crate) fn compare(&mut self, name: &str, actual: &str) {
        assert!(!self.names.iter().any(|known| known == name), "two cases named {name}");
        self.names.push(name.to_owned());
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/reports").join(name);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(path, actual).unwrap();
            return;
        }
        let expected = fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
        if expected != actual {
            let _ = writeln!(self.differences, "{name}\n--- expected\n{expected}\n--- actual\n{actual}");
        }
    }

    pub(crate) fn finish(self) {
        assert!(self.differences.is_empty(), "{}", self.differences);
    }
}
