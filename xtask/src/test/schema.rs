//! The JSON Schema that editors use is committed; it must be the one that the gate prints.

use std::fs;

use xshell::{Shell, cmd};

use super::Result;
use crate::gate;

const COMMITTED: &str = "scenarios/scenario.schema.json";

/// Compares the committed schema with the printed one.
pub(crate) fn run(shell: &Shell) -> Result {
    let binary = gate::build()?;
    let printed = cmd!(shell, "{binary} schema").output()?.stdout;
    let path = shell.current_dir().join(COMMITTED);
    let committed = fs::read(&path).map_err(|error| format!("{COMMITTED}: {error}; {RENEW}"))?;
    if is_same(&committed, &printed) { Ok(()) } else { Err(format!("{COMMITTED} is stale; {RENEW}").into()) }
}

const RENEW: &str = "renew it: cargo xtask schema > scenarios/scenario.schema.json";

/// Whether both are the same text. How lines end is the checkout's business.
fn is_same(committed: &[u8], printed: &[u8]) -> bool {
    let lines = |text| String::from_utf8_lossy(text).replace("\r\n", "\n");
    lines(committed) == lines(printed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_other_text_is_stale() {
        assert!(is_same(b"{\r\n}\r\n", b"{\n}\n"));
        assert!(!is_same(b"{\n}\n", b"{ }\n"));
        assert!(!is_same(b"{\n}", b"{\n}\n"));
        assert!(!is_same(b"", b"{}"));
    }
}
