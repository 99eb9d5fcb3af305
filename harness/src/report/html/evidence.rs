//! The evidence of one test in tables: its connections, and what each address came to.

use std::borrow::Cow;
use std::io;

use super::super::model::{Observation, Test};
use super::banner;
use super::page::{Page, took, version};
use crate::verdict::Verdict;

/// How many connections are shown of one test.
pub(super) const MOST: usize = 500;

/// The same, on a page of many tests.
pub(super) const FEW: usize = 3;

/// A column of the table.
struct Column {
    title: &'static str,
    /// How a cell begins. HTML has the end tags of cells and rows optional: they would be a third of a page
    /// of many tests.
    cell: &'static str,
    /// What a connection has in it.
    value: Value,
}

type Value = for<'a> fn(&'a Observation) -> Cow<'a, str>;

/// A column whose text stays in a line.
const fn short(title: &'static str, value: Value) -> Column {
    Column { title, cell: "<td>", value }
}

/// A column whose text is broken into lines.
const fn long(title: &'static str, value: Value) -> Column {
    Column { title, cell: "<td class=l>", value }
}

/// Those that are empty for all connections of a test are left out.
const COLUMNS: [Column; 12] = [
    short("address", |row| optional(row.address.as_deref())),
    short("offered", offered),
    short("outcome", outcome),
    short("alert", alert),
    short("version", |row| Cow::Borrowed(row.version.as_deref().map(version).unwrap_or_default())),
    short("cipher suite", |row| optional(row.cipher_suite.as_deref())),
    short("group", |row| optional(row.group.as_deref())),
    long("certificate", certificate),
    short("HTTP", http),
    long("detail", detail),
    short("time", |row| Cow::Owned(took(row.elapsed_ms))),
    short("control", |row| Cow::Borrowed(if row.control { "yes" } else { "" })),
];

pub(super) fn observations(test: &Test, most: usize, page: &mut Page<'_>) -> io::Result<()> {
    if test.observations.is_empty() {
        return Ok(());
    }
    let all = test.observations.all()?;
    let rows: Vec<[Cow<'_, str>; COLUMNS.len()]> =
        all.iter().take(most).map(|row| COLUMNS.map(|column| (column.value)(row))).collect();
    let used = |at: usize| rows.iter().any(|row| row.get(at).is_some_and(|value| !value.is_empty()));
    let used: [bool; COLUMNS.len()] = std::array::from_fn(used);
    page.raw("<div class=\"scroll\" tabindex=\"0\"><table class=\"o\"><tr>")?;
    for (column, _) in COLUMNS.iter().zip(used).filter(|(_, used)| *used) {
        page.raw("<th>")?;
        page.raw(column.title)?;
    }
    for row in &rows {
        page.raw("<tr>")?;
        let cells = COLUMNS.iter().zip(row).zip(used).filter(|(_, used)| *used);
        for ((column, value), _) in cells {
            page.raw(column.cell)?;
            page.text(value)?;
        }
    }
    page.raw("</table></div>")?;
    if let more @ 1.. = all.len().saturating_sub(most) {
        page.raw("<p class=\"hint\">… and ")?;
        page.count(more, "connection more", "connections more")?;
        page.raw("</p>")?;
    }
    Ok(())
}

fn optional(text: Option<&str>) -> Cow<'_, str> {
    Cow::Borrowed(text.unwrap_or_default())
}

fn offered(row: &Observation) -> Cow<'_, str> {
    let hello = row.hello.as_deref().filter(|hello| *hello != "standard");
    match (row.offered.as_slice(), hello) {
        ([one], None) => Cow::Borrowed(version(one)),
        (offered, hello) => {
            let names: Vec<&str> = offered.iter().map(|key| version(key)).collect();
            let hello = hello.map(|hello| format!(" ({hello})")).unwrap_or_default();
            Cow::Owned(names.join(", ") + &hello)
        }
    }
}

