//! A program on trial: how it was run, how it ended, and its last words.

use std::io;

use super::super::model::Program;
use super::page::{Page, took};

/// How many other hosts are named.
const MOST_HOSTS: usize = 50;

pub(super) fn write(program: &Program, page: &mut Page<'_>) -> io::Result<()> {
    page.raw("<dl class=\"facts\">")?;
    page.term(if program.shell { "shell" } else { "program" })?;
    page.raw("<code>")?;
    page.text(&program.command.join(" "))?;
    page.raw("</code></dd>")?;
    page.fact("led by", &program.reach_detail)?;
    page.fact("ended", &ended(program))?;
    if !program.also_wanted.is_empty() {
        let hosts: Vec<String> = program
            .also_wanted
            .iter()
            .take(MOST_HOSTS)
            .map(|it| match &it.barred {
                Some(why) => format!("{} (kept back: {why})", it.host),
                None => format!("{} ({})", it.host, if it.let_through { "let through" } else { "kept back" }),
            })
            .collect();
        page.fact("also wanted", &hosts.join(", "))?;
    }
    page.raw("</dl>")?;
    printed("standard output", &program.stdout, page)?;
    printed("standard error", &program.stderr, page)
}

fn ended(program: &Program) -> String {
    let after = took(program.elapsed_ms);
    match (program.timed_out, program.exit_code, program.signal) {
        (true, ..) => format!("at its deadline, after {after}"),
        (false, Some(code), _) => format!("exit code {code}, after {after}"),
        (false, None, Some(signal)) => format!("signal {signal}, after {after}"),
        (false, None, None) => "it did not run to its end".to_owned(),
    }
}

fn printed(from: &'static str, text: &str, page: &mut Page<'_>) -> io::Result<()> {
    let text = text.trim_end();
    if text.is_empty() {
        return Ok(());
    }
    page.raw("<p class=\"hint\">")?;
    page.raw(from)?;
    page.raw(", its end</p><pre tabindex=\"0\">")?;
    page.lines(text)?;
    page.raw("</pre>")
}
