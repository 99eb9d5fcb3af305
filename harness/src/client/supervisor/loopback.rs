//! The loopback device of a new network namespace, where it is down and has no address but its own
//! (rtnetlink(7)).

use std::io;
use std::net::IpAddr;

use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, send, socket_with};

/// `RTM_NEWLINK`.
const NEW_LINK: u16 = 16;
/// `RTM_NEWADDR`.
const NEW_ADDRESS: u16 = 20;
/// `RTM_NEWROUTE`.
const NEW_ROUTE: u16 = 24;
/// `RT_TABLE_LOCAL`, `RTPROT_STATIC`, `RT_SCOPE_HOST`, `RTN_LOCAL`.
const LOCAL_ROUTE: [u8; 4] = [255, 4, 254, 2];
/// `RTA_OIF`.
const OUT_BY: u16 = 4;
/// `NLM_F_REQUEST | NLM_F_ACK`.
const REQUEST_AND_ACKNOWLEDGE: u16 = 1 | 4;
/// `NLM_F_EXCL | NLM_F_CREATE`.
const CREATE: u16 = 0x200 | 0x400;
/// `NLMSG_ERROR`, which an acknowledgement is too, with the error 0.
const ERROR: u16 = 2;
/// `IFF_UP`.
const UP: u32 = 1;
/// `IFA_F_NODAD`: nobody else can have the address.
const NO_DETECTION: u8 = 2;
/// `IFA_ADDRESS` and `IFA_LOCAL`.
const ADDRESS_ATTRIBUTES: [u16; 2] = [1, 2];
/// The loopback device is the first of each network namespace.
const LOOPBACK_INDEX: u32 = 1;

/// Brings up the loopback device.
pub(super) fn bring_up() -> io::Result<()> {
    ask(&up())
}

/// Gives the loopback device one more address.
pub(super) fn add(address: IpAddr) -> io::Result<()> {
    ask(&new_address(address))
}

/// Makes every address of IPv4, or of IPv6, one of this machine's: who connects to another one comes
/// here and is seen, or is refused at once.
pub(super) fn take_all(is_ipv6: bool) -> io::Result<()> {
    ask(&all_routes(is_ipv6))
}

/// One request of the kernel, and its answer.
fn ask(request: &[u8]) -> io::Result<()> {
    // No protocol is NETLINK_ROUTE.
    let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, SocketFlags::CLOEXEC, None)?;
    send(&socket, request, SendFlags::empty())?;
    let mut answer = [0; 1024];
    let (count, _) = recv(&socket, &mut answer, RecvFlags::empty())?;
    match error_in(answer.get(..count).unwrap_or_default()) {
        Some(0) => Ok(()),
        Some(code) => Err(io::Error::from_raw_os_error(code.saturating_neg())),
        None => Err(io::Error::other("no answer of the kernel")),
    }
}

/// `struct nlmsghdr` and what follows it, in the byte order of the machine.
fn message(kind: u16, flags: u16, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(16 + body.len()).unwrap_or_default();
    // At the end sequence and port.
    [&length.to_ne_bytes()[..], &kind.to_ne_bytes(), &flags.to_ne_bytes(), &[0; 8], body].concat()
}

/// `struct ifinfomsg`.
fn up() -> Vec<u8> {
    // Family and padding, type of the device; at the end which flags change.
    let (index, up) = (LOOPBACK_INDEX.to_ne_bytes(), UP.to_ne_bytes());
    message(NEW_LINK, REQUEST_AND_ACKNOWLEDGE, &[[0; 4], index, up, up].concat())
}

/// `struct ifaddrmsg`, and the address by two names.
fn new_address(address: IpAddr) -> Vec<u8> {
    let (family, bits, octets) = match address {
        IpAddr::V4(address) => (AddressFamily::INET, 32, address.octets().to_vec()),
        IpAddr::V6(address) => (AddressFamily::INET6, 128, address.octets().to_vec()),
    };
    let family = u8::try_from(family.as_raw()).unwrap_or_default();
    let mut body = [[family, bits, NO_DETECTION, 0], LOOPBACK_INDEX.to_ne_bytes()].concat();
    for attribute in ADDRESS_ATTRIBUTES {
        body.extend(u16::try_from(4 + octets.len()).unwrap_or_default().to_ne_bytes());
        body.extend(attribute.to_ne_bytes());
        body.extend(&octets);
    }
    message(NEW_ADDRESS, REQUEST_AND_ACKNOWLEDGE | CREATE, &body)
}

/// `struct rtmsg` for the whole of the address space, and the device.
fn all_routes(is_ipv6: bool) -> Vec<u8> {
    let family = if is_ipv6 { AddressFamily::INET6 } else { AddressFamily::INET };
    let family = u8::try_from(family.as_raw()).unwrap_or_default();
    // The lengths of destination and source, type of service; at the end flags, and the attribute.
    let mut body = [[family, 0, 0, 0], LOCAL_ROUTE, [0; 4]].concat();
    body.extend(8_u16.to_ne_bytes());
    body.extend(OUT_BY.to_ne_bytes());
    body.extend(LOOPBACK_INDEX.to_ne_bytes());
    message(NEW_ROUTE, REQUEST_AND_ACKNOWLEDGE | CREATE, &body)
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
    fn a_request_is_as_long_as_it_says() {
        let v4 = new_address("192.0.2.1".parse().unwrap());
        let v6 = new_address("2001:db8::1".parse().unwrap());
        let lengths = [
            (up(), 32),
            (v4, 24 + 2 * 8),
            (v6, 24 + 2 * 20),
            (all_routes(false), 36),
            (all_routes(true), 36),
        ];
        for (request, length) in lengths {
            assert_eq!(request.len(), length);
            assert_eq!(request[..4], u32::try_from(length).unwrap().to_ne_bytes());
        }
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
