//! The report's page in a real browser: that it fits, filters, prints, needs neither mouse nor script, and
//! shows text of others without obeying it.
//!
//! Where Chromium or its driver is not installed the tests are left out; with
//! `TLS_READINESS_REQUIRE_PEERS=1` they fail instead.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "it is how a test fails")]

#[path = "report_page/browser.rs"]
mod browser;
#[path = "reports/cases.rs"]
mod cases;
#[path = "reports/clients.rs"]
mod clients;
#[path = "report_page/driver.rs"]
mod driver;
#[path = "reports/every_text.rs"]
mod every_text;
#[path = "reports/every_verdict.rs"]
mod every_verdict;
#[path = "reports/evidence.rs"]
mod evidence;
#[path = "reports/hostile_texts.rs"]
mod hostile_texts;
#[path = "report_page/looks.rs"]
mod looks;
#[path = "report_page/pages.rs"]
mod pages;
#[path = "peers/required.rs"]
mod peers;
#[path = "reports/posture_requirements.rs"]
mod posture_requirements;
#[path = "reports/requirements.rs"]
mod requirements;
#[path = "report_page/text_of_others.rs"]
mod text_of_others;
#[path = "report_page/works.rs"]
mod works;

use std::process::{Command, ExitCode, Stdio};
use std::sync::{Arc, OnceLock};

use libtest_mimic::{Arguments, Completion, Trial};

use browser::Browser;
use driver::Driver;
use pages::Pages;

type Check = fn(&mut Browser, &Pages);

/// What all tests share; made by whoever asks first, and gone when the last is over.
#[derive(Default)]
struct Shared {
    driver: OnceLock<Result<Driver, String>>,
    pages: OnceLock<Pages>,
}

fn main() -> ExitCode {
    let shared = Arc::<Shared>::default();
    let checks: [(&str, Check); 8] = [
        ("fits_at_every_width", looks::fits_at_every_width),
        ("has_a_dark_side", looks::has_a_dark_side),
        ("has_its_evidence_on_paper", looks::has_its_evidence_on_paper),
        ("is_complete_without_its_script", looks::is_complete_without_its_script),
        ("filters_by_text_verdict_and_peer", works::filters_by_text_verdict_and_peer),
        ("opens_what_its_address_names", works::opens_what_its_address_names),
        ("needs_no_mouse", works::needs_no_mouse),
        ("text_of_others_is_shown_and_not_obeyed", text_of_others::is_shown_and_not_obeyed),
    ];
    let trials = checks.into_iter().map(|(name, check)| {
        let shared = Arc::clone(&shared);
        Trial::ignorable_test(name, move || match missing() {
            None => {
                run(&shared, check)?;
                Ok(Completion::Completed)
            }
            Some(why) if peers::peers_are_required() => {
                Err(format!("{why}, and TLS_READINESS_REQUIRE_PEERS is set").into())
            }
            Some(why) => Ok(Completion::ignored_with(why)),
        })
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}

/// Each check has a browser of its own: what one leaves behind, another does not find.
fn run(shared: &Shared, check: Check) -> Result<(), String> {
    let driver = shared.driver.get_or_init(Driver::start).as_ref()?;
    let mut browser = Browser::start(driver.port);
    check(&mut browser, shared.pages.get_or_init(Pages::write));
    browser.assert_quiet();
    Ok(())
}

fn missing() -> Option<String> {
    let runs = |program: &&str| {
        let mut command = Command::new(program);
        let command = command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    let missing = ["chromedriver", "chromium"].into_iter().find(|program| !runs(program));
    missing.map(|program| format!("{program} is not installed"))
}
