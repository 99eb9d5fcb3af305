//! Policies as text: which there are, what one demands, and what changes from one to another.

use super::layout::labelled;
use super::words::expected;
use crate::escape::{printable, printable_up_to};
use crate::scenario::policy::Rule;
use crate::scenario::{Level, Policy};

/// Characters of the column of labels.
const LABEL: usize = 8;

/// A line for each policy.
#[must_use]
pub fn list<'a>(policies: impl Iterator<Item = &'a Policy>) -> String {
    let rows: Vec<(String, String, String)> = policies
        .map(|policy| (printable(&policy.name), counted(policy), title(policy.title.as_deref())))
        .collect();
    let names = rows.iter().map(|(name, ..)| name.chars().count()).max().unwrap_or_default();
    let counts = rows.iter().map(|(_, count, _)| count.len()).max().unwrap_or_default();
    rows.into_iter()
        .map(|(name, count, title)| {
            format!("{}\n", format!("{name:names$}  {count:counts$}  {title}").trim_end())
        })
        .collect()
}

/// How many rules a policy has: `9 MUST, 7 SHOULD`.
fn counted(policy: &Policy) -> String {
    let of = |level| policy.rules.iter().filter(|rule| rule.level == level).count();
    let counts = Level::ALL.map(|level| (of(level), level.name()));
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    counts.map(|(count, name)| format!("{count} {name}")).collect::<Vec<_>>().join(", ")
}

/// A policy with all its rules.
#[must_use]
pub fn whole(policy: &Policy) -> String {
    let mut lines = vec![match title(policy.title.as_deref()) {
        title if title.is_empty() => printable(&policy.name),
        title => format!("{}: {title}", printable(&policy.name)),
    }];
    for rule in &policy.rules {
        lines.push(String::new());
        lines.push(format!("{}  {}", printable(&rule.key), rule.level.name()));
        for (label, text) in [
            ("title", rule.title.clone()),
            ("demands", Some(demand(rule))),
            ("from", rule.enforce_from.map(|day| day.to_string())),
            ("advice", rule.advice.clone()),
            ("see", rule.reference.clone()),
        ] {
            lines.extend(text.into_iter().flat_map(|text| labelled(label, LABEL, &text)));
        }
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn title(title: Option<&str>) -> String {
    title.map(|title| printable_up_to(title, 200)).unwrap_or_default()
}

/// All that a rule demands; two rules of the same words are the same.
fn demand(rule: &Rule) -> String {
    let mut words = expected(rule.versions, &rule.expectation, rule.depth, usize::MAX);
    if let Some(path) = &rule.path {
        words.push_str(&format!(", at {path}"));
    }
    words
}

/// What changes for a host that is held against `to` in place of `from`.
#[must_use]
pub fn difference(from: &Policy, to: &Policy) -> String {
    let is_same = |one: &Rule, other: &Rule| demand(one) == demand(other);
    let named = |policy: &Policy, key: &str| policy.rules.iter().find(|rule| rule.key == key).cloned();
    // Of rules that demand the same the one of the same name is the partner.
    let partner = |rule: &Rule, of: &Policy| {
        let same_name = of.rules.iter().find(|other| other.key == rule.key && is_same(other, rule));
        same_name.or_else(|| of.rules.iter().find(|other| is_same(other, rule))).cloned()
    };
    let line = |sign: char, rule: &Rule| {
        labelled(&format!("{sign} {}", rule.level.name()), LABEL, &format!("{}: {}", rule.key, demand(rule)))
    };
    let (mut lines, mut same) = (Vec::new(), 0);
    for rule in &from.rules {
        match (partner(rule, to), named(to, &rule.key)) {
            (Some(other), _) if other.level == rule.level => same += 1,
            (Some(other), _) => {
                let change =
                    format!("{}: {} before, {} now", rule.key, rule.level.name(), other.level.name());
                lines.extend(labelled("~", LABEL, &format!("{change}: {}", demand(rule))));
            }
            (None, _) => lines.extend(line('-', rule)),
        }
    }
    for rule in to.rules.iter().filter(|rule| partner(rule, from).is_none()) {
        lines.extend(line('+', rule));
    }
    let plural = if same == 1 { "rule is" } else { "rules are" };
    lines.push(format!("{same} {plural} the same in {} and {}", printable(&from.name), printable(&to.name)));
    lines.iter().map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Policies;

    fn shipped(name: &str) -> &'static Policy {
        Policies::shipped().find(|policy| policy.name == name).unwrap()
    }

    #[test]
    fn a_policy_does_not_differ_from_itself() {
        for policy in Policies::shipped() {
            let count = policy.rules.len();
            let expected = format!("{count} rules are the same in {0} and {0}\n", policy.name);
            assert_eq!(difference(policy, policy), expected);
        }
    }

    #[test]
    fn what_changes_is_told_in_both_directions() {
        let (intermediate, modern) = (shipped("mozilla-6.0-intermediate"), shipped("mozilla-6.0-modern"));
        let there = difference(intermediate, modern);
        let back = difference(modern, intermediate);
        let lines =
            |text: &str, sign: &str| text.lines().filter(|line| line.trim_start().starts_with(sign)).count();
        assert!(lines(&there, "+ MUST") > 0, "{there}");
        assert_eq!(lines(&there, "+ "), lines(&back, "- "), "{there}{back}");
        assert_eq!(lines(&there, "- "), lines(&back, "+ "), "{there}{back}");
        // The suites of TLS 1.3 have another name there, and are the same.
        assert!(!there.contains("suites-of-tls-1.3"), "{there}");
    }

    #[test]
    fn the_same_rule_on_another_level_is_a_change() {
        let policy = shipped("pq-ready");
        let mut softer = policy.clone();
        softer.rules = policy
            .rules
            .iter()
            .map(|rule| std::sync::Arc::new(Rule { level: Level::Should, ..(**rule).clone() }))
            .collect();
        let text = difference(policy, &softer);
        assert!(text.contains("tls-1.3: MUST before, SHOULD now"), "{text}");
        assert!(text.ends_with("0 rules are the same in pq-ready and pq-ready\n"), "{text}");
    }

    #[test]
    fn every_rule_is_shown_with_all_that_it_demands() {
        let text = whole(shipped("mozilla-6.0-intermediate"));
        for word in
            ["suites-of-tls-1.2  MUST", "groups  SHOULD", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"]
        {
            assert!(text.contains(word), "{word}\n{text}");
        }
        assert!(list(Policies::shipped().map(AsRef::as_ref)).contains("pq-ready"));
    }
}
