//! How often, and how slowly, an address was asked.

use crate::evidence::{Repeated, Slowed};
use crate::scenario::in_largest_unit;

/// Why and how an address was asked more slowly than at first.
pub(crate) fn slowed_down(slowed: &Slowed) -> String {
    let Slowed { cut_off, of, pace } = slowed;
    let connections = match pace.connections() {
        1 => "one connection at a time".to_owned(),
        count => format!("{count} connections at a time"),
    };
    format!(
        "{cut_off} of {of} connections were cut off or not answered, so it was asked again: {connections}, {} \
         after one another",
        in_largest_unit(pace.spacing)
    )
}

/// How often an address was asked the same, and how often it came to this.
pub(crate) fn again(repeated: &Repeated) -> String {
    let Repeated { times, alike, .. } = repeated;
    match times.saturating_sub(*alike) {
        0 => format!("asked {times} times, and it came to this each time"),
        others => {
            format!("asked {times} times: {alike} times it came to this, {others} times to something else")
        }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU8;
    use std::time::Duration;

    use super::*;
    use crate::evidence::Pace;

    #[test]
    fn says_how_it_was_asked_and_why() {
        let pace = Pace::new(NonZeroU8::MIN, Duration::from_millis(250));
        assert_eq!(
            slowed_down(&Slowed { cut_off: 3, of: 12, pace }),
            "3 of 12 connections were cut off or not answered, so it was asked again: one connection at a \
             time, 250ms after one another"
        );
        let repeated = |alike| Repeated { times: 20, alike, chosen: Vec::new() };
        assert_eq!(again(&repeated(20)), "asked 20 times, and it came to this each time");
        assert_eq!(
            again(&repeated(3)),
            "asked 20 times: 3 times it came to this, 17 times to something else"
        );
    }
}
