//! From a name to its addresses, by the system's resolver.
//!
//! std's resolver has no deadline, and its errors do not tell "no such name" from "could not ask";
//! getaddrinfo's codes do.

use std::net::IpAddr;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use dns_lookup::{AddrInfoHints, LookupError, LookupErrorKind, SockType, getaddrinfo};

use crate::escape::printable;
use crate::evidence::Unreachable;

/// The most addresses of one name.
const MAX_ADDRESSES: usize = 64;

/// All addresses of `name`, each once, in the resolver's order.
///
/// # Errors
/// Why there is none. Only [`Unreachable::NoSuchName`] proves anything about the name.
pub(super) fn resolve(name: &str, timeout: Duration, attempts: u32) -> Result<Vec<IpAddr>, Unreachable> {
    let mut answer = Err(Unreachable::ResolverTimedOut);
    for _ in 0..attempts.max(1) {
        let name = name.to_owned();
        answer = within(timeout, move || ask_system(&name));
        // What the resolver says for certain is not asked again.
        if matches!(answer, Ok(_) | Err(Unreachable::NoSuchName | Unreachable::NoAddress)) {
            break;
        }
    }
    answer
}

/// The answer of `ask`, if it comes before the deadline.
fn within(
    timeout: Duration,
    ask: impl FnOnce() -> Result<Vec<IpAddr>, Unreachable> + Send + 'static,
) -> Result<Vec<IpAddr>, Unreachable> {
    let (sender, receiver) = mpsc::sync_channel(1);
    // getaddrinfo cannot be interrupted: after the deadline the thread is left behind, and ends
    // when the resolver gives up.
    let spawned = thread::Builder::new().name("resolve".to_owned()).spawn(move || {
        let _ = sender.send(ask());
    });
    if let Err(error) = spawned {
        return Err(Unreachable::ResolverFailed(printable(&error.to_string())));
    }
    match receiver.recv_timeout(timeout) {
        Ok(answer) => answer,
        Err(mpsc::RecvTimeoutError::Timeout) => Err(Unreachable::ResolverTimedOut),
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            Err(Unreachable::ResolverFailed("it ended without an answer".to_owned()))
        }
    }
}

fn ask_system(name: &str) -> Result<Vec<IpAddr>, Unreachable> {
    let hints = AddrInfoHints { socktype: SockType::Stream.into(), ..AddrInfoHints::default() };
    let found = getaddrinfo(Some(name), None, Some(hints)).map_err(|error| reason(&error))?;
    let mut addresses: Vec<IpAddr> = Vec::new();
    for entry in found.flatten() {
        let address = entry.sockaddr.ip();
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    match addresses.len() {
        0 => Err(Unreachable::NoAddress),
        // A name that would have thousands probed is no service: it is somebody's attack.
        count if count > MAX_ADDRESSES => {
            Err(Unreachable::ResolverFailed(format!("{count} addresses, more than {MAX_ADDRESSES}")))
        }
        _ => Ok(addresses),
    }
}

fn reason(error: &LookupError) -> Unreachable {
    match error.kind() {
        // These say so too where they could not ask: of a machine that is offline, say.
        LookupErrorKind::NoName if cfg!(any(target_vendor = "apple", windows)) => {
            Unreachable::ResolverFailed(
                "no such name, which this system also says where it could not ask".to_owned(),
            )
        }
        LookupErrorKind::NoName => Unreachable::NoSuchName,
        LookupErrorKind::NoData => Unreachable::NoAddress,
        LookupErrorKind::Again => {
            Unreachable::ResolverFailed("temporary failure in name resolution".to_owned())
        }
        LookupErrorKind::Fail => {
            Unreachable::ResolverFailed("permanent failure in name resolution".to_owned())
        }
        LookupErrorKind::Memory => Unreachable::ResolverFailed("no memory".to_owned()),
        kind => Unreachable::ResolverFailed(format!("{kind:?} ({})", error.error_num())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_no_such_name_from_could_not_ask() {
        for (code, expected) in [
            (LookupErrorKind::NoName, cfg!(not(any(target_vendor = "apple", windows)))),
            (LookupErrorKind::NoData, false),
            (LookupErrorKind::Again, false),
            (LookupErrorKind::Fail, false),
        ] {
            // The codes differ between systems: take the one that this system gives to the kind.
            let error = (-64..=20000)
                .map(LookupError::new)
                .find(|error| std::mem::discriminant(&error.kind()) == std::mem::discriminant(&code))
                .unwrap();
            assert_eq!(reason(&error).is_proof(), expected, "{code:?}");
        }
    }

    #[test]
    fn finds_each_loopback_address_once() {
        let addresses = resolve("localhost", Duration::from_secs(5), 2).unwrap();
        assert!(addresses.iter().all(IpAddr::is_loopback), "{addresses:?}");
        let distinct: std::collections::HashSet<_> = addresses.iter().collect();
        assert_eq!(distinct.len(), addresses.len());
    }

    #[test]
    fn a_resolver_that_does_not_answer_says_nothing_about_the_name() {
        let (_open, never) = mpsc::channel::<()>();
        let silent = move || {
            let _ = never.recv();
            Err(Unreachable::NoSuchName)
        };
        assert_eq!(within(Duration::from_millis(1), silent), Err(Unreachable::ResolverTimedOut));
        let gone = || Err(Unreachable::NoSuchName);
        assert_eq!(within(Duration::from_secs(60), gone), Err(Unreachable::NoSuchName));
    }
}
