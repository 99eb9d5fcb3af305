//! `new`: the file that it writes passes at once, and does not any more when the host changes.

use tls_readiness::scenario::Policies;

use crate::binary::{Folder, Ran, closed_port};
use crate::served::Served;

const FILE: &str = "scenarios/localhost.yaml";

fn new(folder: &Folder, server: &Served, more: &[&str]) -> Ran {
    let way = ["new", "localhost", "--connect-to", &server.address, "--ca", &server.ca];
    folder.run(&[&way, more].concat())
}

fn read(folder: &Folder, file: &str) -> String {
    std::fs::read_to_string(folder.path().join(file)).unwrap()
}

/// The file about one server with the way to another one.
fn move_to(folder: &Folder, from: &Served, to: &Served) {
    let stem = |path: &str| std::path::Path::new(path).file_name().unwrap().to_string_lossy().into_owned();
    let text = read(folder, FILE).replace(&from.address, &to.address).replace(&stem(&from.ca), &stem(&to.ca));
    std::fs::write(folder.path().join(FILE), text).unwrap();
}

/// The day on which the waivers of the file end, and those before and after it.
fn days_around_the_end(text: &str) -> (String, time::Date, String) {
    let until = text.lines().find_map(|line| line.trim().strip_prefix("until: ")).unwrap();
    let format = time::macros::format_description!("[year]-[month]-[day]");
    let day = time::Date::parse(until, format).unwrap();
    (until.to_owned(), day, day.next_day().unwrap().to_string())
}

#[test]
fn what_a_host_does_is_written_down_and_passes() {
    for (min, max, holds, lacks) in [
        (
            "1.2",
            "1.3",
            &["tls-1.2-is-accepted:", "tls-1.3-is-accepted:"][..],
            &["waiver", "refused today"][..],
        ),
        ("1.2", "1.2", &["# TLS 1.3 is refused today."], &["waiver", "tls-1.3-is-accepted"]),
        ("1.3", "1.3", &["# TLS 1.2 is refused today."], &["waiver", "tls-1.2-is-accepted"]),
        ("1.0", "1.2", &["observed: [accepted 1.0, accepted 1.1]"], &[]),
        ("1.1", "1.1", &["observed: [accepted 1.1]", "# TLS 1.2 is refused today."], &["certificate"]),
    ] {
        let (folder, server) = (Folder::new(), Served::new(min, max));
        let ran = new(&folder, &server, &[]);
        ran.ended_with(0);
        assert!(ran.stdout.starts_with(&format!("wrote {FILE}: ")), "{}", ran.console());
        let text = read(&folder, FILE);
        assert!(holds.iter().all(|it| text.contains(it)), "{text}");
        assert!(!lacks.iter().any(|it| text.contains(it)), "{text}");
        assert!(text.contains("older-versions-are-refused:\n"), "{text}");
        folder.run(&["lint"]).ended_with(0);
        folder.run(&["check"]).ended_with(0);
        // The certificate is what the server showed, not what any server could.
        if text.contains("certificate_valid_for") {
            let other = Served::new(min, max);
            std::fs::write(folder.path().join(FILE), text.replace(&server.address, &other.address)).unwrap();
            folder.run(&["check"]).ended_with(1);
        }
    }
}

#[test]
fn waivers_last_ninety_days_and_cover_what_was_there() {
    let (folder, server) = (Folder::new(), Served::new("1.1", "1.2"));
    new(&folder, &server, &[]).ended_with(0);
    let text = read(&folder, FILE);
    let (until, day, after) = days_around_the_end(&text);
    let today = time::OffsetDateTime::now_utc().date();
    assert!((89..=91).contains(&(day - today).whole_days()), "{until}");
    folder.run(&["check", "--as-of", &until]).ended_with(0);
    let ran = folder.run(&["check", "--as-of", &after]);
    ran.ended_with(1);
    assert!(ran.stdout.contains(&format!("the waiver ended on {until}")), "{}", ran.console());

    let (worse, better) = (Served::new("1.0", "1.2"), Served::new("1.2", "1.2"));
    move_to(&folder, &server, &worse);
    let ran = folder.run(&["check"]);
    ran.ended_with(1);
    assert!(ran.stdout.contains("accepted 1.0"), "{}", ran.console());
    move_to(&folder, &worse, &better);
    let ran = folder.run(&["check"]);
    ran.ended_with(1);
    assert!(ran.stdout.contains("delete the waiver on line"), "{}", ran.console());
}

