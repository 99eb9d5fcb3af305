//! Expressions of workflows: `${{ inputs.live }}` and the like.
//!
//! They are not computed but looked up, each as it is written: a table of a few lines stands for the
//! language, and one that is not in it says so.

use super::file::Texts;

/// What the results of all jobs that a job needs are put together by.
pub(super) const ALL_RESULTS: &str = "join(needs.*.result, ' ')";

/// Whether the run is not the first attempt: its artifacts may be there already.
pub(super) const IS_AGAIN: &str = "github.run_attempt != 1";

/// Whether the change comes from a fork: whoever can open a pull request has written it.
pub(super) const IS_FROM_A_FORK: &str = "startsWith(github.event_name, 'pull_request') && \
                                         github.event.pull_request.head.repo.full_name != github.repository";

/// A text with the values of its expressions in their places.
pub(super) fn fill(text: &str, values: &Texts) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${{") {
        let (expression, after) =
            after.split_once("}}").ok_or_else(|| format!("an expression without an end in `{text}`"))?;
        filled.push_str(before);
        filled.push_str(&value(expression.trim(), values)?);
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// All texts of a table, filled.
pub(super) fn fill_all(texts: &Texts, values: &Texts) -> Result<Texts, String> {
    texts.iter().map(|(name, text)| Ok((name.clone(), fill(text, values)?))).collect()
}

fn value(expression: &str, values: &Texts) -> Result<String, String> {
    let inner = expression.strip_prefix("fromJSON(").and_then(|rest| rest.strip_suffix(')'));
    let key = inner.unwrap_or(expression);
    match values.get(key) {
        Some(value) => Ok(value.clone()),
        // What a step or a job did not say is empty, as on GitHub.
        None if key.contains(".outputs.") && !key.contains(' ') => Ok(String::new()),
        None => Err(format!("`{expression}` has no value in the rehearsal; give it one where others have")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_looked_up() {
        let values: Texts = [("inputs.a", "1"), ("needs.b.outputs.list", "[1,2]"), (ALL_RESULTS, "success")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        for (text, filled) in [
            ("plain", Ok("plain")),
            ("${{ inputs.a }}/${{inputs.a}}", Ok("1/1")),
            ("${{ fromJSON(needs.b.outputs.list) }}", Ok("[1,2]")),
            ("${{ join(needs.*.result, ' ') }}!", Ok("success!")),
            ("${{ steps.x.outputs.y }}", Ok("")),
            ("${{ secrets.TOKEN }}", Err("`secrets.TOKEN` has no value")),
            ("${{ inputs.a && steps.x.outputs.y }}", Err("has no value")),
            ("${{ inputs.a", Err("without an end")),
        ] {
            match (fill(text, &values), filled) {
                (Ok(found), Ok(wanted)) => assert_eq!(found, wanted),
                (Err(found), Err(wanted)) => assert!(found.contains(wanted), "{found}"),
                (found, _) => panic!("{text}: {found:?}"),
            }
        }
    }
}
