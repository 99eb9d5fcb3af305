//! A waiver that no test below it needs: what is said by the last of them, which fails for it.

use std::collections::HashMap;

use super::layout::{LABEL, labelled, labelled_whole};
use super::model::calendar::WAIVER_UNNEEDED;
use super::model::{Guidance, Test};
use super::{Against, shell_word};
use crate::escape::printable_up_to;
use crate::verdict::Verdict;

/// Makes a test that passed the one that fails for its waiver. `rerun` is the command that runs a test
/// again, its name left out; `None` where it is not known.
pub fn fail(test: &mut Test, rerun: Option<&str>) {
    let Some(waiver) = &test.waiver else { return };
    let lines = waiver.lines(&test.file);
    let to_do = format!("delete the waiver on {lines}");
    let consequence = match waiver.tests {
        Some(1) | None => "the test passes by itself, so nobody needs leave to fail any more".to_owned(),
        Some(count) => {
            format!("all {count} tests below it pass by themselves, so nobody needs leave to fail any more")
        }
    };
    let clause = format!("no test needs the waiver on {lines} any more");
    if let Some(rerun) = rerun {
        let rerun = format!("{rerun} {}", shell_word(&test.name));
        let place = printable_up_to(&format!("{}:{}:{}", test.file, test.line, test.column), usize::MAX);
        let mut lines = vec![format!(
            "failed: {}; {}    {place}",
            printable_up_to(&test.in_short(), usize::MAX),
            printable_up_to(&clause, usize::MAX)
        )];
        lines.extend(labelled("expected", LABEL, &test.expectation));
        lines.extend(labelled("waiver", LABEL, &format!("until {}: {}", waiver.until, waiver.why())));
        lines.extend(labelled("so", LABEL, &consequence));
        lines.extend(labelled("to do", LABEL, &to_do));
        lines.push(labelled_whole("then run", LABEL, &rerun));
        let explanation = lines.join("\n");
        test.guidance = Some(Box::new(Guidance { consequence, to_do, rerun, see: None, explanation }));
    }
    test.reason = match rerun {
        Some(_) => format!("{}; {clause}", test.reason),
        // Without guidance the reason has to say it all.
        None => format!("{}; {clause}: delete it", test.reason),
    };
    test.found = Some(test.by_itself());
    test.verdict = Verdict::Failed;
    test.finding = WAIVER_UNNEEDED.into();
}

/// Fails the waivers that no test needs, of tests that were run in several parts of a suite. One of which
/// a test is not there, or was not run against the host, may be needed by it.
pub(super) fn fail_of_parts(tests: &mut [Test]) {
    let mut below: HashMap<(String, usize), Vec<usize>> = HashMap::new();
    for (index, test) in tests.iter().enumerate() {
        if let Some(line) = test.waiver.as_ref().and_then(|waiver| waiver.line) {
            below.entry((test.file.clone(), line)).or_default().push(index);
        }
    }
    let bearers: Vec<usize> = below
        .into_values()
        .filter(|group| {
            group.iter().filter_map(|index| tests.get(*index)).all(|test| {
                let are_all = test.waiver.as_ref().is_some_and(|waiver| waiver.tests == Some(group.len()));
                are_all && test.verdict == Verdict::Passed && test.against == Against::Host
            })
        })
        .filter_map(|group| group.last().copied())
        .collect();
    for index in bearers {
        if let Some(test) = tests.get_mut(index) {
            fail(test, None);
        }
    }
}
