//! Bringing up the loopback device of a new network namespace, where it is down (rtnetlink(7)).

use std::io;

use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, send, socket_with};

/// `RTM_NEWLINK`.
const NEW_LINK: u16 = 16;
/// `NLM_F_REQUEST | NLM_F_ACK`.
const REQUEST_AND_ACKNOWLEDGE: u16 = 1 | 4;
/// `NLMSG_ERROR`, which an acknowledgement is too, with the error 0.
const ERROR: u16 = 2;
/// `IFF_UP`.
const UP: u32 = 1;
/// The loopback device is the first of each network namespace.
const LOOPBACK_INDEX: i32 = 1;

/// Brings up the loopback device.
pub(super) fn bring_up() -> io::Result<()> {
    // No protocol is NETLINK_ROUTE.
    let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, SocketFlags::CLOEXEC, None)?;
    send(&socket, &request(), SendFlags::empty())?;
    let mut answer = [0; 1024];
    let (count, _) = recv(&socket, &mut answer, RecvFlags::empty())?;
    match error_in(answer.get(..count).unwrap_or_default()) {
        Some(0) => Ok(()),
        Some(code) => Err(io::Error::from_raw_os_error(code.saturating_neg())),
        None => Err(io::Error::other("no answer of the kernel")),
    }
}

/// `struct nlmsghdr` and `struct ifinfomsg`, in the byte order of the machine.
fn request() -> Vec<u8> {
    let mut out = Vec::new();
    out.extend(32_u32.to_ne_bytes());
    out.extend(NEW_LINK.to_ne_bytes());
    out.extend(REQUEST_AND_ACKNOWLEDGE.to_ne_bytes());
    // Sequence and port.
    out.extend([0; 8]);
    // Family and padding, type of the device.
    out.extend([0; 4]);
    out.extend(LOOPBACK_INDEX.to_ne_bytes());
    out.extend(UP.to_ne_bytes());
    // Which flags change.
    out.extend(UP.to_ne_bytes());
    out
}

/// The error in an answer: behind a header of 16 bytes.
fn error_in(answer: &[u8]) -> Option<i32> {
    let kind = u16::from_ne_bytes(*answer.get(4..)?.first_chunk()?);
    (kind == ERROR).then(|| answer.get(16..)?.first_chunk().copied().map(i32::from_ne_bytes))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_is_as_long_as_it_says() {
        assert_eq!(request().len(), 32);
    }

    #[test]
    fn the_kernels_error_is_read() {
        let answer = |kind: u16, error: i32| {
            [&[36, 0, 0, 0][..], &kind.to_ne_bytes(), &[0; 10], &error.to_ne_bytes(), &[0; 16]].concat()
        };
        assert_eq!(error_in(&answer(2, 0)), Some(0));
        assert_eq!(error_in(&answer(2, -1)), Some(-1));
        assert_eq!(error_in(&answer(16, 0)), None);
        assert_eq!(error_in(&[0; 12]), None);
    }
}
