//! The word that a typo was meant to be.

/// The candidate that is nearest to `word`, where it is near enough to be meant: at most one
/// mistake in two characters, so that two that changed places count.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.chars().count() / 2)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance, in characters.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (line, from) in a.chars().enumerate() {
        let mut diagonal = line;
        let mut left = line + 1;
        let (first, rest) = row.split_at_mut(1);
        first.fill(left);
        for (cell, to) in rest.iter_mut().zip(b.chars()) {
            let substituted = diagonal + usize::from(from != to);
            diagonal = *cell;
            left = substituted.min(left + 1).min(diagonal + 1);
            *cell = left;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_insertions_deletions_and_substitutions() {
        for (a, b, expected) in
            [("", "", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("probe", "porbe", 2)]
        {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn a_typo_finds_its_word_and_another_word_finds_none() {
        let words = ["check", "lint", "probe", "serve", "schema", "test", "help"];
        for (typed, meant) in [
            ("chekc", Some("check")),
            ("chek", Some("check")),
            ("cheque", None),
            ("Lint", Some("lint")),
            ("shema", Some("schema")),
            ("tests", Some("test")),
            ("deploy", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, words), meant, "{typed}");
        }
    }
}
