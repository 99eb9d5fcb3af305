//! A ServerHello, taken apart but not judged.

use super::bytes::Bytes;
use super::cipher_suite::CipherSuite;
use super::extension;

/// The random that makes a ServerHello a HelloRetryRequest: SHA-256 of "HelloRetryRequest"
/// (RFC 8446 4.1.3).
pub(super) const HELLO_RETRY_REQUEST: [u8; 32] = [
    0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91, 0xC2,
    0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
];

/// A ServerHello (RFC 5246 7.4.1.3, RFC 8446 4.1.3).
#[derive(Debug, Clone)]
pub(super) struct ServerHello<'a> {
    pub(super) legacy_version: u16,
    pub(super) random: [u8; 32],
    pub(super) session_id: &'a [u8],
    pub(super) cipher_suite: CipherSuite,
    pub(super) compression: u8,
    extensions: Vec<(u16, Bytes<'a>)>,
}

impl<'a> ServerHello<'a> {
    /// Reads the body of the message; the error says what is wrong with it.
    pub(super) fn parse(body: &'a [u8]) -> Result<ServerHello<'a>, &'static str> {
        let mut bytes = Bytes::new(body);
        let short = "a ServerHello that is too short";
        let legacy_version = bytes.u16().ok_or(short)?;
        let random = bytes.array().ok_or(short)?;
        let session_id = bytes.vector8().ok_or(short)?.rest();
        if session_id.len() > 32 {
            return Err("a ServerHello with a session id longer than 32 bytes");
        }
        let cipher_suite = CipherSuite(u32::from(bytes.u16().ok_or(short)?));
        let compression = bytes.u8().ok_or(short)?;
        let mut extensions = Vec::<(u16, Bytes<'a>)>::new();
        if !bytes.is_empty() {
            let mut list = bytes.vector16().ok_or("a ServerHello with extensions that are cut off")?;
            while !list.is_empty() {
                let short = "a ServerHello with an extension that is cut off";
                let (code, body) = (list.u16().ok_or(short)?, list.vector16().ok_or(short)?);
                extensions.push((code, body));
            }
            // By sorting, so that many extensions are no quadratic work.
            let mut codes = extensions.iter().map(|(code, _)| *code).collect::<Vec<_>>();
            codes.sort_unstable();
            if codes.windows(2).any(|pair| pair.first() == pair.last()) {
                return Err("a ServerHello with an extension that occurs twice");
            }
        }
        if !bytes.is_empty() {
            return Err("a ServerHello with bytes after its extensions");
        }
        Ok(ServerHello { legacy_version, random, session_id, cipher_suite, compression, extensions })
    }

    /// Whether it asks for another ClientHello.
    pub(super) fn is_hello_retry_request(&self) -> bool {
        self.random == HELLO_RETRY_REQUEST
    }

    /// The types of its extensions.
    pub(super) fn extension_codes(&self) -> impl Iterator<Item = u16> {
        self.extensions.iter().map(|(code, _)| *code)
    }

    fn extension(&self, wanted: u16) -> Option<Bytes<'a>> {
        self.extensions.iter().find(|(code, _)| *code == wanted).map(|(_, body)| *body)
    }

    /// The version in `supported_versions` (RFC 8446 4.2.1), where it has that extension.
    pub(super) fn selected_version(&self) -> Result<Option<u16>, &'static str> {
        let Some(mut body) = self.extension(extension::SUPPORTED_VERSIONS) else {
            return Ok(None);
        };
        body.u16().filter(|_| body.is_empty()).map(Some).ok_or("a supported_versions that is not one version")
    }

    /// The group in the `key_share` of a ServerHello, which has a share too.
    pub(super) fn share_group(&self) -> Result<Option<u16>, &'static str> {
        let Some(mut body) = self.extension(extension::KEY_SHARE) else {
            return Ok(None);
        };
        let group = body.u16();
        let share = body.vector16().filter(|share| !share.is_empty() && body.is_empty());
        group.filter(|_| share.is_some()).map(Some).ok_or("a key_share that is not one share")
    }

    /// The group in the `key_share` of a HelloRetryRequest, which is nothing but the group.
    pub(super) fn wanted_group(&self) -> Result<Option<u16>, &'static str> {
        let Some(mut body) = self.extension(extension::KEY_SHARE) else {
            return Ok(None);
        };
        let group = body.u16().filter(|_| body.is_empty());
        group.map(Some).ok_or("a HelloRetryRequest with a key_share that is not one group")
    }

    /// The cookie of a HelloRetryRequest (RFC 8446 4.2.2).
    pub(super) fn cookie(&self) -> Result<Option<&'a [u8]>, &'static str> {
        let Some(mut body) = self.extension(extension::COOKIE) else {
            return Ok(None);
        };
        let cookie = body.vector16().filter(|cookie| !cookie.is_empty() && body.is_empty());
        cookie.map(|cookie| Some(cookie.rest())).ok_or("a malformed cookie")
    }
}
