//! A certificate authority that lives in memory for one run, and the certificates of stand-ins.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    IsCa, Issuer, KeyPair, KeyUsagePurpose, PKCS_RSA_SHA256, SanType, SerialNumber,
};
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer, UnixTime};
use rustls::sign::CertifiedKey;
use time::{Duration, OffsetDateTime};

use super::rehearsal::Rehearsal;
use crate::certificate::PublicKey;
use crate::probe::handshake::Roots;
use crate::scenario::HostName;

/// How long a certificate is valid: the longest that public authorities gave, so that scenarios
/// which ask for some weeks ahead can be rehearsed.
const LEAF_DAYS: i64 = 398;

/// What is wrong with the certificate of a stand-in, so that scenarios that expect it can be
/// rehearsed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ReplicaCertificate {
    /// Nothing.
    #[default]
    Trusted,
    /// It ended the day before the day that is judged.
    Expired,
    /// It is of an authority that is in nobody's list.
    UnknownIssuer,
    /// It holds neither the host nor a name of this machine.
    NameMismatch,
}

/// An RSA key, for clients that want one: the crypto provider makes none. It is no secret and protects
/// nothing, since the authority that vouches for it exists for one run.
const RSA_KEY: &[u8] = include_bytes!("rsa-key.pk8");

/// What a stand-in identifies itself by, to whatever a client can verify.
pub(super) struct Credentials {
    pub(super) rsa: Arc<CertifiedKey>,
    pub(super) ecdsa: Arc<CertifiedKey>,
}

/// An authority that exists for one run. Its key is never written anywhere.
#[derive(Debug)]
pub struct Authority {
    certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
    now: UnixTime,
}

impl Authority {
    /// A new authority; its certificates are valid around `now`, the day that is judged.
    ///
    /// # Errors
    ///
    /// Where there is no randomness for a key.
    pub fn new(now: UnixTime) -> io::Result<Authority> {
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let mut params = CertificateParams::default();
        // A client that was told to trust the authorities of two runs finds an issuer by its name:
        // two of one name and different keys would be mixed up.
        let identifier = params.key_identifier(&key);
        let number: String = identifier.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        params.distinguished_name = common_name(&format!("tls-readiness stand-in CA {number}"));
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.not_before = days_before(now, 2 * LEAF_DAYS);
        params.not_after = days_after(now, 2 * LEAF_DAYS);
        let certificate = params.self_signed(&key).map_err(io::Error::other)?;
        Ok(Authority { certificate, issuer: Issuer::new(params, key), now })
    }

    /// The authority's certificate, for programs that are to trust it.
    #[must_use]
    pub fn pem(&self) -> String {
        self.certificate.pem()
    }

