//! What is around a program: the processes that it starts, its connections, other hosts, and what it is given.

use serde_json::json;

use crate::commands::line;
use crate::row::Row;

/// Stands for the port of a server that is not the host; see `run`.
pub(crate) const ELSEWHERE: &str = "PORT_ELSEWHERE";
/// A process that was left behind writes its number here.
pub(crate) const DAEMONS: [&str; 2] = ["daemon-of-python.pid", "daemon-of-shell.pid"];

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = processes();
    rows.extend(connections());
    rows.extend(elsewhere());
    rows.extend(what_is_given());
    rows
}

fn shell(key: &str, command: &str) -> Row {
    Row::new("shell", key, command)
}

/// What they start ends with them.
fn processes() -> Vec<Row> {
    let [python, shells] = DAEMONS;
    vec![
        Row::new("python", "leaves-a-daemon", &format!("/usr/bin/python3 daemon.py {python}"))
            .undecided("never_connected"),
        line(
            "leaves-a-session",
            &format!(
                "setsid nohup sh -c 'echo $$ >{shells}; exec sleep 600' & \
                 until test -s {shells}; do :; done; CURL URL"
            ),
        ),
        // What ends them is within their reach.
        shell("kills-what-ends-it", "kill -KILL $PPID; sleep 600").undecided("our_side"),
        shell("stops-what-ends-it", "kill -STOP $PPID; sleep 600")
            .with("timeout: 500ms")
            .undecided("never_connected"),
        line("is-in-the-background", "CURL URL & wait"),
        line("prints-much", "seq 200000; CURL URL; exit 3")
            .fails("program_failed")
            .saying(&["lines before", "199999"]),
        line("prints-what-a-terminal-obeys", "CURL URL; printf '\\033[2J::error::x'; exit 3")
            .fails("program_failed")
            .saying(&["\\u{1b}[2J"]),
    ]
}

fn connections() -> Vec<Row> {
    vec![
        line("connects-twice", "CURL URL && CURL URL").reporting("/observations/1/http_status", 200),
        line("tries-lower-first", "CURL MAX_1_1 URL; CURL URL")
            .reporting("/observations/0/outcome", "refused")
            .reporting("/observations/1/outcome", "accepted"),
        line("tries-lower-last", "CURL URL; CURL MAX_1_1 URL").fails("program_failed"),
        line(
            "tries-lower-twice",
            "CURL MAX_1_0 URL; \
             CURL MAX_1_1 URL",
        )
        .fails("not_offered")
        .saying(&["its newest version is TLS 1.1"]),
        // The best one of them is what must not be.
        line("still-speaks-in-one-of-two", "CURL --tlsv1.2 URL; CURL MAX_1_1 URL")
            .served("1.0", "1.1")
            .expecting("refused")
            .fails("still_speaks"),
        line(
            "connects-20-times",
            "for i in 1 2 3 4 5 6 7 8 9 10; do CURL URL & CURL URL & done; wait; exit 3",
        )
        .fails("program_failed")
        .saying(&["the command speaks TLS, but the program failed", "(20 times)"])
        .reporting("/observations/19/outcome", "accepted"),
    ]
}