fn outcome(row: &Observation) -> Cow<'_, str> {
    match &row.strength {
        Some(strength) => Cow::Owned(format!("{} ({strength})", row.outcome)),
        None => Cow::Borrowed(&row.outcome),
    }
}

fn alert(row: &Observation) -> Cow<'_, str> {
    let name = row.alert.as_deref().unwrap_or_default();
    match row.alert_code {
        // Most names are told with their numbers already.
        Some(code) if !name.ends_with(')') => Cow::Owned(format!("{name} ({code})")),
        _ => Cow::Borrowed(name),
    }
}

fn certificate(row: &Observation) -> Cow<'_, str> {
    let Some(certificate) = &row.certificate else { return Cow::Borrowed("") };
    let names: Vec<&str> = certificate.names.iter().take(5).map(String::as_str).collect();
    let more = if certificate.names.len() > names.len() { ", …" } else { "" };
    let from = certificate.issuer.as_ref().map(|it| format!("; issued by {it}")).unwrap_or_default();
    let until = certificate.not_after.as_ref().map(|it| format!("; until {it}")).unwrap_or_default();
    Cow::Owned(format!("{}: {}{more}{from}{until}", certificate.detail, names.join(", ")))
}

fn http(row: &Observation) -> Cow<'_, str> {
    match (row.http_status, &row.http_location) {
        (Some(status), Some(location)) => Cow::Owned(format!("{status} → {location}")),
        (Some(status), None) => Cow::Owned(status.to_string()),
        (None, _) => Cow::Borrowed(""),
    }
}

/// Where the other columns have it already, it is not said twice.
fn detail(row: &Observation) -> Cow<'_, str> {
    let is_told = row.alert.is_some() || row.version.is_some();
    Cow::Borrowed(if is_told { "" } else { &row.detail })
}

/// What each address came to, where that is more than what the test came to.
pub(super) fn addresses(test: &Test, page: &mut Page<'_>) -> io::Result<()> {
    let is_told = test.verdict == Verdict::Passed && test.addresses.len() < 2;
    if !is_told && !test.addresses.is_empty() {
        page.raw(
            "<div class=\"scroll\" tabindex=\"0\"><table class=\"o\"><tr><th>address<th>verdict<th>found",
        )?;
        for address in test.addresses.iter().take(MOST) {
            page.raw("<tr><td>")?;
            page.text(&address.address)?;
            page.raw("<td>")?;
            banner::verdict(address.verdict, page)?;
            page.raw("<td class=l>")?;
            page.text(&address.reason)?;
        }
        page.raw("</table></div>")?;
    }
    if !test.without_route.is_empty() {
        page.raw("<p class=\"hint\">No route from here to ")?;
        let shown: Vec<&str> = test.without_route.iter().take(MOST).map(String::as_str).collect();
        page.text(&shown.join(", "))?;
        page.raw("</p>")?;
    }
    Ok(())
}

/// What each address was asked besides, where the scenario requires that.
pub(super) fn asked(test: &Test, page: &mut Page<'_>) -> io::Result<()> {
    let asked =
        test.addresses.iter().flat_map(|address| address.asked.iter().map(move |asked| (address, asked)));
    for (index, (address, asked)) in asked.take(MOST).enumerate() {
        if index == 0 {
            page.raw(
                "<div class=\"scroll\" tabindex=\"0\"><table class=\"o\"><tr><th>address<th>asked<th>found<th>time",
            )?;
        }
        page.raw("<tr><td>")?;
        page.text(&address.address)?;
        page.raw("<td>")?;
        page.text(&asked.question)?;
        page.raw("<td class=l>")?;
        page.text(&asked.detail)?;
        page.raw("<td>")?;
        page.text(&took(asked.elapsed_ms))?;
    }
    let is_empty = test.addresses.iter().all(|address| address.asked.is_empty());
    if is_empty { Ok(()) } else { page.raw("</table></div>") }
}
