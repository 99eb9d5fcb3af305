//! The bytes of a ClientHello.

use std::net::IpAddr;

use crate::version::Version;
use crate::wire::bytes::{TooLong, push_u16, push_vector8, push_vector16};
use crate::wire::key_share;
use crate::wire::record::handshake_type;
use crate::wire::stand_in::message;
use crate::wire::{NamedGroup, extension};

use super::{Contents, Entropy};

/// The longest name in `server_name`: no DNS name is longer (RFC 1035 2.3.4).
const MAX_SERVER_NAME: usize = 255;

/// The compression method of RFC 3749.
pub(in crate::wire) const DEFLATE: u8 = 1;
/// A version that no standard has yet.
const FUTURE_VERSION: u16 = 0x0305;
/// Values that are reserved to be ignored, each in another place (RFC 8701 2).
const GREASE: [u16; 5] = [0x0A0A, 0x1A1A, 0x2A2A, 0x3A3A, 0x4A4A];

/// A ClientHello and what is needed to judge the answer.
#[derive(Debug, Clone)]
pub(in crate::wire) struct Written {
    /// The handshake message.
    pub(in crate::wire) message: Vec<u8>,
    /// The types of its extensions.
    pub(in crate::wire) extensions: Vec<u16>,
}

/// The ClientHello message that holds `contents` (RFC 8446 4.1.2).
pub(in crate::wire) fn client_hello(
    contents: &Contents,
    server_name: Option<&str>,
    entropy: &Entropy,
) -> Result<Written, TooLong> {
    let mut body = Vec::new();
    push_u16(&mut body, legacy_version(contents));
    body.extend_from_slice(&entropy.random);
    push_vector8(&mut body, |out| {
        out.extend_from_slice(&contents.session_id);
        Ok(())
    })?;
    push_vector16(&mut body, |out| {
        if contents.extras.grease {
            push_u16(out, GREASE[0]);
        }
        for suite in &contents.cipher_suites {
            push_u16(out, u16::try_from(suite.0).map_err(|_| TooLong)?);
        }
        Ok(())
    })?;
    push_vector8(&mut body, |out| {
        if contents.extras.compression {
            out.push(DEFLATE);
        }
        out.push(0);
        Ok(())
    })?;
    let mut extensions = if contents.is_bare {
        Vec::new()
    } else if contents.versions.max() > Version::Ssl3 {
        extensions(contents, server_name, entropy)?
    } else if contents.names_the_host {
        server_name_extension(server_name)?.into_iter().collect()
    } else {
        Vec::new()
    };
    if !extensions.is_empty() {
        let inner = extensions.iter().map(|(_, body)| body.len() + 4).sum::<usize>();
        if let Some(padding) = padding_for(4 + body.len() + 2 + inner, contents.at_least) {
            extensions.push((extension::PADDING, vec![0; padding]));
        }
        push_vector16(&mut body, |out| {
            for (code, body) in &extensions {
                push_u16(out, *code);
                push_vector16(out, |out| {
                    out.extend_from_slice(body);
                    Ok(())
                })?;
            }
            Ok(())
        })?;
    }
    let extensions = extensions.into_iter().map(|(code, _)| code).collect();
    Ok(Written { message: message(handshake_type::CLIENT_HELLO, &body), extensions })
}

/// A version that does not exist yet stands here only where `supported_versions` is not sent (RFC 8446
/// 4.1.2).
fn legacy_version(contents: &Contents) -> u16 {
    if contents.extras.future_version && !contents.offers_tls13() {
        FUTURE_VERSION
    } else {
        contents.versions.max().min(Version::Tls12).code()
    }
}

type Extension = (u16, Vec<u8>);