#[test]
fn a_file_for_a_policy_passes_with_waivers_for_what_does_not_comply() {
    let (folder, server) = (Folder::new(), Served::new("1.0", "1.2"));
    for policy in Policies::shipped() {
        let file = format!("scenarios/{}.yaml", policy.name);
        new(&folder, &server, &["--policy", &policy.name, "--output", &file]).ended_with(0);
        let text = read(&folder, &file);
        assert!(text.contains(&format!("policy: {}\n", policy.name)), "{text}");
        assert!(text.contains("waiver:") && text.contains("observed:"), "{text}");
    }
    folder.run(&["check"]).ended_with(0);
    let ready = read(&folder, "scenarios/tls12-ready.yaml");
    assert!(ready.contains("no-tls-1.0:") && ready.contains("observed: [accepted 1.0]"), "{ready}");
    assert!(!ready.contains("no-ssl-3.0"), "{ready}");
}

#[test]
fn a_policy_of_ones_own_is_known_too() {
    let (folder, server) = (Folder::new(), Served::new("1.2", "1.2"));
    std::fs::create_dir(folder.path().join("scenarios/policies")).unwrap();
    let rule = "scenarios:\n  newest:\n    min_version: 1.3\n    evidence: hello\n    expect: accepted\n";
    std::fs::write(folder.path().join("scenarios/policies/house.yaml"), format!("title: Ours\n{rule}"))
        .unwrap();
    new(&folder, &server, &["--policy", "house"]).ended_with(0);
    assert!(read(&folder, FILE).contains("  newest:\n    waiver:\n"), "{}", read(&folder, FILE));
    folder.run(&["check"]).ended_with(0);
}

#[test]
fn a_file_that_is_there_is_left_alone() {
    let (folder, server) = (Folder::new().scenario("localhost", "mine"), Served::new("1.2", "1.2"));
    let ran = new(&folder, &server, &[]);
    ran.ended_with(2);
    let words = format!("error: {FILE} is there already; name another file with --output\n");
    assert!(ran.stderr.starts_with(&words), "{}", ran.console());
    assert_eq!(read(&folder, FILE), "mine");
}

/// For the folder of the scenarios, wherever it is printed.
#[test]
fn it_can_be_printed() {
    let (folder, server) = (Folder::new(), Served::new("1.2", "1.2"));
    let ran = new(&folder, &server, &["--output", "-"]);
    ran.ended_with(0);
    assert!(ran.stdout.contains("\nhost: localhost\n"), "{}", ran.console());
    assert_eq!(std::fs::read_dir(folder.path().join("scenarios")).unwrap().count(), 0);
    std::fs::write(folder.path().join(FILE), &ran.stdout).unwrap();
    folder.run(&["check"]).ended_with(0);
}

#[test]
fn a_folder_that_there_is_not_is_made_with_the_file() {
    let (folder, server) = (Folder::new(), Served::new("1.2", "1.2"));
    let file = "some/where/localhost.yaml";
    let way = ["new", "localhost", "--connect-to", "127.0.0.1:1", "--ca", &server.ca, "--output", file];
    folder.run(&way).ended_with(3);
    assert!(!folder.path().join("some/where").exists());
    new(&folder, &server, &["--output", file]).ended_with(0);
    folder.run(&["check", "--scenarios", "some/where"]).ended_with(0);
}

