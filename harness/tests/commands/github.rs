//! In a step of GitHub Actions: annotations, the job summary, the outputs, and what must not be obeyed.

use std::fs;
use std::process::Command;

use crate::binary::{Folder, Ran, finish};

/// The command in a step whose workspace is the folder above `folder`'s own.
fn step(folder: &Folder, arguments: &[&str]) -> Command {
    let mut command = folder.command(arguments);
    command.env("GITHUB_ACTIONS", "true").env("GITHUB_WORKSPACE", folder.path());
    command.env("GITHUB_STEP_SUMMARY", folder.path().join("summary.md"));
    command.env("GITHUB_OUTPUT", folder.path().join("output"));
    command
}

fn run(folder: &Folder, arguments: &[&str]) -> Ran {
    finish(step(folder, arguments).spawn().unwrap())
}

fn read(folder: &Folder, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).unwrap_or_default()
}

fn commands(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.starts_with("::")).collect()
}

#[test]
fn what_is_not_green_is_annotated_at_its_line() {
    let folder = Folder::mixed();
    let ran = run(&folder, &["check"]);
    let commands = commands(&ran.ended_with(1).stdout);
    let begins = [
        "::group::4 tests",
        "::endgroup::",
        "::error file=scenarios/api.yaml,line=6,col=3,title=failed%3A api%3A%3Atls-1.3 (against a replica)::api.example.com refuses TLS 1.3: ",
        "::error file=scenarios/api.yaml,line=7,col=3,title=inconclusive%3A api%3A%3Adown::api.example.com cannot be reached: connection refused%0AExpected: ",
    ];
    assert_eq!(commands.len(), begins.len(), "{}", ran.console());
    for (command, begin) in commands.iter().zip(begins) {
        assert!(command.starts_with(begin), "{command}");
    }
    let summary = read(&folder, "summary.md");
    assert!(summary.starts_with("## ❌ TLS readiness: not ready\n\n**1 failed, 1 inconclusive, 2 passed**, 3 of 4 against replicas"), "{summary}");
    assert_eq!(read(&folder, "output"), "verdict=not ready\nexit-code=1\n");
}

#[test]
fn what_waits_for_its_day_is_a_warning_and_what_is_left_out_a_notice() {
    let folder = Folder::new().scenario(
        "a",
        "host: a.test\nreplica: { min_version: 1.2, max_version: 1.2 }\nmin_version: 1.2\nmax_version: 1.2\nexpect: refused\nscenarios:\n  later: { enforce_from: 2999-01-01 }\n  waived: { waiver: { until: 2999-01-01, reason: why } }\n  absent: { client: [no-such-program], when_missing: ignore }\n",
    );
    let ran = run(&folder, &["check"]);
    let names: Vec<&str> =
        commands(&ran.ended_with(0).stdout).iter().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(
        names,
        ["::group::3", "::endgroup::", "::warning", "::warning", "::notice"],
        "{}",
        ran.console()
    );
    let ran = run(&folder, &["check", "--fail-on", "pending"]);
    assert!(ran.ended_with(1).stdout.contains("::error file=scenarios/a.yaml,line=7,"), "{}", ran.console());
}

#[test]
fn a_step_keeps_ten_annotations_and_the_last_says_how_many_more() {
    let hosts: Vec<String> = (0..25).map(|number| format!("h{number}.test")).collect();
    let text = format!(
        "hosts: [{}]\nreplica: {{ min_version: 1.2, max_version: 1.2 }}\nmin_version: 1.2\nmax_version: 1.2\nexpect: refused\n",
        hosts.join(", ")
    );
    let ran = run(&Folder::new().scenario("many", &text), &["check"]);
    let errors: Vec<&str> =
        commands(&ran.ended_with(1).stdout).into_iter().filter(|line| line.starts_with("::error")).collect();
    assert_eq!(errors.len(), 10, "{}", ran.console());
    assert!(errors[9].starts_with("::error title=TLS readiness::16 more tests like these"), "{}", errors[9]);
}

/// Two commands of one step share its summary, which GitHub drops where it is longer than 1 MiB.
#[test]
fn a_summary_is_appended_and_never_too_long() {
    let folder = Folder::mixed();
    fs::write(folder.path().join("summary.md"), "x".repeat(1024 * 1024 - 600)).unwrap();
    run(&folder, &["check"]).ended_with(1);
    let summary = read(&folder, "summary.md");
    assert!(summary.len() <= 1024 * 1024, "{}", summary.len());
    assert!(
        summary.contains("xx\n## ❌ TLS readiness: not ready") && summary.contains("left out"),
        "no verdict"
    );

    fs::write(folder.path().join("summary.md"), "x".repeat(1024 * 1024)).unwrap();
    run(&folder, &["check"]).ended_with(1);
    assert_eq!(read(&folder, "summary.md").len(), 1024 * 1024);
}

/// Of a summary without a line end the one that is added takes its byte of room.
#[test]
fn a_summary_that_just_fits_is_not_too_long() {
    let folder = Folder::mixed().scenario("b", "hots: a.test\n");
    run(&folder, &["check"]).ended_with(2);
    let head = read(&folder, "summary.md").find("**\n").unwrap() + "**\n".len();
    for (before, is_told) in [(1024 * 1024 - head, false), (1024 * 1024 - head - 1, true)] {
        fs::write(folder.path().join("summary.md"), "x".repeat(before)).unwrap();
        run(&folder, &["check"]).ended_with(2);
        let length = read(&folder, "summary.md").len();
        assert_eq!(length, if is_told { 1024 * 1024 } else { before });
    }
}

