//! The extensions that are sent or read (IANA "TLS ExtensionType Values").

/// RFC 6066 3.
pub(super) const SERVER_NAME: u16 = 0;
/// RFC 8446 4.2.7, RFC 8422 5.1.1.
pub(super) const SUPPORTED_GROUPS: u16 = 10;
/// RFC 8422 5.1.2.
pub(super) const EC_POINT_FORMATS: u16 = 11;
/// RFC 8446 4.2.3, RFC 5246 7.4.1.4.1.
pub(super) const SIGNATURE_ALGORITHMS: u16 = 13;
/// RFC 7301.
pub(super) const ALPN: u16 = 16;
/// RFC 7685.
pub(super) const PADDING: u16 = 21;
/// RFC 7366.
pub(super) const ENCRYPT_THEN_MAC: u16 = 22;
/// RFC 7627.
pub(super) const EXTENDED_MASTER_SECRET: u16 = 23;
/// RFC 8446 4.2.1.
pub(super) const SUPPORTED_VERSIONS: u16 = 43;
/// RFC 8446 4.2.2.
pub(super) const COOKIE: u16 = 44;
/// RFC 8446 4.2.9.
pub(super) const PSK_KEY_EXCHANGE_MODES: u16 = 45;
/// RFC 8446 4.2.8.
pub(super) const KEY_SHARE: u16 = 51;
/// RFC 5746 3.2. Offered by the suite `TLS_EMPTY_RENEGOTIATION_INFO_SCSV` too.
pub(super) const RENEGOTIATION_INFO: u16 = 0xFF01;
