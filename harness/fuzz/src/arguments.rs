//! Words of scenarios and of the command line, each by itself.
//!
//! Input: a text.

use tls_readiness::calendar::parse_date;
use tls_readiness::escape::{printable, printable_bytes, printable_up_to};
use tls_readiness::report::shell_word;
use tls_readiness::scenario::{
    Values, certificates, parse_connect_to, parse_host, parse_server_name, parse_timeout, parse_version,
};
use tls_readiness::shard::Shard;

/// What is read is read again as the same; what is not is told in words that nobody obeys.
pub fn run(input: &[u8]) {
    let _ = certificates(input).inspect_err(|words| escaped(words));
    escaped(&printable_bytes(input, 64));
    let text = String::from_utf8_lossy(input);
    escaped(&printable(&text));
    match parse_host(&text) {
        Ok(host) => {
            assert_eq!(parse_host(&host.to_string()).as_ref(), Ok(&host));
            assert_eq!(parse_host(&host.short()).as_ref(), Ok(&host));
            escaped(&host.to_string());
        }
        Err(words) => escaped(&words),
    }
    match parse_connect_to(&text) {
        Ok(to) => assert_eq!(parse_connect_to(&to.to_string()), Ok(to)),
        Err(words) => escaped(&words),
    }
    match parse_version(&text) {
        Ok(version) => assert_eq!(parse_version(version.key()), Ok(version)),
        Err(words) => escaped(&words),
    }
    let _ = parse_server_name(&text).inspect_err(|words| escaped(words));
    let _ = parse_timeout(&text).inspect_err(|words| escaped(words));
    let _ = Values::from_assignments([&text]).inspect_err(|words| escaped(words));
    let _ = Shard::parse(&text).inspect_err(|words| escaped(words));
    if let Some(day) = parse_date(&text) {
        assert_eq!(day.to_string(), text);
    }
    let _ = shell_word(&text);
}

fn escaped(text: &str) {
    assert_eq!(printable_up_to(text, usize::MAX), text, "not escaped");
}
