//! Waivers that no test needs any more.
//!
//! All tests below one waiver count together, whichever of its scenarios and hosts they are. That is known
//! when the last of them has ended, and libtest-mimic prints each when it ends: so the last of them in the
//! order of the plan is told after the others have ended, and is the one that fails.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use time::Date;

use super::against_of;
use crate::plan::Test;
use crate::report::Against;
use crate::scenario::Place;
use crate::verdict::Verdict;

/// A waiver by its file and line.
type Spot = (Arc<str>, usize);

fn spot(place: &Place) -> Spot {
    (Arc::clone(&place.file), place.line)
}

/// How many tests of a whole suite stand below each waiver.
#[derive(Debug, Clone, Default)]
pub struct Waivers(HashMap<Spot, usize>);

impl Waivers {
    /// Counted before some of the tests are chosen: what is not run may need the waiver.
    #[must_use]
    pub fn of(tests: &[Test]) -> Waivers {
        let mut counts = HashMap::new();
        for waiver in tests.iter().filter_map(|test| test.scenario.calendar.waiver.as_ref()) {
            *counts.entry(spot(&waiver.place)).or_default() += 1;
        }
        Waivers(counts)
    }

    /// How many stand below the waiver of this test.
    pub(super) fn below(&self, test: &Test) -> Option<usize> {
        let waiver = test.scenario.calendar.waiver.as_ref()?;
        self.0.get(&spot(&waiver.place)).copied()
    }
}

/// The tests below one waiver, while they run.
#[derive(Debug)]
struct Group {
    /// The last of them in the order of the plan.
    bearer: usize,
    standing: Mutex<Standing>,
    one_ended: Condvar,
}

#[derive(Debug)]
struct Standing {
    /// How many have not ended yet.
    running: usize,
    /// Whether one of them needed it, or could not be told.
    is_needed: bool,
}

/// Who of the tests of a run has ended, by the waivers that may turn out unneeded.
#[derive(Debug, Default)]
pub(super) struct RollCall(HashMap<usize, Arc<Group>>);

impl RollCall {
    /// Of the tests of a run, by their index. Left out is a waiver of which not all tests are run, or not
    /// all against the host: a stand-in does not know what the host needs. And one that is expired: it
    /// fails by itself.
    pub(super) fn new(tests: &[Test], waivers: &Waivers, live: bool, today: Date) -> RollCall {
        let mut below: HashMap<Spot, Vec<usize>> = HashMap::new();
        for (index, test) in tests.iter().enumerate() {
            let calendar = &test.scenario.calendar;
            let is_asked = calendar.expired(today).is_none() && against_of(test, live) == Against::Host;
            if let Some(waiver) = calendar.waiver.as_ref().filter(|_| is_asked) {
                below.entry(spot(&waiver.place)).or_default().push(index);
            }
        }
        let mut groups = HashMap::new();
        for (spot, tests) in below {
            let (true, Some(bearer)) = (waivers.0.get(&spot) == Some(&tests.len()), tests.last()) else {
                continue;
            };
            let standing = Mutex::new(Standing { running: tests.len(), is_needed: false });
            let group = Arc::new(Group { bearer: *bearer, standing, one_ended: Condvar::new() });
            groups.extend(tests.into_iter().map(|index| (index, Arc::clone(&group))));
        }
        RollCall(groups)
    }

    /// Begins a test. However it ends, it is counted as ended.
    pub(super) fn begin(&self, index: usize) -> Attendance {
        let group = self.0.get(&index).cloned();
        Attendance { group, found: None }
    }

    /// Whether a test has to say that its waiver is unneeded: for the one that bears it this waits for the
    /// others to end.
    pub(super) fn is_unneeded_at(&self, index: usize) -> bool {
        let Some(group) = self.0.get(&index).filter(|group| group.bearer == index) else { return false };
        let standing = group.standing.lock().unwrap_or_else(PoisonError::into_inner);
        let ended = group.one_ended.wait_while(standing, |standing| standing.running > 0);
        !ended.unwrap_or_else(PoisonError::into_inner).is_needed
    }
}

/// A test that has begun.
pub(super) struct Attendance {
    group: Option<Arc<Group>>,
    found: Option<Verdict>,
}

impl Attendance {
    /// Ends the test, by itself with this verdict.
    pub(super) fn end(mut self, found: Verdict) {
        self.found = Some(found);
        self.leave();
    }

    fn leave(&self) {
        let Some(group) = &self.group else { return };
        let mut standing = group.standing.lock().unwrap_or_else(PoisonError::into_inner);
        standing.running = standing.running.saturating_sub(1);
        standing.is_needed |= self.found != Some(Verdict::Passed);
        group.one_ended.notify_all();
    }
}

