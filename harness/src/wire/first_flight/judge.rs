//! A ServerHello held against what was offered.

use crate::evidence::{Acceptance, Answer, Hello, Outcome, ServerHelloDetails, Tailored, Violation};
use crate::version::Version;
use crate::wire::offer::{Contents, DEFLATE};
use crate::wire::server_hello::ServerHello;
use crate::wire::{CipherSuite, NamedGroup, extension};

use super::{Sent, Stop};

/// What a ServerHello comes to.
#[derive(Debug)]
pub(super) enum Judgement {
    /// An acceptance or an answer; what is wrong is the error.
    Outcome(Outcome),
    /// It is a HelloRetryRequest, and these are its wishes.
    Retry(Retry),
}

/// What a HelloRetryRequest asked for (RFC 8446 4.1.4).
#[derive(Debug, Clone)]
pub(super) struct Retry {
    pub(super) group: Option<NamedGroup>,
    pub(super) cookie: Option<Vec<u8>>,
    cipher_suite: CipherSuite,
}

/// The longest cookie that is echoed: the second ClientHello must hold it beside all else.
const MAX_COOKIE: usize = 0x4000;

/// The last eight bytes of the random of a server that speaks TLS 1.3 but chose TLS 1.2, and of one
/// that speaks 1.2 or 1.3 but chose less (RFC 8446 4.1.3).
const SPEAKS_TLS13: &[u8] = b"DOWNGRD\x01";
const SPEAKS_TLS12: &[u8] = b"DOWNGRD\x00";

/// Judges the body of a ServerHello.
pub(super) fn server_hello(sent: &Sent, body: &[u8]) -> Result<Judgement, Stop> {
    let hello = ServerHello::parse(body).map_err(Violation::Malformed)?;
    let selected = hello.selected_version().map_err(Violation::Malformed)?;
    let Some(contents) = &sent.contents else {
        return Err(Violation::VersionNotOffered(selected.unwrap_or(hello.legacy_version)).into());
    };
    let highest = contents.versions.max();
    match selected {
        Some(code) => match Version::from_code(code) {
            Some(Version::Tls13) if highest == Version::Tls13 => tls13(sent, contents, &hello),
            Some(version) if version > highest => Err(Violation::VersionNotOffered(code).into()),
            None => Err(Violation::VersionNotOffered(code).into()),
            // Below TLS 1.3 the extension may not stand in a ServerHello (RFC 8446 4.2.1).
            Some(_) if highest == Version::Tls13 => {
                Err(Violation::Malformed("a supported_versions with a version below TLS 1.3").into())
            }
            Some(_) => Err(Violation::ExtensionNotOffered(extension::SUPPORTED_VERSIONS).into()),
        },
        None => up_to_tls12(sent, contents, &hello).map(Judgement::Outcome),
    }
}

fn up_to_tls12(sent: &Sent, contents: &Contents, hello: &ServerHello<'_>) -> Result<Outcome, Stop> {
    let code = hello.legacy_version;
    if contents.offers_tls13() && hello.is_hello_retry_request() {
        return Err(Violation::Malformed("a HelloRetryRequest without supported_versions").into());
    }
    let version = match Version::from_code(code) {
        Some(Version::Tls13) if contents.offers_tls13() => {
            return Err(Violation::Malformed("TLS 1.3 chosen without supported_versions").into());
        }
        Some(version) if version >= Version::Ssl3 && version <= contents.versions.max() => version,
        _ => return Err(Violation::VersionNotOffered(code).into()),
    };
    if sent.retry.is_some() {
        return Err(Violation::Malformed("another version than in the HelloRetryRequest").into());
    }
    let highest = contents.versions.max();
    let speaks = hello.random.get(24..).unwrap_or_default();
    let hides_tls13 = highest == Version::Tls13 && (speaks == SPEAKS_TLS13 || speaks == SPEAKS_TLS12);
    let hides_tls12 = highest >= Version::Tls12 && version < Version::Tls12 && speaks == SPEAKS_TLS12;
    if hides_tls13 || hides_tls12 {
        return Err(Violation::DowngradeSentinel(version).into());
    }
    check_suite_and_compression(contents, hello, version)?;
    for code in hello.extension_codes() {
        if !sent.extensions.contains(&code) && code != extension::RENEGOTIATION_INFO {
            return Err(Violation::ExtensionNotOffered(code).into());
        }
    }
    let cipher_suite = hello.cipher_suite;
    Ok(if version < contents.versions.min() {
        Outcome::Answered(Answer { version, cipher_suite })
    } else {
        Outcome::Accepted(Acceptance {
            version,
            cipher_suite,
            group: None,
            hello_retry: false,
            client_certificate_wanted: false,
            details: details(hello, speaks == SPEAKS_TLS13 || speaks == SPEAKS_TLS12),
        })
    })
}

