//! gnutls-serv: a process for each priority string. Another library than OpenSSL, with other alerts.
//! It has no option for the address: while the tests run it listens on all of them.

use std::path::Path;
use std::process::Command;

use tls_readiness::version::Version::{Tls10, Tls11, Tls12, Tls13};

use crate::fleet::{Fleet, Placed};
use crate::peer::{FAILED, PASSED, Peer};

pub(crate) fn fleet() -> Fleet {
    let peers =
        vec![
            Peer::new("tls-1.0", "NORMAL:-VERS-ALL:+VERS-TLS1.0", &[Tls10]),
            Peer::new("tls-1.1", "NORMAL:-VERS-ALL:+VERS-TLS1.1", &[Tls11]),
            Peer::new("tls-1.2", "NORMAL:-VERS-ALL:+VERS-TLS1.2", &[Tls12]).asked(
                "get-200",
                "path: /, expect: { status: 200 }",
                PASSED,
            ),
            Peer::new("tls-1.3", "NORMAL:-VERS-ALL:+VERS-TLS1.3", &[Tls13]).asked(
                "get-200",
                "path: /, expect: { status: 200 }",
                PASSED,
            ),
            Peer::new("tls-1.2-and-1.3", "NORMAL:-VERS-ALL:+VERS-TLS1.2:+VERS-TLS1.3", &[Tls12, Tls13])
                .asked("trusted", "expect: accepted", PASSED),
            Peer::new(
                "all",
                "NORMAL:-VERS-ALL:+VERS-TLS1.0:+VERS-TLS1.1:+VERS-TLS1.2:+VERS-TLS1.3",
                &[Tls10, Tls11, Tls12, Tls13],
            ),
            Peer::new("no-tls-1.1", "NORMAL:-VERS-ALL:+VERS-TLS1.2:+VERS-TLS1.0", &[Tls10, Tls12]),
            Peer::new("rsa-key-exchange", "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+RSA", &[Tls12]).asked(
                "by-handshake",
                "expect: accepted",
                FAILED,
            ),
            Peer::new("dhe", "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+DHE-RSA", &[Tls12]),
            Peer::new("anonymous", "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+ANON-ECDH", &[Tls12]),
            Peer::new("cbc", "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-CBC", &[Tls12]).asked(
                "by-handshake",
                "expect: accepted",
                FAILED,
            ),
            Peer::new("camellia", "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+CAMELLIA-128-CBC", &[Tls12]),
            Peer::new("p-384", "NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-SECP384R1", &[Tls13]).asked(
                "trusted",
                "expect: accepted",
                PASSED,
            ),
            Peer::new("ffdhe3072", "NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-FFDHE3072", &[Tls13])
                .without_witness(),
        ];
    Fleet::new("gnutls-serv", peers, commands)
}

pub(crate) fn commands(_: &Path, placed: &[Placed<'_>]) -> Vec<Command> {
    let command = |(peer, port): &Placed<'_>| {
        let mut command = Command::new("gnutls-serv");
        command.args(["--http", "--quiet", "--disable-client-cert", "--port", &port.to_string()]);
        command.args(["--x509keyfile", "rsa.key", "--x509certfile", "rsa.pem", "--priority", peer.settings]);
        command
    };
    placed.iter().map(command).collect()
}
