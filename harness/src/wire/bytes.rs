//! Reading within bounds and writing with lengths: every vector of TLS is a length and so many
//! bytes (RFC 8446 3.4), and bytes that are left over are a mistake.

/// The rest of a message that is being read. Every method takes from the front, or takes nothing
/// and says `None` where there is too little.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Bytes<'a> {
        Bytes(bytes)
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    pub(super) fn u24(&mut self) -> Option<u32> {
        self.array().map(|[high, middle, low]| u32::from_be_bytes([0, high, middle, low]))
    }

    /// A vector whose length stands in one byte.
    pub(super) fn vector8(&mut self) -> Option<Bytes<'a>> {
        let length = self.u8()?;
        self.take(usize::from(length)).map(Bytes)
    }

    /// A vector whose length stands in two bytes.
    pub(super) fn vector16(&mut self) -> Option<Bytes<'a>> {
        let length = self.u16()?;
        self.take(usize::from(length)).map(Bytes)
    }

    /// All that is left.
    pub(super) fn rest(self) -> &'a [u8] {
        self.0
    }

    /// All that is left, as numbers of two bytes; `None` where a byte is left over.
    pub(super) fn u16s(mut self) -> Option<Vec<u16>> {
        let mut numbers = Vec::with_capacity(self.0.len() / 2);
        while !self.is_empty() {
            numbers.push(self.u16()?);
        }
        Some(numbers)
    }
}

/// A vector is longer than its length field can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLong;

/// Appends what `write` writes, with its length before it in one byte.
pub(super) fn push_vector8(
    out: &mut Vec<u8>,
    write: impl FnOnce(&mut Vec<u8>) -> Result<(), TooLong>,
) -> Result<(), TooLong> {
    let inner = written(write)?;
    out.push(u8::try_from(inner.len()).map_err(|_| TooLong)?);
    out.extend_from_slice(&inner);
    Ok(())
}

/// Appends what `write` writes, with its length before it in two bytes.
pub(super) fn push_vector16(
    out: &mut Vec<u8>,
    write: impl FnOnce(&mut Vec<u8>) -> Result<(), TooLong>,
) -> Result<(), TooLong> {
    let inner = written(write)?;
    push_u16(out, u16::try_from(inner.len()).map_err(|_| TooLong)?);
    out.extend_from_slice(&inner);
    Ok(())
}

fn written(write: impl FnOnce(&mut Vec<u8>) -> Result<(), TooLong>) -> Result<Vec<u8>, TooLong> {
    let mut inner = Vec::new();
    write(&mut inner)?;
    Ok(inner)
}

pub(super) fn push_u16(out: &mut Vec<u8>, number: u16) {
    out.extend_from_slice(&number.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_taken_where_there_is_too_little() {
        let mut bytes = Bytes::new(&[0, 2, 7]);
        assert!(bytes.vector16().is_none());
        assert_eq!(bytes.rest(), &[7]);
        assert_eq!(Bytes::new(&[1, 2, 3]).u16s(), None);
        assert_eq!(Bytes::new(&[1, 2, 3]).u24(), Some(0x01_0203));
    }

    #[test]
    fn a_vector_that_is_too_long_for_its_length_is_not_written() {
        let mut out = Vec::new();
        let fill = |length: usize| {
            move |inner: &mut Vec<u8>| {
                inner.resize(length, 0);
                Ok(())
            }
        };
        assert_eq!(push_vector8(&mut out, fill(256)), Err(TooLong));
        assert_eq!(push_vector16(&mut out, fill(0x1_0000)), Err(TooLong));
        assert!(out.is_empty());
        assert_eq!(push_vector8(&mut out, fill(2)), Ok(()));
        assert_eq!(out, [2, 0, 0]);
    }
}
