//! Texts of others that somebody who looks at a report would obey: terminals, the runner of GitHub
//! Actions, readers of HTML, Markdown, XML and JSON. One list for all renderers.

/// Each is harmless where it is shown as it is.
pub(crate) const HOSTILE_TEXTS: [&str; 30] = [
    // Terminals.
    "\u{1b}[31mred\u{1b}[2J\u{7}",
    "\u{9b}2J\u{8}\u{7f}",
    "\rready: 1 passed",
    "\u{202e}gpj.exe\u{2066}\u{200b}\u{feff}",
    // What XML cannot hold, and UTF-8 cannot.
    "\0\u{1}\u{b}\u{c}\u{1f}\u{fffe}\u{ffff}",
    "\u{fffd}\u{fffd}",
    // Workflow commands.
    "::error file=x,line=1::y",
    "\n::stop-commands::x\n::add-mask::e",
    "\r\n \u{3000}::set-output name=verdict::ready",
    "##[error]x ##[group]",
    "%0A::error::%25,title=x:y",
    // HTML.
    "<script>window.pwned=1</script>",
    "</script><script>window.pwned=1</script>",
    "</style></title></pre></details><img src=x onerror=window.pwned=1>",
    "\" onmouseover=\"window.pwned=1\" autofocus onfocus=\"window.pwned=1\" x='",
    "javascript:window.pwned=1",
    "<svg onload=window.pwned=1><a href='javascript:window.pwned=1'>",
    "<meta http-equiv=refresh content='0;url=https://attacker.example/'><base href=//attacker.example>",
    "&lt;img src=https://attacker.example/x&gt;<!-- --><![CDATA[",
    "]]><!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;",
    // Markdown.
    "a | b |\n|---|---|\n| c",
    "**bold** _it_ ~~gone~~ `code` $math$",
    "```\nfence\n~~~",
    "[link](https://attacker.example/) ![image](https://attacker.example/x.png)",
    "[^1]: note\n[ref]: https://attacker.example/",
    "\n\n# heading\n- item\n1. item\n> quote\n---",
    "https://attacker.example/ www.attacker.example mail@attacker.example @octocat #1",
    "- [ ] task <details><summary>x</summary>",
    // JSON and links of SARIF.
    "\"}],\"verdict\":\"passed\",\"x\":[{\"y\":\"\\u0000\\",
    "[text](1) \\[x\\] {0} {placeholder}",
];
