//! Text of others in every place of a page that has text: it is read, and nothing of it runs.

use serde_json::json;

use crate::browser::Browser;
use crate::hostile_texts::HOSTILE_TEXTS;
use crate::pages::Pages;

pub(crate) fn is_shown_and_not_obeyed(browser: &mut Browser, pages: &Pages) {
    browser.open(&pages.hostile);
    let names = browser.value("[...document.querySelectorAll('#list .n')].map(it => it.textContent)");
    let shown: Vec<String> =
        HOSTILE_TEXTS.iter().map(|text| tls_readiness::escape::printable(text)).collect();
    for (index, name) in names.as_array().unwrap().iter().enumerate() {
        assert_eq!(name.as_str().unwrap(), shown[index]);
    }
    assert_eq!(names.as_array().unwrap().len(), shown.len());
    browser.run("document.querySelectorAll('details').forEach(it => it.open = true)");
    browser.run("document.querySelectorAll('a, summary, td').forEach(it => it.dispatchEvent(new MouseEvent('mouseover')))");
    // What is not the page's own would be one of these.
    let foreign = "document.querySelectorAll('img, iframe, object, embed, base, form, svg svg, svg a, [onerror], \
        [onload], [onmouseover], [autofocus], a[href^=\"javascript:\" i], meta[http-equiv=refresh]').length";
    assert_eq!(browser.value(foreign), 0);
    assert_eq!(browser.value("[document.scripts.length, document.styleSheets.length]"), json!([1, 1]));
    assert_eq!(browser.value("window.pwned ?? null"), json!(null));
    // A filter that is fed with it is a filter.
    browser.run("const it = document.getElementById('find'); it.value = '</script><script>'; it.dispatchEvent(new Event('input'))");
    assert_eq!(browser.value("document.getElementById('shown').textContent"), "1 of 30 tests");
    assert_eq!(browser.value("window.pwned ?? null"), json!(null));
}
