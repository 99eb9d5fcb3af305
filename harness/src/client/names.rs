//! The name server of a namespace (RFC 1035): it knows the host on trial, and others only where a
//! program is let through to them. It tells which other names were asked for.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, ToSocketAddrs as _, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

/// The longest question that is read. DNS over UDP without extensions has 512 bytes.
const LONGEST: usize = 1232;

const TYPE_A: u16 = 1;
const TYPE_AAAA: u16 = 28;
/// SVCB for HTTPS (RFC 9460).
const TYPE_HTTPS: u16 = 65;
const CLASS_IN: u16 = 1;
const NO_ERROR: u8 = 0;
const NO_SUCH_NAME: u8 = 3;
/// How long an answer may be kept, in seconds.
const TIME_TO_LIVE: u32 = 60;

/// How long the end of the server is waited for: it may be looking up a name, at a resolver that is silent.
const LAST_ANSWER: Duration = Duration::from_secs(1);

/// What the server knows.
pub(super) struct Zone {
    /// The host on trial, in lower case; `None` where it is an address.
    pub(super) host: Option<String>,
    /// Whether it is on ::1 too.
    pub(super) has_ipv6: bool,
    /// Whether other names are looked up where the gate is; else they do not exist.
    pub(super) others_exist: bool,
}

/// A name server that answers until this is dropped.
pub(super) struct NameServer {
    socket: Arc<UdpSocket>,
    stopped: Arc<AtomicBool>,
    is_over: Receiver<()>,
}

impl NameServer {
    /// Begins to answer on `socket`; `wanted` is told every other name that is asked for, raw.
    pub(super) fn start(
        socket: UdpSocket,
        zone: Zone,
        wanted: impl Fn(&str) + Send + 'static,
    ) -> io::Result<NameServer> {
        let socket = Arc::new(socket);
        let stopped = Arc::new(AtomicBool::new(false));
        let (bell, is_over) = mpsc::channel::<()>();
        thread::Builder::new().name("name server".to_owned()).spawn({
            let (socket, stopped) = (Arc::clone(&socket), Arc::clone(&stopped));
            move || {
                // Dropped in turn, the bell at last.
                let _bell = bell;
                let socket = socket;
                let mut buffer = [0; LONGEST];
                while let Ok((count, asker)) = socket.recv_from(&mut buffer) {
                    if stopped.load(Ordering::SeqCst) {
                        return;
                    }
                    let message = buffer.get(..count).unwrap_or_default();
                    if let Some((answer, other)) = answer(message, &zone) {
                        other.iter().for_each(|name| wanted(name));
                        let _ = socket.send_to(&answer, asker);
                    }
                }
            }
        })?;
        Ok(NameServer { socket, stopped, is_over })
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // The socket reaches itself, in whatever namespace it is.
        let woken = self.socket.local_addr().and_then(|own| self.socket.send_to(&[], own));
        if woken.is_ok() {
            let _ = self.is_over.recv_timeout(LAST_ANSWER);
        }
    }
}

/// The answer to a message, and the name that it asked for where that is not known; `None` where there
/// is nothing to answer.
fn answer(message: &[u8], zone: &Zone) -> Option<(Vec<u8>, Option<String>)> {
    let (id, rest) = message.split_first_chunk::<2>()?;
    let (flags, rest) = rest.split_first_chunk::<2>()?;
    let (counts, question) = rest.split_first_chunk::<8>()?;
    let is_query = flags.first()? & 0xF8 == 0;
    if !is_query || counts.get(..2)? != [0, 1] {
        return None;
    }
    let (name, kind, class, length) = read_question(question)?;
    let is_known = Some(&name) == zone.host.as_ref() || name == "localhost";
    let is_wanted = !is_known && matches!(kind, TYPE_A | TYPE_AAAA | TYPE_HTTPS);
    let others = if is_wanted && zone.others_exist { look_up(&name) } else { Vec::new() };
    let address = match kind {
        _ if class != CLASS_IN => None,
        TYPE_A if is_known => Some(Ipv4Addr::LOCALHOST.octets().to_vec()),
        TYPE_AAAA if is_known && zone.has_ipv6 => Some(Ipv6Addr::LOCALHOST.octets().to_vec()),
        TYPE_A => others.iter().find_map(|ip| match ip {
            IpAddr::V4(ip) => Some(ip.octets().to_vec()),
            IpAddr::V6(_) => None,
        }),
        TYPE_AAAA => others.iter().find_map(|ip| match ip {
            IpAddr::V6(ip) => Some(ip.octets().to_vec()),
            IpAddr::V4(_) => None,
        }),
        _ => None,
    };
    let code = if is_known || !others.is_empty() { NO_ERROR } else { NO_SUCH_NAME };
    let mut out = id.to_vec();
    // A response, authoritative, with recursion desired as asked and available.
    out.extend([0x84 | (flags.first()? & 1), 0x80 | code]);
    out.extend([0, 1, 0, u8::from(address.is_some()), 0, 0, 0, 0]);
    out.extend(question.get(..length)?);
    if let Some(address) = &address {
        // The name of the question, by a pointer.
        out.extend([0xC0, 12]);
        out.extend(kind.to_be_bytes());
        out.extend(CLASS_IN.to_be_bytes());
        out.extend(TIME_TO_LIVE.to_be_bytes());
        out.extend(u16::try_from(address.len()).unwrap_or_default().to_be_bytes());
        out.extend(address);
    }
    Some((out, is_wanted.then_some(name)))
}

