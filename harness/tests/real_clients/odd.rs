//! Programs whose exit code misleads, that never say hello, that hang, that leave something behind.

use serde_json::json;

use crate::row::{Row, URL};

/// Stands for the port of a server that is not the host; see `run`.
pub(crate) const ELSEWHERE: &str = "PORT_ELSEWHERE";
/// A process that was left behind writes its number here.
pub(crate) const DAEMONS: [&str; 2] = ["daemon-of-python.pid", "daemon-of-shell.pid"];

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = exit_codes();
    rows.extend(missing());
    rows.extend(no_hello());
    rows.extend(deadlines());
    rows.extend(processes());
    rows.extend(connections());
    rows.extend(elsewhere());
    rows.extend(what_is_given());
    rows
}

fn curl(key: &str, command: &str) -> Row {
    Row::new("curl", key, &command.replace("CURL", "curl -qsS").replace(" URL", &format!(" {URL}")))
}

fn shell(key: &str, command: &str) -> Row {
    Row::new("shell", key, command)
}

fn exit_codes() -> Vec<Row> {
    vec![
        curl("fails-after-its-answer", "CURL URL; echo the disk is full >&2; exit 3")
            .fails("program_failed")
            .saying(&[
                "speaks TLS, but the program failed: exit code 3 after its answer over TLS 1.2",
                "the disk is full",
            ])
            .reporting("/client/exit_code", 3)
            .reporting("/client/stderr", "the disk is full\n"),
        curl("fails-after-its-answer-and-may", "CURL URL; exit 3")
            .with("exit: any")
            .reporting("/client/exit_code", 3),
        curl("is-killed-after-its-answer", "CURL URL; kill -KILL $$")
            .fails("program_failed")
            .saying(&["ended by signal 9"])
            .reporting("/client/signal", 9),
        curl("lacks-something-after-its-answer", "CURL URL; no-such-program")
            .fails("program_failed")
            .saying(&["exit code 127"]),
        curl("gets-404", "CURL --fail https://apitls12.onepagecrm.com/other")
            .fails("program_failed")
            .saying(&["exit code 22"]),
        curl("gets-404-and-must-get-200", "CURL https://apitls12.onepagecrm.com/other")
            .expecting("{ status: 200 }")
            .fails("other_status")
            .saying(&["was answered HTTP 404, expected 200"]),
    ]
}

fn missing() -> Vec<Row> {
    let words = ["no-such-program", "{url}"];
    vec![
        shell("missing", "no-such-program {url}").fails("not_installed").saying(&["exit code 127"]),
        shell("missing-without-shell", "")
            .without_shell(&words)
            .fails("not_installed")
            .saying(&["there is no program no-such-program", "`when_missing: ignore`"]),
        shell("missing-and-may", "no-such-program {url}").with("when_missing: ignore").is_ignored("left_out"),
        shell("missing-without-shell-and-may", "")
            .without_shell(&words)
            .with("when_missing: ignore")
            .is_ignored("left_out")
            .saying(&["is not installed"]),
        shell("missing-and-hidden", "no-such-program {url} || true").is_open("never_connected"),
        // Not to be missing, but not to be a program.
        shell("no-program", "").without_shell(&["./get.py"]).is_open("our_side"),
        shell("no-program-and-may-be-missing", "./get.py")
            .with("when_missing: ignore")
            .is_open("never_connected"),
    ]
}

fn no_hello() -> Vec<Row> {
    let say = |key: &str, bytes: &str| Row::new("python", key, &format!("/usr/bin/python3 say.py {bytes}"));
    vec![
        shell("does-nothing", "true")
            .is_open("never_connected")
            .saying(&["a program that was not seen is not ready"]),
        shell("fails", "exit 1").is_open("never_connected"),
        shell("prints-what-would-be-right", "echo 200 OK; echo TLSv1.2").is_open("never_connected"),
        shell("reads-what-is-not-there", "cat").is_open("never_connected"),
        say("connects-only", "").is_open("sent_nothing"),
        say("connects-only-not-in-a-namespace", "").with("reach: proxy").is_open("sent_nothing"),
        say("sends-ssh", "5353482d322e300d0a").is_open("not_tls").saying(&["SSH-2.0\\r\\n"]),
        say("sends-an-escape-sequence", "1b5b33316d").is_open("not_tls").saying(&["\\x1b[31m"]),
        say("sends-half-a-hello", "160301020001").is_open("not_a_hello").saying(&["it ended within it"]),
        say("sends-another-message", "160301000502000001").is_open("not_a_hello"),
        say("begins-with-an-alert", "15030100020228")
            .fails("alert_first")
            .saying(&["handshake_failure (40)"]),
        curl("speaks-http", "CURL --noproxy '*' http://{host}:{port}/")
            .is_open("not_tls")
            .saying(&["GET / HTTP/1.1", "by a URL that begins with https"]),
        curl("must-not-speak-and-speaks-http", "CURL --noproxy '*' http://{host}:{port}/")
            .expecting("refused")
            .is_open("not_tls"),
    ]
}

