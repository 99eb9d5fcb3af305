//! What can be done with the page: filter, unfold, follow its links, all of it by keyboard.

use serde_json::json;

use crate::browser::{Browser, ENTER, TAB};
use crate::pages::Pages;

const STATUS: &str = "document.getElementById('shown').textContent";
const SHOWN: &str = "[...document.querySelectorAll('#list > details')].filter(it => it.checkVisibility())
    .map(it => it.querySelector('.n').textContent)";
const FOCUS: &str = "(it => it.id || it.textContent)(document.activeElement)";

fn click(browser: &Browser, selector: &str) {
    browser.run(&format!("document.querySelector('{selector}').click()"));
}

fn find(browser: &Browser, text: &str) {
    let text = json!(text);
    browser.run(&format!(
        "const it = document.getElementById('find'); it.value = {text}; it.dispatchEvent(new Event('input'))"
    ));
}

pub(crate) fn filters_by_text_verdict_and_peer(browser: &mut Browser, pages: &Pages) {
    browser.open(&pages.every_verdict);
    assert_eq!(browser.value(STATUS), "16 of 16 tests");
    for (text, status) in [
        // A name, a host, a reason, several words, none.
        ("EDGE::", "2 of 16 tests"),
        ("wiki.shop", "1 of 16 tests"),
        ("silence", "1 of 16 tests"),
        ("older accepts", "3 of 16 tests"),
        ("no such text", "0 of 16 tests"),
        ("", "16 of 16 tests"),
    ] {
        find(browser, text);
        assert_eq!(browser.value(STATUS), status, "{text}");
    }
    click(browser, "button[data-v=inconclusive]");
    assert_eq!(browser.value(SHOWN), json!(["mail::older-versions-are-refused"]));
    click(browser, "button[data-v=waived]");
    assert_eq!(browser.value(STATUS), "3 of 16 tests");
    click(browser, "button[data-a=replica]");
    assert_eq!(browser.value(SHOWN), json!(["intranet::older-versions"]));
    assert_eq!(browser.value("location.hash"), "#v=inconclusive&v=waived&a=replica");
    click(browser, "#all");
    assert_eq!((browser.value(STATUS), browser.value("location.hash")), (json!("16 of 16 tests"), json!("")));
    click(browser, "#fold");
    assert_eq!(browser.value("document.querySelectorAll('#list > [open]').length"), 16);
    click(browser, "#fold");
    assert_eq!(browser.value("document.querySelectorAll('#list > [open]').length"), 0);
}

pub(crate) fn opens_what_its_address_names(browser: &mut Browser, pages: &Pages) {
    browser.open(&format!("{}#q=login&v=failed", pages.every_verdict));
    assert_eq!(browser.value(SHOWN), json!(["login::older-versions-are-refused"]));
    assert_eq!(browser.value("document.getElementById('find').value"), "login");
    // A test that the filter hides is shown to who follows a link to it, again and again.
    for _ in 0..2 {
        find(browser, "curl");
        browser.run("document.querySelectorAll('details').forEach(it => it.open = false)");
        click(browser, ".card a.n");
        browser.wait_for(
            "document.querySelector('details[open] .n')?.textContent",
            &json!("login::older-versions-are-refused"),
        );
        assert_eq!(browser.value(STATUS), "16 of 16 tests");
    }
    // Whatever else stands there is left alone.
    for hash in ["#t99999", "#<img src=x onerror=pwned=1>", "#q=%E0%A4%A", "#tests"] {
        browser.run(&format!("location.hash = {}", json!(hash)));
        assert_eq!(browser.value("window.pwned ?? null"), json!(null));
    }
}

pub(crate) fn needs_no_mouse(browser: &mut Browser, pages: &Pages) {
    browser.open(&pages.every_verdict);
    browser.press(TAB);
    assert_eq!(browser.value(FOCUS), "Skip to all tests");
    let outline = "getComputedStyle(document.activeElement).outlineStyle";
    assert_eq!(browser.value(outline), "solid");
    assert_eq!(browser.value("document.activeElement.getBoundingClientRect().left >= 0"), true);
    browser.press(ENTER);
    browser.wait_for(FOCUS, &json!("tests"));
    browser.press(TAB);
    assert_eq!(browser.value(FOCUS), "find");
    browser.press("older");
    browser.wait_for(STATUS, &json!("5 of 16 tests"));
    browser.press(TAB);
    assert_eq!(browser.value(FOCUS), "failed 3");
    browser.press(" ");
    browser.wait_for(STATUS, &json!("2 of 16 tests"));
    assert_eq!(browser.value("document.activeElement.getAttribute('aria-pressed')"), "true");
    // Over the other six verdicts, both peers and two buttons to the first test that is left.
    browser.press(&TAB.repeat(11));
    assert_eq!(browser.value("document.activeElement.localName"), "summary");
    let is_open = "document.activeElement.parentElement.open";
    browser.press(ENTER);
    browser.wait_for(is_open, &json!(true));
    let name = "document.activeElement.querySelector('.n')?.textContent";
    assert_eq!(browser.value(name), "login::older-versions-are-refused");
    // Its evidence can be scrolled by keys.
    browser.press(TAB);
    assert_eq!(browser.value("document.activeElement.localName"), "pre");
}
