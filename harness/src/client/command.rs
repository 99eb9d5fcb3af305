//! The command of a program on trial, with what the run gives it.

use std::path::Path;

use crate::report::shell_word;
use crate::scenario::{Command, Host, HostName};

/// What a command can ask for: where the endpoint is, and by what its certificate is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Given {
    pub(super) url: String,
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) ca: String,
}

/// The endpoint by the name of the host on trial.
pub(super) fn of_host(host: &Host, path: Option<&str>, ca: &Path) -> Given {
    let authority = host.to_string();
    let authority = authority.strip_suffix(":443").unwrap_or(&authority);
    let name = match &host.name {
        HostName::Dns(name) => name.clone(),
        HostName::Ip(address) => address.to_string(),
    };
    given(format!("https://{authority}{}", path.unwrap_or("/")), name, host.port, ca)
}

/// The endpoint as it is on this machine.
pub(super) fn of_this_machine(port: u16, path: Option<&str>, ca: &Path) -> Given {
    given(format!("https://localhost:{port}{}", path.unwrap_or("/")), "localhost".to_owned(), port, ca)
}

fn given(url: String, host: String, port: u16, ca: &Path) -> Given {
    Given { url, host, port, ca: ca.to_string_lossy().into_owned() }
}

/// The program and its arguments. In a line for a shell each value is one word of it.
pub(super) fn complete(command: &Command, given: &Given) -> Vec<String> {
    match command {
        Command::Shell(line) => {
            let line = filled(line, given, &|value| shell_word(value));
            vec!["sh".to_owned(), "-c".to_owned(), line]
        }
        Command::Program(words) => {
            words.iter().map(|word| filled(word, given, &|value| value.to_owned())).collect()
        }
    }
}

/// `text` with `{url}`, `{host}`, `{port}` and `{ca}` replaced. A `${url}` is a variable of the shell.
fn filled(text: &str, given: &Given, write: &dyn Fn(&str) -> String) -> String {
    let port = given.port.to_string();
    let known =
        [("{url}", given.url.as_str()), ("{host}", &given.host), ("{port}", &port), ("{ca}", &given.ca)];
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        let (before, from_brace) = rest.split_at(at);
        out.push_str(before);
        let is_variable = before.ends_with('$');
        match known.iter().find(|(name, _)| !is_variable && from_brace.starts_with(name)) {
            Some((name, value)) => {
                out.push_str(&write(value));
                rest = from_brace.strip_prefix(name).unwrap_or_default();
            }
            None => {
                out.push('{');
                rest = from_brace.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given() -> Given {
        let host = Host { name: HostName::Dns("api.example.com".to_owned()), port: 8443 };
        of_host(&host, Some("/a?b=1&c=2"), Path::new("ca.pem"))
    }

    #[test]
    fn a_command_gets_what_it_asks_for() {
        let url = "https://api.example.com:8443/a?b=1&c=2";
        for (line, completed) in [
            ("curl {url}", format!("curl '{url}'")),
            ("x --ca={ca} {host}:{port}", "x --ca=ca.pem api.example.com:8443".to_owned()),
            ("awk '{print}' ${url} {URL} {", "awk '{print}' ${url} {URL} {".to_owned()),
            ("{{host}}", "{api.example.com}".to_owned()),
        ] {
            let command = Command::Shell(line.to_owned());
            assert_eq!(complete(&command, &given()), ["sh", "-c", &completed]);
        }
        let list = Command::Program(vec!["x".to_owned(), "{url}".to_owned(), "-{port}-".to_owned()]);
        assert_eq!(complete(&list, &given()), ["x", url, "-8443-"]);
    }

    #[test]
    fn a_url_has_its_port_where_it_is_another() {
        for (port, path, url) in [
            (443, None, "https://api.example.com/"),
            (443, Some("/x"), "https://api.example.com/x"),
            (444, Some("/x"), "https://api.example.com:444/x"),
        ] {
            let host = Host { name: HostName::Dns("api.example.com".to_owned()), port };
            assert_eq!(of_host(&host, path, Path::new("")).url, url);
        }
        assert_eq!(of_this_machine(4433, None, Path::new("")).url, "https://localhost:4433/");
    }
}
