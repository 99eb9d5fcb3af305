//! What is told of the connections of a test. Nobody looks at it before the report is written, and it is most
//! of what a report tells: in a run of many tests it waits in a file.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::evidence::Observation;

/// The observations of a test, in the order in which they were begun.
#[derive(Debug, Clone)]
pub struct Observations(Kept);

#[derive(Debug, Clone)]
enum Kept {
    Here(Vec<Observation>),
    There { storage: Arc<Storage>, at: u64, length: usize, count: usize },
}

/// A file of observations, which is gone with the process.
#[derive(Debug)]
pub struct Storage(Mutex<Written>);

#[derive(Debug)]
struct Written {
    file: File,
    length: u64,
}

impl Storage {
    /// A new one, in the system's folder for temporary files.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn new() -> io::Result<Storage> {
        Ok(Storage(Mutex::new(Written { file: tempfile::tempfile()?, length: 0 })))
    }

    fn write(&self, bytes: &[u8]) -> io::Result<u64> {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = written.length;
        // Whatever a failed attempt has left there is written over.
        written.file.seek(SeekFrom::Start(at))?;
        written.file.write_all(bytes)?;
        written.length += u64::try_from(bytes.len()).map_err(io::Error::other)?;
        Ok(at)
    }

    fn read(&self, at: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        written.file.seek(SeekFrom::Start(at))?;
        let mut bytes = vec![0; length];
        written.file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

impl Observations {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.0 {
            Kept::Here(observations) => observations.len(),
            Kept::There { count, .. } => *count,
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of them.
    ///
    /// # Errors
    /// Where they wait in a file that cannot be read.
    pub fn all(&self) -> io::Result<Cow<'_, [Observation]>> {
        match &self.0 {
            Kept::Here(observations) => Ok(observations.into()),
            Kept::There { storage, at, length, .. } => {
                let observations: Vec<Observation> = serde_json::from_slice(&storage.read(*at, *length)?)?;
                Ok(observations.into())
            }
        }
    }

    /// Puts them into a file; where that cannot be done they stay.
    pub fn store(&mut self, storage: &Arc<Storage>) {
        let Kept::Here(observations) = &self.0 else { return };
        let stored = serde_json::to_vec(observations).map_err(io::Error::from).and_then(|bytes| {
            let at = storage.write(&bytes)?;
            Ok((at, bytes.len()))
        });
        if let Ok((at, length)) = stored {
            let count = observations.len();
            self.0 = Kept::There { storage: Arc::clone(storage), at, length, count };
        }
    }
}

impl From<Vec<Observation>> for Observations {
    fn from(observations: Vec<Observation>) -> Observations {
        Observations(Kept::Here(observations))
    }
}

impl PartialEq for Observations {
    fn eq(&self, other: &Observations) -> bool {
        matches!((self.all(), other.all()), (Ok(one), Ok(other)) if one == other)
    }
}

impl Serialize for Observations {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.all().map_err(S::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Observations {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Observations, D::Error> {
        Vec::deserialize(deserializer).map(Observations::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn observations(detail: &str) -> Observations {
        let text = format!(
            r#"[{{"address":null,"server_name":null,"offered":["1.2"],"hello":null,"step":"hello",
            "outcome":"accepted","strength":null,"alert":null,"alert_code":null,"warnings":[],"version":"1.2",
            "cipher_suite":null,"group":null,"hello_retry":false,"client_certificate_wanted":false,
            "certificate":null,"http_status":null,"http_location":null,"detail":"{detail}","started_ms":1.0,
            "elapsed_ms":2.0,"connections":1,"control":false}}]"#
        );
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn what_waits_in_a_file_is_the_same_in_whatever_order_it_is_read() {
        let storage = Arc::new(Storage::new().unwrap());
        let here: Vec<Observations> = ["a", "a longer one", "c"].map(observations).into();
        let mut there = here.clone();
        there.iter_mut().for_each(|it| it.store(&storage));
        assert!(there.iter().all(|it| matches!(it.0, Kept::There { .. })));
        assert!(there.iter().zip(&here).rev().all(|(there, here)| there == here && there.len() == 1));
        let json = |it: &Observations| serde_json::to_string(it).unwrap();
        assert_eq!(json(&there[1]), json(&here[1]));
    }

    #[test]
    fn what_cannot_be_stored_stays_and_what_cannot_be_read_is_an_error() {
        let read_only = |length| {
            let file = File::open("/dev/null").or_else(|_| File::open("Cargo.toml")).unwrap();
            Arc::new(Storage(Mutex::new(Written { file, length })))
        };
        let mut kept = observations("a");
        kept.store(&read_only(0));
        assert_eq!(kept, observations("a"));
        let lost =
            Observations(Kept::There { storage: read_only(1 << 40), at: 1 << 40, length: 9, count: 1 });
        assert!(lost.all().is_err() && serde_json::to_string(&lost).is_err() && lost != lost);
    }
}
