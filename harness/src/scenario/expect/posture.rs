//! What stands under `expect` and is told by first flights alone.

use std::sync::LazyLock;

use crate::scenario::author::{Author, Setting, kind_of};
use crate::scenario::client::read::flag;
use crate::scenario::field::{NAME_ANSWERS, TOLERANCES, Table};
use crate::scenario::list::{each_once, list};
use crate::scenario::posture::{
    Choice, GroupPattern, NameAnswer, PostureRequirements, SuitePattern, Tolerance,
};
use crate::scenario::read::{not_a_word, version, whole_number};
use crate::scenario::wrong::{Wrong, nearest, quote};
use crate::scenario::yaml::{Node, Value};
use crate::version::Version;
use crate::wire::{CipherSuite, NamedGroup, SuiteClass};

/// The names of all classes and suites.
pub(crate) fn suite_names() -> &'static [&'static str] {
    // Drawn from the registry once: a hostile file names thousands.
    static NAMES: LazyLock<Vec<&str>> = LazyLock::new(|| {
        let mut names: Vec<&str> = SuiteClass::ALL.into_iter().map(SuiteClass::name).collect();
        for suite in Version::ALL.into_iter().flat_map(CipherSuite::all_in).filter_map(CipherSuite::name) {
            if !names.contains(&suite) {
                names.push(suite);
            }
        }
        names
    });
    &NAMES
}

/// The names of all classes and groups.
pub(crate) fn group_names() -> Vec<&'static str> {
    let groups = NamedGroup::ALL.iter().filter_map(|group| group.name());
    std::iter::once(GroupPattern::POST_QUANTUM).chain(groups).collect()
}

/// Reads one requirement. `None` once a mistake is told; a name that is none is left alone.
pub(super) fn read(author: &mut Author<'_>, part: Setting<'_>, to: &mut PostureRequirements) -> Option<()> {
    let Setting { name, value: node, .. } = part;
    match name {
        "versions" => (to.required_versions, to.forbidden_versions) = versions(author, part)?,
        "cipher_suites" => {
            to.cipher_suites = choice(author, part, "AEAD", suite, |pattern| pattern.name().to_owned())?;
        }
        "groups" => to.groups = choice(author, part, "x25519", group, |pattern| pattern.name().to_owned())?,
        "dh_size" => to.dh_bits = Some(whole_number(author, name, node, 512, 16_384)?),
        "server_preference" => to.server_preference = Some(flag(author, name, node)?),
        "extended_master_secret" => to.extended_master_secret = Some(flag(author, name, node)?),
        "secure_renegotiation" => to.secure_renegotiation = Some(flag(author, name, node)?),
        "encrypt_then_mac" => to.encrypt_then_mac = Some(flag(author, name, node)?),
        "compression" => to.compression = Some(flag(author, name, node)?),
        "downgrade_sentinel" => to.downgrade_sentinel = Some(flag(author, name, node)?),
        "tolerates" => {
            to.tolerates = list(author, part, "grease", tolerance, |tolerance| tolerance.name().to_owned())?;
        }
        "unknown_name" => to.unknown_name = Some(author.parsed(name, node, name_answer)?),
        "without_name" => to.without_name = Some(author.parsed(name, node, name_answer)?),
        _ => {}
    }
    Some(())
}

fn versions(author: &mut Author<'_>, part: Setting<'_>) -> Option<(Vec<Version>, Vec<Version>)> {
    let known = author.parts(part, Table::VERSIONS, "write `{ required: [1.2] }`")?;
    let (mut required, mut forbidden) = (Vec::new(), Vec::new());
    let mut sound = true;
    for setting in known {
        match version_list(author, setting) {
            Some(versions) if setting.name == "required" => required = versions,
            Some(versions) => forbidden = versions,
            None => sound = false,
        }
    }
    if let Some(both) = required.iter().find(|version| forbidden.contains(version)) {
        let found = format!("{both} is required and forbidden");
        author.wrong(part.key, Wrong::new(found, "take it out of one of the two"));
        sound = false;
    }
    if sound && forbidden.len() == Version::ALL.len() {
        let wrong = Wrong::new(
            "every version is forbidden",
            "no control could prove that the host is up: say `unreachable`, or leave one out",
        );
        author.wrong(part.key, wrong);
        sound = false;
    }
    sound.then_some((required, forbidden))
}

