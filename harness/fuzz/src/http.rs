//! The head of an answer by HTTP.
//!
//! Input: how long the pieces are; then the answer.

use tls_readiness::escape::printable_up_to;
use tls_readiness::evidence::HttpOutcome;
use tls_readiness::fuzzing;

/// An answer is the same in whatever pieces it comes, and what is told of it is escaped.
pub fn run(input: &[u8]) {
    let [size, answer @ ..] = input else { return };
    let whole = fuzzing::http(answer, usize::MAX);
    let (outcome, headers) = &whole;
    match outcome {
        HttpOutcome::Status { status, location } => {
            assert!((100..=999).contains(status), "{status}");
            location.iter().for_each(|location| escaped(location));
        }
        HttpOutcome::Failed(words) => escaped(words),
        HttpOutcome::NotSent => panic!("it was asked"),
    }
    assert!(headers.iter().all(|field| field.name == field.name.to_ascii_lowercase()));
    let _ = fuzzing::hsts(headers);
    assert_eq!(fuzzing::http(answer, usize::from(*size) + 1), whole);
}

fn escaped(text: &str) {
    assert_eq!(printable_up_to(text, usize::MAX), text, "not escaped");
}