fn details(hello: &ServerHello<'_>, sentinel: bool) -> ServerHelloDetails {
    let says = |code: u16| hello.extension_codes().any(|said| said == code);
    ServerHelloDetails {
        extended_master_secret: says(extension::EXTENDED_MASTER_SECRET),
        secure_renegotiation: says(extension::RENEGOTIATION_INFO),
        encrypt_then_mac: says(extension::ENCRYPT_THEN_MAC),
        compression: hello.compression == DEFLATE,
        sentinel,
        dh_bits: None,
    }
}

fn tls13(sent: &Sent, contents: &Contents, hello: &ServerHello<'_>) -> Result<Judgement, Stop> {
    if hello.legacy_version != Version::Tls12.code() {
        return Err(Violation::Malformed("TLS 1.3 with another legacy_version than TLS 1.2").into());
    }
    if hello.is_hello_retry_request() && sent.retry.is_some() {
        return Err(Violation::HelloRetryLoop.into());
    }
    if hello.session_id != contents.session_id {
        return Err(Violation::SessionIdNotEchoed.into());
    }
    check_suite_and_compression(contents, hello, Version::Tls13)?;
    let is_retry = hello.is_hello_retry_request();
    for code in hello.extension_codes() {
        match code {
            extension::SUPPORTED_VERSIONS | extension::KEY_SHARE => {}
            extension::COOKIE if is_retry => {}
            other if sent.extensions.contains(&other) => {
                let what = "an extension that has no place in a ServerHello of TLS 1.3";
                return Err(Violation::Malformed(what).into());
            }
            other => return Err(Violation::ExtensionNotOffered(other).into()),
        }
    }
    if is_retry {
        let retry = hello_retry_request(contents, hello)?;
        // Groups were asked for, and this says that the server has this one: all that was to be known. So
        // one will do that no share can be made of here.
        let asks_for_groups = matches!(
            sent.offer.hello,
            Hello::OneGroup(_) | Hello::Tailored(Tailored { groups: Some(_), .. })
        );
        if let (true, Some(group)) = (asks_for_groups, retry.group) {
            return Ok(Judgement::Outcome(Outcome::Accepted(Acceptance {
                version: Version::Tls13,
                cipher_suite: hello.cipher_suite,
                group: Some(group),
                hello_retry: true,
                client_certificate_wanted: false,
                details: ServerHelloDetails::default(),
            })));
        }
        return Ok(Judgement::Retry(retry));
    }
    if sent.retry.as_ref().is_some_and(|retry| retry.cipher_suite != hello.cipher_suite) {
        return Err(Violation::Malformed("another cipher suite than in the HelloRetryRequest").into());
    }
    let group = hello.share_group().map_err(Violation::Malformed)?;
    let group =
        NamedGroup(group.ok_or(Violation::Malformed("a ServerHello of TLS 1.3 without a key_share"))?);
    if !contents.shares.contains(&group) {
        return Err(Violation::GroupNotOffered(group).into());
    }
    Ok(Judgement::Outcome(Outcome::Accepted(Acceptance {
        version: Version::Tls13,
        cipher_suite: hello.cipher_suite,
        group: Some(group),
        hello_retry: sent.retry.is_some(),
        client_certificate_wanted: false,
        details: ServerHelloDetails::default(),
    })))
}

fn hello_retry_request(contents: &Contents, hello: &ServerHello<'_>) -> Result<Retry, Stop> {
    let group = hello.wanted_group().map_err(Violation::Malformed)?.map(NamedGroup);
    let cookie = hello.cookie().map_err(Violation::Malformed)?;
    match group {
        Some(group) if !contents.groups.contains(&group) => {
            return Err(Violation::GroupNotOffered(group).into());
        }
        Some(group) if contents.shares.contains(&group) => return Err(Violation::HelloRetryLoop.into()),
        // It must change something (RFC 8446 4.1.4).
        None if cookie.is_none() => return Err(Violation::HelloRetryLoop.into()),
        _ => {}
    }
    if cookie.is_some_and(|cookie| cookie.len() > MAX_COOKIE) {
        return Err(Violation::TooMuch("16 KiB in the cookie of a HelloRetryRequest").into());
    }
    Ok(Retry { group, cookie: cookie.map(<[u8]>::to_vec), cipher_suite: hello.cipher_suite })
}

fn check_suite_and_compression(
    contents: &Contents,
    hello: &ServerHello<'_>,
    version: Version,
) -> Result<(), Stop> {
    let suite = hello.cipher_suite;
    if !contents.cipher_suites.contains(&suite) || !suite.is_lawful_in(version) {
        return Err(Violation::CipherSuiteNotOffered(suite).into());
    }
    let is_offered = hello.compression == DEFLATE && contents.extras.compression && version < Version::Tls13;
    if hello.compression != 0 && !is_offered {
        return Err(Violation::Compression(hello.compression).into());
    }
    Ok(())
}
