//! Connecting within the bounds of a run: what is barred is not even tried.

use std::time::Instant;

use super::dial::Dialled;
use super::prober::Target;
use crate::bounds::Bounds;
use crate::evidence::{Doubt, Outcome};

/// Connects as [`super::dial::dial`] does, as far as `bounds` permit: it is asked before each try, for each counts.
#[must_use]
pub(super) fn dial(bounds: &Bounds, target: &Target) -> Dialled {
    let begun = Instant::now();
    let mut tries = 0;
    let stream = loop {
        if let Err(barred) = bounds.admit(&target.origin, target.address) {
            break Err(Outcome::Inconclusive(Doubt::Barred(barred)));
        }
        tries += 1;
        let tried = super::dial::dial(target.address, target.timeout, 1);
        if tried.stream.is_ok() || tries >= target.attempts {
            break tried.stream;
        }
    };
    Dialled { stream, tries, took: begun.elapsed() }
}