#[test]
fn nothing_is_written_where_nothing_could_be_told() {
    let folder = Folder::new();
    let address = format!("127.0.0.1:{}", closed_port());
    for more in [&[][..], &["--policy", "tls12-ready"]] {
        let way = ["new", "localhost", "--connect-to", &address, "--timeout", "5s"];
        let ran = folder.run(&[&way, more].concat());
        ran.ended_with(3);
        let words = "error: it could not be told what localhost does; nothing was written\n";
        assert!(ran.stderr.starts_with(words), "{}", ran.console());
        assert!(ran.stderr.contains("connection refused"), "{}", ran.console());
        assert_eq!(std::fs::read_dir(folder.path().join("scenarios")).unwrap().count(), 0);
    }
}

#[test]
fn a_policy_that_there_is_not_is_wrong_usage() {
    let ran = Folder::new().run(&["new", "localhost", "--policy", "tls12-redy"]);
    ran.ended_with(2);
    assert!(ran.stderr.contains("tls12-ready"), "{}", ran.console());
}

/// What is wrong with it today is no demand: the host may renew it.
#[test]
fn a_certificate_that_is_not_trusted_is_waived() {
    let (folder, server, other) = (Folder::new(), Served::new("1.2", "1.3"), Served::new("1.2", "1.3"));
    let way = ["new", "localhost", "--connect-to", &server.address, "--ca", &other.ca];
    folder.run(&way).ended_with(0);
    let text = read(&folder, FILE);
    assert!(text.contains("expect: { certificate: trusted }\n    waiver:\n"), "{text}");
    assert!(text.contains("observed: [certificate unknown-issuer]"), "{text}");
    folder.run(&["check"]).ended_with(0);
    // The host gets a certificate of the authority that is trusted.
    move_to(&folder, &server, &other);
    let ran = folder.run(&["check"]);
    ran.ended_with(1);
    assert!(ran.stdout.contains("delete the waiver on line"), "{}", ran.console());
}

/// The day of a rule governs, not one that somebody would have to delete before it.
#[test]
fn a_rule_that_is_pending_gets_no_waiver() {
    let (folder, server) = (Folder::new(), Served::new("1.2", "1.2"));
    std::fs::create_dir(folder.path().join("scenarios/policies")).unwrap();
    let rule = "scenarios:\n  newest:\n    min_version: 1.3\n    evidence: hello\n    expect: accepted\n    enforce_from: 2999-01-01\n";
    std::fs::write(folder.path().join("scenarios/policies/house.yaml"), format!("title: Ours\n{rule}"))
        .unwrap();
    new(&folder, &server, &["--policy", "house"]).ended_with(0);
    assert!(read(&folder, FILE).ends_with("policy: house\n"), "{}", read(&folder, FILE));
    folder.run(&["check"]).ended_with(0);
}

#[test]
fn a_file_that_no_check_would_read_is_wrong_usage() {
    let folder = Folder::new();
    for (file, words) in [
        ("localhost", "its name does not end in `.yaml` or `.yml`; give it that ending"),
        ("scenarios/localhost.json", "its name does not end in `.yaml` or `.yml`; give it that ending"),
        ("scenarios/a::b.yaml", "`::` in the path of a scenario file; rename it"),
        ("a\u{7}b.yaml", "the path of a scenario file has characters that are not shown; rename it"),
        (
            "scenarios/policies/a.yaml",
            "what lies in a folder `policies` is a policy; write it to another folder",
        ),
        ("policies/a.yml", "what lies in a folder `policies` is a policy; write it to another folder"),
    ] {
        let ran = folder.run(&["new", "localhost", "--output", file]);
        ran.ended_with(2);
        assert!(ran.stderr.starts_with("error: ") && ran.stderr.contains(words), "{}", ran.console());
        assert!(!folder.path().join("policies").exists());
    }
}

