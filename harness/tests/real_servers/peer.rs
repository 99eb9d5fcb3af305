//! A server program in one configuration, and what the gate must find out about it.

use tls_readiness::version::{Version, VersionRange};

pub(crate) const PASSED: &str = "passed";
pub(crate) const FAILED: &str = "failed";
pub(crate) const INCONCLUSIVE: &str = "inconclusive";

/// A server program in one configuration.
pub(crate) struct Peer {
    /// Names its scenario file and its trials.
    pub(crate) name: &'static str,
    /// What the program is told: lines of its configuration, or arguments with blanks between.
    pub(crate) settings: &'static str,
    /// The file names of its certificate, see `certificates`.
    pub(crate) certificate: &'static str,
    /// The versions that it accepts; `None` where that cannot be said.
    pub(crate) accepts: Option<&'static [Version]>,
    /// Whether `openssl s_client` can tell the same.
    pub(crate) has_witness: bool,
    /// Further scenarios.
    pub(crate) questions: Vec<Question>,
    /// The rules of policies that it does not meet, each with its policy's name; it meets all others. `None`
    /// where it is held against none.
    pub(crate) unmet: Option<Vec<&'static str>>,
}

/// A scenario and the verdict that it must get.
pub(crate) struct Question {
    /// Its key.
    pub(crate) key: String,
    /// Its fields, in YAML's flow style without the braces.
    pub(crate) fields: String,
    /// Its verdict.
    pub(crate) verdict: &'static str,
    /// What the explanation must hold.
    pub(crate) says: &'static [&'static str],
}

impl Peer {
    /// A server with an RSA certificate that speaks exactly these versions.
    pub(crate) fn new(name: &'static str, settings: &'static str, accepts: &'static [Version]) -> Peer {
        let accepts = Some(accepts);
        Peer {
            name,
            settings,
            certificate: "rsa",
            accepts,
            has_witness: true,
            questions: Vec::new(),
            unmet: None,
        }
    }

    /// A server that only the questions to it describe.
    pub(crate) fn odd(name: &'static str, settings: &'static str) -> Peer {
        Peer { accepts: None, has_witness: false, ..Peer::new(name, settings, &[]) }
    }

    pub(crate) fn with_certificate(self, certificate: &'static str) -> Peer {
        Peer { certificate, ..self }
    }

    /// For what `openssl s_client` cannot or will not speak.
    pub(crate) fn without_witness(self) -> Peer {
        Peer { has_witness: false, ..self }
    }

    /// Holds it against all policies: these rules it does not meet, and all others it does.
    pub(crate) fn not_meeting(self, unmet: &[&[&'static str]]) -> Peer {
        Peer { unmet: Some(unmet.concat()), ..self }
    }

    /// Adds a scenario with the verdict that it must get.
    pub(crate) fn asked(mut self, key: &str, fields: &str, verdict: &'static str) -> Peer {
        self.questions.push(Question { key: key.to_owned(), fields: fields.to_owned(), verdict, says: &[] });
        self
    }

    /// What the explanation of the scenario that was added last must hold.
    pub(crate) fn saying(mut self, says: &'static [&'static str]) -> Peer {
        self.questions.last_mut().unwrap().says = says;
        self
    }

    /// All scenarios: those of every version, and the further ones.
    pub(crate) fn all_questions(mut self) -> Peer {
        let Some(accepts) = self.accepts else {
            return self;
        };
        let verdict = |holds: bool| if holds { PASSED } else { FAILED };
        for version in Version::ALL {
            let accepted = accepts.contains(&version);
            let (key, range) = (version.key(), range(VersionRange::only(version)));
            self = self
                .asked(
                    &format!("accepts-{key}"),
                    &format!("{range}, evidence: hello, expect: accepted"),
                    verdict(accepted),
                )
                .asked(&format!("refuses-{key}"), &format!("{range}, expect: refused"), verdict(!accepted));
        }
        for (key, min, max) in [
            ("refuses-all-that-is-deprecated", Version::Ssl2, Version::Tls11),
            ("refuses-all-before-1.0", Version::Ssl2, Version::Ssl3),
            ("refuses-1.0-to-1.3", Version::Tls10, Version::Tls13),
        ] {
            let versions = VersionRange::new(min, max).unwrap();
            let refused = !accepts.iter().any(|version| versions.contains(*version));
            self = self.asked(key, &format!("{}, expect: refused", range(versions)), verdict(refused));
        }
        let modern = accepts.iter().any(|version| *version >= Version::Tls12);
        self.asked("accepts-1.2-to-1.3", "evidence: hello, expect: accepted", verdict(modern)).asked(
            "is-gone",
            "expect: unreachable",
            FAILED,
        )
    }
}

fn range(versions: VersionRange) -> String {
    format!("min_version: {}, max_version: {}", versions.min().key(), versions.max().key())
}
