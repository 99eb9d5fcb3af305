//! Programs on trial get no further than the run itself: neither to their host nor to another one.

use serde_json::Value;

use crate::binary::{Folder, note};
use crate::bounds::Forbidden;

/// Runs a scenario with curl by this way; `None` where that or curl is not to be had.
fn tried(way: &str, fields: &str, arguments: &[&str]) -> Option<Value> {
    let folder = Folder::new().scenario(
        "a",
        &format!("min_version: 1.2\nmax_version: 1.2\nreach: {way}\nexpect: accepted\n{fields}"),
    );
    let ran = folder.run(&[&["check", "--report", "json=report.json"], arguments].concat());
    let test = folder.json("report.json").pointer_mut("/tests/0").unwrap().take();
    let is_missing = match test.get("finding").and_then(Value::as_str).unwrap() {
        "not_installed" => true,
        "our_side" => way == "namespace",
        _ => false,
    };
    if is_missing {
        assert!(!crate::peers::peers_are_required(), "{}", ran.console());
        note(&format!("ignored ({})", test.get("reason").unwrap()));
        return None;
    }
    Some(test)
}

#[test]
fn a_program_is_not_led_to_a_host_where_the_run_may_not_go() {
    let forbidden = Forbidden::new();
    let port = forbidden.address().port();
    let fields = format!("host: localhost:{port}\nclient: curl -qsSk {{url}}\n");
    for way in ["proxy", "namespace"] {
        for (options, words) in [
            (&["--public-only"][..], "--public-only leaves 127.0.0.1:"),
            (&["--allow", "*.example.com"], "no --allow is for 127.0.0.1:"),
        ] {
            let Some(test) = tried(way, &fields, &[&["--live"], options].concat()) else { continue };
            let found = [&test["verdict"], &test["finding"], &test["observations"][0]["outcome"]];
            assert_eq!(found, ["inconclusive", "not_connected", "inconclusive"], "{test:#}");
            assert!(test["reason"].as_str().unwrap().contains(words), "{test:#}");
            // It is known all the same what it would have said.
            assert_eq!(test["observations"][0]["hello_sent"]["server_name"], "localhost", "{test:#}");
            forbidden.was_left_alone();
        }
    }
}

/// `passthrough` is what the scenario permits; the run may permit less.
#[test]
fn a_program_is_let_through_to_no_host_where_the_run_may_not_go() {
    let forbidden = Forbidden::new();
    let port = forbidden.address().port();
    let others = [
        format!("curl -qsS http://localhost:{port}/"),
        format!("curl -qsS --proxytunnel http://127.0.0.1:{port}/"),
        format!("curl -qsSk https://127.0.0.1:{port}/"),
    ];
    for (way, beside) in [("proxy", ""), ("namespace", "curl -qsS --noproxy '*' http://127.0.0.1:PORT/;")] {
        let beside = beside.replace("PORT", &port.to_string());
        let fields = format!(
            "host: api.example.com:8443\npassthrough: true\nclient: |\n  {}; {beside} curl -qsS https://api.example.com:8443/\n",
            others.join("; ")
        );
        let Some(test) = tried(way, &fields, &["--public-only"]) else { continue };
        assert_eq!(test["verdict"], "passed", "{test:#}");
        let wanted = test["client"]["also_wanted"].as_array().unwrap();
        assert!(wanted.len() >= 2, "{test:#}");
        for other in wanted {
            assert_eq!(other["let_through"], false, "{test:#}");
            assert!(other["barred"].as_str().unwrap().starts_with("--public-only leaves"), "{test:#}");
        }
        assert!(
            test["client"]["stderr"].as_str().is_some_and(|stderr| stderr.contains("403"))
                || test["client"]["stdout"].as_str().unwrap().contains("outside of where this run may go"),
            "{test:#}"
        );
        forbidden.was_left_alone();
    }
}
