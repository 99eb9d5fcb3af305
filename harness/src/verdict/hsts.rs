//! Strict-Transport-Security, read as a client reads it (RFC 6797 6.1 and 8.1).

use crate::evidence::HeaderField;

/// What a client keeps of the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hsts {
    /// `max-age`, in seconds; what no number holds is the largest.
    pub(crate) max_age: u64,
    pub(crate) include_subdomains: bool,
    pub(crate) preload: bool,
}

/// The policy of an answer: `None` where it has none, or why clients ignore it. Of several fields only the
/// first counts.
pub(crate) fn policy(headers: &[HeaderField]) -> Option<Result<Hsts, &'static str>> {
    headers.iter().find(|field| field.name == "strict-transport-security").map(|field| parse(&field.value))
}

fn parse(value: &[u8]) -> Result<Hsts, &'static str> {
    let mut rest = str::from_utf8(value).map_err(|_| "it is no text")?;
    let (mut max_age, mut include_subdomains, mut preload) = (None, false, false);
    let mut seen: Vec<String> = Vec::new();
    while !rest.is_empty() {
        let (directive, after) = directive(rest)?;
        rest = after;
        let Some((name, value)) = directive else { continue };
        let name = name.to_ascii_lowercase();
        if seen.contains(&name) {
            return Err("a directive stands in it twice");
        }
        match name.as_str() {
            "max-age" => max_age = Some(seconds(value.as_deref())?),
            "includesubdomains" if value.is_none() => include_subdomains = true,
            "includesubdomains" => return Err("`includeSubDomains` has a value"),
            "preload" => preload = value.is_none(),
            _ => {}
        }
        seen.push(name);
        if seen.len() > MAX_DIRECTIVES {
            return Err("it has too many directives");
        }
    }
    let max_age = max_age.ok_or("it has no `max-age`")?;
    Ok(Hsts { max_age, include_subdomains, preload })
}

/// There are three, and room for some that are still to be invented.
const MAX_DIRECTIVES: usize = 32;

fn seconds(value: Option<&str>) -> Result<u64, &'static str> {
    let digits = value.ok_or("`max-age` has no value")?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("`max-age` is no number of seconds");
    }
    Ok(digits.parse().unwrap_or(u64::MAX))
}

/// The name and value of a directive, where there is one, and what stands behind its `;`.
type Directive<'a> = (Option<(&'a str, Option<String>)>, &'a str);

fn directive(text: &str) -> Result<Directive<'_>, &'static str> {
    let text = text.trim_start_matches(BLANK);
    let end = text.find(|character: char| !is_of_token(character)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let rest = rest.trim_start_matches(BLANK);
    let (value, rest) = match rest.strip_prefix('=') {
        Some(_) if name.is_empty() => return Err(MALFORMED),
        Some(rest) => {
            let (value, rest) = value(rest.trim_start_matches(BLANK))?;
            (Some(value), rest)
        }
        None => (None, rest),
    };
    let rest = rest.trim_start_matches(BLANK);
    let rest = match rest.strip_prefix(';') {
        Some(rest) => rest,
        None if rest.is_empty() => rest,
        None => return Err(MALFORMED),
    };
    Ok(((!name.is_empty()).then_some((name, value)), rest))
}

/// A token or a quoted string (RFC 9110 5.6.4), and what stands behind it.
fn value(text: &str) -> Result<(String, &str), &'static str> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(|character: char| !is_of_token(character)).unwrap_or(text.len());
        let (value, rest) = text.split_at(end);
        return if value.is_empty() { Err(MALFORMED) } else { Ok((value.to_owned(), rest)) };
    };
    let mut value = String::new();
    let mut characters = quoted.chars();
    loop {
        match characters.next().ok_or(MALFORMED)? {
            '"' => return Ok((value, characters.as_str())),
            '\\' => value.push(characters.next().ok_or(MALFORMED)?),
            character => value.push(character),
        }
    }
}

const BLANK: [char; 2] = [' ', '\t'];
const MALFORMED: &str = "it is malformed";

/// RFC 9110 5.6.2.
fn is_of_token(character: char) -> bool {
    character.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(character)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_policy_is_read_as_clients_read_it() {
        let hsts = |max_age, include_subdomains, preload| Ok(Hsts { max_age, include_subdomains, preload });
        for (value, expected) in [
            ("max-age=31536000", hsts(31_536_000, false, false)),
            ("max-age=63072000; includeSubDomains; preload", hsts(63_072_000, true, true)),
            ("MAX-AGE=1;INCLUDESUBDOMAINS", hsts(1, true, false)),
            ("max-age=\"31536000\"", hsts(31_536_000, false, false)),
            ("max-age = 5 ; includeSubDomains ;", hsts(5, true, false)),
            ("; ;max-age=5;;", hsts(5, false, false)),
            ("max-age=\"3\\1\"", hsts(31, false, false)),
            ("future=\"a;max-age=1\"; max-age=5", hsts(5, false, false)),
            ("max-age=0", hsts(0, false, false)),
            ("max-age=99999999999999999999999", hsts(u64::MAX, false, false)),
            ("", Err("it has no `max-age`")),
            ("includeSubDomains", Err("it has no `max-age`")),
            ("max-age", Err("`max-age` has no value")),
            ("max-age=", Err("it is malformed")),
            ("max-age=\"\"", Err("`max-age` is no number of seconds")),
            ("max-age=1d", Err("`max-age` is no number of seconds")),
            ("max-age=-1", Err("`max-age` is no number of seconds")),
            ("max-age=1; max-age=1", Err("a directive stands in it twice")),
            ("max-age=1; Max-Age=2", Err("a directive stands in it twice")),
            ("max-age=1, max-age=2", Err("it is malformed")),
            ("max-age=1 includeSubDomains", Err("it is malformed")),
            ("max-age=\"1", Err("it is malformed")),
            ("max-age=1; includeSubDomains=1", Err("`includeSubDomains` has a value")),
            ("=1; max-age=1", Err("it is malformed")),
            ("\u{e4}=1; max-age=1", Err("it is malformed")),
        ] {
            assert_eq!(parse(value.as_bytes()), expected, "{value}");
        }
        assert_eq!(parse(b"max-age=1;\xff"), Err("it is no text"));
    }

    #[test]
    fn only_the_first_field_counts() {
        let field = |name: &str, value: &str| HeaderField { name: name.to_owned(), value: value.into() };
        let sts = |value| field("strict-transport-security", value);
        assert_eq!(policy(&[field("server", "max-age=1")]), None);
        let both = [sts("max-age=1"), sts("max-age=2")];
        assert_eq!(policy(&both).unwrap().unwrap().max_age, 1);
        assert!(policy(&[sts("nonsense"), sts("max-age=2")]).unwrap().is_err());
    }

    proptest! {
        #[test]
        fn no_field_makes_the_reader_panic(value in any::<Vec<u8>>(), text in "[a-z=;\" \\\\,]{0,40}") {
            let _ = parse(&value);
            let _ = parse(text.as_bytes());
        }
    }
}
