//! The certificates that count as trusted.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;

/// Trusted roots. Made once, cheap to clone.
#[derive(Debug, Clone)]
pub struct Roots {
    store: Arc<RootCertStore>,
    /// As they were given: a leaf that is one of them is trusted directly. `None` for the built-in.
    given: Option<Arc<Vec<Vec<u8>>>>,
}

/// Equal where the same certificates were given: what was found by the one holds for the other.
impl PartialEq for Roots {
    fn eq(&self, other: &Roots) -> bool {
        self.given == other.given
    }
}

impl Eq for Roots {}

impl Hash for Roots {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.given.hash(state);
    }
}

impl Roots {
    /// Mozilla's roots, built in: the same verdict on every machine.
    #[must_use]
    pub fn mozilla() -> Roots {
        let store = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        Roots { store: Arc::new(store), given: None }
    }

    /// The certificates in `given`, in DER. One that cannot be read can be no issuer, so what it
    /// issued is found to be of an unknown issuer.
    #[must_use]
    pub fn from_der(given: &[Vec<u8>]) -> Roots {
        let mut store = RootCertStore::empty();
        store.add_parsable_certificates(given.iter().map(|der| CertificateDer::from(der.as_slice())));
        Roots { store: Arc::new(store), given: Some(Arc::new(given.to_vec())) }
    }

    /// The roots as rustls wants them.
    pub(super) fn store(&self) -> &RootCertStore {
        &self.store
    }

    /// Whether one of them has this name, in DER.
    pub(super) fn are_named(&self, name: &[u8]) -> bool {
        // webpki keeps what is within the outer SEQUENCE: the name without its tag and length.
        self.store.roots.iter().any(|root| {
            let within = root.subject.as_ref();
            name.ends_with(within)
                && name.len().checked_sub(within.len()).is_some_and(|head| (2..=5).contains(&head))
        })
    }

    /// Whether `certificate` itself is one of them.
    pub(super) fn hold(&self, certificate: &CertificateDer<'_>) -> bool {
        self.given.iter().flat_map(|given| given.iter()).any(|der| der.as_slice() == certificate.as_ref())
    }
}
