use proptest::prelude::*;

use super::*;

fn tree(text: &str) -> Node {
    read(text).unwrap().0
}

/// The tree as text: `key@line:column=value@line:column`.
fn outline(node: &Node) -> String {
    let Mark { line, column } = node.mark;
    let value = match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Float(value) => format!("{value:?}"),
        Value::Text(text) => format!("{text:?}"),
        Value::Tagged => "tagged".to_owned(),
        Value::List(elements) => format!("[{}]", elements.iter().map(outline).collect::<Vec<_>>().join(" ")),
        Value::Mapping(entries) => {
            let entry = |entry: &Entry| format!("{}={}", outline(&entry.key), outline(&entry.value));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(" "))
        }
    };
    format!("{value}@{line}:{column}")
}

#[test]
fn every_key_and_scalar_knows_its_place() {
    for (text, expected) in [
        ("a: b", r#"{"a"@1:1="b"@1:4}@1:1"#),
        ("\n  a: 1.2\n", r#"{"a"@2:3=1.2@2:6}@2:3"#),
        ("a: 1\na: true\n", r#"{"a"@1:1=1@1:4 "a"@2:1=true@2:4}@1:1"#),
        ("a:\n  - b\n  - 'c'\n", r#"{"a"@1:1=["b"@2:5 "c"@3:5]@2:5}@1:1"#),
        ("a: {b: 1, c: [2]}", r#"{"a"@1:1={"b"@1:5=1@1:8 "c"@1:11=[2@1:15]@1:15}@1:5}@1:1"#),
        ("a: {}\nb: []\n", r#"{"a"@1:1={}@1:1 "b"@2:1=[]@2:1}@1:1"#),
        ("a: [b, [], {}]\nc: [[]]\n", r#"{"a"@1:1=["b"@1:5 []@1:5 {}@1:5]@1:5 "c"@2:1=[[]@2:1]@2:1}@1:1"#),
        ("a:\nb: ~\n", r#"{"a"@1:1=null@1:3 "b"@2:1=null@2:4}@1:1"#),
        ("ä: ü # x\n漢: 字\n", r#"{"ä"@1:1="ü"@1:4 "漢"@2:1="字"@2:4}@1:1"#),
        ("a: |\n  b\n  c\nd: 1\n", r#"{"a"@1:1="b\nc\n"@1:4 "d"@4:1=1@4:4}@1:1"#),
        ("a: &x b\nc: *x\n", r#"{"a"@1:1="b"@1:4 "c"@2:1="b"@1:4}@1:1"#),
        (
            "a: &x {b: 1}\nc: *x\nd: 2\n",
            r#"{"a"@1:1={"b"@1:8=1@1:11}@1:8 "c"@2:1={"b"@1:8=1@1:11}@1:8 "d"@3:1=2@3:4}@1:1"#,
        ),
        ("? [a]\n: b\nc: d\n", r#"{["a"@1:4]@1:4="b"@2:3 "c"@3:1="d"@3:4}@1:4"#),
        (
            "a: !x 1\nb: !y [1, {c: 2}]\nd: 3\n",
            r#"{"a"@1:1=tagged@1:4 "b"@2:1=tagged@2:4 "d"@3:1=3@3:4}@1:1"#,
        ),
        ("a: 1\r\nb: 2\r\n", r#"{"a"@1:1=1@1:4 "b"@2:1=2@2:4}@1:1"#),
        (
            "a: 340282366920938463463374607431768211455",
            "{\"a\"@1:1=170141183460469231731687303715884105727@1:4}@1:1",
        ),
        ("a: 012\nb: 0x1F\nc: 1_000\n", r#"{"a"@1:1="012"@1:4 "b"@2:1=31@2:4 "c"@3:1="1_000"@3:4}@1:1"#),
        ("x", r#""x"@1:1"#),
        ("", "null@1:1"),
    ] {
        assert_eq!(outline(&tree(text)), expected, "{text:?}");
    }
}

#[test]
fn every_tag_is_found() {
    for (text, places) in [
        ("a: !!str 1", vec![(1, 4)]),
        ("a: &x !!str 1", vec![(1, 4)]),
        ("a: !!str &x 1", vec![(1, 4)]),
        ("!!str a: 1", vec![(1, 1)]),
        ("a: !x {b: 1}", vec![(1, 4)]),
        ("a: !!map {b: 1}", vec![(1, 1)]),
        ("a: !!map\n  b: 1\nc: !!seq [!!int 1]", vec![(1, 1), (3, 1), (3, 11)]),
        ("!!map\na: 1", vec![(1, 1)]),
        ("a: {b: !<tag:yaml.org,2002:str> 1}", vec![(1, 8)]),
        ("a: \"!b\"\nc: d !e\nf: # !g\n  h: 1\n# !i\nj: |\n  !k\nl!: m!", vec![]),
        ("a:\n  # it's !here\n  b: 1", vec![]),
    ] {
        let tags = read(text).unwrap().1;
        let found: Vec<_> = tags.iter().map(|tag| (tag.mark.line, tag.mark.column)).collect();
        assert_eq!(found, places, "{text:?}");
    }
}

#[test]
fn what_is_no_document_is_placed() {
    for (text, line, column, message) in [
        ("a: 1\n---\nb: 2\n", 2, 1, "a second YAML document"),
        ("a: 1\n...\n---\n", 3, 1, "a second YAML document"),
        ("a: b: c", 1, 5, "not valid YAML: mapping values are not allowed in this context"),
        ("a: 1\n\tb: 2", 2, 1, "not valid YAML: a tab where blanks are expected"),
        ("a: [1\n", 1, 6, "not valid YAML: did not find expected ',' or ']'"),
        ("a: \"x\nb\n", 1, 4, "not valid YAML: found unexpected end of stream"),
        ("a: *b", 1, 4, "an alias without an anchor"),
        ("a: \u{0}", 1, 4, "the character U+0000 is not allowed"),
        ("a: \u{9b}", 1, 4, "the character U+009B is not allowed"),
        ("a: b # \u{202e}c", 1, 8, "the character U+202E is not allowed"),
        ("[a]\nb: c", 2, 1, "not valid YAML: this does not go on from what is before it"),
        ("a: !!null \"\"", 1, 4, "a YAML tag"),
        ("<<<<<<< HEAD\na: b\n=======\n", 1, 1, "a merge conflict that is not resolved"),
        ("a: !t!x 1", 1, 4, "not valid YAML: found undefined tag handle"),
    ] {
        let fault = read(text).unwrap_err();
        assert_eq!(
            (fault.mark.line, fault.mark.column, fault.message.as_str()),
            (line, column, message),
            "{text:?}"
        );
    }
}

/// Texts that make a careless reader overflow its stack, fill the memory, or work for minutes.
fn hostile() -> Vec<(&'static str, String, &'static str)> {
    let deep = "nested deeper than 40 levels";
    let brackets = "too many brackets that are not closed on their own line";
    let nodes = "more than 100000 keys and values in one file, aliases written out";
    let text = "values of more than 8 MiB together, aliases written out";
    let indicators = "more than 120000 keys and values in one file, empty ones included";
    let bomb = |levels: usize, wide: usize| {
        let mut text = "a0: &a0 x\n".to_owned();
        for level in 1..levels {
            let aliases = vec![format!("*a{}", level - 1); wide].join(", ");
            text.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
        }
        text
    };
    vec![
        ("lists in lists", "[".repeat(100_000), brackets),
        ("mappings in mappings", "{a: ".repeat(50_000), brackets),
        ("brackets behind quotes", "[\"]\",\n".repeat(50_000), brackets),
        (
            "brackets in quotes that another quote undoes",
            format!("- \"\n{}", "- \", [[\"\n".repeat(20_000)),
            brackets,
        ),
        ("closed brackets in tags", "[ !<]>\n".repeat(100_000), brackets),
        ("closed brackets in comments", "[ # ]\n".repeat(100_000), brackets),
        ("closed lists in lists", format!("a: {}{}", "[".repeat(1000), "]".repeat(1000)), deep),
        ("dashes", "- ".repeat(100_000), deep),
        ("question marks", "? ".repeat(100_000), deep),
        ("indentation", (0..1500).map(|n| format!("{}a:\n", " ".repeat(n))).collect(), deep),
        ("alias bomb", bomb(30, 10), "aliases of aliases grow without bound"),
        (
            "aliases of a long list",
            format!("a: &a [{}]\nb: [{}]", "x, ".repeat(1000), "*a, ".repeat(200)),
            nodes,
        ),
        (
            "a long text aliased",
            format!("a: &a \"{}\"\nb: [{}]", "x".repeat(500_000), "*a, ".repeat(20)),
            text,
        ),
        (
            "closed brackets on one line",
            format!("a: {}1{}", "{a: ".repeat(50_000), "}".repeat(50_000)),
            brackets,
        ),
        ("empty keys", "? ".repeat(130_000), indicators),
        ("many values", "- a\n".repeat(110_000), nodes),
        ("a long key", format!("? {}\n: 1", "k".repeat(100_000)), "a key longer than 256 bytes"),
    ]
}

#[test]
fn hostile_texts_end_at_a_limit() {
    for (name, text, message) in hostile() {
        assert_eq!(read(&text).unwrap_err().message, message, "{name}");
    }
}

#[test]
fn what_is_only_large_is_read() {
    let scalar = format!("a: \"{}\"", "x".repeat(2_000_000));
    assert_eq!(tree(&scalar).mark, Mark::START);
    let flow = "  s: {min_version: 1.2, replica: {status: 200}, hosts: [a, b]}\n".repeat(3_000);
    assert!(read(&format!("a:\n{flow}")).is_ok());
    let quoted = "- [\"a\", \"b\"]\n".repeat(5_000);
    assert!(read(&quoted).is_ok());
    let addresses = "- \"[2001:db8::1]\"\n- '[2001:db8::2]:8443'\n".repeat(20_000);
    assert!(read(&addresses).is_ok());
}

/// Texts made of what YAML gives a meaning to.
fn yaml_like() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("a"),
        Just("b: "),
        Just("- "),
        Just("? "),
        Just(": "),
        Just("["),
        Just("]"),
        Just("{"),
        Just("}"),
        Just(", "),
        Just("\n"),
        Just("  "),
        Just("\t"),
        Just("&x "),
        Just("*x"),
        Just("!t "),
        Just("!!str "),
        Just("\""),
        Just("'"),
        Just("|\n"),
        Just(">-\n"),
        Just("---\n"),
        Just("...\n"),
        Just("# "),
        Just("%Y 1\n"),
        Just("1.2"),
        Just("~"),
        Just("<<: "),
        Just("\u{85}"),
        Just("\u{2028}"),
        Just("\r"),
        Just("\u{feff}"),
        Just("漢"),
        Just("\\"),
        Just("@"),
        Just("`"),
        Just("${A}"),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>(), like in yaml_like()) {
        let _ = read(&text);
        let _ = read(&like);
    }

    #[test]
    fn every_place_is_within_the_text(text in yaml_like()) {
        fn check(node: &Node, lines: usize) {
            assert!(node.mark.line >= 1 && node.mark.line <= lines + 1 && node.mark.column >= 1);
            match &node.value {
                Value::List(elements) => elements.iter().for_each(|element| check(element, lines)),
                Value::Mapping(entries) => entries.iter().for_each(|entry| {
                    check(&entry.key, lines);
                    check(&entry.value, lines);
                }),
                _ => {}
            }
        }
        let lines = crate::problem::text::Lines::of(&text).count();
        if let Ok((root, _)) = read(&text) {
            check(&root, lines);
        }
    }
}
