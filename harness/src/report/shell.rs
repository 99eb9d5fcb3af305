//! Words of a command that a person copies into a shell.

/// `word` as a POSIX shell takes it: quoted where it holds anything that a shell could obey.
#[must_use]
pub fn shell_word(word: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "_-.:/@=,+%".contains(character);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_obeys_is_quoted() {
        for (word, quoted) in [
            ("api::older@example.com:443", "api::older@example.com:443"),
            ("api@[::1]:443", "'api@[::1]:443'"),
            ("two words", "'two words'"),
            ("", "''"),
            ("$(id)", "'$(id)'"),
            ("/status?a=1&b=2", "'/status?a=1&b=2'"),
            ("it's", r"'it'\''s'"),
            ("~/x", "'~/x'"),
        ] {
            assert_eq!(shell_word(word), quoted);
        }
    }
}