/// Other hosts than the one on trial.
fn elsewhere() -> Vec<Row> {
    let there = |port: &str| format!("CURL http://localhost:{port}/");
    let other = "CURL -o /dev/null https://other.example.com/; CURL URL";
    vec![
        line("wants-another-host", other).with("reach: proxy").reporting(
            "/client/also_wanted",
            json!([{ "host": "other.example.com:443", "let_through": false }]),
        ),
        line("wants-another-host-in-a-namespace", other)
            .with("reach: namespace")
            .reporting("/client/also_wanted", json!([{ "host": "other.example.com", "let_through": false }])),
        line("wants-another-port", "CURL https://apitls12.onepagecrm.com:444/")
            .with("reach: proxy")
            .undecided("never_connected")
            .saying(&[
                "wanted apitls12.onepagecrm.com:444 (refused)",
                "it finds the proxy, and asks for other hosts",
            ]),
        shell("is-at-another-port", "curl -qsS https://api.example.com/")
            .with("host: 'api.example.com:8443'")
            .with("reach: namespace")
            .undecided("never_connected")
            .reporting("/client/also_wanted/0/let_through", false),
        // All addresses are this machine's there.
        line("wants-an-address", "CURL --max-time 5 https://203.0.113.7/; CURL URL")
            .with("reach: namespace")
            .reporting("/client/also_wanted", json!([{ "host": "203.0.113.7:443", "let_through": false }])),
        line("wants-an-address-of-ipv6", "CURL --globoff --max-time 5 https://[2001:db8:7::7]/; CURL URL")
            .with("reach: namespace")
            .reporting("/client/also_wanted/0/host", "[2001:db8:7::7]:443"),
        line("knows-the-address-by-heart", "CURL --resolve apitls12.onepagecrm.com:443:203.0.113.7 URL")
            .with("reach: namespace")
            .expecting("{ status: 200 }"),
        line("wants-only-another-host", "CURL https://other.example.com/")
            .with("reach: proxy")
            .undecided("never_connected")
            .saying(&["wanted other.example.com:443 (refused)"]),
        line("needs-another-host-and-may-not", &format!("{} && CURL URL", there(ELSEWHERE)))
            .with("reach: proxy")
            // The proxy answers for it.
            .reporting("/client/also_wanted/0/let_through", false),
        line("needs-another-host-and-may", &format!("{} --fail && CURL URL", there(ELSEWHERE)))
            .with("reach: proxy")
            .with("passthrough: true")
            .reporting("/client/also_wanted/0/let_through", true),
        line("needs-a-tunnel-and-may", &format!("{} --fail --proxytunnel && CURL URL", there(ELSEWHERE)))
            .with("reach: proxy")
            .with("passthrough: true")
            .reporting("/client/also_wanted/0/let_through", true),
        line(
            "needs-another-host-in-a-namespace-and-may",
            &format!("{} --fail && CURL URL", there(ELSEWHERE)),
        )
        .with("reach: namespace")
        .with("passthrough: true")
        .reporting("/client/also_wanted/0/let_through", true),
        // At a port that everybody may listen at, it keeps the machine's network.
        line(
            "needs-a-service-of-this-machine-and-may",
            &format!(
                "{} --fail --noproxy '*' && CURL https://api.example.com:8443/api/v3/pingdom",
                there(ELSEWHERE)
            ),
        )
        .with("host: 'api.example.com:8443'")
        .with("reach: namespace")
        .with("passthrough: true")
        .expecting("{ status: 200 }"),
    ]
}

/// Variables, names in braces, and the folder.
fn what_is_given() -> Vec<Row> {
    vec![
        line("by-variables", "CURL --cacert \"$TLS_READINESS_CA\" \"$TLS_READINESS_URL\"")
            .expecting("{ status: 200 }")
            .with("trusted: true"),
        line("by-host-and-port", "CURL --cacert {ca} https://{host}:{port}/api/v3/pingdom")
            .with("reach: proxy")
            .expecting("{ status: 200 }")
            .with("trusted: true"),
        line("by-braces-without-shell", "")
            .without_shell(&["curl", "-qsS", "--cacert", "{ca}", "{url}"])
            .expecting("{ status: 200 }"),
        line("without-any-variable", "env -i \"$(command -v curl)\" -qsSk {url}")
            .with("reach: proxy")
            .expecting("{ status: 200 }"),
        line("by-another-name", "CURL -k https://localhost:{port}/api/v3/pingdom")
            .with("reach: namespace")
            .expecting("{ status: 200 }"),
        line("by-an-address", "CURL -k https://127.0.0.1:{port}/api/v3/pingdom")
            .with("reach: namespace")
            .expecting("{ status: 200 }"),
        line("at-a-port", "CURL https://api.example.com:8443/api/v3/pingdom")
            .with("host: 'api.example.com:8443'")
            .with("trusted: true")
            .reporting("/port", 8443),
        line("at-an-address", "CURL https://192.0.2.1/api/v3/pingdom")
            .with("host: 192.0.2.1")
            .with("trusted: true"),
        line("at-an-address-of-ipv6", "CURL --globoff https://[2001:db8::1]/api/v3/pingdom")
            .with("host: '[2001:db8::1]'")
            .with("trusted: true"),
        line("report", "CURL URL")
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