/// The command is what a shell makes of it.
#[cfg(unix)]
#[test]
fn the_command_that_is_printed_runs_the_tests() {
    let server = Served::new("1.2", "1.2");
    for (more, printed) in [
        (&[][..], "tls-readiness check localhost"),
        (&["--scenarios", "my scenarios"], "tls-readiness check --scenarios 'my scenarios' localhost"),
        (
            &["--scenarios", "it's", "--output", "it's/eu/a host.v1.yml"],
            r"tls-readiness check --scenarios 'it'\''s' 'eu/a host.v1'",
        ),
        (&["--output", "else where/api.v1.yaml"], "tls-readiness check --scenarios 'else where' api.v1"),
        (&["--output", "scenarios/-x.yaml"], "tls-readiness check -- -x"),
    ] {
        let folder = Folder::new();
        let ran = new(&folder, &server, more);
        ran.ended_with(0);
        let command = ran.stdout.lines().find_map(|line| line.strip_prefix("run them: ")).unwrap();
        assert_eq!(command, printed);
        let line = command.replacen("tls-readiness", "\"$0\"", 1);
        let status = std::process::Command::new("sh")
            .args(["-c", &line, env!("CARGO_BIN_EXE_tls-readiness")])
            .current_dir(folder.path())
            .stdout(std::process::Stdio::null())
            .status();
        assert_eq!(status.unwrap().code(), Some(0), "{command}");
    }
}

#[test]
fn the_file_says_how_it_was_written() {
    let (folder, server) = (Folder::new(), Served::new("1.2", "1.2"));
    std::fs::create_dir(folder.path().join("my cas")).unwrap();
    std::fs::copy(&server.ca, folder.path().join("my cas/ca.pem")).unwrap();
    let address = &server.address;
    let way = ["new", "[::1]", "--connect-to", address, "--ca", "my cas/ca.pem", "--timeout", "60s"];
    let more = ["--server-name", "localhost", "--policy", "tls12-ready", "--output", "scenarios/a.yaml"];
    folder.run(&[&way[..], &more[..]].concat()).ended_with(0);
    let text = read(&folder, "scenarios/a.yaml");
    let command = format!(
        "#   tls-readiness new '[::1]' --policy tls12-ready --connect-to {address} --server-name localhost \
         --ca 'my cas/ca.pem' --timeout 1m\n"
    );
    assert!(text.contains(&command), "{text}");
    assert!(text.contains("\ntimeout: \"1m\"\n"), "{text}");
    folder.run(&["check"]).ended_with(0);
}

#[test]
fn an_address_of_ipv6_is_a_host_too() {
    let (folder, server) = (Folder::new(), Served::new("1.2", "1.2"));
    folder.run(&["new", "[::1]", "--connect-to", &server.address, "--ca", &server.ca]).ended_with(0);
    let text = read(&folder, "scenarios/1.yaml");
    assert!(text.contains("\nhost: \"[::1]\"\n"), "{text}");
    folder.run(&["check"]).ended_with(0);
}

#[test]
fn a_policy_that_is_named_by_its_file_is_found_from_the_caller() {
    let (folder, server) = (Folder::new(), Served::new("1.2", "1.2"));
    std::fs::create_dir(folder.path().join("shared")).unwrap();
    let rule = "title: Ours\nscenarios:\n  old:\n    min_version: 1.2\n    max_version: 1.2\n    evidence: hello\n    expect: accepted\n";
    std::fs::write(folder.path().join("shared/house.yaml"), rule).unwrap();
    new(&folder, &server, &["--policy", "shared/house.yaml"]).ended_with(0);
    let text = read(&folder, FILE);
    assert!(text.contains("\npolicy: \"../shared/house.yaml\"\n"), "{text}");
    assert!(text.contains("new localhost --policy shared/house.yaml --connect-to "), "{text}");
    folder.run(&["check"]).ended_with(0);

    let ran = new(&folder, &server, &["--policy", "shared/mouse.yaml", "--output", "scenarios/b.yaml"]);
    ran.ended_with(2);
    assert!(ran.stderr.starts_with("error: shared/mouse.yaml cannot be read: "), "{}", ran.console());
}
