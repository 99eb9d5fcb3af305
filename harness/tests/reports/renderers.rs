//! Every renderer with the texts of others in every place that has text: what it writes has the same
//! structure as with harmless texts, and nothing that is obeyed.

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};
use quick_xml::events::Event as Xml;
use quick_xml::{Reader, XmlVersion};
use tls_readiness::report::{Kind, Report, annotations, console};

use crate::golden::Golden;
use crate::hostile::assert_harmless;
use crate::hostile_texts::HOSTILE_TEXTS;
use crate::json::rendered;
use crate::{every_text, every_verdict};

/// The report of every verdict, all of its texts replaced.
pub(crate) fn with(text: &str, has_days: bool) -> Report {
    let known = every_verdict::report();
    let mut report = every_text::replaced(&known, text);
    if !has_days {
        return report;
    }
    // A calendar is made of days: with others there is none.
    for (test, known) in report.tests.iter_mut().zip(known.tests) {
        test.enforce_from = known.enforce_from;
        if let (Some(waiver), Some(known)) = (&mut test.waiver, known.waiver) {
            waiver.until = known.until;
        }
    }
    report
}

/// What there is beside text.
fn structure_of_markdown(text: &str) -> Vec<String> {
    let mut structure = Vec::new();
    for event in Parser::new_ext(text, Options::all()) {
        match event {
            Event::Text(_) => {}
            // A link that is written as HTML has the text of a reference in it.
            Event::Html(html) | Event::InlineHtml(html) => {
                // Line ends of a text that has some, and what keeps GitHub from calling people.
                let ours = tags(&html).into_iter().filter(|tag| !["br", "!-- --"].contains(tag));
                structure.extend(ours.map(|tag| format!("<{tag}>")));
            }
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                panic!("a link to {dest_url}")
            }
            other => structure.push(format!("{other:?}")),
        }
    }
    structure
}

fn tags(html: &str) -> Vec<&str> {
    html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap()).collect()
}

/// Elements with the names of their attributes; every text and value is looked at.
fn structure_of_xml(text: &str) -> Vec<String> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut structure = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Xml::Start(element) | Xml::Empty(element) => {
                let mut names = vec![String::from_utf8(element.name().as_ref().to_vec()).unwrap()];
                for attribute in element.attributes() {
                    let attribute = attribute.unwrap();
                    names.push(String::from_utf8(attribute.key.as_ref().to_vec()).unwrap());
                    let value = attribute.normalized_value(XmlVersion::Implicit1_0).unwrap();
                    assert!(value.chars().all(is_allowed_in_xml), "{value:?}");
                }
                structure.push(names.join(" "));
            }
            Xml::Text(text) => assert!(text.decode().unwrap().chars().all(is_allowed_in_xml)),
            Xml::GeneralRef(_) | Xml::Decl(_) | Xml::End(_) => {}
            Xml::Eof => return structure,
            other => panic!("{other:?}"),
        }
    }
}

/// XML 1.0 2.2, without what is only discouraged.
fn is_allowed_in_xml(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

pub(crate) fn annotations_of(report: &Report) -> String {
    annotations::annotations(report, &str::to_owned)
}

fn commands(text: &str) -> Vec<&str> {
    text.lines().map(|line| line.split([' ', ',']).next().unwrap()).collect()
}

fn same_everywhere(text: &str) -> Result<(), TestCaseError> {
    for has_days in [true, false] {
        // Behind something, and at the beginning of whatever it stands in.
        same(&with("-", has_days), &with(&format!("-{text}"), has_days))?;
        same(&with("-", has_days), &with(text, has_days))?;
    }
    Ok(())
}

fn same(plain: &Report, hostile: &Report) -> Result<(), TestCaseError> {
    let of = |kind| (rendered(kind, plain), rendered(kind, hostile));

    let (plain_text, hostile_text) = of(Kind::Markdown);
    prop_assert_eq!(structure_of_markdown(&plain_text), structure_of_markdown(&hostile_text));
    // GitHub makes links of addresses and calls people by their names, but not within HTML.
    let outside = hostile_text.split("<pre>").map(|part| part.rsplit("</pre>").next().unwrap());
    for part in outside {
        for link in ["://attacker", "www.attacker", "@octocat"] {
            prop_assert!(!part.contains(link), "{link}: {part}");
        }
    }
    let (plain_text, hostile_text) = of(Kind::Junit);
    prop_assert_eq!(structure_of_xml(&plain_text), structure_of_xml(&hostile_text));
    let (plain_text, hostile_text) = of(Kind::Html);
    let of_page = |text| -> Vec<String> {
        tags(text)
            .iter()
            .filter(|tag| !tag.starts_with("a rel=") && **tag != "/a")
            .map(ToString::to_string)
            .collect()
    };
    prop_assert_eq!(of_page(&plain_text), of_page(&hostile_text));
    for kind in Kind::ALL {
        assert_harmless(&rendered(kind, hostile))?;
    }

    let (plain_text, hostile_text) = (annotations_of(plain), annotations_of(hostile));
    prop_assert_eq!(commands(&plain_text), commands(&hostile_text));
    let (plain_text, hostile_text) = (console::closing(plain, false), console::closing(hostile, false));
    prop_assert_eq!(plain_text.lines().count(), hostile_text.lines().count());
    assert_harmless(&hostile_text)
}

/// One run with every verdict, as each renderer shows it.
#[test]
fn every_renderer_is_golden() {
    let report = every_verdict::report();
    let mut golden = Golden::default();
    for (name, kind) in [
        ("every-verdict.json", Kind::Json),
        ("every-verdict.xml", Kind::Junit),
        ("every-verdict.sarif", Kind::Sarif),
        ("every-verdict.md", Kind::Markdown),
    ] {
        golden.compare(name, &rendered(kind, &report));
    }
    golden.compare("every-verdict-annotations.txt", &annotations_of(&report));
    golden.compare("every-verdict-terminal.txt", &console::closing(&report, false));
    golden.compare("every-verdict-terminal-in-colour.txt", &console::closing(&report, true));
    golden.finish();
}

#[test]
fn the_texts_of_others_are_shown_and_not_obeyed() {
    for text in HOSTILE_TEXTS {
        same_everywhere(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nor_is_what_they_make_together(texts in prop::collection::vec(prop::sample::select(&HOSTILE_TEXTS[..]), 2..5)) {
        same_everywhere(&texts.concat())?;
    }
}

/// In JSON and SARIF a program reads the text as it was, and code scanning finds no link in it.
#[test]
fn programs_read_what_was_written() {
    for text in HOSTILE_TEXTS {
        let report = with(text, true);
        let read: Report = serde_json::from_str(&rendered(Kind::Json, &report)).unwrap();
        assert_eq!(read, report);
        let sarif: serde_json::Value = serde_json::from_str(&rendered(Kind::Sarif, &report)).unwrap();
        for result in sarif["runs"][0]["results"].as_array().unwrap() {
            let message = result["message"]["text"].as_str().unwrap();
            let unescaped = message.replace("\\\\", "").replace("\\[", "").replace("\\]", "");
            assert!(!unescaped.contains(['[', ']']), "{message}");
        }
    }
}
