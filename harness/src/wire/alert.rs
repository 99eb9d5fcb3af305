//! Alert descriptions (IANA "TLS Alerts").

use std::fmt;

/// An alert description (RFC 8446 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AlertDescription(pub u8);

macro_rules! alerts {
    ($($constant:ident = $code:literal, $name:literal;)*) => {
        impl AlertDescription {
            $(
                #[doc = concat!("`", $name, "`")]
                pub const $constant: AlertDescription = AlertDescription($code);
            )*

            /// All descriptions that have a name, by ascending code.
            pub const ALL: &[AlertDescription] = &[$(AlertDescription::$constant),*];

            /// The name that RFCs use; `None` where the code is not in the registry.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($code => Some($name),)*
                    _ => None,
                }
            }
        }
    };
}

alerts! {
    CLOSE_NOTIFY = 0, "close_notify";
    UNEXPECTED_MESSAGE = 10, "unexpected_message";
    BAD_RECORD_MAC = 20, "bad_record_mac";
    DECRYPTION_FAILED = 21, "decryption_failed";
    RECORD_OVERFLOW = 22, "record_overflow";
    DECOMPRESSION_FAILURE = 30, "decompression_failure";
    HANDSHAKE_FAILURE = 40, "handshake_failure";
    NO_CERTIFICATE = 41, "no_certificate";
    BAD_CERTIFICATE = 42, "bad_certificate";
    UNSUPPORTED_CERTIFICATE = 43, "unsupported_certificate";
    CERTIFICATE_REVOKED = 44, "certificate_revoked";
    CERTIFICATE_EXPIRED = 45, "certificate_expired";
    CERTIFICATE_UNKNOWN = 46, "certificate_unknown";
    ILLEGAL_PARAMETER = 47, "illegal_parameter";
    UNKNOWN_CA = 48, "unknown_ca";
    ACCESS_DENIED = 49, "access_denied";
    DECODE_ERROR = 50, "decode_error";
    DECRYPT_ERROR = 51, "decrypt_error";
    TOO_MANY_CIDS_REQUESTED = 52, "too_many_cids_requested";
    EXPORT_RESTRICTION = 60, "export_restriction";
    PROTOCOL_VERSION = 70, "protocol_version";
    INSUFFICIENT_SECURITY = 71, "insufficient_security";
    INTERNAL_ERROR = 80, "internal_error";
    INAPPROPRIATE_FALLBACK = 86, "inappropriate_fallback";
    USER_CANCELED = 90, "user_canceled";
    NO_RENEGOTIATION = 100, "no_renegotiation";
    MISSING_EXTENSION = 109, "missing_extension";
    UNSUPPORTED_EXTENSION = 110, "unsupported_extension";
    CERTIFICATE_UNOBTAINABLE = 111, "certificate_unobtainable";
    UNRECOGNIZED_NAME = 112, "unrecognized_name";
    BAD_CERTIFICATE_STATUS_RESPONSE = 113, "bad_certificate_status_response";
    BAD_CERTIFICATE_HASH_VALUE = 114, "bad_certificate_hash_value";
    UNKNOWN_PSK_IDENTITY = 115, "unknown_psk_identity";
    CERTIFICATE_REQUIRED = 116, "certificate_required";
    GENERAL_ERROR = 117, "general_error";
    NO_APPLICATION_PROTOCOL = 120, "no_application_protocol";
    ECH_REQUIRED = 121, "ech_required";
}

impl AlertDescription {
    /// The alerts that a server refuses a ClientHello by: what it objects to can be the version, or
    /// the suites and extensions. `protocol_version`, which can be nothing but the version, is the first.
    pub const REFUSING: [AlertDescription; 9] = [
        AlertDescription::PROTOCOL_VERSION,
        AlertDescription::HANDSHAKE_FAILURE,
        AlertDescription::INSUFFICIENT_SECURITY,
        AlertDescription::ILLEGAL_PARAMETER,
        AlertDescription::DECODE_ERROR,
        AlertDescription::INTERNAL_ERROR,
        AlertDescription::INAPPROPRIATE_FALLBACK,
        AlertDescription::MISSING_EXTENSION,
        AlertDescription::NO_APPLICATION_PROTOCOL,
    ];

    /// The alerts by which a client rejects a certificate (RFC 8446 6.2), and those about its status.
    pub const ABOUT_CERTIFICATE: [AlertDescription; 10] = [
        AlertDescription::BAD_CERTIFICATE,
        AlertDescription::UNSUPPORTED_CERTIFICATE,
        AlertDescription::CERTIFICATE_REVOKED,
        AlertDescription::CERTIFICATE_EXPIRED,
        AlertDescription::CERTIFICATE_UNKNOWN,
        AlertDescription::UNKNOWN_CA,
        AlertDescription::ACCESS_DENIED,
        AlertDescription::CERTIFICATE_UNOBTAINABLE,
        AlertDescription::BAD_CERTIFICATE_STATUS_RESPONSE,
        AlertDescription::BAD_CERTIFICATE_HASH_VALUE,
    ];

    /// As people look it up: `protocol_version (70)`.
    #[must_use]
    pub fn with_code(self) -> String {
        match self.name() {
            Some(name) => format!("{name} ({})", self.0),
            None => self.to_string(),
        }
    }

    /// The description with this name, as RFCs write it.
    #[must_use]
    pub fn from_name(name: &str) -> Option<AlertDescription> {
        AlertDescription::ALL.iter().copied().find(|description| description.name() == Some(name))
    }
}

impl fmt::Display for AlertDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.pad(name),
            None => f.pad(&format!("unknown ({})", self.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back_and_an_unknown_code_is_shown() {
        for &description in AlertDescription::ALL {
            let name = description.name().unwrap();
            assert_eq!(AlertDescription::from_name(name), Some(description));
            assert_eq!(description.to_string(), name);
        }
        assert_eq!(AlertDescription::PROTOCOL_VERSION, AlertDescription(70));
        assert_eq!(AlertDescription::from_name("protocol version"), None);
        assert_eq!(AlertDescription(7).to_string(), "unknown (7)");
        assert_eq!(AlertDescription(7).with_code(), "unknown (7)");
        assert_eq!(AlertDescription::PROTOCOL_VERSION.with_code(), "protocol_version (70)");
    }
}
