//! Files outside of the folder: a mistake in one is told without a word of what it holds.

use std::fs;
use std::os::unix::fs::symlink;

use crate::bounded::Bounded;

const SECRET: &str = "token: 5eb63bbbe01eeed0\n-5eb63bbbe01eeed0\n";

#[test]
fn nothing_of_a_file_outside_of_the_folder_is_shown() {
    let outside = tempfile::tempdir().unwrap();
    let secret = outside.path().join("secret.yaml");
    fs::write(&secret, SECRET).unwrap();
    let path = secret.display();
    for (name, text) in [
        ("a link", String::new()),
        ("a list of hosts", format!("hosts: {{ file: \"{path}\" }}\nexpect: accepted\n")),
        ("a policy", format!("host: a.example\npolicy: \"{path}\"\n")),
        ("a list by a link", "hosts: { file: secret.list }\nexpect: accepted\n".to_owned()),
    ] {
        let folder = Bounded::new();
        if text.is_empty() {
            symlink(&secret, folder.path("x.yaml")).unwrap();
        } else {
            symlink(&secret, folder.path("secret.list")).unwrap();
            fs::write(folder.path("x.yaml"), text).unwrap();
        }
        let text = folder.refused();
        assert!(!text.contains("5eb63bbbe01eeed0") && !text.contains("token"), "{name}: {text}");
        assert!(text.contains("error: a mistake here\n"), "{name}: {text}");
        assert!(text.contains("lies outside of the folder"), "{name}: {text}");
    }
}

/// Beside the folder, where the caller is, is not outside.
#[test]
fn what_lies_below_the_callers_folder_is_shown() {
    let folder = Bounded::of("hosts: { file: ../hosts.txt }\nexpect: accepted\n");
    fs::write(folder.folder().join("hosts.txt"), "-x\n").unwrap();
    assert!(folder.refused().contains("`-x` begins with `-`"));
}