    /// The authority's certificate in DER, for trust stores of other formats.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        self.certificate.der()
    }

    /// The authority as the only root.
    #[must_use]
    pub fn roots(&self) -> Roots {
        Roots::from_der(&[self.certificate.der().to_vec()])
    }

    /// Keys and certificates for `host`, and for this machine's own names and addresses.
    pub(super) fn issue(
        &self,
        host: &HostName,
        kind: ReplicaCertificate,
        rehearsal: &Rehearsal,
    ) -> io::Result<Credentials> {
        let stranger = match kind {
            ReplicaCertificate::UnknownIssuer => Some(Authority::new(self.now)?),
            _ => None,
        };
        let issuer = &stranger.as_ref().unwrap_or(self).issuer;
        let certified = |key: &KeyPair| -> io::Result<Arc<CertifiedKey>> {
            let certificate =
                self.leaf(key, host, kind, rehearsal)?.signed_by(key, issuer).map_err(io::Error::other)?;
            let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
            let chain = vec![certificate.der().clone()];
            let mut certified = CertifiedKey::from_der(chain, private, &ring::default_provider())
                .map_err(io::Error::other)?;
            certified.ocsp = rehearsal.staple();
            Ok(Arc::new(certified))
        };
        let rsa = KeyPair::try_from(RSA_KEY).map_err(io::Error::other)?;
        let ecdsa = rehearsal.new_key().unwrap_or_else(KeyPair::generate).map_err(io::Error::other)?;
        let (rsa, ecdsa) = (certified(&rsa)?, certified(&ecdsa)?);
        // Where the scenario names a kind of key, a client gets no other.
        Ok(match &rehearsal.key {
            None => Credentials { rsa, ecdsa },
            Some(PublicKey::Rsa(_)) => Credentials { rsa: Arc::clone(&rsa), ecdsa: rsa },
            Some(_) => Credentials { rsa: Arc::clone(&ecdsa), ecdsa },
        })
    }

    fn leaf(
        &self,
        key: &KeyPair,
        host: &HostName,
        kind: ReplicaCertificate,
        rehearsal: &Rehearsal,
    ) -> io::Result<CertificateParams> {
        let mut params = CertificateParams::default();
        params.subject_alt_names = if kind == ReplicaCertificate::NameMismatch {
            vec![dns_name("another-host.invalid")?]
        } else {
            let mut names = names(host)?;
            names.extend(
                rehearsal.alternative_names().filter(|name| !names.contains(name)).collect::<Vec<_>>(),
            );
            names
        };
        params.distinguished_name = common_name("tls-readiness stand-in");
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        if key.is_compatible(&PKCS_RSA_SHA256) {
            // For the key exchange by RSA of old clients (RFC 5246 7.4.2).
            params.key_usages.push(KeyUsagePurpose::KeyEncipherment);
        }
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        // Positive, and never longer than 20 bytes (RFC 5280 4.1.2.2).
        let mut serial = [1; 17];
        let random = serial.split_at_mut(1).1;
        ring::default_provider().secure_random.fill(random).map_err(|_| no_randomness())?;
        params.serial_number = Some(SerialNumber::from(serial.to_vec()));
        (params.not_before, params.not_after) = match kind {
            ReplicaCertificate::Expired => (days_before(self.now, LEAF_DAYS), days_before(self.now, 1)),
            _ => (days_before(self.now, 1), days_after(self.now, LEAF_DAYS)),
        };
        if let Some(lifespan) = rehearsal.lifespan {
            shorten(&mut params, lifespan);
        }
        Ok(params)
    }
}

/// The last second belongs to a lifespan. Half of what there was before the day that is judged stays before
/// it where the lifespan is shorter than that.
fn shorten(params: &mut CertificateParams, lifespan: std::time::Duration) {
    let whole =
        Duration::seconds(i64::try_from(lifespan.as_secs()).unwrap_or(i64::MAX).saturating_sub(1).max(0));
    let longest = params.not_after - params.not_before;
    if whole >= longest {
        return;
    }
    let before = Duration::days(1).min(whole / 2);
    params.not_before += Duration::days(1) - before;
    params.not_after = params.not_before + whole;
}

fn no_randomness() -> io::Error {
    io::Error::other("no randomness")
}

fn names(host: &HostName) -> io::Result<Vec<SanType>> {
    let mut names = vec![match host {
        HostName::Dns(name) => dns_name(name)?,
        HostName::Ip(address) => SanType::IpAddress(*address),
    }];
    for own in [
        dns_name("localhost")?,
        SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        SanType::IpAddress(IpAddr::V6(Ipv6Addr::LOCALHOST)),
    ] {
        if !names.contains(&own) {
            names.push(own);
        }
    }
    Ok(names)
}

fn dns_name(name: &str) -> io::Result<SanType> {
    name.try_into().map(SanType::DnsName).map_err(io::Error::other)
}

fn common_name(name: &str) -> DistinguishedName {
    let mut distinguished_name = DistinguishedName::new();
    distinguished_name.push(DnType::CommonName, name);
    distinguished_name
}

fn days_before(now: UnixTime, days: i64) -> OffsetDateTime {
    at(now).saturating_sub(Duration::days(days))
}

fn days_after(now: UnixTime, days: i64) -> OffsetDateTime {
    at(now).saturating_add(Duration::days(days))
}

/// A certificate can name the years up to 9999 (RFC 5280 4.1.2.5); so can `OffsetDateTime`.
fn at(now: UnixTime) -> OffsetDateTime {
    let seconds = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}
