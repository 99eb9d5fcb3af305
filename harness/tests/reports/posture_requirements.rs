//! Made-up runs of scenarios that ask for more than versions.

use tls_readiness::evidence::{
    Acceptance, Extras, Hello, Observation, Offer, Outcome, SaidName, ServerHelloDetails, Tailored, Violation,
};
use tls_readiness::report::Outcome as TestOutcome;
use tls_readiness::version::Version::{self, Tls12, Tls13};
use tls_readiness::version::VersionRange;
use tls_readiness::wire::{CipherSuite, SuiteSet};

use crate::evidence::{CBC, GCM, accepted, alert, alone, outcome};

const SUITES: &str =
    "host: api.example.com\nmin_version: 1.2\nmax_version: 1.2\nexpect: { cipher_suites: { none: [CBC] } }";
const MUCH: &str = "host: api.example.com\nexpect: { cipher_suites: { none: [CBC], some: [TLS_AES_256_GCM_SHA384] }, \
                    groups: { some: [post-quantum] }, extended_master_secret: true, compression: false, \
                    server_preference: true, tolerates: [grease, future-version], unknown_name: unrecognized_name }";
const VERSIONS: &str = "host: api.example.com\nexpect: { versions: { required: [1.2], forbidden: [1.1] } }";

/// Each with the finding that it must come to.
pub(crate) fn all() -> Vec<(&'static str, &'static str, TestOutcome)> {
    let strong = CipherSuite(0xC02F);
    vec![
        ("posture-met", "meets", outcome(SUITES, vec![enumerated(&[strong])])),
        ("posture-unmet-suites", "posture", outcome(SUITES, vec![enumerated(&[strong, CBC])])),
        ("posture-unmet-much", "posture", outcome(MUCH, vec![much()])),
        (
            "posture-unmet-versions",
            "posture",
            outcome(
                VERSIONS,
                vec![vec![
                    alone(Version::Tls11, accepted(Version::Tls11, CBC)),
                    alone(Tls12, accepted(Tls12, strong)),
                ]],
            ),
        ),
        // The last suites were not asked for: they may be there.
        ("posture-open", "not_probed", {
            let mut observations = enumerated(&[strong]);
            observations.remove(1);
            outcome(SUITES, vec![observations])
        }),
        // It was up, but nothing says that it bears a hello of that form.
        ("posture-form-refused", "unconfirmed", {
            let mut observations = enumerated(&[strong]);
            observations.pop();
            observations.push(Observation {
                started: std::time::Duration::from_millis(90),
                ..alone(Tls12, accepted(Tls12, strong))
            });
            outcome(SUITES, vec![observations])
        }),
        ("posture-unproven", "unconfirmed", {
            let mut observations = enumerated(&[strong]);
            observations.pop();
            outcome(SUITES, vec![observations])
        }),
    ]
}

fn tailored(version: Version, tailored: Tailored, round: u32, outcome: Outcome) -> Observation {
    let observation = alone(version, outcome);
    Observation {
        offer: Offer { versions: VersionRange::only(version), hello: Hello::Tailored(tailored) },
        started: std::time::Duration::from_millis(10) * round,
        ..observation
    }
}

/// A server of TLS 1.2 that has these suites alone, and alerts where none of them is offered.
fn enumerated(suites: &[CipherSuite]) -> Vec<Observation> {
    let mut observations = vec![alone(Tls12, accepted(Tls12, suites[0]))];
    let mut rest: SuiteSet = CipherSuite::all_in(Tls12).collect();
    rest.remove(suites[0]);
    for suite in &suites[1..] {
        let round = u32::try_from(observations.len()).unwrap();
        observations.push(tailored(Tls12, Tailored::suites(rest), round, accepted(Tls12, *suite)));
        rest.remove(*suite);
    }
    let round = u32::try_from(observations.len()).unwrap();
    observations.push(tailored(Tls12, Tailored::suites(rest), round, alert(40)));
    // The same once more, with a suite that is there.
    rest.insert(suites[0]);
    observations.push(tailored(Tls12, Tailored::suites(rest), round + 1, accepted(Tls12, suites[0])));
    observations
}

/// A server that fails nearly everything.
fn much() -> Vec<Observation> {
    let extras = |extras| Tailored { extras, ..Tailored::default() };
    let compressing = Outcome::Accepted(Acceptance {
        version: Tls12,
        cipher_suite: CBC,
        group: None,
        hello_retry: false,
        client_certificate_wanted: false,
        details: ServerHelloDetails { compression: true, ..ServerHelloDetails::default() },
    });
    let ordered: SuiteSet = [CBC, CipherSuite(0x0035)].into_iter().collect();
    let by_client = |reversed: bool| {
        let suite = if reversed { 0x0035 } else { CBC.0 };
        let tailored = Tailored { reversed, ..Tailored::suites(ordered) };
        (tailored, accepted(Tls12, CipherSuite(suite)))
    };
    let range = VersionRange::new(Tls12, Tls13).unwrap();
    let unknown = Observation {
        server_name: Some("no-such-host.invalid".to_owned()),
        offer: Offer {
            versions: range,
            hello: Hello::Tailored(extras(Extras { name: SaidName::Unknown, ..Extras::default() })),
        },
        ..alone(Tls13, accepted(Tls13, GCM))
    };
    let mut observations = vec![
        alone(Tls12, accepted(Tls12, CBC)),
        alone(Tls13, accepted(Tls13, GCM)),
        tailored(Tls12, extras(Extras { compression: true, ..Extras::default() }), 1, compressing),
        tailored(Tls13, extras(Extras { grease: true, ..Extras::default() }), 1, alert(47)),
        tailored(
            Tls13,
            extras(Extras { future_version: true, ..Extras::default() }),
            1,
            Outcome::Violation(Violation::VersionNotOffered(0x0305)),
        ),
        unknown,
    ];
    for reversed in [false, true] {
        let (order, answer) = by_client(reversed);
        observations.push(tailored(Tls12, order, 2, answer));
    }
    for version in [Tls12, Tls13] {
        let mut rest: SuiteSet = CipherSuite::all_in(version).collect();
        [CBC, CipherSuite(0x0035), GCM].into_iter().for_each(|suite| rest.remove(suite));
        observations.push(tailored(version, Tailored::suites(rest), 3, alert(40)));
    }
    observations.push(Observation {
        started: std::time::Duration::from_millis(50),
        ..alone(Tls13, accepted(Tls13, GCM))
    });
    observations
}
