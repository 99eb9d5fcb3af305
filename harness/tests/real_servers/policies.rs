//! Every rule of every policy, on servers that meet it and on servers that do not.

use std::collections::BTreeSet;

use tls_readiness::scenario::Policies;

use crate::fleet::Fleet;
use crate::peer::Peer;
use crate::{gnutls, made_up, nginx, openssl};

/// What the default of most servers does not meet, with a certificate of RSA and 395 days.
const USUAL: &[&str] = &[
    "rfc9325::hsts",
    "mozilla-6.0-intermediate::certificate-lifespan",
    "mozilla-6.0-intermediate::hsts",
    "mozilla-6.0-modern::certificate-key",
    "mozilla-6.0-modern::certificate-lifespan",
    "mozilla-6.0-modern::hsts",
    "pq-ready::x25519mlkem768",
];
/// What a server does not meet that answers whatever name it is asked by.
const ANY_NAME: &[&str] = &["rfc9325::unknown-name"];
/// What takes a whole handshake, by a client of today.
const HANDSHAKES: &[&str] = &[
    "rfc9325::certificate-key",
    "rfc9325::certificate-signature",
    "rfc9325::hsts",
    "mozilla-6.0-intermediate::certificate-trusted",
    "mozilla-6.0-intermediate::certificate-key",
    "mozilla-6.0-intermediate::certificate-lifespan",
    "mozilla-6.0-intermediate::hsts",
    "mozilla-6.0-modern::certificate-trusted",
    "mozilla-6.0-modern::certificate-key",
    "mozilla-6.0-modern::certificate-lifespan",
    "mozilla-6.0-modern::hsts",
];
/// What TLS 1.0 and 1.1 do not meet.
const OLD_VERSIONS: &[&str] = &[
    "tls12-ready::no-tls-1.0",
    "tls12-ready::no-tls-1.1",
    "rfc8996::no-tls-1.0",
    "rfc8996::no-tls-1.1",
    "rfc9325::no-tls-1.0",
    "rfc9325::no-tls-1.1",
    "mozilla-6.0-intermediate::no-tls-1.0",
    "mozilla-6.0-intermediate::no-tls-1.1",
    "mozilla-6.0-modern::no-tls-1.0",
    "mozilla-6.0-modern::no-tls-1.1",
    "rfc8996::tls-1.0-is-told",
    "rfc8996::tls-1.1-is-told",
];
/// What other alerts than `protocol_version` do not meet.
const TOLD_OTHERWISE: &[&str] = &["rfc8996::tls-1.0-is-told", "rfc8996::tls-1.1-is-told"];
/// What a server without TLS 1.3 does not meet.
const NO_TLS_1_3: &[&str] = &[
    "rfc9325::tls-1.3",
    "mozilla-6.0-intermediate::tls-1.3",
    "mozilla-6.0-modern::tls-1.3",
    "pq-ready::tls-1.3",
];
/// What a server of TLS 1.2 does not meet.
const SPEAKS_TLS_1_2: &[&str] = &["mozilla-6.0-modern::no-tls-1.2"];
/// What other suites of TLS 1.2 do not meet.
const OTHER_SUITES_OF_TLS_1_2: &[&str] = &["mozilla-6.0-intermediate::suites-of-tls-1.2"];
/// What other groups in TLS 1.3 do not meet.
const OTHER_GROUPS: &[&str] = &["mozilla-6.0-intermediate::groups", "mozilla-6.0-modern::groups"];

/// The name of a rule with its policy's.
pub(crate) fn rules() -> impl Iterator<Item = String> {
    Policies::shipped()
        .flat_map(|policy| policy.rules.iter().map(move |rule| format!("{}::{}", policy.name, rule.key)))
}

/// Every peer with the rules that it does not meet; it meets all others.
pub(crate) fn fleets() -> Vec<Fleet> {
    vec![of_nginx(), of_openssl(), of_gnutls(), of_made_up()]
}

/// Rules that no peer meets, and rules that all do.
pub(crate) fn one_sided(fleets: &[std::sync::Arc<Fleet>]) -> Vec<String> {
    let peers = || fleets.iter().flat_map(|fleet| &fleet.peers).filter_map(|peer| peer.unmet.as_ref());
    rules()
        .filter(|rule| {
            let unmet: BTreeSet<bool> = peers().map(|unmet| unmet.iter().any(|it| it == rule)).collect();
            unmet.len() < 2
        })
        .collect()
}

