//! `serve`: a stand-in that a person's own client can be pointed at.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use crate::binary::{Folder, finish, note};
use crate::interrupt::signal;
use crate::peers::peers_are_required;

/// A stand-in that runs, and what it said about itself.
struct Served {
    child: Child,
    address: String,
    ca: PathBuf,
    curl: String,
}

fn serve(folder: &Folder, arguments: &[&str]) -> Served {
    let mut child = folder.command(&[&["serve"], arguments].concat()).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = || {
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    };
    let (first, ca, curl) = (line(), line(), line());
    child.stdout = Some(stdout.into_inner());
    let after = |line: &str, words: &str| {
        line.split_once(words).unwrap_or_else(|| panic!("no {words:?} in {line:?}")).1.to_owned()
    };
    Served {
        child,
        address: after(&first, " at "),
        ca: after(&ca, "  CA file  ").into(),
        curl: after(&curl, "  try it   "),
    }
}

fn stop(served: Served, name: &str) {
    signal(&served.child, name);
    finish(served.child).ended_with(0);
    assert!(!served.ca.exists(), "the CA file was left behind");
}

#[test]
fn it_stops_when_told_and_takes_its_file_with_it() {
    let folder = Folder::mixed();
    for (arguments, name) in [(&[][..], "INT"), (&["scenarios/api.yaml"], "INT"), (&[], "TERM")] {
        let served = serve(&folder, arguments);
        assert!(std::fs::read_to_string(&served.ca).unwrap().starts_with("-----BEGIN CERTIFICATE-----"));
        assert!(std::net::TcpStream::connect(&served.address).is_ok());
        stop(served, name);
    }
}

/// The line as it is printed, by a shell, from a path that a shell would take apart.
#[test]
fn the_curl_line_works_as_it_is_printed() {
    let long = "x".repeat(300);
    let folder = Folder::new().scenario(
        "api",
        &"host: api.example.com:8443\npath: /status?a=1&b=$(id)LONG\nreplica: { min_version: 1.2, max_version: 1.2, status: 203, body: it is up }\nexpect: { version: 1.2, status: 203 }\n".replace("LONG", &long),
    );
    let served = serve(&folder, &["scenarios/api.yaml"]);
    assert!(served.curl.contains(&long), "{}", served.curl);
    if Command::new("curl").arg("--version").output().is_err() {
        assert!(!peers_are_required(), "curl is not installed");
        note("ignored (curl is not installed)");
    } else {
        let ran = Command::new("sh")
            .args(["-c", &format!("{} --silent --write-out ' %{{http_code}}'", served.curl)])
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(String::from_utf8_lossy(&ran.stdout), "it is up 203", "{}\n{stderr}", served.curl);
    }
    stop(served, "INT");
}

/// `--as-of` is the day by which a certificate of the outside is judged.
#[test]
fn a_certificate_is_judged_by_the_day_of_the_run() {
    let serving = Folder::new();
    let served = serve(&serving, &[]);
    let folder = Folder::new().scenario(
        "a",
        &format!("host: localhost\nconnect_to: {}\nca: ca.pem\nexpect: accepted\n", served.address),
    );
    std::fs::copy(Path::new(&served.ca), folder.path().join("scenarios/ca.pem")).unwrap();
    for (day, code, outcome) in [
        (&[][..], 0, "trusted"),
        (&["--as-of", "2100-01-01"], 1, "expired"),
        (&["--as-of", "2000-01-01"], 1, "other"),
    ] {
        let ran = folder.run(&[&["check", "--report", "json=report.json"], day].concat());
        ran.ended_with(code);
        let report = folder.json("report.json");
        let certificate = &report["tests"][0]["observations"][0]["certificate"];
        assert_eq!(certificate["outcome"], outcome, "{day:?}: {}", ran.console());
    }
    stop(served, "INT");
}

#[test]
fn what_cannot_be_served_is_said() {
    let folder = Folder::new().scenario("a", "host: a.test\nexpect: accepted\n");
    let ran = folder.run(&["serve", "scenarios/a.yaml"]);
    ran.ended_with(2);
    assert!(ran.stderr.contains("scenarios/a.yaml has no `replica`"), "{}", ran.console());

    let served = serve(&folder, &[]);
    let port = served.address.rsplit_once(':').unwrap().1.to_owned();
    let ran = folder.run(&["serve", "--port", &port]);
    ran.ended_with(101);
    assert!(
        ran.stderr.contains(&format!("was not started on port {port}: Address already in use")),
        "{}",
        ran.console()
    );
    stop(served, "INT");
}