impl Drop for Attendance {
    /// A test that panicked has told nothing.
    fn drop(&mut self) {
        if self.found.is_none() {
            self.leave();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::plan::plan;
    use crate::scenario::{Policies, SourceFile, Surroundings, Values, parse};

    fn tests(text: &str) -> Vec<Test> {
        let source = SourceFile {
            shown: "scenarios/a.yaml".into(),
            name: "a".to_owned(),
            folder: "scenarios".into(),
            text: text.to_owned(),
        };
        let no_file = |_: &std::path::Path| Err(std::io::ErrorKind::NotFound.into());
        let surroundings =
            Surroundings { values: &Values::default(), policies: &Policies::default(), read_file: &no_file };
        plan(parse(&source, &surroundings).unwrap()).unwrap()
    }

    const SHARED: &str = "\
waiver: { until: 2026-12-31, reason: why }
expect: accepted
scenarios:
  one: { host: a.test }
  own: { host: a.test, waiver: { until: 2026-12-31, reason: why } }
  two: { hosts: [b.test, c.test] }
  none: { host: a.test, waiver: ~ }
";

    fn roll_call(text: &str, chosen: usize, live: bool, today: &str) -> RollCall {
        let mut tests = tests(text);
        let waivers = Waivers::of(&tests);
        tests.truncate(chosen);
        RollCall::new(&tests, &waivers, live, crate::calendar::parse_date(today).unwrap())
    }

    /// Which tests say that their waiver is unneeded, when they end in this order.
    fn unneeded(roll_call: &RollCall, ends: &[(usize, Option<Verdict>)]) -> Vec<usize> {
        thread::scope(|scope| {
            let running: Vec<_> = ends
                .iter()
                .map(|(index, found)| {
                    let attendance = roll_call.begin(*index);
                    let end = move || {
                        let Some(found) = found else { return false };
                        attendance.end(*found);
                        roll_call.is_unneeded_at(*index)
                    };
                    (*index, scope.spawn(end))
                })
                .collect();
            let told = running.into_iter().map(|(index, it)| (index, it.join().unwrap()));
            told.filter(|(_, is_unneeded)| *is_unneeded).map(|(index, _)| index).collect()
        })
    }

    #[test]
    fn the_last_of_the_tests_below_a_waiver_bears_that_none_needs_it() {
        use Verdict::{Failed, Ignored, Inconclusive, Passed};
        for (verdicts, bearers) in [
            ([Some(Passed), Some(Passed), Some(Passed), Some(Passed), Some(Failed)], &[1, 3][..]),
            ([Some(Failed), Some(Passed), Some(Passed), Some(Passed), Some(Passed)], &[1]),
            ([Some(Passed), Some(Failed), Some(Passed), Some(Inconclusive), Some(Passed)], &[]),
            ([Some(Passed), Some(Passed), Some(Ignored), Some(Passed), Some(Passed)], &[1]),
            // One that panicked, the bearer too.
            ([Some(Passed), None, None, Some(Passed), Some(Passed)], &[]),
            ([Some(Passed), Some(Passed), Some(Passed), None, Some(Passed)], &[1]),
        ] {
            let in_order: Vec<_> = verdicts.into_iter().enumerate().collect();
            let backwards: Vec<_> = in_order.iter().rev().copied().collect();
            for ends in [in_order, backwards] {
                let roll_call = roll_call(SHARED, 5, false, "2026-11-23");
                let mut told = unneeded(&roll_call, &ends);
                told.sort_unstable();
                assert_eq!(told, bearers, "{ends:?}");
            }
        }
    }

    #[test]
    fn what_is_not_run_against_the_host_may_need_its_waiver() {
        let replica = SHARED.replace("two: {", "two: { replica: { min_version: 1.2, max_version: 1.2 },");
        let elsewhere = replica.replace("two: {", "two: { connect_to: \"127.0.0.1:1\",");
        for (text, chosen, live, today, bearers) in [
            (SHARED, 5, false, "2026-12-31", &[1, 3][..]),
            (SHARED, 3, false, "2026-12-31", &[1]),
            (SHARED, 5, false, "2027-01-01", &[]),
            (&replica, 5, false, "2026-12-31", &[1]),
            (&replica, 5, true, "2026-12-31", &[1, 3]),
            (&elsewhere, 5, false, "2026-12-31", &[1, 3]),
        ] {
            let roll_call = roll_call(text, chosen, live, today);
            let ends: Vec<_> = (0..chosen).map(|index| (index, Some(Verdict::Passed))).collect();
            assert_eq!(unneeded(&roll_call, &ends), bearers, "{chosen} {live} {today}");
        }
    }
}