#[test]
fn files_are_named_from_the_root_of_the_repository() {
    let folder = Folder::mixed();
    let mut command = step(&folder, &["check", "down"]);
    command.env("GITHUB_WORKSPACE", folder.path().parent().unwrap());
    let ran = finish(command.spawn().unwrap());
    let name = folder.path().file_name().unwrap().to_str().unwrap();
    assert!(ran.stdout.contains(&format!("::error file={name}/scenarios/api.yaml,")), "{}", ran.console());
}

#[test]
fn where_standard_output_is_for_programs_the_commands_are_on_standard_error() {
    let folder = Folder::mixed();
    for arguments in [&["check", "--format", "json"][..], &["check", "--report", "html=-"]] {
        let ran = run(&folder, arguments);
        assert!(commands(&ran.ended_with(1).stdout).is_empty(), "{}", ran.console());
        assert_eq!(commands(&ran.stderr).len(), 4, "{}", ran.console());
    }
}

#[test]
fn elsewhere_there_are_no_commands() {
    let folder = Folder::mixed();
    for value in ["", "false"] {
        let mut command = step(&folder, &["check"]);
        command.env("GITHUB_ACTIONS", value);
        let ran = finish(command.spawn().unwrap());
        assert!(commands(&ran.ended_with(1).stdout).is_empty(), "{}", ran.console());
        assert_eq!(read(&folder, "summary.md") + &read(&folder, "output"), "");
    }
}

/// The verdict of a step that others wait for must reach them.
#[test]
fn a_summary_that_cannot_be_written_is_no_green() {
    let folder = Folder::mixed();
    let mut command = step(&folder, &["check", "tls-1.2"]);
    command.env("GITHUB_OUTPUT", folder.path().join("absent").join("output"));
    let ran = finish(command.spawn().unwrap());
    assert!(
        ran.ended_with(101).stderr.contains("the outputs of this step cannot be written"),
        "{}",
        ran.console()
    );
    assert!(ran.stdout.contains("ready: 1 passed"), "{}", ran.console());
}

/// Nothing was run, and whoever opened the pull request sees at which line.
#[test]
fn mistakes_of_scenario_files_are_annotated_at_their_lines() {
    let wrong: String = (0..12).map(|number| format!("x{number}: 1\n")).collect();
    for (text, errors, last) in [
        (
            "hots: a.test\nexpect: accepted\n",
            2,
            "::error file=scenarios/b.yaml,line=1,col=1,title=mistake in a scenario file::unknown field `hots`: did you mean `host`?",
        ),
        (&wrong, 10, "::error title=TLS readiness::"),
    ] {
        for name in ["check", "lint"] {
            let folder = Folder::mixed().scenario("b", text);
            let ran = run(&folder, &[name]);
            let commands = commands(&ran.ended_with(2).stderr);
            assert!(
                commands.len() <= errors && commands.iter().any(|line| line.starts_with(last)),
                "{}",
                ran.console()
            );
            assert!(
                read(&folder, "summary.md")
                    .starts_with("## ❌ TLS readiness: the scenarios have mistakes\n\n**")
            );
            assert_eq!(read(&folder, "output"), "exit-code=2\n");
        }
    }
}

/// What others have written without a line end is not what it is glued to.
#[test]
fn outputs_stand_on_lines_of_their_own() {
    let folder = Folder::mixed();
    fs::write(folder.path().join("output"), "x=1").unwrap();
    run(&folder, &["check", "tls-1.2"]).ended_with(0);
    assert_eq!(read(&folder, "output"), "x=1\nverdict=ready\nexit-code=0\n");
}

/// Wrong usage has no line of a scenario, and is told all the same.
#[test]
fn what_keeps_the_command_from_its_work_is_an_error_of_the_step() {
    let folder = Folder::mixed();
    for (arguments, words) in [
        (&["check", "no-such-test"][..], "::error title=TLS readiness::no test's name holds `no-such-test`"),
        (&["check", "--jobs", "0"], "::error title=TLS readiness::error: invalid value '0'"),
        (&["report", "merge", "absent.json"], "::error title=TLS readiness::absent.json cannot be merged"),
    ] {
        let _ = fs::remove_file(folder.path().join("output"));
        let ran = run(&folder, arguments);
        assert!(commands(&ran.ended_with(2).stderr)[0].starts_with(words), "{}", ran.console());
        assert_eq!(read(&folder, "output"), "exit-code=2\n");
    }
}

/// Code scanning knows files by the root of the repository, and a step of GitHub knows that root.
#[test]
fn sarif_names_files_from_the_root_of_the_repository() {
    let folder = Folder::mixed();
    let artifact = |folder: &Folder| {
        let log = folder.json("out.sarif");
        log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"].clone()
    };
    let name = folder.path().file_name().unwrap().to_str().unwrap().to_owned();
    let mut command = step(&folder, &["check", "down", "--report", "sarif=out.sarif"]);
    command.env("GITHUB_WORKSPACE", folder.path().parent().unwrap());
    finish(command.spawn().unwrap());
    assert_eq!(artifact(&folder)["uri"], format!("{name}/scenarios/api.yaml"));

    // Elsewhere git knows it.
    fs::create_dir(folder.path().join("scenarios/.git")).unwrap();
    let mut command =
        folder.command(&["check", "down", "--scenarios", ".", "--report", "sarif=../out.sarif"]);
    command.current_dir(folder.path().join("scenarios"));
    finish(command.spawn().unwrap());
    assert_eq!(artifact(&folder), serde_json::json!({ "uri": "api.yaml", "uriBaseId": "%SRCROOT%" }));
}
