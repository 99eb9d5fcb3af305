//! How the page looks on narrow and wide screens, in the dark, on paper, and without its script.

use serde_json::json;

use crate::browser::Browser;
use crate::pages::Pages;

const TESTS: &str = "document.querySelectorAll('#list > details').length";
const IS_FILTER_SHOWN: &str = "document.getElementById('filter').checkVisibility()";
const BACKGROUND: &str = "getComputedStyle(document.body).backgroundColor";

pub(crate) fn fits_at_every_width(browser: &mut Browser, pages: &Pages) {
    for page in [&pages.every_verdict, &pages.hostile] {
        browser.open(page);
        for width in [360, 768, 1440] {
            browser.width(width);
            for open in ["false", "true"] {
                // What is off the screen is not laid out else, and not measured.
                browser.run(&format!(
                    "document.querySelectorAll('details').forEach(it => {{
                        it.open = {open}; it.style.contentVisibility = 'visible'; }})"
                ));
                browser.wait_for("innerWidth", &json!(width));
                let wide = browser.value("document.documentElement.scrollWidth");
                assert!(wide.as_u64().unwrap() <= u64::from(width), "{page} is {wide} wide at {width}");
            }
        }
    }
}

pub(crate) fn has_a_dark_side(browser: &mut Browser, pages: &Pages) {
    browser.open(&pages.every_verdict);
    browser.media("screen", "light");
    let light = browser.value(BACKGROUND);
    browser.media("screen", "dark");
    browser.wait_for(&format!("{BACKGROUND} !== {light}"), &json!(true));
}

/// Evidence that is folded on the screen cannot be unfolded on paper.
pub(crate) fn has_its_evidence_on_paper(browser: &mut Browser, pages: &Pages) {
    let hidden = "[...document.querySelectorAll('.t:not([data-v=passed]) pre.e')]
        .filter(it => !it.checkVisibility({ contentVisibilityAuto: true })
            || it.getBoundingClientRect().height < 20 || it.scrollHeight > it.clientHeight + 1).length";
    browser.open(&pages.every_verdict);
    assert_eq!(browser.value("document.querySelectorAll('pre.e').length"), 11);
    browser.wait_for(hidden, &json!(11));
    browser.media("print", "dark");
    // What is skipped while it is off the screen is laid out with the next frame.
    browser.wait_for(hidden, &json!(0));
    browser.wait_for(IS_FILTER_SHOWN, &json!(false));
    browser.wait_for(BACKGROUND, &json!("rgb(255, 255, 255)"));
}

pub(crate) fn is_complete_without_its_script(browser: &mut Browser, pages: &Pages) {
    browser.devtools("Emulation.setScriptExecutionDisabled", &json!({ "value": true }));
    browser.open(&pages.every_verdict);
    assert_eq!(browser.value(IS_FILTER_SHOWN), false);
    assert_eq!(browser.value(TESTS), 16);
    assert_eq!(browser.value("document.getElementById('shown').textContent"), "16 tests");
    let shown = "['.banner', '.cards', '.matrix', '.line', '.t summary'].every(
        it => document.querySelector(it).checkVisibility())";
    assert_eq!(browser.value(shown), true);
}