fn of_nginx() -> Fleet {
    let peers = vec![
        Peer::odd(
            "intermediate",
            "ssl_protocols TLSv1.2 TLSv1.3; ssl_ecdh_curve X25519:prime256v1:secp384r1; \
             ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:\
             ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;",
        )
        .not_meeting(&[USUAL, ANY_NAME, SPEAKS_TLS_1_2]),
        Peer::odd(
            "modern",
            "ssl_protocols TLSv1.3; ssl_ecdh_curve X25519:prime256v1:secp384r1; \
             location / { add_header Strict-Transport-Security max-age=63072000; return 200 ok; }",
        )
        .with_certificate("sixty-days")
        .not_meeting(&[&[
            "pq-ready::x25519mlkem768",
            "rfc9325::recommended-suites",
            "rfc9325::tls-1.2",
            "rfc9325::unknown-name",
            "tls12-ready::tls-1.2",
        ]]),
        Peer::odd(
            "weak-certificate",
            "ssl_protocols TLSv1.2 TLSv1.3; ssl_ecdh_curve X25519; \
             ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0;",
        )
        .with_certificate("weak")
        .not_meeting(&[
            USUAL, ANY_NAME,
            SPEAKS_TLS_1_2,
            &[
                "rfc9325::certificate-key",
                "rfc9325::certificate-signature",
                "mozilla-6.0-intermediate::certificate-key",
                "mozilla-6.0-intermediate::certificate-trusted",
                "mozilla-6.0-modern::certificate-trusted",
            ],
        ]),
        Peer::odd("tls-1.2", "ssl_protocols TLSv1.2;").not_meeting(&[USUAL, ANY_NAME, NO_TLS_1_3, SPEAKS_TLS_1_2, OTHER_SUITES_OF_TLS_1_2, &["mozilla-6.0-intermediate::groups", "rfc9325::no-weak-suites"]]),
        Peer::odd("old", "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers DEFAULT:@SECLEVEL=0;")
            .not_meeting(&[USUAL, ANY_NAME, OLD_VERSIONS, SPEAKS_TLS_1_2, OTHER_SUITES_OF_TLS_1_2, OTHER_GROUPS, &["rfc9325::no-weak-suites"]]),
        Peer::odd("forbidden-by-level", "ssl_protocols TLSv1 TLSv1.1 TLSv1.2;").not_meeting(&[USUAL, ANY_NAME, TOLD_OTHERWISE, NO_TLS_1_3, SPEAKS_TLS_1_2, OTHER_SUITES_OF_TLS_1_2, &["mozilla-6.0-intermediate::groups", "rfc9325::no-weak-suites"]]),
    ];
    Fleet::new("nginx", peers, nginx::command)
}

fn of_openssl() -> Fleet {
    let peers = vec![
        Peer::odd("all-suites", "-cipher ALL:@SECLEVEL=0").not_meeting(&[
            USUAL,
            ANY_NAME,
            OLD_VERSIONS,
            SPEAKS_TLS_1_2,
            OTHER_SUITES_OF_TLS_1_2,
            OTHER_GROUPS,
            &[
                "rfc9325::no-anonymous-suites",
                "rfc9325::no-dhe",
                "rfc9325::no-small-primes",
                "rfc9325::no-weak-suites",
            ],
        ]),
        Peer::odd("no-encryption", "-tls1_2 -cipher eNULL:@SECLEVEL=0").not_meeting(&[
            USUAL,
            ANY_NAME,
            HANDSHAKES,
            NO_TLS_1_3,
            SPEAKS_TLS_1_2,
            OTHER_SUITES_OF_TLS_1_2,
            &[
                "mozilla-6.0-intermediate::groups",
                "rfc9325::no-anonymous-suites",
                "rfc9325::no-broken-suites",
                "rfc9325::no-weak-suites",
                "rfc9325::recommended-suites",
            ],
        ]),
        Peer::odd("static-rsa", "-tls1_2 -cipher AES128-SHA").not_meeting(&[
            USUAL,
            ANY_NAME,
            HANDSHAKES,
            NO_TLS_1_3,
            SPEAKS_TLS_1_2,
            OTHER_SUITES_OF_TLS_1_2,
            &["rfc9325::common-groups", "rfc9325::no-weak-suites", "rfc9325::recommended-suites"],
        ]),
        Peer::odd("dhe", "-tls1_2 -cipher DHE-RSA-AES128-GCM-SHA256").not_meeting(&[
            USUAL,
            ANY_NAME,
            HANDSHAKES,
            NO_TLS_1_3,
            SPEAKS_TLS_1_2,
            OTHER_SUITES_OF_TLS_1_2,
            &["rfc9325::common-groups", "rfc9325::no-dhe", "rfc9325::recommended-suites"],
        ]),
        Peer::odd("p-384", "-groups P-384").not_meeting(&[
            USUAL,
            ANY_NAME,
            TOLD_OTHERWISE,
            SPEAKS_TLS_1_2,
            OTHER_SUITES_OF_TLS_1_2,
            &["rfc9325::common-groups", "rfc9325::no-dhe", "rfc9325::no-weak-suites"],
        ]),
        Peer::odd("p-192", "-tls1_2 -groups P-192:X25519 -cipher DEFAULT:@SECLEVEL=0").not_meeting(&[
            USUAL,
            ANY_NAME,
            NO_TLS_1_3,
            SPEAKS_TLS_1_2,
            OTHER_SUITES_OF_TLS_1_2,
            &[
                "mozilla-6.0-intermediate::groups",
                "rfc9325::no-dhe",
                "rfc9325::no-small-curves",
                "rfc9325::no-weak-suites",
            ],
        ]),
    ];
    Fleet::new("openssl", peers, openssl::commands)
}

