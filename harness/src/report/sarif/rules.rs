//! The rules that results belong to: what is wrong, why it matters, where it is written.

use serde_json::{Value, json};

use crate::report::model::Test;

/// A rule. Its id stays once published: what people did about its alerts hangs on it.
pub(super) struct Rule {
    pub(super) id: &'static str,
    name: &'static str,
    short: &'static str,
    help: &'static str,
    reference: &'static str,
    findings: &'static [&'static str],
}

const RFC8996: &str = "https://www.rfc-editor.org/rfc/rfc8996";
const RFC9325: &str = "https://www.rfc-editor.org/rfc/rfc9325";
const RFC8446: &str = "https://www.rfc-editor.org/rfc/rfc8446";
const RFC5280: &str = "https://www.rfc-editor.org/rfc/rfc5280";
const RFC6066: &str = "https://www.rfc-editor.org/rfc/rfc6066";
const RFC6797: &str = "https://www.rfc-editor.org/rfc/rfc6797";
const RFC7301: &str = "https://www.rfc-editor.org/rfc/rfc7301";
const RFC9110: &str = "https://www.rfc-editor.org/rfc/rfc9110";

/// All rules. The last takes what no other does.
pub(super) static ALL: [Rule; 20] = [
    Rule {
        id: "old-version-accepted",
        name: "OldVersionAccepted",
        short: "A version of SSL or TLS that must be refused is accepted.",
        help: "SSL 2.0 and 3.0 and TLS 1.0 and 1.1 must not be negotiated. Disable them where the test says, and run it again.",
        reference: RFC8996,
        findings: &["still_accepts", "still_speaks"],
    },
    Rule {
        id: "version-not-accepted",
        name: "VersionNotAccepted",
        short: "A host does not accept the TLS version that it must accept.",
        help: "Clients that speak this version cannot connect, or end with another one. Enable the version, with cipher suites and groups that the clients of today offer.",
        reference: RFC9325,
        findings: &[
            "not_accepted",
            "answered_below",
            "other_version",
            "cannot_finish",
            "handshake_refused",
            "handshake_broke",
        ],
    },
    Rule {
        id: "version-not-spoken",
        name: "VersionNotSpoken",
        short: "A program does not speak the TLS version that it must speak.",
        help: "On the day the older versions are switched off this program no longer gets through. Raise the newest version that it may use, or upgrade it or its TLS library.",
        reference: RFC9325,
        findings: &[
            "not_offered",
            "alert_first",
            "offered_and_refused",
            "nothing_in_common",
            "declined_by_host",
        ],
    },
    Rule {
        id: "certificate",
        name: "Certificate",
        short: "Verifying the certificate comes to something else than expected.",
        help: "The TLS version is there, but the certificate is not what the scenario expects: expired or about to, of an unknown issuer, or for another name.",
        reference: RFC5280,
        findings: &["certificate", "certificate_ends_soon", "not_trusted"],
    },
    Rule {
        id: "certificate-chain",
        name: "CertificateChain",
        short: "The certificates that a host sends do not lead to a trusted root, or differ between its addresses.",
        help: "A server sends its own certificate and every intermediate behind it; clients need not fetch what is missing. All addresses of a host show the same.",
        reference: RFC8446,
        findings: &["certificate_chain", "certificate_differs"],
    },
    Rule {
        id: "certificate-contents",
        name: "CertificateContents",
        short: "A certificate is not made as it is required to be.",
        help: "Its lifespan, its key, a signature or its names are not those that the scenario allows. Have it issued anew.",
        reference: RFC5280,
        findings: &[
            "certificate_unreadable",
            "certificate_lifespan",
            "certificate_key",
            "certificate_signature",
            "certificate_names",
        ],
    },
    Rule {
        id: "alpn",
        name: "Alpn",
        short: "The protocols that are agreed on by ALPN are not the required ones.",
        help: "Each protocol was offered alone. Enable or disable it where the test says.",
        reference: RFC7301,
        findings: &["alpn_not_agreed", "alpn_agreed"],
    },
    Rule {
        id: "ocsp-staple",
        name: "OcspStaple",
        short: "Whether an OCSP response is stapled is not as required.",
        help: "The server was asked several times, since some fetch the response when it is asked for first.",
        reference: RFC6066,
        findings: &["ocsp_staple"],
    },
    Rule {
        id: "plain-http",
        name: "PlainHttp",
        short: "Browsers are not led from plain HTTP to HTTPS as required.",
        help: "Plain HTTP redirects to HTTPS at the same host, and Strict-Transport-Security keeps browsers there.",
        reference: RFC6797,
        findings: &["hsts", "http_redirect"],
    },
    Rule {
        id: "http-answer",
        name: "HttpAnswer",
        short: "The answer over HTTP is not the expected one.",
        help: "TLS works; what answers over it has another status or header than expected, or does not answer.",
        reference: RFC9110,
        findings: &["other_status", "no_http_answer", "header"],
    },
    Rule {
        id: "refused-otherwise",
        name: "RefusedOtherwise",
        short: "A version is refused, but not by the expected alert.",
        help: "Clients learn the reason of a refusal from its alert. A server that no longer speaks a version answers with protocol_version.",
        reference: RFC8996,
        findings: &["other_refusal"],
    },
    Rule {
        id: "requirement-not-met",
        name: "RequirementNotMet",
        short: "A host lacks, or has too much, of what is required of it.",
        help: "A cipher suite, group, extension or answer is not what the scenario or its policy requires. The message says which, and what to do.",
        reference: RFC9325,
        findings: &["posture"],
    },
    Rule {
        id: "servers-disagree",
        name: "ServersDisagree",
        short: "Servers behind one address do not speak the same versions.",
        help: "Asked several times, the address did not choose the same version every time. All servers of a service should have the same configuration.",
        reference: RFC9325,
        findings: &["disagrees"],
    },
    Rule {
        id: "still-there",
        name: "StillThere",
        short: "A host that should be gone is still there.",
        help: "Take the host out of DNS, or close its port.",
        reference: RFC9325,
        findings: &["still_there"],
    },
    Rule {
        id: "protocol-broken",
        name: "ProtocolBroken",
        short: "A peer breaks the TLS protocol, or does not speak it.",
        help: "Clients cannot be expected to cope with it. Look at what listens at the host and port, and at what stands before it.",
        reference: RFC8446,
        findings: &["not_tls", "broke_protocol"],
    },
    Rule {
        id: "program-failed",
        name: "ProgramFailed",
        short: "A program on trial failed, or is not installed.",
        help: "The program could not be run, or had its answer over TLS and ended with a failure all the same: its own output says why.",
        reference: RFC9325,
        findings: &["program_failed", "not_installed"],
    },
    Rule {
        id: "waiver-expired",
        name: "WaiverExpired",
        short: "A waiver is over and still in the scenario.",
        help: "Delete the waiver where the test passes without it; else mend what it was for, or agree on another day.",
        reference: RFC9325,
        findings: &["waiver_expired"],
    },
    Rule {
        id: "waiver-unneeded",
        name: "WaiverUnneeded",
        short: "A waiver is needed by no test.",
        help: "Every test below the waiver passes by itself against the real host. Delete the waiver: it would hide that the host gets worse again.",
        reference: RFC9325,
        findings: &["waiver_unneeded"],
    },
    Rule {
        id: "inconclusive",
        name: "Inconclusive",
        short: "Whether the expectation is met could not be told.",
        help: "The host was down, silent, throttling or not reachable from here, or the program made no connection. That proves nothing, so it blocks: mend what the message names, and run the test again.",
        reference: RFC9325,
        findings: &[],
    },
    Rule {
        id: "not-as-expected",
        name: "NotAsExpected",
        short: "A test did not come to what its scenario expects.",
        help: "The message says what was found and what is to be done.",
        reference: RFC9325,
        findings: &[],
    },
];

/// The rule of a test that is not green.
pub(super) fn of(test: &Test) -> &'static Rule {
    let [rules @ .., inconclusive, other] = &ALL;
    // A word can stand for a failure of a host and for a doubt about a program.
    if test.is_open() {
        return inconclusive;
    }
    rules.iter().find(|rule| rule.findings.contains(&test.finding.as_ref())).unwrap_or(other)
}

impl Rule {
    pub(super) fn json(&self) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "shortDescription": { "text": self.short },
            "fullDescription": { "text": self.short },
            "help": {
                "text": format!("{}\n{}", self.help, self.reference),
                "markdown": format!("{}\n\n[{}]({})", self.help, self.reference, self.reference),
            },
            "helpUri": self.reference,
            "defaultConfiguration": { "level": "error" },
            "properties": { "tags": ["security", "tls"] },
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_finding_has_one_rule() {
        let mut seen = HashSet::new();
        for finding in ALL.iter().flat_map(|rule| rule.findings) {
            assert!(seen.insert(finding), "{finding}");
        }
        assert_eq!(ALL.iter().map(|rule| rule.id).collect::<HashSet<_>>().len(), ALL.len());
    }
}
