//! Until when certificates let a test pass.

use std::time::Duration;

use tls_readiness::evidence::{CertificateOutcome, Followed, Observation};
use tls_readiness::report::{self, Against};

use crate::RERUN;
use crate::evidence::{handshake, outcome, session};

const HOST: &str = "host: api.example.com\n";

/// A handshake with a certificate that ends so many days after 2026-12-31.
fn ends_after(days: i64, found: CertificateOutcome) -> Vec<Observation> {
    let mut session = session(found, None);
    if let Followed::Session(session) = &mut session {
        session.certificate_ahead = Some((Duration::from_secs(30 * 86_400), session.certificate.clone()));
        session.leaf.as_mut().unwrap().not_after += days * 86_400;
    }
    vec![handshake(session)]
}

#[test]
fn the_first_certificate_to_end_is_the_end_unless_one_address_is_enough() {
    use CertificateOutcome::{Expired, Trusted, UnknownIssuer};
    let trusted = |days| ends_after(days, Trusted);
    let (accepted, any) = ("expect: accepted", "addresses: any\nexpect: accepted");
    let ahead = "expect: { outcome: accepted, certificate_valid_for: 30d }";
    for (expect, addresses, end) in [
        (accepted, vec![trusted(0)], Some(("2026-12-31", "2026-12-31"))),
        (accepted, vec![trusted(5), trusted(3), trusted(4)], Some(("2027-01-03", "2027-01-03"))),
        (any, vec![trusted(5), trusted(3)], Some(("2027-01-05", "2027-01-05"))),
        // One that fails lets nothing pass, however long it is valid.
        (any, vec![trusted(3), ends_after(90, UnknownIssuer)], Some(("2027-01-03", "2027-01-03"))),
        (ahead, vec![trusted(0)], Some(("2026-12-01", "2026-12-31"))),
        ("expect: { certificate: any }", vec![trusted(0)], None),
        ("expect: { certificate: expired }", vec![ends_after(0, Expired)], None),
        ("expect: { certificate: unknown-issuer }", vec![ends_after(0, UnknownIssuer)], None),
        (accepted, vec![ends_after(0, Expired)], None),
        // One that fails for something else fails for its certificate too, from its end on.
        (
            "path: /\nexpect: { status: 200 }",
            vec![trusted(4), trusted(3)],
            Some(("2027-01-03", "2027-01-03")),
        ),
        (
            "addresses: any\npath: /\nexpect: { status: 200 }",
            vec![trusted(4), trusted(3)],
            Some(("2027-01-03", "2027-01-03")),
        ),
        (accepted, vec![trusted(3), ends_after(0, Expired)], Some(("2027-01-03", "2027-01-03"))),
        // What is wrong before the certificate is looked at stays what is wrong.
        ("expect: { version: 1.2 }", vec![trusted(3)], None),
    ] {
        let mut run = outcome(&format!("{HOST}{expect}"), addresses);
        let told = report::test(&run, RERUN).certificate_end;
        let days = told.as_ref().map(|told| (&told.passes_until[..10], &told.not_after[..10]));
        assert_eq!(days, end, "{expect}");
        run.against = Against::Replica;
        assert_eq!(report::test(&run, RERUN).certificate_end, None, "{expect}");
    }
}
