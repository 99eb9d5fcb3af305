//! What must hold of every text that is written for somebody to look at.

use pulldown_cmark::{Event, Options, Parser, Tag};
use quick_xml::events::Event as Xml;
use quick_xml::{Reader, XmlVersion};
use tls_readiness::report::{Kind, Report, annotations, console};

/// A report of a kind, as text.
pub fn rendered(kind: Kind, report: &Report) -> String {
    let mut bytes = Vec::new();
    kind.write(report, &str::to_owned, &mut bytes).expect("memory does not fail");
    String::from_utf8(bytes).expect("reports are UTF-8")
}

/// The structure of every rendering, text left out; what is obeyed where it is shown fails.
pub fn structure(report: &Report) -> Vec<Vec<String>> {
    for kind in Kind::ALL {
        of_terminal(&rendered(kind, report));
    }
    let sarif: serde_json::Value =
        serde_json::from_str(&rendered(Kind::Sarif, report)).expect("SARIF is JSON");
    assert_eq!(sarif["version"], "2.1.0");
    let commands = annotations::annotations(report, &str::to_owned);
    let commands: Vec<String> = commands.lines().map(command).collect();
    let closing = console::closing(report, false);
    of_terminal(&closing);
    let in_color = console::closing(report, true);
    of_terminal(&in_color.replace("\u{1b}[", ""));
    vec![
        of_markdown(&rendered(Kind::Markdown, report)),
        of_xml(&rendered(Kind::Junit, report)),
        of_page(&rendered(Kind::Html, report)),
        commands,
        vec![closing.lines().count().to_string()],
    ]
}

/// A workflow command is ours, and holds nothing of the kind.
fn command(line: &str) -> String {
    let (name, data) = line.split_once(' ').unwrap_or((line, ""));
    assert!(["::error", "::warning", "::notice"].contains(&name) || !name.starts_with("::"), "{line}");
    assert!(!data.contains(['\r', '\u{1b}']) && !line.contains("##["), "{line}");
    name.to_owned()
}

/// Fails where a terminal or the runner of GitHub Actions would obey.
pub fn of_terminal(text: &str) {
    for line in text.split('\n') {
        let steers = |character: char| {
            character.is_control()
                || matches!(character, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        assert!(!line.contains(steers), "{line:?}");
        assert!(!line.trim_start().starts_with("::"), "{line:?}");
        assert!(!line.contains("##["), "{line:?}");
    }
}

fn of_markdown(text: &str) -> Vec<String> {
    let mut structure = Vec::new();
    for event in Parser::new_ext(text, Options::all()) {
        match event {
            Event::Text(_) => {}
            Event::Html(html) | Event::InlineHtml(html) => {
                // Line ends of a text that has some, and what keeps GitHub from calling people.
                let ours = tags(&html).into_iter().filter(|tag| !["br", "!-- --"].contains(tag));
                structure.extend(ours.map(|tag| name_of(tag, &["a", "code", "details", "pre", "summary"])));
            }
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                panic!("a link to {dest_url}")
            }
            other => structure.push(format!("{other:?}")),
        }
    }
    structure
}

fn of_xml(text: &str) -> Vec<String> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut structure = Vec::new();
    let mut depth = 0_usize;
    loop {
        let event = reader.read_event().expect("XML");
        match event {
            Xml::Start(ref element) | Xml::Empty(ref element) => {
                depth += usize::from(matches!(event, Xml::Start(_)));
                let mut names = vec![String::from_utf8_lossy(element.name().as_ref()).into_owned()];
                for attribute in element.attributes() {
                    let attribute = attribute.expect("an attribute");
                    names.push(String::from_utf8_lossy(attribute.key.as_ref()).into_owned());
                    let value = attribute.normalized_value(XmlVersion::Implicit1_0).expect("a value");
                    assert!(value.chars().all(is_allowed_in_xml), "{value:?}");
                }
                structure.push(names.join(" "));
            }
            Xml::Text(text) => assert!(text.decode().expect("text").chars().all(is_allowed_in_xml)),
            Xml::End(_) => depth -= 1,
            Xml::GeneralRef(_) | Xml::Decl(_) => {}
            Xml::Eof => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(depth, 0, "an element is not closed");
    structure
}

/// XML 1.0 2.2, without what is only discouraged.
fn is_allowed_in_xml(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

fn of_page(text: &str) -> Vec<String> {
    // The script compares numbers: what is within it is ours, and its end is the end of the page.
    let (page, script) = text.split_once("<script>").expect("the filter");
    let end = script.split("</script>").collect::<Vec<_>>();
    assert_eq!(end.get(1..), Some(&["\n</body>\n</html>\n"][..]), "a second script");
    let (head, body) = page.split_once("</style>").expect("the style");
    let before_style = head.split("<style>").next().unwrap_or_default();
    assert_eq!(tags(before_style).iter().filter(|tag| tag.starts_with("meta http-equiv")).count(), 1);
    tags(body)
        .into_iter()
        .map(|tag| {
            let name = tag.split([' ', '>']).next().unwrap_or_default();
            assert!(name.trim_start_matches('/').bytes().all(|byte| byte.is_ascii_alphanumeric()), "{tag}");
            assert!(!["script", "iframe", "img", "object", "base", "form", "style"].contains(&name), "{tag}");
            for attribute in tag.split('"').step_by(2).flat_map(str::split_whitespace).skip(1) {
                assert!(!attribute.starts_with("on"), "{tag}");
            }
            if let Some((_, target)) = tag.split_once("href=\"") {
                let is_ours = ["#", "https://", "http://"].iter().any(|begin| target.starts_with(begin));
                assert!(is_ours, "{tag}");
            }
            name.to_owned()
        })
        .filter(|name| !["a", "/a"].contains(&name.as_str()))
        .collect()
}

fn name_of(tag: &str, known: &[&str]) -> String {
    let name = tag.trim_start_matches('/').split(' ').next().unwrap_or_default();
    assert!(known.contains(&name), "<{tag}>");
    if name == "a" { String::new() } else { format!("<{tag}>") }
}

fn tags(html: &str) -> Vec<&str> {
    html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default()).collect()
}