/// The addresses of another name, as this machine knows them.
fn look_up(name: &str) -> Vec<IpAddr> {
    let found = (name, 0).to_socket_addrs();
    found.map(|found| found.map(|address| address.ip()).collect()).unwrap_or_default()
}

/// The name in lower case, the type, the class, and the length of a question.
fn read_question(question: &[u8]) -> Option<(String, u16, u16, usize)> {
    let mut labels: Vec<String> = Vec::new();
    let mut rest = question;
    loop {
        let (length, behind) = rest.split_first()?;
        // The two upper bits make it a pointer, which has no place here.
        match usize::from(*length) {
            0 => {
                rest = behind;
                break;
            }
            length @ 1..=63 => {
                let (label, behind) = behind.split_at_checked(length)?;
                labels.push(String::from_utf8_lossy(label).to_ascii_lowercase());
                rest = behind;
            }
            _ => return None,
        }
    }
    let (kind, rest) = rest.split_first_chunk::<2>()?;
    let (class, rest) = rest.split_first_chunk::<2>()?;
    let length = question.len() - rest.len();
    Some((labels.join("."), u16::from_be_bytes(*kind), u16::from_be_bytes(*class), length))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn query(name: &str, kind: u16) -> Vec<u8> {
        let mut out = vec![7, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        for label in name.split('.') {
            out.push(u8::try_from(label.len()).unwrap());
            out.extend(label.bytes());
        }
        out.push(0);
        out.extend(kind.to_be_bytes());
        out.extend([0, 1]);
        out
    }

    fn zone() -> Zone {
        Zone { host: Some("api.example.com".to_owned()), has_ipv6: true, others_exist: false }
    }

    #[test]
    fn the_host_is_here_and_nothing_else_exists() {
        for (name, kind, code, address, wanted) in [
            ("api.example.com", TYPE_A, 0, Some(&[127, 0, 0, 1][..]), None),
            ("API.Example.COM", TYPE_A, 0, Some(&[127, 0, 0, 1]), None),
            ("api.example.com", TYPE_AAAA, 0, Some(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]), None),
            ("api.example.com", TYPE_HTTPS, 0, None, None),
            ("localhost", TYPE_A, 0, Some(&[127, 0, 0, 1]), None),
            ("ocsp.example.com", TYPE_A, 3, None, Some("ocsp.example.com")),
            ("ocsp.example.com", 16, 3, None, None),
        ] {
            let (answer, other) = answer(&query(name, kind), &zone()).unwrap();
            assert_eq!(answer[..2], [7, 9]);
            assert_eq!(answer[3] & 0x0F, code, "{name} {kind}");
            assert_eq!(answer[7], u8::from(address.is_some()), "{name} {kind}");
            assert!(address.is_none_or(|address| answer.ends_with(address)), "{name} {kind}");
            assert_eq!(other.as_deref(), wanted, "{name} {kind}");
        }
    }

    #[test]
    fn what_is_no_question_is_not_answered() {
        let mut response = query("api.example.com", TYPE_A);
        response[2] = 0x81;
        let mut pointer = query("api.example.com", TYPE_A);
        pointer[12] = 0xC0;
        for message in [&[][..], &response, &pointer, &query("api.example.com", TYPE_A)[..20]] {
            assert_eq!(answer(message, &zone()), None);
        }
    }

    #[test]
    fn it_answers_and_stops() {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        let (told, wanted) = mpsc::channel();
        let server = NameServer::start(socket, zone(), move |name| drop(told.send(name.to_owned()))).unwrap();
        let asker = UdpSocket::bind("127.0.0.1:0").unwrap();
        asker.send_to(&query("other.example.com", TYPE_A), address).unwrap();
        let mut buffer = [0; 512];
        asker.recv_from(&mut buffer).unwrap();
        // It is told before the answer is sent.
        assert_eq!(wanted.try_recv().unwrap(), "other.example.com");
        drop(server);
        assert!(UdpSocket::bind(address).is_ok());
    }

    proptest! {
        #[test]
        fn no_message_makes_it_panic(message in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = answer(&message, &zone());
        }
    }
}
