//! The pages that are looked at, as files.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use tempfile::TempDir;
use tls_readiness::report::{Kind, Report};

use crate::hostile_texts::HOSTILE_TEXTS;
use crate::{every_text, every_verdict};

pub(crate) struct Pages {
    _folder: TempDir,
    /// The URL of the page of every verdict.
    pub(crate) every_verdict: String,
    /// The same, with each of the hostile texts in all places of some test.
    pub(crate) hostile: String,
}

impl Pages {
    pub(crate) fn write() -> Pages {
        let folder = tempfile::tempdir().unwrap();
        let report = every_verdict::report();
        let mut hostile = every_text::replaced(&report, HOSTILE_TEXTS[0]);
        let known = report.tests.iter().cycle();
        let tests = HOSTILE_TEXTS.iter().zip(known).enumerate().map(|(index, (text, known))| {
            let whole = every_text::replaced(&report, text);
            let mut test = whole.tests[index % whole.tests.len()].clone();
            // A calendar is drawn of days alone: without some there would be none.
            test.enforce_from.clone_from(&known.enforce_from);
            if let (Some(waiver), Some(known)) = (&mut test.waiver, &known.waiver) {
                waiver.until.clone_from(&known.until);
            }
            test
        });
        hostile.tests = tests.collect();
        Pages {
            every_verdict: page(folder.path(), "every-verdict.html", &report),
            hostile: page(folder.path(), "hostile.html", &hostile),
            _folder: folder,
        }
    }
}

fn page(folder: &Path, name: &str, report: &Report) -> String {
    let path = folder.join(name);
    let mut file = BufWriter::new(File::create(&path).unwrap());
    Kind::Html.write(report, &str::to_owned, &mut file).unwrap();
    file.flush().unwrap();
    format!("file://{}", path.display())
}
