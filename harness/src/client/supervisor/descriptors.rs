//! A message between two processes, with descriptors beside it.

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage,
    SendFlags, recvmsg, sendmsg,
};

/// The most descriptors beside one message.
const MOST: usize = 8;
/// The longest message.
const LONGEST: usize = 8 * 1024;

/// Sends `message` and `descriptors` together.
pub(super) fn send(socket: &UnixStream, message: &[u8], descriptors: &[OwnedFd]) -> io::Result<()> {
    let borrowed: Vec<BorrowedFd<'_>> = descriptors.iter().map(OwnedFd::as_fd).collect();
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST))];
    let mut beside = SendAncillaryBuffer::new(&mut space);
    if !beside.push(SendAncillaryMessage::ScmRights(&borrowed)) {
        return Err(io::Error::other("too many descriptors for one message"));
    }
    let sent = sendmsg(socket, &[IoSlice::new(message)], &mut beside, SendFlags::empty())?;
    if sent == message.len() { Ok(()) } else { Err(io::ErrorKind::WriteZero.into()) }
}

/// Receives what was sent next and what came beside it, which may be more than one message; nothing is the
/// end.
pub(in super::super) fn receive(socket: &UnixStream) -> io::Result<(Vec<u8>, Vec<OwnedFd>)> {
    let mut message = vec![0; LONGEST];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST))];
    let mut beside = RecvAncillaryBuffer::new(&mut space);
    let received = {
        let mut slices = [IoSliceMut::new(&mut message)];
        recvmsg(socket, &mut slices, &mut beside, RecvFlags::CMSG_CLOEXEC)?
    };
    message.truncate(received.bytes);
    let mut descriptors = Vec::new();
    for each in beside.drain() {
        if let RecvAncillaryMessage::ScmRights(owned) = each {
            descriptors.extend(owned);
        }
    }
    Ok((message, descriptors))
}
