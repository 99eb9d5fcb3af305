//! Servers that are asked again: more slowly, because they cut connections off, or several times, because a
//! scenario says so. What is proven then is told, and how it came about.

use libtest_mimic::{Failed, Trial};

use crate::behaviour::{Answer, answer, by_number, crowded, healthy_answer, healthy_but, serving, throttled};
use crate::gate::{Gate, Run};
use crate::hello::{TLS10, TLS12, TLS13, alert};
use crate::peer::{Behaviour, HostilePeer};

const NEW: &[u16] = &[TLS12, TLS13];

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("rounds::who_throttles_is_asked_slowly_until_it_is_proven", throttles),
        Trial::test("rounds::one_at_a_time_is_asked_one_at_a_time", one_at_a_time),
        Trial::test("rounds::a_host_is_spared_that_is_to_be_spared", is_spared),
        Trial::test("rounds::controls_that_are_too_bare_are_made_again", refuses_bare_hellos),
        Trial::test("rounds::an_old_server_in_a_pool_is_found", old_in_a_pool),
        Trial::test("rounds::servers_that_choose_differently_disagree", disagree),
        Trial::test("rounds::what_agrees_passes_and_was_asked_each_time", agrees),
    ]
}

fn run(behaviour: Behaviour, fields: &str) -> (Run, HostilePeer) {
    let peer = HostilePeer::start(behaviour, usize::MAX);
    let text = format!("host: hostile.test\nconnect_to: {}\n{fields}", peer.address);
    (Gate::new().scenario("test.yaml", &text).check(), peer)
}

/// The only address of the only test.
fn address(run: &Run) -> &serde_json::Value {
    &run.report["tests"][0]["addresses"][0]
}

fn throttles() -> Result<(), Failed> {
    let old = "min_version: SSLv2\nmax_version: 1.1\nexpect: refused\n";
    // Weakly, so that it takes more connections than it bears.
    let behaviour = healthy_but(|_| Answer::Close);
    let (run, _peer) = run(throttled(5, behaviour), old);
    assert_eq!(run.verdict("test"), "passed", "{}", run.console());
    let slowed = address(&run)["slowed"].as_str().unwrap_or_default();
    assert!(slowed.contains("one connection at a time, 250ms after one another"), "{}", run.console());
    Ok(())
}

fn one_at_a_time() -> Result<(), Failed> {
    let (run, _peer) =
        run(crowded(1, serving(NEW)), "timeout: 10s\nmin_version: 1.0\nmax_version: 1.1\nexpect: refused\n");
    assert_eq!(run.verdict("test"), "passed", "{}", run.console());
    Ok(())
}

/// One connection at a time was all that it bears, and nothing had to be asked again for that.
fn is_spared() -> Result<(), Failed> {
    let spare = "max_connections: 1\nspacing: 20ms\nmin_version: 1.0\nmax_version: 1.1\nexpect: refused\n";
    let (run, _peer) = run(serving(NEW), spare);
    assert_eq!(run.verdict("test"), "passed", "{}", run.console());
    let begun: Vec<f64> = run.test("test")["observations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|observation| observation["started_ms"].as_f64().unwrap())
        .collect();
    assert!(begun.len() > 2 && begun.windows(2).all(|two| two[1] - two[0] >= 19.9), "{begun:?}");
    Ok(())
}

/// The controls ask TLS 1.3 for one group without a share, which this server objects to.
fn refuses_bare_hellos() -> Result<(), Failed> {
    let behaviour = answer(|hello| match hello.version {
        TLS12 if hello.groups.len() == 1 => Answer::LastBytes(alert(2, 40)),
        TLS12 => healthy_answer(hello, NEW),
        _ => Answer::Close,
    });
    let (run, _peer) = run(behaviour, "min_version: 1.0\nmax_version: 1.1\nexpect: refused\n");
    assert_eq!(run.verdict("test"), "passed", "{}", run.console());
    Ok(())
}

fn old_in_a_pool() -> Result<(), Failed> {
    let pool = || by_number(|number| number % 3 == 1, serving(&[TLS10, TLS12, TLS13]), serving(NEW));
    let (run, _peer) = run(pool(), "min_version: 1.0\nmax_version: 1.0\nexpect: refused\nrepeat: 9\n");
    assert_eq!(run.verdict("test"), "failed", "{}", run.console());
    assert_eq!(address(&run)["finding"], "still_accepts");
    assert_eq!(address(&run)["repeated"]["times"], 9);
    assert!(run.explanation("test").contains("repeated"), "{}", run.console());
    Ok(())
}

fn disagree() -> Result<(), Failed> {
    let pool = by_number(|number| number % 3 == 1, serving(&[TLS12]), serving(NEW));
    let (run, _peer) = run(pool, "evidence: hello\nexpect: accepted\nrepeat: 6\n");
    assert_eq!(run.verdict("test"), "failed", "{}", run.console());
    assert_eq!(address(&run)["finding"], "disagrees");
    assert_eq!(run.test("test")["observed"], serde_json::json!(["chosen 1.2", "chosen 1.3"]));
    Ok(())
}

fn agrees() -> Result<(), Failed> {
    let always = answer(|hello| healthy_answer(hello, NEW));
    let (run, peer) = run(always, "evidence: hello\nexpect: accepted\nrepeat: 7\n");
    assert_eq!(run.verdict("test"), "passed", "{}", run.console());
    assert_eq!(address(&run)["repeated"], serde_json::json!({ "times": 7, "alike": 7 }));
    assert_eq!(peer.connections(), 7);
    Ok(())
}
