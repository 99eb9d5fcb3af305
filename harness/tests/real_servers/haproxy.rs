//! haproxy: one process with a front end for each configuration.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use tls_readiness::version::Version::{Tls10, Tls11, Tls12, Tls13};

use crate::fleet::{Fleet, Placed};
use crate::peer::{FAILED, INCONCLUSIVE, PASSED, Peer};

pub(crate) fn fleet() -> Fleet {
    let old = "min_version: SSLv2, max_version: 1.1, expect: refused";
    let peers = vec![
        Peer::new("tls-1.2", "ssl-min-ver TLSv1.2 ssl-max-ver TLSv1.2", &[Tls12]).asked(
            "get-200",
            "path: /, expect: { status: 200 }",
            PASSED,
        ),
        Peer::new("tls-1.2-and-1.3", "ssl-min-ver TLSv1.2", &[Tls12, Tls13])
            .asked("get-200", "path: /, expect: { status: 200, version: 1.3 }", PASSED)
            .asked("get-503", "path: /, expect: { status: 503 }", FAILED),
        Peer::new("tls-1.3", "ssl-min-ver TLSv1.3", &[Tls13]).asked(
            "get-200",
            "path: /, expect: { status: 200 }",
            PASSED,
        ),
        Peer::new(
            "tls-1.0-to-1.3",
            "ssl-min-ver TLSv1.0 ciphers ALL:@SECLEVEL=0",
            &[Tls10, Tls11, Tls12, Tls13],
        ),
        Peer::new(
            "tls-1.0-and-1.1",
            "ssl-min-ver TLSv1.0 ssl-max-ver TLSv1.1 ciphers ALL:@SECLEVEL=0",
            &[Tls10, Tls11],
        ),
        Peer::new("forbidden-by-level", "ssl-min-ver TLSv1.0 ssl-max-ver TLSv1.2", &[Tls12]),
        // Whom it does not know gets alert 112, at every version.
        Peer::odd("strict-sni", "strict-sni ssl-min-ver TLSv1.2")
            // SSL 2.0 cannot name a host; but it has no alerts either, so who sends one speaks it not.
            .asked("known-refuses-ssl2", "min_version: SSLv2, max_version: SSLv2, expect: refused", PASSED)
            .asked("known-refuses-ssl3", "min_version: SSLv3, max_version: SSLv3, expect: refused", PASSED)
            .asked("known-refuses-old", "min_version: SSLv3, max_version: 1.1, expect: refused", PASSED)
            .asked("known-accepts", "expect: accepted", PASSED)
            .asked("unknown-refuses-old", &format!("server_name: unknown.test, {old}"), INCONCLUSIVE)
            .asked("unknown-accepts", "server_name: unknown.test, expect: accepted", INCONCLUSIVE),
        // Takes every connection and ends it: nothing behind it refuses anything.
        Peer::odd("without-a-backend", "plain")
            .asked("refuses-old", old, INCONCLUSIVE)
            .asked("refuses-1.2", "min_version: 1.2, max_version: 1.2, expect: refused", INCONCLUSIVE)
            .asked("is-gone", "expect: unreachable", FAILED),
    ];
    Fleet::new("haproxy", peers, command)
}

fn command(folder: &Path, placed: &[Placed<'_>]) -> Vec<Command> {
    let mut text =
        "global\n  maxconn 1024\ndefaults\n  mode http\n  timeout connect 10s\n  timeout client 30s\n  \
        timeout server 30s\nbackend app\n  http-request return status 200 content-type text/plain string ok\n\
        backend nobody\n  mode tcp\n"
            .to_owned();
    for (peer, port) in placed {
        if peer.settings == "plain" {
            writeln!(
                text,
                "frontend {}\n  mode tcp\n  bind 127.0.0.1:{port}\n  default_backend nobody",
                peer.name
            )
            .unwrap();
        } else {
            writeln!(
                text,
                "frontend {}\n  bind 127.0.0.1:{port} ssl crt {}.both {}\n  default_backend app",
                peer.name, peer.certificate, peer.settings
            )
            .unwrap();
        }
    }
    std::fs::write(folder.join("haproxy.cfg"), text).unwrap();
    let mut command = Command::new("haproxy");
    command.args(["-f", "haproxy.cfg"]);
    vec![command]
}