/// Versions are numbers to YAML, so they are no list of names.
fn version_list(author: &mut Author<'_>, setting: Setting<'_>) -> Option<Vec<Version>> {
    let Setting { name, key, value: node } = setting;
    let elements = match &node.value {
        Value::List(elements) if !elements.is_empty() => elements,
        Value::List(_) => {
            let wrong = Wrong::new(format!("`{name}` names nothing"), "write the versions: `[1.2]`");
            return author.keep(key, Err(wrong));
        }
        other => {
            let found = format!("`{name}` is a list, not {}", kind_of(other));
            return author.keep(key, Err(Wrong::new(found, "write the versions: `[1.2]`")));
        }
    };
    let read = |author: &mut Author<'_>, element: &Node| version(author, name, element);
    let mut versions = each_once(author, elements, read, ToString::to_string)?;
    versions.sort_unstable();
    Some(versions)
}

fn choice<P: Copy + PartialEq>(
    author: &mut Author<'_>,
    part: Setting<'_>,
    example: &str,
    read: fn(&str) -> Result<P, Wrong>,
    shown: fn(P) -> String,
) -> Option<Choice<P>> {
    let known = author.parts(part, Table::CHOICE, &format!("write `{{ some: [{example}] }}`"))?;
    let mut choice = Choice::default();
    let mut sound = true;
    for setting in known {
        match (setting.name, list(author, setting, example, read, shown)) {
            (_, None) => sound = false,
            ("only", Some(patterns)) => choice.only = Some(patterns),
            ("none", Some(patterns)) => choice.none = patterns,
            (_, Some(patterns)) => choice.some = patterns,
        }
    }
    if let Some(both) = choice.some.iter().find(|pattern| choice.none.contains(pattern)) {
        let found = format!("`{}` is in `some` and in `none`", shown(*both));
        author.wrong(part.key, Wrong::new(found, "take it out of one of the two"));
        sound = false;
    }
    sound.then_some(choice)
}

fn suite(text: &str) -> Result<SuitePattern, Wrong> {
    if let Some(class) = SuiteClass::ALL.into_iter().find(|class| class.name() == text) {
        return Ok(SuitePattern::Class(class));
    }
    let known = CipherSuite::from_name(text).filter(|_| suite_names().contains(&text));
    known.map(SuitePattern::Suite).ok_or_else(|| {
        let write = match nearest(text, suite_names().iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                let classes: Vec<&str> = SuiteClass::ALL.into_iter().map(SuiteClass::name).collect();
                format!("write its IANA name, or a class: {}", classes.join(", "))
            }
        };
        Wrong::new(format!("{} is neither a cipher suite nor a class", quote(text)), write)
    })
}

fn group(text: &str) -> Result<GroupPattern, Wrong> {
    if text == GroupPattern::POST_QUANTUM {
        return Ok(GroupPattern::PostQuantum);
    }
    NamedGroup::from_name(text).map(GroupPattern::Group).ok_or_else(|| {
        let write = match nearest(text, group_names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "write its IANA name, such as `x25519` or `secp256r1`, or `post-quantum`".to_owned(),
        };
        Wrong::new(format!("{} is not a group", quote(text)), write)
    })
}

fn tolerance(text: &str) -> Result<Tolerance, Wrong> {
    let known = Tolerance::ALL.into_iter().find(|tolerance| tolerance.name() == text);
    known.ok_or_else(|| not_a_word(text, "something that can be tolerated", TOLERANCES))
}

fn name_answer(text: &str) -> Result<NameAnswer, Wrong> {
    let known = NameAnswer::ALL.into_iter().find(|answer| answer.name() == text);
    known.ok_or_else(|| not_a_word(text, "an answer to a name", NAME_ANSWERS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back() {
        for name in suite_names() {
            assert_eq!(suite(name).map(SuitePattern::name), Ok(*name));
        }
        for name in group_names() {
            assert_eq!(group(name).map(GroupPattern::name), Ok(name));
        }
        assert!(Tolerance::ALL.into_iter().map(Tolerance::name).eq(TOLERANCES.iter().copied()));
        assert!(NameAnswer::ALL.into_iter().map(NameAnswer::name).eq(NAME_ANSWERS.iter().copied()));
    }

    #[test]
    fn a_signal_is_no_suite() {
        assert!(suite("TLS_EMPTY_RENEGOTIATION_INFO_SCSV").is_err());
        assert_eq!(suite("aead").unwrap_err().write, "did you mean `AEAD`?");
        assert_eq!(suite("static_rsa").unwrap_err().write, "did you mean `static-RSA`?");
        assert_eq!(group("X25519").unwrap_err().write, "did you mean `x25519`?");
    }
}
