//! Programs whose exit code misleads, that are not there, that never say hello, that hang.

use crate::commands::line;
use crate::row::Row;

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = exit_codes();
    rows.extend(missing());
    rows.extend(no_hello());
    rows.extend(deadlines());
    rows
}

fn shell(key: &str, command: &str) -> Row {
    Row::new("shell", key, command)
}

fn exit_codes() -> Vec<Row> {
    vec![
        line("fails-after-its-answer", "CURL URL; echo the disk is full >&2; exit 3")
            .fails("program_failed")
            .saying(&["speaks TLS, but", "exit code 3", "the disk is full"])
            .reporting("/client/exit_code", 3)
            .reporting("/client/stderr", "the disk is full\n"),
        line("fails-after-its-answer-and-may", "CURL URL; exit 3")
            .with("exit: any")
            .reporting("/client/exit_code", 3),
        line("is-killed-after-its-answer", "CURL URL; kill -KILL $$")
            .fails("program_failed")
            .saying(&["ended by signal 9"])
            .reporting("/client/signal", 9),
        line("lacks-something-after-its-answer", "CURL URL; no-such-program")
            .fails("program_failed")
            .saying(&["exit code 127"]),
        line("gets-404", "CURL --fail https://apitls12.onepagecrm.com/other")
            .fails("program_failed")
            .saying(&["exit code 22"]),
        line("gets-404-and-must-get-200", "CURL https://apitls12.onepagecrm.com/other")
            .expecting("{ status: 200 }")
            .fails("other_status")
            .saying(&["was answered HTTP 404, expected 200"]),
    ]
}

fn missing() -> Vec<Row> {
    let words = ["no-such-program", "{url}"];
    vec![
        shell("missing", "no-such-program {url}").fails("not_installed").saying(&["exit code 127"]),
        shell("missing-without-shell", "").without_shell(&words).fails("not_installed").saying(&[
            "is not installed",
            "no-such-program",
            "`when_missing: ignore`",
        ]),
        shell("missing-and-may", "no-such-program {url}").with("when_missing: ignore").ignored("left_out"),
        shell("missing-without-shell-and-may", "")
            .without_shell(&words)
            .with("when_missing: ignore")
            .ignored("left_out")
            .saying(&["is not installed"]),
        shell("missing-and-hidden", "no-such-program {url} || true").undecided("never_connected"),
        // Not to be missing, but not to be a program.
        shell("no-program", "").without_shell(&["./get.py"]).undecided("our_side"),
        shell("no-program-and-may-be-missing", "./get.py")
            .with("when_missing: ignore")
            .undecided("never_connected"),
    ]
}

fn no_hello() -> Vec<Row> {
    let say = |key: &str, bytes: &str| Row::new("python", key, &format!("/usr/bin/python3 say.py {bytes}"));
    vec![
        shell("does-nothing", "true")
            .undecided("never_connected")
            .saying(&["a program that was not seen is not ready"]),
        shell("fails", "exit 1").undecided("never_connected"),
        shell("prints-what-would-be-right", "echo 200 OK; echo TLSv1.2").undecided("never_connected"),
        shell("reads-what-is-not-there", "cat").undecided("never_connected"),
        say("connects-only", "").undecided("sent_nothing"),
        say("connects-only-not-in-a-namespace", "").with("reach: proxy").undecided("sent_nothing"),
        say("sends-ssh", "5353482d322e300d0a").undecided("not_tls").saying(&["SSH-2.0\\r\\n"]),
        say("sends-an-escape-sequence", "1b5b33316d").undecided("not_tls").saying(&["\\x1b[31m"]),
        say("sends-half-a-hello", "160301020001").undecided("not_a_hello").saying(&["it ended within it"]),
        say("sends-another-message", "160301000502000001").undecided("not_a_hello"),
        say("begins-with-an-alert", "15030100020228")
            .fails("alert_first")
            .saying(&["handshake_failure (40)"]),
        Row::new("python", "says-hello-byte-by-byte", "/usr/bin/python3 hello.py")
            .saying(&["it left after the ServerHello without a word"]),
        Row::new("python", "says-hello-and-must-not", "/usr/bin/python3 hello.py")
            .expecting("refused")
            .undecided("cannot_tell"),
        Row::new("python", "says-hello-and-hangs", "/usr/bin/python3 hello.py 600")
            .with("timeout: 5s")
            .undecided("cannot_tell")
            .saying(&["silence after the ServerHello"]),
        line("speaks-http", "CURL --noproxy '*' http://{host}:{port}/")
            .undecided("not_tls")
            .saying(&["GET / HTTP/1.1", "by a URL that begins with https"]),
        line("must-not-speak-and-speaks-http", "CURL --noproxy '*' http://{host}:{port}/")
            .expecting("refused")
            .undecided("not_tls"),
    ]
}

fn deadlines() -> Vec<Row> {
    let late = ["deadline"];
    vec![
        shell("hangs", "sleep 600").with("timeout: 500ms").undecided("never_connected").saying(&late),
        shell("hangs-and-will-not-end", "trap '' TERM INT HUP; sleep 600; sleep 600")
            .with("timeout: 500ms")
            .undecided("never_connected")
            .saying(&late),
        Row::new("python", "connects-and-hangs", "/usr/bin/python3 say.py '' 600")
            .with("timeout: 5s")
            .undecided("sent_nothing")
            .saying(&late)
            .reporting("/client/timed_out", true),
        line("hangs-after-its-answer", "CURL URL; sleep 600")
            .with("timeout: 5s")
            .fails("program_failed")
            .saying(&late)
            .saying(&["raise `timeout`, or write `exit: any`"]),
        line("hangs-after-its-answer-and-may", "CURL URL; sleep 600").with("timeout: 5s").with("exit: any"),
        line("hangs-after-its-refusal", "CURL MAX_1_1 URL; sleep 600")
            .with("timeout: 5s")
            .fails("not_offered"),
    ]
}
