//! A value that cannot be used, before it is known where it stands.

use crate::escape;

/// The longest quotation of an author's text in a message, in characters.
const QUOTED: usize = 60;

/// Past this a text is no typo of any word. The longest words are the names of cipher suites.
const LONGEST_WORD: usize = 60;

/// What is wrong with a value, and what to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    /// What was found. Escaped.
    pub(super) found: String,
    /// What to write. Escaped.
    pub(super) write: String,
}

impl Wrong {
    pub(super) fn new(found: impl Into<String>, write: impl Into<String>) -> Wrong {
        Wrong { found: found.into(), write: write.into() }
    }
}

/// An author's text in a message: escaped, cut, in backquotes.
pub(super) fn quote(text: &str) -> String {
    // Escaped with its first quote: what stands behind one is not the beginning of a line.
    let mut quoted = escape::printable_up_to(&format!("`{text}"), QUOTED + 1);
    quoted.push('`');
    quoted
}

/// What to write, for a text that looks like a word and is none: a letter of another script is not seen.
pub(super) fn in_ascii(text: &str, write: String) -> String {
    if text.is_ascii() { write } else { format!("{write} (not all of its characters are ASCII)") }
}

/// Words joined for a sentence: `a`, `a or b`, `a, b or c`.
pub(super) fn any_of<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// The word of `known` that was most likely meant by `typo`, if one is near enough.
pub(super) fn nearest<'a>(typo: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Far longer than any word: a distance is not worth its work.
    if typo.chars().count() > LONGEST_WORD {
        return None;
    }
    let plain = |word: &str| word.to_lowercase().replace(['-', ' '], "_");
    let typo = plain(typo);
    let length = typo.chars().count();
    let allowed = (length / 3).clamp(1, 3);
    known
        .into_iter()
        // Every character more or less is a step: most of a long list is passed over by its length.
        .filter(|word| word.chars().count().abs_diff(length) <= allowed)
        .map(|word| (distance(&typo, &plain(word)), word))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// How many insertions, deletions, replacements and swaps of neighbours lie between two words.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut above: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    let mut previous = None;
    for (line, x) in a.chars().enumerate() {
        let mut next = vec![line + 1];
        for (index, y) in b.iter().enumerate() {
            let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&row, index) + usize::from(x != *y))
                .min(at(&row, index + 1) + 1)
                .min(at(&next, index) + 1);
            let before = index.checked_sub(1);
            if let Some(before) = before
                && b.get(before) == Some(&x)
                && previous == Some(*y)
            {
                best = best.min(at(&above, before) + 1);
            }
            next.push(best);
        }
        above = row;
        row = next;
        previous = Some(x);
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_leads_to_the_word_that_was_meant() {
        let known = ["host", "hosts", "min_version", "max_version", "path", "expect", "evidence"];
        for (typo, meant) in [
            ("mim_version", Some("min_version")),
            ("min-version", Some("min_version")),
            ("minVersion", Some("min_version")),
            ("hsot", Some("host")),
            ("HOST", Some("host")),
            ("expct", Some("expect")),
            ("expects", Some("expect")),
            ("banana", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(nearest(typo, known), meant, "{typo}");
        }
    }

    #[test]
    fn words_are_joined_as_in_a_sentence() {
        assert_eq!(any_of(["a"]), "`a`");
        assert_eq!(any_of(["a", "b", "c"]), "`a`, `b` or `c`");
    }
}