fn deadlines() -> Vec<Row> {
    let late = ["still running at its deadline, and ended there"];
    vec![
        shell("hangs", "sleep 600").with("timeout: 500ms").is_open("never_connected").saying(&late),
        shell("hangs-and-will-not-end", "trap '' TERM INT HUP; sleep 600; sleep 600")
            .with("timeout: 500ms")
            .is_open("never_connected")
            .saying(&late),
        Row::new("python", "connects-and-hangs", "/usr/bin/python3 say.py '' 600")
            .with("timeout: 5s")
            .is_open("sent_nothing")
            .saying(&late)
            .reporting("/client/timed_out", true),
        curl("hangs-after-its-answer", "CURL URL; sleep 600")
            .with("timeout: 5s")
            .fails("program_failed")
            .saying(&late)
            .saying(&["raise `timeout`, or write `exit: any`"]),
        curl("hangs-after-its-answer-and-may", "CURL URL; sleep 600").with("timeout: 5s").with("exit: any"),
        curl(
            "hangs-after-its-refusal",
            "CURL --tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0 --tlsv1.0 URL; sleep 600",
        )
        .with("timeout: 5s")
        .fails("not_offered"),
    ]
}

/// What they start ends with them.
fn processes() -> Vec<Row> {
    let [python, shells] = DAEMONS;
    vec![
        Row::new("python", "leaves-a-daemon", &format!("/usr/bin/python3 daemon.py {python}"))
            .is_open("never_connected"),
        curl(
            "leaves-a-session",
            &format!(
                "setsid nohup sh -c 'echo $$ >{shells}; exec sleep 600' & \
                 until test -s {shells}; do :; done; CURL URL"
            ),
        ),
        curl("is-in-the-background", "CURL URL & wait"),
        curl("prints-much", "seq 200000; CURL URL; exit 3")
            .fails("program_failed")
            .saying(&["lines before", "199999"]),
        curl("prints-what-a-terminal-obeys", "CURL URL; printf '\\033[2J::error::x'; exit 3")
            .fails("program_failed")
            .saying(&["\\u{1b}[2J"]),
    ]
}

fn connections() -> Vec<Row> {
    vec![
        curl("connects-twice", "CURL URL && CURL URL").reporting("/observations/1/http_status", 200),
        curl("tries-lower-first", "CURL --tlsv1.0 --tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0 URL; CURL URL")
            .reporting("/observations/0/outcome", "refused")
            .reporting("/observations/1/outcome", "accepted"),
        curl("tries-lower-last", "CURL URL; CURL --tlsv1.0 --tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0 URL")
            .fails("program_failed"),
        curl(
            "tries-lower-twice",
            "CURL --tlsv1.0 --tls-max 1.0 --ciphers DEFAULT@SECLEVEL=0 URL; \
             CURL --tlsv1.0 --tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0 URL",
        )
        .fails("not_offered")
        .saying(&["its newest version is TLS 1.1"]),
        // The best one of them is what must not be.
        curl(
            "still-speaks-in-one-of-two",
            "CURL --tlsv1.2 URL; CURL --tlsv1.0 --tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0 URL",
        )
        .served("1.0", "1.1")
        .expecting("refused")
        .fails("still_speaks"),
        curl(
            "connects-20-times",
            "for i in 1 2 3 4 5 6 7 8 9 10; do CURL URL & CURL URL & done; wait; exit 3",
        )
        .fails("program_failed")
        .saying(&["(20 times)"])
        .reporting("/observations/19/outcome", "accepted"),
    ]
}

