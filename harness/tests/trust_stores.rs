//! Trust stores, as programs that others wrote read them.
//!
//! A program that is not installed leaves its tests out; with `TLS_READINESS_REQUIRE_PEERS=1` they
//! fail instead.

#![expect(clippy::unwrap_used, reason = "it is how a test fails")]

#[path = "peers/required.rs"]
mod peers;

use std::path::Path;
use std::process::{Command, ExitCode, Output, Stdio};

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use tls_readiness::calendar::Today;
use tls_readiness::client::environment::{Endpoint, Variables, Way, changes};
use tls_readiness::client::trust::folder::PrivateFolder;
use tls_readiness::client::trust::{PASSWORD, TrustStores};
use tls_readiness::replica::{self, Authority, ReplicaSpec};
use tls_readiness::scenario::{HostName, Replica};
use tls_readiness::version::{Version, VersionRange};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let trials = vec![
        trial("keytool", "lists_every_certificate_as_trusted", keytool_lists),
        trial("keytool", "minds_the_password", keytool_minds_the_password),
        trial("openssl", "reads_every_certificate", openssl_reads),
        trial("curl", "trusts_the_stand_in_by_variables_alone", curl_trusts),
    ];
    libtest_mimic::run(&arguments, trials).exit_code()
}

type Check = fn() -> Result<(), Failed>;

fn trial(program: &'static str, name: &str, check: Check) -> Trial {
    Trial::ignorable_test(format!("{program}::{name}"), move || match unusable(program) {
        None => check().map(|()| Completion::Completed),
        Some(why) if peers::peers_are_required() => {
            Err(format!("{why}, and TLS_READINESS_REQUIRE_PEERS is set").into())
        }
        Some(why) => Ok(Completion::ignored_with(why)),
    })
}

fn unusable(program: &str) -> Option<String> {
    let argument = match program {
        "keytool" => "-help",
        "openssl" => "version",
        _ => "--version",
    };
    match Command::new(program).arg(argument).stdin(Stdio::null()).output() {
        // Where no Java is installed macOS has a program of this name that says so.
        Ok(output) if !output.status.success() => Some(format!("{program} does not run")),
        // It asks Windows for roots, and reads no variable.
        Ok(output) if text(&output).contains("Schannel") => Some(format!("{program} is built with Schannel")),
        Ok(_) => None,
        Err(_) => Some(format!("{program} is not installed")),
    }
}

/// Trust stores of an authority, on a machine that trusts another one.
fn stores() -> (Authority, TrustStores) {
    let now = Today::now().unwrap().moment();
    let [ours, trusted_already] = [(); 2].map(|()| Authority::new(now).unwrap());
    let folder = PrivateFolder::new().unwrap();
    let bundle = folder.write("preset.pem", trusted_already.pem().as_bytes()).unwrap();
    let preset = Variables::from([("SSL_CERT_FILE".into(), bundle.into())]);
    let stores = TrustStores::new(ours.der(), &preset).unwrap();
    (ours, stores)
}

fn keytool(store: &Path, password: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new("keytool");
    command.args(["-J-Duser.language=en", "-storepass", password, "-keystore"]).arg(store);
    command.args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn keytool_lists() -> Result<(), Failed> {
    let (ours, stores) = stores();
    let store = &stores.paths().pkcs12;
    let listed = keytool(store, PASSWORD, &["-list"]);
    is(listed.status.success(), &listed)?;
    is(text(&listed).matches("trustedCertEntry").count() == 2, &listed)?;
    let exported = keytool(store, PASSWORD, &["-exportcert", "-alias", "tls-readiness stand-in ca"]);
    is(exported.stdout == ours.der(), &exported)
}

fn keytool_minds_the_password() -> Result<(), Failed> {
    let (_, stores) = stores();
    let listed = keytool(&stores.paths().pkcs12, "another", &["-list"]);
    is(!listed.status.success(), &listed)
}

fn openssl_reads() -> Result<(), Failed> {
    let (_, stores) = stores();
    for (password, count) in [(PASSWORD, 2), ("another", 0)] {
        let mut command = Command::new("openssl");
        command.args(["pkcs12", "-nokeys", "-passin"]).arg(format!("pass:{password}"));
        let read = command.arg("-in").arg(&stores.paths().pkcs12).output()?;
        is(read.status.success() == (count > 0), &read)?;
        is(text(&read).matches("BEGIN CERTIFICATE").count() == count, &read)?;
    }
    Ok(())
}

fn curl_trusts() -> Result<(), Failed> {
    let (ours, stores) = stores();
    let versions = VersionRange::new(Version::Tls12, Version::Tls12).unwrap();
    let replica = Replica { versions, status: 200, body: "answered".to_owned() };
    let spec = ReplicaSpec::new(replica, HostName::Dns("localhost".to_owned()), None);
    let running = replica::start_on(0, spec, &ours, None)?;
    let port = running.address().port();
    let url = format!("https://127.0.0.1:{port}/");
    let endpoint = Endpoint { url: &url, host: "127.0.0.1", port };
    let preset: Variables = std::env::vars_os().collect();
    for (trust, answer) in [(Some(stores.paths()), "answered"), (None, "")] {
        let mut command = Command::new("curl");
        command.args(["--disable", "--silent", "--show-error", &url]);
        let changes = changes(&preset, trust, Way::Namespace(running.address()), endpoint);
        command.env_clear().envs(changes.made_to(preset.clone()));
        let ran = command.output()?;
        is(String::from_utf8_lossy(&ran.stdout) == answer, &ran)?;
        is(ran.status.success() == trust.is_some(), &ran)?;
    }
    Ok(())
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn is(right: bool, output: &Output) -> Result<(), Failed> {
    if right { Ok(()) } else { Err(format!("{}\n{}", output.status, text(output)).into()) }
}
