//! The confusion matrix, and all kinds with their verdicts, as a page of the docs.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use libtest_mimic::{Failed, Trial};

use crate::kind::{Fact, Kind, may_be};
use crate::kinds::Family;
use crate::question::{QUESTIONS, Question};

const RENEW: &str = "UPDATE_GOLDEN=1 cargo test --test zoo docs";

/// What a letter stands for, in the order of the columns of the matrix.
const LETTERS: [(char, &str); 7] = [
    ('P', "passed"),
    ('F', "failed"),
    ('I', "inconclusive"),
    ('-', "failed or inconclusive"),
    ('+', "passed or inconclusive"),
    ('o', "passed or failed"),
    ('*', "any of them"),
];

/// Trials of the table itself.
pub(crate) fn trials(families: &[Family]) -> Vec<Trial> {
    let page = page(families);
    let false_passes = false_passes(families);
    let names: Vec<String> =
        families.iter().flat_map(|family| &family.kinds).map(|kind| kind.name.clone()).collect();
    vec![
        Trial::test("table::lets_nothing_pass_that_the_peer_does_not_prove", move || {
            match false_passes.is_empty() {
                true => Ok(()),
                false => Err(false_passes.into()),
            }
        }),
        Trial::test("table::has_150_kinds_each_of_a_name_of_its_own", move || {
            let mut known = std::collections::HashSet::new();
            let twice: Vec<_> = names.iter().filter(|name| !known.insert(name.as_str())).collect();
            match (twice.is_empty(), names.len() >= 150) {
                (true, true) => Ok(()),
                _ => Err(format!("{} kinds; twice: {twice:?}", names.len()).into()),
            }
        }),
        Trial::test("docs::say_what_the_table_says", move || compare(&page)),
    ]
}

fn compare(page: &str) -> Result<(), Failed> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/misbehaviour.md");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        return std::fs::write(path, page).map_err(Failed::from);
    }
    let known = std::fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
    if known == page {
        return Ok(());
    }
    let different = page.lines().zip(known.lines()).find(|(now, then)| now != then);
    let (now, then) = different.unwrap_or(("(the end)", "(the end)"));
    Err(format!(
        "docs/misbehaviour.md is old: it says\n  {then}\nand the table says\n  {now}\nrenew it: {RENEW}"
    )
    .into())
}

fn cells(families: &[Family]) -> impl Iterator<Item = (&Kind, Question, char, Fact)> {
    families
        .iter()
        .flat_map(|family| &family.kinds)
        .flat_map(|kind| {
            QUESTIONS
                .into_iter()
                .map(move |question| (kind, question, kind.letter(question), kind.fact(question)))
        })
        .filter(|(_, _, letter, _)| *letter != '.')
}

fn false_passes(families: &[Family]) -> String {
    cells(families)
        .filter(|(_, _, letter, fact)| {
            matches!(fact, Fact::Lacks | Fact::Unproven) && may_be(*letter, "passed")
        })
        .map(|(kind, question, letter, fact)| {
            format!("{}: {} is {fact:?}, and {letter}\n", kind.name, question.title())
        })
        .collect()
}

fn page(families: &[Family]) -> String {
    let mut page = String::from(
        "# What becomes of servers that misbehave\n\n\
         Written by `harness/tests/zoo.rs`, which has a server for each kind and holds the gate to every cell; renewed by\n\
         `UPDATE_GOLDEN=1 cargo test --test zoo docs`.\n\n\
         What is true of a server, and what the gate says of it. Nothing passes that is not so: the last row has 0 in every\n\
         column that holds a pass, and so has whoever speaks no TLS at all, which refuses nobody. Some servers do not do the\n\
         same each time, because they bear only so many connections, or because several stand behind one address; what\n\
         comes first of two verdicts is luck then. Where back ends speak other versions than their neighbours, a test sees\n\
         only those that it was connected to; and a version that is spoken to such hellos alone as the gate does not send\n\
         stays hidden from it. These have a row of their own.\n\n",
    );
    let kinds = families.iter().map(|family| family.kinds.len()).sum::<usize>();
    let count = cells(families).count();
    writeln!(page, "{kinds} kinds of servers, {count} verdicts.\n").unwrap();
    page.push_str(&matrix(families));
    page.push_str(
        "\n## All kinds\n\n**P**assed, **F**ailed, **I**nconclusive. By luck: **−** is anything but passed, **+** anything\n\
         but failed, **o** anything but inconclusive, **\\*** any. A blank was not asked. A letter that holds a pass stands only where the property is really there, at least for some.\n\n",
    );
    for (number, question) in QUESTIONS.iter().enumerate() {
        writeln!(page, "{}. {}", number + 1, question.title()).unwrap();
    }
    for family in families {
        write!(page, "\n### {}\n\n| server |", family.name).unwrap();
        for number in 1..=QUESTIONS.len() {
            write!(page, " {number} |").unwrap();
        }
        page.push_str("\n|---|");
        page.push_str(&"---|".repeat(QUESTIONS.len()));
        page.push('\n');
        for (names, letters) in rows(family) {
            write!(page, "| {names} |").unwrap();
            for letter in letters {
                match letter {
                    '.' => page.push_str(" |"),
                    '*' => page.push_str(" \\* |"),
                    '-' => page.push_str(" − |"),
                    letter => write!(page, " {letter} |").unwrap(),
                }
            }
            page.push('\n');
        }
    }
    page
}