/// Other hosts than the one on trial.
fn elsewhere() -> Vec<Row> {
    let there = |port: &str| format!("CURL http://localhost:{port}/");
    let other = "CURL -o /dev/null https://other.example.com/; CURL URL";
    vec![
        curl("wants-another-host", other).with("reach: proxy").reporting(
            "/client/also_wanted",
            json!([{ "host": "other.example.com:443", "let_through": false }]),
        ),
        curl("wants-another-host-in-a-namespace", other)
            .with("reach: namespace")
            .reporting("/client/also_wanted", json!([{ "host": "other.example.com", "let_through": false }])),
        curl("wants-only-another-host", "CURL https://other.example.com/")
            .with("reach: proxy")
            .is_open("never_connected")
            .saying(&["wanted other.example.com:443 (refused)"]),
        curl("needs-another-host-and-may-not", &format!("{} && CURL URL", there(ELSEWHERE)))
            .with("reach: proxy")
            // The proxy answers for it.
            .reporting("/client/also_wanted/0/let_through", false),
        curl("needs-another-host-and-may", &format!("{} --fail && CURL URL", there(ELSEWHERE)))
            .with("reach: proxy")
            .with("passthrough: true")
            .reporting("/client/also_wanted/0/let_through", true),
        curl("needs-a-tunnel-and-may", &format!("{} --fail --proxytunnel && CURL URL", there(ELSEWHERE)))
            .with("reach: proxy")
            .with("passthrough: true")
            .reporting("/client/also_wanted/0/let_through", true),
        curl(
            "needs-another-host-in-a-namespace-and-may",
            &format!("{} --fail && CURL URL", there(ELSEWHERE)),
        )
        .with("reach: namespace")
        .with("passthrough: true")
        .reporting("/client/also_wanted/0/let_through", true),
    ]
}

/// Variables, names in braces, and the folder.
fn what_is_given() -> Vec<Row> {
    vec![
        curl("by-variables", "CURL --cacert \"$TLS_READINESS_CA\" \"$TLS_READINESS_URL\"")
            .expecting("{ status: 200 }")
            .with("trusted: true"),
        curl("by-host-and-port", "CURL --cacert {ca} https://{host}:{port}/api/v3/pingdom")
            .with("reach: proxy")
            .expecting("{ status: 200 }")
            .with("trusted: true"),
        curl("by-braces-without-shell", "")
            .without_shell(&["curl", "-qsS", "--cacert", "{ca}", "{url}"])
            .expecting("{ status: 200 }"),
        curl("without-any-variable", "env -i \"$(command -v curl)\" -qsSk {url}")
            .with("reach: proxy")
            .expecting("{ status: 200 }"),
        curl("by-another-name", "CURL -k https://localhost:{port}/api/v3/pingdom")
            .with("reach: namespace")
            .expecting("{ status: 200 }"),
        curl("by-an-address", "CURL -k https://127.0.0.1:{port}/api/v3/pingdom")
            .with("reach: namespace")
            .expecting("{ status: 200 }"),
        curl("report", "CURL URL")
            .with("reach: proxy")
            .reporting("/side", "client")
            .reporting("/against", "replica")
            .reporting("/host", "apitls12.onepagecrm.com")
            .reporting("/port", 443)
            .reporting("/client/reach", "proxy")
            .reporting("/client/shell", true)
            .reporting("/client/exit_code", 0)
            .reporting("/client/timed_out", false)
            .reporting("/observations/0/by_proxy", true)
            .reporting("/observations/0/http_status", 200)
            .reporting("/observations/0/version", "1.2")
            .reporting("/observations/0/server_name", "apitls12.onepagecrm.com")
            .reporting("/observations/0/hello_sent/legacy_version", "0x0303"),
        Row::new("openssl", "report", "openssl s_client -connect {host}:{port} -tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256 -curves P-384 </dev/null")
            .with("reach: namespace")
            .reporting("/client/reach", "namespace")
            .reporting("/observations/0/by_proxy", false)
            .reporting("/observations/0/cipher_suite", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")
            .reporting("/observations/0/group", "secp384r1")
            .reporting("/observations/0/hello_sent/groups", json!(["secp384r1"]))
            .reporting("/observations/0/hello_sent/supported_versions", json!(null)),
        Row::new("go", "report", "./get-go {url} 1.1")
            .fails("not_offered")
            .reporting("/observations/0/offered", json!(["1.0", "1.1"]))
            .reporting("/observations/0/hello_sent/supported_versions", json!(["1.1", "1.0"]))
            .reporting("/observations/0/outcome", "refused"),
    ]
}
