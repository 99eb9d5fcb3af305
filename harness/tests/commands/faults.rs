//! What this machine cannot do: an error that says so, never a panic, never green, and never a word against
//! the host.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::process::{Command, Stdio};

use crate::binary::{Folder, Ran, finish, note};

/// Scenarios with stand-ins that all pass, and a program on trial that does not connect.
const READY: &str = "\
host: api.example.com
replica: { min_version: 1.2, max_version: 1.3 }
timeout: 30s
scenarios:
  accepted: { expect: accepted }
  hello: { evidence: hello, expect: accepted }
  refused: { min_version: 1.0, max_version: 1.1, expect: refused }
  suites: { expect: { cipher_suites: { some: [AEAD] } } }
  answer: { path: /, expect: { status: 200, alpn: http/1.1 } }
  program: { min_version: 1.2, max_version: 1.2, client: \"true\", expect: refused }
";

fn ready() -> Folder {
    Folder::new().scenario("api", READY)
}

/// The gate, as a shell starts it that has done `first`.
fn after(folder: &Folder, first: &str, arguments: &[&str]) -> Command {
    let gate = folder.command(&[]);
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("{first}; exec \"$0\" \"$@\"")).arg(gate.get_program()).args(arguments);
    command.current_dir(folder.path());
    for variable in ["CARGO", "NO_COLOR", "GITHUB_ACTIONS"] {
        command.env_remove(variable);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Each host and program here is ready, so that no run of them may say that it is not.
fn nothing_is_held_against_a_host(ran: &Ran, what: &str) {
    assert!(!ran.stderr.contains("panicked"), "{what}: {}", ran.console());
    assert_ne!(ran.code, Some(1), "{what}: {}", ran.console());
    let accused = ran.stdout.lines().find(|line| line.starts_with("failed: "));
    assert_eq!(accused, None, "{what}: {}", ran.console());
    if ran.code == Some(0) {
        assert!(!ran.stdout.contains("inconclusive"), "{what}: {}", ran.console());
    }
}

#[test]
fn without_descriptors_a_test_is_inconclusive_and_says_so() {
    // A stand-in that cannot take a connection is silent for so long.
    let folder = Folder::new().scenario("api", &READY.replace("timeout: 30s", "timeout: 2s"));
    for descriptors in [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 18] {
        let what = format!("{descriptors} descriptors");
        let limit = format!("ulimit -n {descriptors}");
        let ran = finish(after(&folder, &limit, &["check"]).spawn().unwrap());
        nothing_is_held_against_a_host(&ran, &what);
        if descriptors <= 8 {
            assert_eq!(ran.code, Some(3), "{what}: {}", ran.console());
            for words in ["Too many open files (os error 24)", "to do       let this process open more files"]
            {
                assert!(ran.stdout.contains(words), "{what}: {}", ran.console());
            }
        }
    }
}

/// Eight connections at a time are begun to an address, and there is room for fewer.
#[test]
fn with_few_descriptors_there_are_fewer_connections_at_a_time_and_no_less_is_told() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    // It is there, and refuses every hello; it ends with the process.
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let mut stream = stream;
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(&[21, 3, 1, 0, 2, 2, 70]);
                let _ = stream.read(&mut [0; 1]);
            });
        }
    });
    let tests: String =
        (0..16).map(|number| format!("  n{number}: {{ server_name: n{number}.test }}\n")).collect();
    let scenarios =
        format!("host: a.test\nconnect_to: \"{address}\"\nexpect: unreachable\nscenarios:\n{tests}");
    let folder = Folder::new().scenario("api", &scenarios);
    for descriptors in [10, 12, 14] {
        let limit = format!("ulimit -n {descriptors}");
        let ran = finish(after(&folder, &limit, &["check"]).spawn().unwrap());
        let last = ran.stdout.lines().last();
        assert_eq!(
            last,
            Some("not ready: 16 failed, all against the hosts"),
            "{descriptors}: {}",
            ran.console()
        );
    }
}

/// Where memory ends Rust stops the process, by a signal: that is no verdict either. The threads of libtest are
/// not on trial.
#[cfg(target_os = "linux")]
#[test]
fn without_memory_for_threads_nothing_is_held_against_a_host() {
    let folder = ready();
    let all: String = (0..20).map(|number| format!("host{number}.example, ")).collect();
    let text = READY.replace("host: api.example.com", &format!("hosts: [{}]", all.trim_end_matches(", ")));
    let folder = folder.scenario("all", &text.replace("client: \"true\"", "client: \"false\""));
    for megabytes in [20, 30, 40, 50, 70, 90, 120, 200] {
        let limit = format!("ulimit -v {}", megabytes * 1_000);
        for arguments in
            [&["check", "--jobs", "1", "--report", "json=r.json", "--report", "html=r.html"][..], &["lint"]]
        {
            let ran = finish(after(&folder, &limit, arguments).spawn().unwrap());
            nothing_is_held_against_a_host(&ran, &format!("{megabytes} MB, {arguments:?}"));
        }
    }
}