/// The extensions in the order in which they are sent. The last one must not be empty: some servers
/// fail on that.
fn extensions(
    contents: &Contents,
    server_name: Option<&str>,
    entropy: &Entropy,
) -> Result<Vec<Extension>, TooLong> {
    let mut extensions: Vec<Extension> = server_name_extension(server_name)?.into_iter().collect();
    if contents.extended_master_secret {
        extensions.push((extension::EXTENDED_MASTER_SECRET, Vec::new()));
    }
    let grease = |index: usize| GREASE.get(index).copied().filter(|_| contents.extras.grease);
    extensions.extend(grease(1).map(|code| (code, Vec::new())));
    if contents.extras.encrypt_then_mac {
        extensions.push((extension::ENCRYPT_THEN_MAC, Vec::new()));
    }
    let groups = grease(2).into_iter().chain(contents.groups.iter().map(|group| group.0));
    extensions.push((extension::SUPPORTED_GROUPS, list(groups)?));
    // Uncompressed points, the only format that is left (RFC 8422 5.1.2).
    extensions.push((extension::EC_POINT_FORMATS, vec![1, 0]));
    if !contents.signature_algorithms.is_empty() {
        let algorithms = list(contents.signature_algorithms.iter().copied().chain(grease(3)))?;
        extensions.push((extension::SIGNATURE_ALGORITHMS, algorithms));
    }
    if contents.offers_tls13() {
        extensions.push((extension::SUPPORTED_VERSIONS, versions_body(contents)?));
        // psk_dhe_ke: some servers refuse TLS 1.3 without it, tickets or not.
        extensions.push((extension::PSK_KEY_EXCHANGE_MODES, vec![1, 1]));
        if let Some(cookie) = &contents.cookie {
            extensions.push((extension::COOKIE, body16(cookie)?));
        }
        extensions.push((extension::KEY_SHARE, key_share_body(&contents.shares, entropy)?));
    }
    extensions.extend(grease(4).map(|code| (code, vec![0])));
    Ok(extensions)
}

fn server_name_extension(server_name: Option<&str>) -> Result<Option<Extension>, TooLong> {
    let body = server_name.and_then(sendable).map(server_name_body).transpose()?;
    Ok(body.map(|body| (extension::SERVER_NAME, body)))
}

/// The name as `server_name` may hold it: never an address, and without the dot of the root
/// (RFC 6066 3).
fn sendable(name: &str) -> Option<&str> {
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_address = name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    (!is_address && !name.is_empty() && name.len() <= MAX_SERVER_NAME).then_some(name)
}

fn server_name_body(name: &str) -> Result<Vec<u8>, TooLong> {
    let mut body = Vec::new();
    push_vector16(&mut body, |names| {
        names.push(0);
        push_vector16(names, |out| {
            out.extend_from_slice(name.as_bytes());
            Ok(())
        })
    })?;
    Ok(body)
}

/// From TLS 1.0 on: a hello that lists SSL 3.0 must be refused (RFC 8446 D.5), and a server of SSL 3.0
/// does not read the list.
fn versions_body(contents: &Contents) -> Result<Vec<u8>, TooLong> {
    let mut body = Vec::new();
    push_vector8(&mut body, |out| {
        if contents.extras.future_version {
            push_u16(out, FUTURE_VERSION);
        }
        if contents.extras.grease {
            push_u16(out, GREASE[0]);
        }
        let listed = contents.versions.iter().rev().filter(|version| *version >= Version::Tls10);
        listed.for_each(|version| push_u16(out, version.code()));
        Ok(())
    })?;
    Ok(body)
}

fn key_share_body(groups: &[NamedGroup], entropy: &Entropy) -> Result<Vec<u8>, TooLong> {
    let mut body = Vec::new();
    push_vector16(&mut body, |out| {
        for group in groups {
            if let Some(share) = key_share::share(*group, entropy.key_share) {
                push_u16(out, group.0);
                out.extend(body16(&share)?);
            }
        }
        Ok(())
    })?;
    Ok(body)
}

fn list(codes: impl Iterator<Item = u16>) -> Result<Vec<u8>, TooLong> {
    let mut body = Vec::new();
    push_vector16(&mut body, |out| {
        codes.for_each(|code| push_u16(out, code));
        Ok(())
    })?;
    Ok(body)
}

fn body16(bytes: &[u8]) -> Result<Vec<u8>, TooLong> {
    let mut body = Vec::new();
    push_vector16(&mut body, |out| {
        out.extend_from_slice(bytes);
        Ok(())
    })?;
    Ok(body)
}

/// How many bytes of padding (RFC 7685) a message of `length` bytes needs, where it needs any.
/// Some servers do not answer a ClientHello of 256 to 511 bytes, and some not one whose length is
/// 10 or 14 modulo 256.
pub(super) fn padding_for(length: usize, at_least: usize) -> Option<usize> {
    let is_shunned = |length: usize| matches!(length % 256, 10 | 14);
    let wanted = if length < 256 { at_least } else { at_least.max(512) };
    if length >= wanted && !is_shunned(length) {
        return None;
    }
    // An extension has four bytes before its body, and the body may not be empty.
    // And five bytes more than a shunned length, or than just below the aim, are shunned no longer.
    Some(wanted.saturating_sub(length + 4).max(1))
}
