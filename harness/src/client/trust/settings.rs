//! Settings files that name a bundle, for programs that no variable tells of one.

use std::path::Path;

/// What the settings of wget and wget2 say of proxies: it would beat the variables that lead the program.
const OF_PROXIES: [&str; 6] = ["httpproxy", "httpsproxy", "ftpproxy", "noproxy", "useproxy", "proxy"];

/// The settings that wget or wget2 would have read, without its proxies, and with the bundle of the run.
/// A value goes to the end of its line, blanks and all.
pub(super) fn wgetrc(preset: &[u8], bundle: &Path) -> Vec<u8> {
    let lines = preset.split_inclusive(|byte| *byte == b'\n').filter(|line| !is_of_proxies(line));
    let mut text = lines.collect::<Vec<_>>().concat();
    if text.last().is_some_and(|byte| *byte != b'\n') {
        text.push(b'\n');
    }
    text.extend_from_slice(b"ca_certificate = ");
    text.extend_from_slice(bundle.as_os_str().as_encoded_bytes());
    text.push(b'\n');
    text
}

/// Commands are read without regard to case, `-` and `_`.
fn is_of_proxies(line: &[u8]) -> bool {
    let command = line.split(|byte| *byte == b'=').next().unwrap_or_default();
    let command: Vec<u8> =
        command.iter().filter(|byte| byte.is_ascii_alphabetic()).map(u8::to_ascii_lowercase).collect();
    OF_PROXIES.iter().any(|name| name.as_bytes() == command) && !line.trim_ascii().starts_with(b"#")
}

/// A file for PHP's scanned folder: its curl extension and its streams read no variable but that of
/// OpenSSL, and those of libcurl not at all.
pub(super) fn php_ini(bundle: &Path) -> Vec<u8> {
    let quoted = php_string(bundle.as_os_str().as_encoded_bytes());
    [b"curl.cainfo = ".as_slice(), &quoted, b"\nopenssl.cafile = ", &quoted, b"\n"].concat()
}

/// Between single quotes everything is meant as it stands; but there is no way to write one.
fn php_string(text: &[u8]) -> Vec<u8> {
    if !text.contains(&b'\'') {
        return [b"'".as_slice(), text, b"'"].concat();
    }
    let mut quoted = vec![b'"'];
    for byte in text {
        if matches!(byte, b'"' | b'\\') {
            quoted.push(b'\\');
        }
        quoted.push(*byte);
    }
    quoted.push(b'"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wgetrc_keeps_all_but_its_proxies() {
        let bundle = Path::new("/a folder/ca.pem");
        for (preset, kept) in [
            ("", ""),
            ("quota = 5m", "quota = 5m\n"),
            ("# https_proxy = x\n", "# https_proxy = x\n"),
            ("Https-Proxy=http://proxy:1\n use_proxy = off\nno_proxy = a=b\ntries = 1", "tries = 1\n"),
        ] {
            let text = String::from_utf8(wgetrc(preset.as_bytes(), bundle)).unwrap();
            assert_eq!(text, format!("{kept}ca_certificate = /a folder/ca.pem\n"), "{preset:?}");
        }
    }

    #[test]
    fn a_php_setting_is_quoted() {
        for (path, quoted) in [
            ("/a b/ca.pem", "'/a b/ca.pem'"),
            (r"C:\a;${b}\ca.pem", r"'C:\a;${b}\ca.pem'"),
            (r#"/it's "a"\b"#, r#""/it's \"a\"\\b""#),
        ] {
            let text = String::from_utf8(php_ini(Path::new(path))).unwrap();
            assert_eq!(text, format!("curl.cainfo = {quoted}\nopenssl.cafile = {quoted}\n"));
        }
    }
}
