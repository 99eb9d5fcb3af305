//! Programs that are ready: as they are, led in each way, and whom they trust.

use crate::commands::{JAVA, gnutls, openssl};
use crate::row::{OTHER_CA, Row, URL};

/// A program that gets a URL.
struct Getter {
    program: &'static str,
    key: &'static str,
    /// The command, with `URL` for the URL, and `JAVA` for a JVM that starts soon.
    command: &'static str,
    /// What comes before or behind it, so that it does not trust the stand-in.
    distrusting: &'static str,
    /// Whether it reads variables that name a proxy.
    reads_proxy: bool,
}

const GETTERS: &[Getter] = &[
    Getter {
        program: "curl",
        key: "curl",
        command: "curl --disable --silent --show-error --fail URL",
        distrusting: "curl --disable --silent --show-error --fail --cacert other-ca.pem URL",
        reads_proxy: true,
    },
    Getter {
        program: "wget",
        key: "wget",
        command: "wget --quiet --output-document=- URL",
        distrusting: "wget --quiet --output-document=- --ca-certificate=other-ca.pem URL",
        reads_proxy: true,
    },
    Getter {
        program: "wget2",
        key: "wget2",
        command: "wget2 --quiet --output-document=- URL",
        distrusting: "WGET2RC= wget2 --quiet --output-document=- --ca-certificate=other-ca.pem URL",
        reads_proxy: true,
    },
    Getter {
        program: "aria2",
        key: "aria2",
        command: "aria2c --no-conf --quiet --dir=.. --out=aria2-HOW --ca-certificate={ca} URL",
        distrusting: "aria2c --no-conf --quiet --dir=.. --out=aria2-HOW --ca-certificate=other-ca.pem URL",
        reads_proxy: true,
    },
    Getter {
        program: "python",
        key: "urllib",
        command: "/usr/bin/python3 get.py URL",
        distrusting: "SSL_CERT_FILE=other-ca.pem /usr/bin/python3 get.py URL",
        reads_proxy: true,
    },
    Getter {
        program: "ruby",
        key: "net-http",
        command: "ruby get.rb URL",
        distrusting: "SSL_CERT_FILE=other-ca.pem ruby get.rb URL",
        reads_proxy: true,
    },
    Getter {
        program: "perl-tiny",
        key: "http-tiny",
        command: "perl get-tiny.pl URL",
        distrusting: "SSL_CERT_FILE=other-ca.pem perl get-tiny.pl URL",
        reads_proxy: true,
    },
    Getter {
        program: "perl-lwp",
        key: "lwp",
        command: "perl get-lwp.pl URL",
        distrusting: "PERL_LWP_SSL_CA_FILE=other-ca.pem perl get-lwp.pl URL",
        reads_proxy: true,
    },
    Getter {
        program: "php-streams",
        key: "streams",
        command: "php get-streams.php URL",
        distrusting: "php -d openssl.cafile=other-ca.pem get-streams.php URL",
        reads_proxy: false,
    },
    Getter {
        program: "php-curl",
        key: "curl",
        command: "php get-curl.php URL",
        distrusting: "php -d openssl.cafile=$PWD/other-ca.pem get-curl.php URL",
        reads_proxy: true,
    },
    Getter {
        program: "node",
        key: "https",
        command: "node get-https.js URL",
        distrusting: "NODE_EXTRA_CA_CERTS= node get-https.js URL",
        reads_proxy: false,
    },
    Getter {
        program: "node",
        key: "fetch",
        command: "node get-fetch.mjs URL",
        distrusting: "NODE_EXTRA_CA_CERTS= node get-fetch.mjs URL",
        reads_proxy: false,
    },
    Getter {
        program: "java",
        key: "https-url-connection",
        command: "JAVA -cp . Get URL",
        distrusting: "JAVA_TOOL_OPTIONS= JAVA -cp . Get URL",
        reads_proxy: true,
    },
    Getter {
        program: "go",
        key: "net-http",
        command: "./get-go URL",
        distrusting: "SSL_CERT_FILE=other-ca.pem ./get-go URL",
        reads_proxy: true,
    },
    // It finds no repository there, so that it fails after its answer.
    Getter {
        program: "git",
        key: "ls-remote",
        command: "git ls-remote URL",
        distrusting: "GIT_SSL_CAINFO=other-ca.pem git ls-remote URL",
        reads_proxy: true,
    },
];

pub(crate) fn rows() -> Vec<Row> {
    let mut rows: Vec<Row> = GETTERS.iter().flat_map(of_getter).collect();
    rows.extend(of_handshakes());
    rows
}

fn of_getter(getter: &Getter) -> Vec<Row> {
    let row = |how: &str, command: &str, url: &str| {
        let row = Row::new(
            getter.program,
            &format!("{}-{how}", getter.key),
            &command.replace("URL", url).replace("HOW", how).replace("JAVA ", &format!("{JAVA} ")),
        );
        let row = if getter.program == "git" { row.with("exit: any") } else { row };
        row.saying(&["speaks TLS 1.2"])
    };
    let answered = |row: Row| {
        // wget2 says hello to the proxy and asks that for a tunnel.
        let is_lost = getter.program == "wget2" && !row.wants_namespace();
        let status = if getter.program == "git" || is_lost { "accepted" } else { "{ status: 200 }" };
        row.expecting(status).with("trusted: true")
    };
    let mut rows = vec![
        answered(row("hard-coded", getter.command, URL).with("reach: namespace")),
        answered(row("by-url", getter.command, "{url}")).with("reach: proxy"),
        row("that-trusts-others", getter.distrusting, "{url}").with("reach: proxy"),
        row("that-should-trust", getter.distrusting, "{url}")
            .with("reach: proxy")
            .with("trusted: true")
            .fails("not_trusted")
            .saying(&["does not accept the certificate"]),
    ];
    // Without a proxy they would look for the host on the internet.
    if getter.reads_proxy {
        rows.push(answered(row("by-proxy", getter.command, URL)).with("reach: proxy"));
    }
    rows
}

/// Programs that make a handshake and nothing more.
fn of_handshakes() -> Vec<Row> {
    vec![
        openssl("s_client", ""),
        openssl("s_client-in-a-namespace", "").with("reach: namespace"),
        openssl("s_client-by-proxy", "").with("reach: proxy"),
        openssl("that-trusts-others", &format!("-CAfile {OTHER_CA} -verify_return_error"))
            .with("reach: proxy"),
        openssl("that-should-trust", &format!("-CAfile {OTHER_CA} -verify_return_error"))
            .with("reach: proxy")
            .with("trusted: true")
            .fails("not_trusted")
            .saying(&["unknown_ca (48)"]),
        // Nobody grants it any more, and it leaves over that: the handshake was made.
        Row::new(
            "openssl",
            "that-wants-a-renegotiation",
            "printf 'R\\nQ\\n' | openssl s_client -connect {host}:{port} -tls1_2",
        ),
        gnutls("gnutls-cli", ""),
        gnutls("gnutls-cli-in-a-namespace", "").with("reach: namespace"),
        gnutls("gnutls-cli-by-proxy", "").with("reach: proxy"),
        gnutls("that-trusts-others", &format!("--x509cafile {OTHER_CA}")).with("reach: proxy"),
        gnutls("that-should-trust", &format!("--x509cafile {OTHER_CA}"))
            .with("reach: proxy")
            .with("trusted: true")
            .fails("not_trusted"),
    ]
}