fn of_gnutls() -> Fleet {
    let peers = vec![
        Peer::odd("no-extensions", "NORMAL:%NO_SESSION_HASH:%NO_ETM:%DISABLE_SAFE_RENEGOTIATION")
            .not_meeting(&[
                USUAL,
                ANY_NAME,
                OLD_VERSIONS,
                SPEAKS_TLS_1_2,
                OTHER_SUITES_OF_TLS_1_2,
                OTHER_GROUPS,
                &[
                    "mozilla-6.0-intermediate::suites-of-tls-1.3",
                    "mozilla-6.0-modern::suites",
                    "rfc9325::cbc-encrypts-first",
                    "rfc9325::extended-master-secret",
                    "rfc9325::no-dhe",
                    "rfc9325::no-weak-suites",
                    "rfc9325::secure-renegotiation",
                ],
            ]),
        Peer::odd("rc4-and-3des", "NORMAL:-VERS-ALL:+VERS-TLS1.2:+ARCFOUR-128:+3DES-CBC").not_meeting(&[
            USUAL,
            ANY_NAME,
            NO_TLS_1_3,
            SPEAKS_TLS_1_2,
            OTHER_SUITES_OF_TLS_1_2,
            &[
                "mozilla-6.0-intermediate::groups",
                "rfc9325::no-broken-suites",
                "rfc9325::no-dhe",
                "rfc9325::no-weak-suites",
            ],
        ]),
    ];
    Fleet::new("gnutls-serv", peers, gnutls::commands)
}

fn of_made_up() -> Fleet {
    let peers = vec![
        Peer::odd("ideal", "groups=X25519MLKEM768,x25519 knows-its-name")
            .not_meeting(&[HANDSHAKES, SPEAKS_TLS_1_2]),
        Peer::odd("ssl", "versions=SSLv2,SSLv3 suites=TLS_RSA_EXPORT_WITH_DES40_CBC_SHA compression")
            .not_meeting(&[
                USUAL,
                HANDSHAKES,
                TOLD_OTHERWISE,
                NO_TLS_1_3,
                &[
                    "mozilla-6.0-intermediate::no-ssl-2.0",
                    "mozilla-6.0-intermediate::no-ssl-3.0",
                    "mozilla-6.0-modern::no-ssl-2.0",
                    "mozilla-6.0-modern::no-ssl-3.0",
                    "rfc9325::common-groups",
                    "rfc9325::no-broken-suites",
                    "rfc9325::no-compression",
                    "rfc9325::no-ssl-2.0",
                    "rfc9325::no-ssl-3.0",
                    "rfc9325::no-weak-suites",
                    "rfc9325::recommended-suites",
                    "rfc9325::tls-1.2",
                    "tls12-ready::no-ssl-2.0",
                    "tls12-ready::no-ssl-3.0",
                    "tls12-ready::tls-1.2",
                ],
            ]),
        Peer::odd(
            "careless",
            "no-sentinel no-secure-renegotiation no-extended-master-secret compression prime=1024 \
             suites=TLS_DHE_RSA_WITH_AES_128_CBC_SHA,TLS_AES_128_GCM_SHA256",
        )
        .not_meeting(&[
            USUAL,
            ANY_NAME,
            HANDSHAKES,
            SPEAKS_TLS_1_2,
            OTHER_SUITES_OF_TLS_1_2,
            &[
                "rfc9325::cbc-encrypts-first",
                "rfc9325::extended-master-secret",
                "rfc9325::no-compression",
                "rfc9325::no-dhe",
                "rfc9325::no-small-primes",
                "rfc9325::recommended-suites",
                "rfc9325::secure-renegotiation",
                "rfc9325::tls-1.3-is-preferred",
            ],
        ]),
    ];
    Fleet::new("made-up", peers, made_up::commands)
}