/// The system counts threads by user, and root's not: root becomes somebody else for it.
#[cfg(target_os = "linux")]
#[test]
fn without_threads_nothing_is_held_against_a_host() {
    let folder = ready();
    let gate = folder.path().join("gate");
    fs::copy(folder.command(&[]).get_program(), &gate).unwrap();
    for path in [folder.path(), &gate] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o777)).unwrap();
    }
    let is_root = fs::metadata("/proc/self").is_ok_and(|it| it.uid() == 0);
    let user: &[&str] =
        if is_root { &["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] } else { &[] };
    // Those that this user has already count too.
    let own = if is_root { 0 } else { threads_of_this_user() };
    for (spare, jobs) in [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 24].into_iter().zip(["1", "4"].into_iter().cycle())
    {
        let limit = format!("--nproc={}", own + spare);
        let words = user.iter().copied().chain(["prlimit", &limit]).chain([gate.to_str().unwrap()]);
        let words: Vec<&str> = words.chain(["check", "--skip", "program", "--jobs", jobs]).collect();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).current_dir(folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let Ok(child) = command.spawn() else {
            assert!(!crate::peers::peers_are_required(), "prlimit and setpriv are of util-linux");
            return note("ignored (util-linux is not installed)");
        };
        let ran = finish(child);
        nothing_is_held_against_a_host(&ran, &format!("{spare} threads, --jobs {jobs}"));
    }
}

#[cfg(target_os = "linux")]
fn threads_of_this_user() -> usize {
    let own = fs::metadata("/proc/self").unwrap().uid();
    let processes = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
    let of_user = processes.filter(|path| fs::metadata(path).is_ok_and(|it| it.uid() == own));
    of_user.filter_map(|path| fs::read_dir(path.join("task")).ok()).map(Iterator::count).sum()
}

#[test]
fn a_report_that_cannot_be_written_says_why_and_what_was_there_stays() {
    let folder = ready();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("file"), "before").unwrap();
    std::os::unix::fs::symlink("loop", path("loop")).unwrap();
    std::os::unix::fs::symlink("absent/report", path("dangling")).unwrap();
    fs::create_dir(path("folder")).unwrap();
    std::os::unix::fs::symlink("folder", path("to-a-folder")).unwrap();
    let long = "x".repeat(300);
    for (report, words) in [
        ("absent/report", "there is no such folder"),
        ("dangling", "there is no such folder"),
        ("file/report", "not a directory"),
        ("loop", "too many levels of links"),
        ("folder", "is a directory"),
        ("folder/", "is a directory"),
        (".", "is a directory"),
        ("to-a-folder", "is a directory"),
        (&long, "invalid filename"),
    ] {
        let ran = folder.run(&["check", "accepted", "--report", &format!("json={report}")]);
        ran.ended_with(2);
        let begin = format!("error: the report {report} cannot be written: ");
        assert!(ran.stderr.starts_with(&begin) && ran.stderr.contains(words), "{}", ran.console());
        assert!(ran.stderr.ends_with("; nothing was run\n") && ran.stdout.is_empty(), "{}", ran.console());
    }
    assert_eq!(fs::read_to_string(path("file")).unwrap(), "before");
    assert_eq!(fs::read_dir(path("folder")).unwrap().count(), 0, "something was left behind");
}

#[test]
fn a_report_for_a_pipe_that_nobody_reads_is_an_error_and_no_hang() {
    let folder = ready();
    assert!(Command::new("mkfifo").arg(folder.path().join("pipe")).status().unwrap().success());
    let ran = folder.run(&["check", "hello", "--report", "json=pipe"]);
    let words = "error: the report pipe cannot be written: nobody reads this pipe\n";
    assert_eq!(ran.ended_with(101).stderr, words, "{}", ran.console());
    assert!(ran.stdout.contains("ready: 1 passed"), "the verdict is lost: {}", ran.console());
}

/// Root writes everywhere.
#[test]
fn a_folder_that_is_read_only_is_said_before_the_run() {
    let folder = ready();
    let locked = folder.path().join("locked");
    fs::create_dir(&locked).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(locked.join("probe"), "").is_ok() {
        return note("ignored (this user may write everywhere)");
    }
    let ran = folder.run(&["check", "hello", "--report", "json=locked/report"]);
    let words = "error: the report locked/report cannot be written: permission denied; nothing was run\n";
    assert_eq!(ran.ended_with(2).stderr, words);
}

