//! Values for `${NAME}` in the strings of scenarios.

use std::collections::BTreeMap;

use super::wrong::{Wrong, nearest, quote};

/// What `${NAME}` is replaced by: from `--set NAME=VALUE`, and from nowhere else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values(BTreeMap<String, String>);

impl Values {
    /// Reads assignments of the form `NAME=VALUE`.
    ///
    /// # Errors
    /// The first one that is not of this form or sets a name again, in words for its author.
    pub fn from_assignments<I>(assignments: I) -> Result<Values, String>
    where
        I: IntoIterator<Item: AsRef<str>>,
    {
        let mut values = BTreeMap::new();
        for assignment in assignments {
            let assignment = assignment.as_ref();
            let Some((name, value)) = assignment.split_once('=') else {
                return Err(format!("{} has no `=`: write NAME=VALUE", quote(assignment)));
            };
            if !is_name(name) {
                return Err(format!("{} is not a name: use letters, digits and `_`", quote(name)));
            }
            if values.insert(name.to_owned(), value.to_owned()).is_some() {
                return Err(format!("{} is set twice", quote(name)));
            }
        }
        Ok(Values(values))
    }
}

fn is_name(name: &str) -> bool {
    !name.starts_with(|character: char| character.is_ascii_digit())
        && !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// A `${…}` that cannot be replaced: which text it is, and what is wrong with it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadPlaceholder<'a> {
    pub(super) text: &'a str,
    pub(super) wrong: Wrong,
}

/// `text` with every `${NAME}` replaced and every `$${` made `${`. A value is not looked at again.
/// `None` where there was nothing to do.
pub(super) fn replace<'a>(text: &'a str, values: &Values) -> Result<Option<String>, BadPlaceholder<'a>> {
    if !text.contains("${") {
        return Ok(None);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(dollar) = rest.find("${") {
        let (before, from_dollar) = rest.split_at(dollar);
        let inside = from_dollar.get(2..).unwrap_or_default();
        if let Some(kept) = before.strip_suffix('$') {
            out.push_str(kept);
            out.push_str("${");
            rest = inside;
            continue;
        }
        out.push_str(before);
        let Some((name, after)) = inside.split_once('}').filter(|(name, _)| is_name(name)) else {
            let end = from_dollar.find(['}', ' ', '\n']).map_or(from_dollar.len(), |end| {
                end + usize::from(from_dollar.get(end..).is_some_and(|rest| rest.starts_with('}')))
            });
            let text = from_dollar.get(..end).unwrap_or(from_dollar);
            return Err(BadPlaceholder {
                text,
                wrong: Wrong::new(
                    format!("{} is not of the form `${{NAME}}`", quote(text)),
                    "a name has letters, digits and `_`; write `$${` for a literal `${`",
                ),
            });
        };
        let Some(value) = values.0.get(name) else {
            return Err(unset(from_dollar.get(..name.len() + 3).unwrap_or(from_dollar), name, values));
        };
        out.push_str(value);
        rest = after;
    }
    out.push_str(rest);
    Ok(Some(out))
}

fn unset<'a>(text: &'a str, name: &str, values: &Values) -> BadPlaceholder<'a> {
    let write = match nearest(name, values.0.keys().map(String::as_str)) {
        Some(near) => format!("did you mean `${{{near}}}`?"),
        None => format!("set it with `--set {name}=VALUE`; write `$${{` for a literal `${{`"),
    };
    BadPlaceholder { text, wrong: Wrong::new(format!("`{name}` is not set"), write) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_replaced_once() {
        let values = Values::from_assignments(["HOST=a.example", "X=${HOST}", "EMPTY=", "EQ=a=b"]).unwrap();
        for (text, replaced) in [
            ("plain", None),
            ("$HOST", None),
            ("${HOST}:8443", Some("a.example:8443")),
            ("${HOST}${HOST}", Some("a.examplea.example")),
            ("$${HOST}", Some("${HOST}")),
            ("$$${HOST}", Some("$${HOST}")),
            ("$${", Some("${")),
            ("${X}", Some("${HOST}")),
            ("a${EMPTY}b", Some("ab")),
            ("${EQ}", Some("a=b")),
        ] {
            assert_eq!(replace(text, &values), Ok(replaced.map(str::to_owned)), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_replaced_is_named() {
        let values = Values::from_assignments(["HOST=a"]).unwrap();
        for (text, bad, write) in [
            ("a ${HSOT} b", "${HSOT}", "did you mean `${HOST}`?"),
            ("${OTHER}", "${OTHER}", "set it with `--set OTHER=VALUE`; write `$${` for a literal `${`"),
            ("a ${} b", "${}", "a name has letters, digits and `_`; write `$${` for a literal `${`"),
            ("${HOST", "${HOST", "a name has letters, digits and `_`; write `$${` for a literal `${`"),
            ("${a b}", "${a", "a name has letters, digits and `_`; write `$${` for a literal `${`"),
            ("${1}", "${1}", "a name has letters, digits and `_`; write `$${` for a literal `${`"),
        ] {
            let problem = replace(text, &values).unwrap_err();
            assert_eq!((problem.text, problem.wrong.write.as_str()), (bad, write), "{text}");
        }
    }

    #[test]
    fn an_assignment_needs_a_name_and_a_value() {
        for bad in ["HOST", "=x", "1A=x", "A B=x", "Ä=x"] {
            assert!(Values::from_assignments([bad]).is_err(), "{bad}");
        }
        assert_eq!(Values::from_assignments(["A=1", "A=2"]), Err("`A` is set twice".to_owned()));
    }
}
