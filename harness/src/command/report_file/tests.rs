use super::*;

#[test]
fn a_report_is_a_kind_and_a_file() {
    let file = |kind, name: &str| Ok(Report { kind, target: Target::File(name.into()) });
    let standard = |kind| Ok(Report { kind, target: Target::Standard });
    for (text, parsed) in [
        ("json=report.json", file(Kind::Json, "report.json")),
        ("json=a=b", file(Kind::Json, "a=b")),
        ("junit=a.xml", file(Kind::Junit, "a.xml")),
        ("sarif=a", file(Kind::Sarif, "a")),
        ("markdown=a", file(Kind::Markdown, "a")),
        ("html=a", file(Kind::Html, "a")),
        ("json=-", standard(Kind::Json)),
        ("html=/dev/stdout", standard(Kind::Html)),
        ("json", Err("write KIND=FILE, json=report.json say")),
        ("json=", Err("the file's name is missing; - is standard output")),
        ("js\u{1b}on=x", Err("unknown kind `js\\u{1b}on`; there are json, junit, sarif, markdown, html")),
    ] {
        assert_eq!(parse(text), parsed.map_err(str::to_owned));
    }
}

fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    super::write_whole(path, &|out| out.write_all(text.as_bytes()))
}

#[test]
fn a_report_that_cannot_be_finished_leaves_what_was_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.json");
    write_whole(&path, "old").unwrap();
    let broken = super::write_whole(&path, &|out| {
        out.write_all(b"half")?;
        Err(io::Error::other("broken"))
    });
    assert!(broken.is_err());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "something was left behind");
}

#[test]
fn a_report_is_whole_or_what_it_was_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.json");
    write_whole(&path, "old").unwrap();
    write_whole(&path, "new").unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "new");
    assert!(write_whole(&folder.path().join("absent").join("report.json"), "new").is_err());
    assert!(write_whole(folder.path(), "new").is_err());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "something was left behind");
}

#[cfg(unix)]
#[test]
fn a_report_can_be_read_by_whoever_can_read_a_new_file() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let mode = |name: &str| folder.path().join(name).metadata().unwrap().permissions().mode();
    std::fs::write(folder.path().join("new"), "").unwrap();
    write_whole(&folder.path().join("report"), "{}").unwrap();
    assert_eq!(mode("report"), mode("new"));
}

/// Who may not read the report of yesterday may not read the one of today.
#[cfg(unix)]
#[test]
fn a_report_keeps_the_permissions_of_the_one_before() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report");
    write_whole(&path, "old").unwrap();
    for mode in [0o600, 0o640, 0o604, 0o400] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        write_whole(&path, "new").unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o7777, mode);
    }
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link() {
    let folder = tempfile::tempdir().unwrap();
    let (link, target) = (folder.path().join("link"), folder.path().join("target"));
    std::fs::write(&target, "old").unwrap();
    std::os::unix::fs::symlink(&target, &link).unwrap();
    write_whole(&link, "new").unwrap();
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert_eq!(std::fs::read_to_string(&target).unwrap(), "new");
}

#[cfg(unix)]
fn to(path: &Path) -> Report {
    Report { kind: Kind::Json, target: Target::File(path.to_owned()) }
}

#[cfg(unix)]
#[test]
fn a_link_to_what_is_not_there_yet_stays_a_link() {
    use std::os::unix::fs::symlink;

    let folder = tempfile::tempdir().unwrap();
    let (link, second) = (folder.path().join("link"), folder.path().join("second"));
    symlink("second", &link).unwrap();
    symlink("sub/target", &second).unwrap();
    let reports = [to(&link)];
    assert!(prepare(&reports).is_err(), "the target's folder is not there");
    std::fs::create_dir(folder.path().join("sub")).unwrap();
    assert!(prepare(&reports).is_ok());
    write_whole(&link, "new").unwrap();
    assert!(link.symlink_metadata().unwrap().is_symlink() && second.symlink_metadata().unwrap().is_symlink());
    assert_eq!(std::fs::read_to_string(folder.path().join("sub/target")).unwrap(), "new");

    let circle = folder.path().join("circle");
    symlink("circle", &circle).unwrap();
    assert!(prepare(&[to(&circle)]).is_err());
}
