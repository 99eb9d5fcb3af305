//! A stand-in that is kept running: to the gate a host like any other.

use std::io::{BufRead as _, BufReader, Lines};
use std::process::{Child, ChildStdout};

use crate::binary::Folder;

pub(crate) struct Served {
    child: Child,
    /// What it prints goes nowhere once nobody reads it, and then it ends.
    _lines: Lines<BufReader<ChildStdout>>,
    /// Its address and port.
    pub(crate) address: String,
    /// The file of the authority that its certificate is from.
    pub(crate) ca: String,
}

impl Served {
    /// One that is called `localhost` and speaks these versions.
    pub(crate) fn new(min_version: &str, max_version: &str) -> Served {
        let versions = ["serve", "--min-version", min_version, "--max-version", max_version];
        let mut child = Folder::new().command(&versions).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut last_word = || lines.next().unwrap().unwrap().rsplit(' ').next().unwrap().to_owned();
        let (address, ca) = (last_word(), last_word());
        Served { child, _lines: lines, address, ca }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        // A process that is killed leaves its files.
        let _ = std::fs::remove_file(&self.ca);
    }
}
