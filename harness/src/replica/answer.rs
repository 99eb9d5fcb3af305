//! The stand-in's answer by HTTP/1.1: one request, one answer, and the connection is over.

use std::io::{self, ErrorKind, Read, Write};

/// The longest head of a request that is read, in bytes.
const HEAD: usize = 8 * 1024;

/// What a stand-in answers.
#[derive(Debug, Clone)]
pub(super) struct Page {
    /// The path that it answers on; `None` for every path.
    pub(super) path: Option<String>,
    /// The status of a final answer: 200 and above.
    pub(super) status: u16,
    /// The body.
    pub(super) body: String,
    /// Further fields of the header, in place of the stand-in's own.
    pub(super) headers: Vec<(String, String)>,
}

/// Reads one request and answers it. Gives the status of the answer; `None` where the client closed
/// without a request, and where what it sent is none of HTTP/1.
pub(super) fn answer(stream: &mut (impl Read + Write), page: &Page) -> io::Result<Option<u16>> {
    let Some(head) = read_head(stream)? else { return Ok(None) };
    let (status, body) = match request_line(&head) {
        None => (400, ""),
        Some((_, target)) if !page.is_at(target) => (404, ""),
        Some(_) => (page.status, page.body.as_str()),
    };
    let without_body = request_line(&head).is_some_and(|(method, _)| method == "HEAD");
    let headers = if status == page.status { page.headers.as_slice() } else { &[] };
    stream.write_all(response(status, headers, body, without_body).as_bytes())?;
    stream.flush()?;
    Ok(request_line(&head).map(|_| status))
}

impl Page {
    /// Whether a request asks for this page. What a program adds as a query is its own business, where
    /// the path has none.
    fn is_at(&self, target: &str) -> bool {
        self.path.as_ref().is_none_or(|path| {
            path == target || target.strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with('?'))
        })
    }
}

/// The head of a request without the empty line at its end, as text; `None` where there was none.
pub(super) fn read_head(stream: &mut impl Read) -> io::Result<Option<String>> {
    let mut head = Vec::new();
    let mut buffer = [0; 1024];
    loop {
        let count = match stream.read(&mut buffer) {
            Ok(0) if head.is_empty() => return Ok(None),
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::UnexpectedEof && head.is_empty() => return Ok(None),
            Err(error) => return Err(error),
        };
        let searched = head.len().saturating_sub(3);
        head.extend_from_slice(buffer.get(..count).unwrap_or_default());
        let end = head.get(searched..).and_then(|new| new.windows(4).position(|four| four == b"\r\n\r\n"));
        if let Some(end) = end {
            head.truncate(searched + end);
            return Ok(Some(String::from_utf8_lossy(&head).into_owned()));
        }
        if head.len() > HEAD {
            return Err(io::Error::other("the head of the request is longer than 8 KiB"));
        }
    }
}

/// The method and target of a request (RFC 9112 3).
pub(super) fn request_line(head: &str) -> Option<(&str, &str)> {
    let mut words = head.lines().next()?.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    let is_request = version.starts_with("HTTP/1.") && words.next().is_none() && target.starts_with('/');
    is_request.then_some((method, target))
}

fn response(status: u16, headers: &[(String, String)], body: &str, without_body: bool) -> String {
    let reason = ureq::http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    let further: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let line = format!("HTTP/1.1 {status} {}\r\nConnection: close\r\n{further}", reason.unwrap_or_default());
    // These two have no body and no length of one (RFC 9110 15.3.5, 15.4.5).
    if matches!(status, 204 | 304) {
        return format!("{line}\r\n");
    }
    let length = body.len();
    let body = if without_body { "" } else { body };
    let has_type = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let kind = if has_type { "" } else { "Content-Type: text/plain; charset=utf-8\r\n" };
    format!("{line}{kind}Content-Length: {length}\r\n\r\n{body}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A client that wrote `request` in pieces of `piece` bytes.
    struct Client<'a> {
        request: &'a [u8],
        piece: usize,
        answer: Vec<u8>,
    }

    impl Read for Client<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.piece.min(buffer.len());
            (&mut self.request).take(count as u64).read(buffer)
        }
    }

    impl Write for Client<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.answer.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn ask(request: &[u8], piece: usize, page: &Page) -> (io::Result<Option<u16>>, String) {
        let mut client = Client { request, piece, answer: Vec::new() };
        let status = answer(&mut client, page);
        (status, String::from_utf8(client.answer).unwrap())
    }

    fn page(path: Option<&str>, status: u16, body: &str) -> Page {
        Page { path: path.map(str::to_owned), status, body: body.to_owned(), headers: Vec::new() }
    }

    #[test]
    fn the_page_is_on_its_path_and_nowhere_else() {
        let pingdom = page(Some("/pingdom"), 200, "ok");
        for (page, request, status, end) in [
            (&pingdom, "GET /pingdom HTTP/1.1\r\nHost: a\r\n\r\n", 200, "Content-Length: 2\r\n\r\nok"),
            (&pingdom, "HEAD /pingdom HTTP/1.1\r\n\r\n", 200, "Content-Length: 2\r\n\r\n"),
            (&pingdom, "GET /pingdom?key=1 HTTP/1.1\r\n\r\n", 200, "\r\n\r\nok"),
            (&pingdom, "GET /pingdomain HTTP/1.1\r\n\r\n", 404, "\r\n\r\n"),
            (&page(Some("/a?b"), 200, ""), "GET /a?b=1 HTTP/1.1\r\n\r\n", 404, "\r\n\r\n"),
            (&pingdom, "PRI * HTTP/2.0\r\n\r\n", 400, "\r\n\r\n"),
            (&pingdom, "GET /other HTTP/1.1\r\n\r\n", 404, "Content-Length: 0\r\n\r\n"),
            (&page(None, 401, "no"), "GET /other HTTP/1.0\r\n\r\n", 401, "\r\n\r\nno"),
            (&page(None, 204, "no"), "GET / HTTP/1.1\r\n\r\n", 204, "Connection: close\r\n\r\n"),
            (&pingdom, "nonsense\r\n\r\n", 400, "Content-Length: 0\r\n\r\n"),
            (&pingdom, "GET http://a/ HTTP/1.1\r\n\r\n", 400, "\r\n\r\n"),
        ] {
            for piece in [1, 3, 1000] {
                let (sent, answer) = ask(request.as_bytes(), piece, page);
                assert_eq!(sent.unwrap(), Some(status).filter(|status| *status != 400), "{request}");
                assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
                assert!(answer.ends_with(end), "{answer}");
            }
        }
    }

    #[test]
    fn an_endless_head_is_given_up() {
        let (sent, answer) = ask(&[b'x'; 64 * 1024], 1000, &page(None, 200, ""));
        assert!(sent.is_err());
        assert_eq!(answer, "");
    }

    #[test]
    fn a_client_without_a_request_gets_no_answer() {
        assert_eq!(ask(b"", 1, &page(None, 200, "")).0.unwrap(), None);
        assert_eq!(ask(b"GET /", 1, &page(None, 200, "")).0.unwrap_err().kind(), ErrorKind::UnexpectedEof);
    }
}