/// A file may be as large as this, in blocks of 512 bytes: a disk that is full at that point, for everybody.
#[test]
fn a_report_that_finds_no_room_is_not_half_there() {
    let folder = ready();
    let reports = ["json=r.json", "html=r.html", "junit=r.xml", "sarif=r.sarif", "markdown=r.md"];
    for report in reports {
        let name = report.split_once('=').unwrap().1;
        fs::write(folder.path().join(name), "before").unwrap();
        let limit = "trap '' XFSZ; ulimit -f 1";
        let ran = finish(after(&folder, limit, &["check", "--report", report]).spawn().unwrap());
        ran.ended_with(101);
        let words = format!("error: the report {name} cannot be written: File too large");
        assert!(ran.stderr.starts_with(&words), "{}", ran.console());
        assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap(), "before", "{report}");
    }
    let names = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let hidden = names.filter(|name| name.to_string_lossy().starts_with('.'));
    assert_eq!(hidden.count(), 0, "something was left behind");
}

/// Killed as soon as anything of a report is there, it leaves what says that it is not finished.
#[test]
fn who_is_killed_leaves_no_half_report() {
    let hosts: Vec<String> = (0..300).map(|number| format!("h{number}.test")).collect();
    let text =
        format!("hosts: [{}]\nconnect_to: 127.0.0.1:1\nattempts: 1\nexpect: accepted\n", hosts.join(", "));
    let folder = Folder::new().scenario("many", &text);
    let report = folder.path().join("r.json");
    let whole = |text: &str| serde_json::from_str::<serde_json::Value>(text).is_ok();
    let mut child =
        folder.command(&["check", "--report", "json=r.json"]).stdout(Stdio::null()).spawn().unwrap();
    let mut has_begun = false;
    while !has_begun && child.try_wait().unwrap().is_none() {
        let names = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        has_begun = names
            .filter(|name| name != "scenarios")
            .any(|name| fs::metadata(folder.path().join(name)).is_ok_and(|it| it.len() > 0));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    for entry in fs::read_dir(folder.path()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let is_known = name == "scenarios" || name == "r.json" || name.starts_with(".unfinished-report-");
        assert!(is_known, "{name}");
    }
    assert!(!report.exists() || whole(&fs::read_to_string(&report).unwrap()), "half a report");
}

#[test]
fn without_a_temporary_folder_it_is_said_which_one_is_needed() {
    let folder = ready();
    fs::write(folder.path().join("file"), "").unwrap();
    for (place, why) in [("absent", "No such file or directory (os error 2)"), ("file", "")] {
        let run = |arguments: &[&str]| {
            let mut command = folder.command(arguments);
            command.env("TMPDIR", folder.path().join(place));
            finish(command.spawn().unwrap())
        };
        // Nothing of it is needed there.
        run(&["check", "hello", "--report", "json=r.json"]).ended_with(0);
        for arguments in
            [&["check", "--report", "json=-"][..], &["calendar"], &["new", "127.0.0.1:1", "--output", "-"]]
        {
            let ran = run(arguments);
            assert!(
                ran.ended_with(101).stderr.contains("= set TMPDIR to another folder"),
                "{}",
                ran.console()
            );
        }
        let ran = run(&["check", "program"]);
        let words = "could not be tried: programs need a temporary folder, which cannot be made in ";
        assert!(ran.ended_with(3).stdout.contains(words), "{}", ran.console());
        assert!(ran.stdout.contains("(TMPDIR)") && ran.stdout.contains(why), "{}", ran.console());
    }
}

/// A closed stream is nowhere, as /dev/null is: nothing is written into a file that got its number, and the
/// verdict stays.
#[test]
fn closed_streams_change_no_verdict_and_are_no_file() {
    let folder = ready();
    for (closed, arguments, code) in [
        ("exec <&-", &["check", "--skip", "program", "--report", "json=r.json"][..], 0),
        ("exec >&-", &["check", "--skip", "program", "--report", "json=r.json"], 0),
        ("exec 2>&-", &["check", "--skip", "program", "--report", "json=r.json"], 0),
        ("exec <&- >&- 2>&-", &["check", "--skip", "program", "--report", "json=r.json"], 0),
        ("exec <&- >&- 2>&-", &["check", "no-such-test", "--report", "json=r.json"], 2),
        ("exec <&- >&- 2>&-", &["probe", "127.0.0.1:1", "--attempts", "1"], 3),
        ("exec <&- >&- 2>&-", &["lint"], 0),
    ] {
        let _ = fs::remove_file(folder.path().join("r.json"));
        let ran = finish(after(&folder, closed, arguments).spawn().unwrap());
        assert_eq!(ran.code, Some(code), "{closed} {arguments:?}: {}", ran.console());
        if code == 0 && arguments.contains(&"check") {
            assert_eq!(folder.json("r.json")["summary"]["exit_code"], 0, "{closed}");
        }
    }
}
