//! Text of others in every place of a page that has text: it is read, and nothing of it runs.

use serde_json::json;

use crate::browser::Browser;
use crate::pages::Pages;

/// Each a text that is markup, or script, or steers what shows it.
pub(crate) const TEXTS: [&str; 8] = [
    "<script>window.pwned=1</script>",
    "</script><script>window.pwned=1</script>",
    "</style></title></pre></details><img src=x onerror=window.pwned=1>",
    "\" onmouseover=\"window.pwned=1\" autofocus onfocus=\"window.pwned=1\" x='",
    "javascript:window.pwned=1",
    "<svg onload=window.pwned=1><a href='javascript:window.pwned=1'>",
    "<meta http-equiv=refresh content='0;url=https://attacker.example/'><base href=//attacker.example>",
    "\u{202e}\0\u{1b}[31m&lt;img src=https://attacker.example/x&gt;<!--",
];

pub(crate) fn is_shown_and_not_obeyed(browser: &mut Browser, pages: &Pages) {
    browser.open(&pages.hostile);
    let names = browser.value("[...document.querySelectorAll('#list .n')].map(it => it.textContent)");
    let shown: Vec<String> = TEXTS.iter().map(|text| tls_readiness::escape::printable(text)).collect();
    for (index, name) in names.as_array().unwrap().iter().enumerate() {
        assert_eq!(name.as_str().unwrap(), shown[index % shown.len()]);
    }
    assert_eq!(names.as_array().unwrap().len(), 15);
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
    assert_eq!(browser.value("document.getElementById('shown').textContent"), "2 of 15 tests");
    assert_eq!(browser.value("window.pwned ?? null"), json!(null));
}