/// A row for each kind; those that differ in a number alone, and not in a verdict, share one.
fn rows(family: &Family) -> Vec<(String, &[char])> {
    let mut rows: Vec<(String, &[char])> = Vec::new();
    let mut swept: Vec<(String, String, &[char], Vec<u16>)> = Vec::new();
    for kind in &family.kinds {
        let number =
            kind.name.split(|it: char| !it.is_ascii_digit()).find(|it| !it.is_empty() && kind.is_swept);
        let _ = number;
        if !kind.is_swept {
            rows.push((kind.name.clone(), kind.letters()));
            continue;
        }
        let (before, number, after) = split(&kind.name);
        let known = swept.iter_mut().find(|(first, last, letters, _)| {
            *first == before && *last == after && *letters == kind.letters()
        });
        match known {
            Some((.., numbers)) => numbers.push(number),
            None => swept.push((before, after, kind.letters(), vec![number])),
        }
    }
    rows.extend(
        swept.into_iter().map(|(before, after, letters, numbers)| {
            (format!("{before}{}{after}", ranges(&numbers)), letters)
        }),
    );
    rows
}

/// A name around its last number but those of versions.
fn split(name: &str) -> (String, u16, String) {
    let is_number = |word: &&str| word.parse::<u16>().is_ok();
    let word = name.split(' ').rfind(is_number).unwrap();
    let (before, after) = name.rsplit_once(&format!(" {word}")).unwrap();
    (format!("{before} "), word.parse().unwrap(), after.to_owned())
}

/// Numbers that follow each other by their first and last.
fn ranges(numbers: &[u16]) -> String {
    let mut ranges: Vec<(u16, u16)> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => ranges.push((*number, *number)),
        }
    }
    let words: Vec<String> = ranges
        .iter()
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}–{last}") })
        .collect();
    words.join(", ")
}

/// What is asked for, which questions that is, what is true, and words for it.
type MatrixRow = (&'static str, fn(Question) -> bool, Fact, &'static str);

/// Truth by verdict, for each kind of question.
fn matrix(families: &[Family]) -> String {
    let truths: [MatrixRow; 10] = [
        ("refused", is_refusal, Fact::Holds, "it speaks TLS, and none of these versions"),
        ("refused", is_refusal, Fact::Unproven, "it speaks no TLS, so it refuses nobody"),
        (
            "refused",
            is_refusal,
            Fact::Differs,
            "it speaks one of these versions on some connections, or to some hellos, alone",
        ),
        (
            "refused",
            is_refusal,
            Fact::Lacks,
            "it speaks one of these versions, or does not say by which alert it refuses",
        ),
        ("accepted", is_acceptance, Fact::Holds, "it does all that is asked for"),
        ("accepted", is_acceptance, Fact::Lacks, "it does not"),
        ("unreachable", |it| it == Question::Gone, Fact::Holds, "nobody listens"),
        ("unreachable", |it| it == Question::Gone, Fact::Lacks, "somebody does"),
        ("no cipher suite", |it| it == Question::NoSuite, Fact::Lacks, "whoever speaks TLS has one"),
        ("all", |_| true, Fact::Lacks, "what is asked for is not so"),
    ];
    let mut text = String::from("| asked for | what is true of the server |");
    for (_, words) in LETTERS {
        write!(text, " {words} |").unwrap();
    }
    text.push_str("\n|---|---|");
    text.push_str(&"--:|".repeat(LETTERS.len()));
    text.push('\n');
    for (asked, is_asked, truth, words) in truths {
        let mut counts = BTreeMap::new();
        for (_, question, letter, fact) in cells(families) {
            if is_asked(question) && fact == truth {
                *counts.entry(letter).or_insert(0_u32) += 1;
            }
        }
        write!(text, "| {asked} | {words} |").unwrap();
        for (letter, _) in LETTERS {
            write!(text, " {} |", counts.get(&letter).copied().unwrap_or(0)).unwrap();
        }
        text.push('\n');
    }
    text
}

fn is_refusal(question: Question) -> bool {
    matches!(question, Question::OldRefused | Question::Refused(_) | Question::Rfc8996)
}

fn is_acceptance(question: Question) -> bool {
    matches!(question, Question::Hello12 | Question::Hello | Question::Handshake | Question::Status200)
}
