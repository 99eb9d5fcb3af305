//! The verdict, and what it was run against: nobody takes a green stand-in for a green host.

use std::io;

use super::super::model::Report;
use super::super::{Against, since_baseline, verdict_line};
use super::page::Page;
use crate::verdict::Verdict;

/// A mark that says what a test was run against.
pub(super) fn mark(against: Against, page: &mut Page<'_>) -> io::Result<()> {
    page.raw(match against {
        Against::Replica => "<span class=\"a replica\"><span class=\"vh\">against a </span>replica</span>",
        Against::Host => "<span class=\"a host\"><span class=\"vh\">against the </span>host</span>",
    })
}

/// A verdict as a mark.
pub(super) fn verdict(verdict: Verdict, page: &mut Page<'_>) -> io::Result<()> {
    page.raw(match verdict {
        Verdict::Passed => "<span class=\"v passed\">passed</span>",
        Verdict::Ignored => "<span class=\"v ignored\">ignored</span>",
        Verdict::Advice => "<span class=\"v advice\">advice</span>",
        Verdict::Waived => "<span class=\"v waived\">waived</span>",
        Verdict::Pending => "<span class=\"v pending\">pending</span>",
        Verdict::Inconclusive => "<span class=\"v inconclusive\">inconclusive</span>",
        Verdict::Failed => "<span class=\"v failed\">failed</span>",
    })
}

pub(super) fn write(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let replicas = report.tests.iter().filter(|test| test.against == Against::Replica).count();
    let (class, word) = match report.summary.exit_code {
        0 => ("ready", "Ready"),
        1 => ("not-ready", "Not ready"),
        _ => ("unknown", "Could not tell"),
    };
    page.raw("<header class=\"banner ")?;
    page.raw(class)?;
    page.raw(if replicas > 0 { " rehearsal" } else { "" })?;
    page.raw("\">\n<p class=\"of\">TLS readiness</p>\n<h1>")?;
    page.raw(word)?;
    page.raw(match replicas {
        0 => "",
        all if all == report.tests.len() => " <span class=\"a replica\">replicas only</span>",
        _ => " <span class=\"a replica\">partly replicas</span>",
    })?;
    page.raw("</h1>\n<p class=\"counts\">")?;
    if report.tests.is_empty() {
        page.raw("no test")?;
    }
    for (verdict, count) in report.summary.counts() {
        page.raw("<span class=\"v ")?;
        page.raw(verdict.key())?;
        page.raw("\">")?;
        page.count(count, verdict.key(), verdict.key())?;
        page.raw("</span> ")?;
    }
    page.raw("</p>\n")?;
    warnings(report, replicas, page)?;
    facts(report, replicas, page)?;
    page.raw("</header>\n")
}

/// What keeps the verdict from being about all hosts.
fn warnings(report: &Report, replicas: usize, page: &mut Page<'_>) -> io::Result<()> {
    if let Some(parts) = verdict_line::parts(report) {
        page.raw("<p class=\"warning missing\"><strong>Not the whole suite.</strong> This report is ")?;
        page.text(&parts)?;
        page.raw(": nothing is known of the other tests.</p>\n")?;
    }
    if replicas > 0 {
        page.raw("<p class=\"warning\"><strong>")?;
        page.raw(if replicas == report.tests.len() {
            "No host was tested: "
        } else {
            "Not every host was tested: "
        })?;
        page.text(&verdict_line::against(report))?;
        page.raw(".</strong> A replica is a stand-in on the machine of the run. It proves the suite and ")?;
        page.raw("rehearses the cut-over; only the host proves the host.</p>\n")?;
    }
    Ok(())
}

fn facts(report: &Report, replicas: usize, page: &mut Page<'_>) -> io::Result<()> {
    page.raw("<dl class=\"facts\">")?;
    page.fact("judged by", &report.as_of)?;
    page.term("run")?;
    page.raw(if report.live {
        "live: stand-ins left out"
    } else {
        "against stand-ins where the scenarios have them"
    })?;
    page.raw("</dd>")?;
    // Where there are replicas it was said already, and loudly.
    if replicas == 0 {
        page.fact("against", &verdict_line::against(report))?;
    }
    if report.fail_on_pending {
        page.fact("pending", "pending tests block too")?;
    }
    if let Some(counts) = since_baseline::counts(report) {
        page.fact("baseline", &counts)?;
    }
    if let Some(shards) = &report.shards {
        page.term("parts")?;
        page.count(shards.present.len(), "part", "parts")?;
        page.raw(" of ")?;
        page.number(shards.of)?;
        page.raw("</dd>")?;
    }
    page.raw("</dl>\n")
}
