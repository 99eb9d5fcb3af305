//! Workflow commands of GitHub Actions: an annotation at the line of each scenario that is not green.
//!
//! A step keeps ten annotations of a kind, so the most important come first, and the tenth says how many
//! more there are.

use super::Against;
use super::kind::Place;
use super::model::{Report, Test};
use super::verdict_line;
use crate::escape::printable_up_to;
use crate::problem::Problem;
use crate::verdict::Verdict;

/// How many annotations of one kind GitHub keeps of a step.
const KEPT: usize = 10;
/// The longest line of an annotation and the longest value of a property, in characters.
const LONGEST: usize = 500;
/// The longest text of one annotation, in bytes; GitHub keeps 4 KiB of it.
const LONGEST_MESSAGE: usize = 4_000;

/// The commands, a line each, with a line end after each.
#[must_use]
pub fn annotations(report: &Report, place: Place<'_>) -> String {
    let mut out = missing(report);
    for (command, is_of_it) in KINDS {
        let said = out.lines().filter(|line| line.starts_with(&format!("::{command} "))).count();
        let mut tests: Vec<&Test> =
            report.tests.iter().filter(|test| is_of_it(report.blocks(test.verdict), test.verdict)).collect();
        tests.sort_by_key(|test| test.importance());
        let room = KEPT - said;
        let shown = if tests.len() > room { room - 1 } else { tests.len() };
        for test in tests.iter().take(shown) {
            let file = place(&test.file);
            out.push_str(&format!(
                "::{command} file={},line={},col={},title={}::{}\n",
                property(&file),
                test.line,
                test.column,
                property(&title(test)),
                data(&message(test)),
            ));
        }
        let more = tests.len() - shown;
        if more > 0 {
            let text = format!("{more} more tests like these: the job summary and the log name them");
            out.push_str(&format!("::{command} title=TLS readiness::{}\n", data(&text)));
        }
    }
    out
}

/// That parts of the suite were not reported.
fn missing(report: &Report) -> String {
    let (missing, Some(shards)) = (report.missing_shards(), &report.shards) else { return String::new() };
    if missing.is_empty() {
        return String::new();
    }
    let words = verdict_line::missing_words(missing, shards.of);
    let text = format!("This report is {words}: nothing is known of their tests");
    format!("::error title=TLS readiness::{}\n", data(&printable_up_to(&text, LONGEST)))
}

/// The same of mistakes in scenario files, which keep all of them from being run.
#[must_use]
pub fn of_mistakes(problems: &[Problem], place: Place<'_>) -> String {
    let mut out = String::new();
    let shown = if problems.len() > KEPT { KEPT - 1 } else { problems.len() };
    for Problem { file, spot, message, hint, .. } in problems.iter().take(shown) {
        let (line, column) = spot.as_ref().map_or((1, 1), |spot| (spot.line, spot.column));
        let file = property(&place(file));
        let text = printable_up_to(&format!("{message}: {hint}"), LONGEST);
        out.push_str(&format!(
            "::error file={file},line={line},col={column},title=mistake in a scenario file::{}\n",
            data(&text)
        ));
    }
    let more = problems.len() - shown;
    if more > 0 {
        let text = format!("{more} more mistakes: the log has them");
        out.push_str(&format!("::error title=TLS readiness::{text}\n"));
    }
    out
}

/// The same of what kept a command from doing its work.
#[must_use]
pub fn of_obstacle(words: &str) -> String {
    let lines: Vec<String> = words.lines().map(|line| printable_up_to(line, LONGEST)).collect();
    format!("::error title=TLS readiness::{}\n", data(&lines.join("\n")))
}

type Kind = (&'static str, fn(bool, Verdict) -> bool);

/// What blocks is an error, what does not yet is a warning.
const KINDS: [Kind; 3] = [
    ("error", |blocks, _| blocks),
    ("warning", |blocks, verdict| !blocks && matches!(verdict, Verdict::Pending | Verdict::Waived)),
    ("notice", |_, verdict| matches!(verdict, Verdict::Advice | Verdict::Ignored)),
];

fn title(test: &Test) -> String {
    let against = match test.against {
        Against::Replica => " (against a replica)",
        Against::Host => "",
    };
    format!("{}: {}{against}", test.until(), test.name)
}

fn message(test: &Test) -> String {
    let mut lines = vec![test.in_short(), format!("Expected: {}", test.expectation)];
    if let Some(waiver) = &test.waiver {
        lines.push(format!("Waiver until {}: {}", waiver.until, waiver.reason));
    }
    // There is nothing to do about what was left out.
    if let (Some(guidance), true) = (&test.guidance, test.verdict != Verdict::Ignored) {
        lines.push(format!("So: {}", guidance.consequence));
        lines.push(format!("To do: {}", guidance.to_do));
        lines.push(format!("Then run: {}", guidance.rerun));
        lines.extend(guidance.see.as_ref().map(|see| format!("See: {see}")));
        // The last, since it may be long.
        lines.extend(test.advice.iter().map(|advice| format!("Advice: {}", advice.trim())));
    }
    let mut message = String::new();
    // Each by itself, so that the line ends are those that somebody made on purpose.
    for line in lines.iter().flat_map(|line| line.lines()) {
        let line = printable_up_to(line, LONGEST);
        if message.len() + 1 + line.len() > LONGEST_MESSAGE {
            message.push_str("\n…");
            break;
        }
        if !message.is_empty() {
            message.push('\n');
        }
        message.push_str(&line);
    }
    message
}

/// What stands after `::`. The line ends become part of the message.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(&printable_up_to(text, LONGEST)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the runner reads them back: <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>
    #[test]
    fn what_ends_a_command_or_a_property_is_escaped() {
        assert_eq!(data("100% of\r\n::it, a:b"), "100%25 of%0D%0A::it, a:b");
        assert_eq!(property("100% of, a::b"), "100%25 of%2C a%3A%3Ab");
        assert_eq!(property("::x"), "\\u{3a}%3Ax");
        assert_eq!(
            of_obstacle("no such file\n  = look"),
            "::error title=TLS readiness::no such file%0A  = look\n"
        );
    }
}
