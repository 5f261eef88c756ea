//! The console's files as they are in the program, and in which form a browser gets them.

use std::collections::HashMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use sha2::{Digest, Sha256};

/// In the page: what each answer puts a value of its own in place of.
const NONCE: &str = "__NONCE__";
/// The page.
const PAGE: &str = "index.html";

/// A file that the build put into the program.
#[derive(Debug, Clone, Copy)]
struct Embedded {
    name: &'static str,
    media_type: &'static str,
    plain: &'static [u8],
    br: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

static EMBEDDED: &[Embedded] = &include!(concat!(env!("OUT_DIR"), "/console/table.rs"));

/// A file in its three forms.
#[derive(Debug, Clone)]
struct File {
    media_type: HeaderValue,
    tag: String,
    plain: Bytes,
    br: Option<Bytes>,
    gzip: Option<Bytes>,
}

/// A file in the form that a browser gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) media_type: HeaderValue,
    /// Another one for each form (RFC 9110 section 8.8.1).
    pub(super) tag: HeaderValue,
    pub(super) encoding: Option<HeaderValue>,
    pub(super) bytes: Bytes,
}

/// The console: a page and what it loads. Empty in a program that was built without.
#[derive(Debug, Clone, Default)]
pub struct Console {
    files: HashMap<String, File>,
    page: Option<String>,
}

impl Console {
    /// The one that was built into the program.
    #[must_use]
    pub fn built_in() -> Self {
        Self::of(EMBEDDED.iter().map(|file| {
            let bytes = Bytes::from_static;
            (file.name, file.media_type, bytes(file.plain), file.br.map(bytes), file.gzip.map(bytes))
        }))
    }

    /// One of these files: name, media type, and the bytes plain, by brotli and by gzip. For tests.
    pub fn of<'a>(files: impl IntoIterator<Item = (&'a str, &'a str, Bytes, Option<Bytes>, Option<Bytes>)>) -> Self {
        let mut console = Self::default();
        for (name, media_type, plain, br, gzip) in files {
            if name == PAGE {
                console.page = Some(String::from_utf8_lossy(&plain).into_owned());
                continue;
            }
            let tag = URL_SAFE_NO_PAD.encode(Sha256::digest(&plain));
            let media_type = HeaderValue::from_str(media_type)
                .unwrap_or_else(|_| HeaderValue::from_static("application/octet-stream"));
            console.files.insert(name.to_owned(), File { media_type, tag, plain, br, gzip });
        }
        console
    }

    /// The page, with this nonce in it.
    pub(super) fn page(&self, nonce: &str) -> Option<String> {
        self.page.as_ref().map(|page| page.replace(NONCE, nonce))
    }

    /// A file in the smallest form that these headers accept.
    pub(super) fn file(&self, name: &str, headers: &HeaderMap) -> Option<Form> {
        let file = self.files.get(name)?;
        let (br, gzip) = (file.br.as_ref().map(|bytes| ("br", bytes)), file.gzip.as_ref().map(|bytes| ("gzip", bytes)));
        let packed = [br, gzip].into_iter().flatten().find(|(coding, _)| accepts(headers, coding));
        let (coding, bytes) = packed.map_or((None, &file.plain), |(coding, bytes)| (Some(coding), bytes));
        let tag = match coding {
            Some(coding) => format!("\"{}-{coding}\"", file.tag),
            None => format!("\"{}\"", file.tag),
        };
        Some(Form {
            media_type: file.media_type.clone(),
            tag: HeaderValue::from_str(&tag).ok()?,
            encoding: coding.map(HeaderValue::from_static),
            bytes: bytes.clone(),
        })
    }
}

/// Whether a content coding is accepted by name (RFC 9110 section 12.5.3). Browsers name what they mean, so `*`
/// accepts nothing here.
fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|one| {
            let (name, weight) = one.split_once(';').unwrap_or((one, ""));
            let none = weight.trim().strip_prefix("q=").is_some_and(|q| q.trim().parse() == Ok(0.0));
            name.trim().eq_ignore_ascii_case(coding) && !none
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn console() -> Console {
        let bytes = |text: &'static str| Bytes::from_static(text.as_bytes());
        Console::of([
            ("index.html", "text/html", bytes("<style nonce=__NONCE__></style><meta content=__NONCE__>"), None, None),
            ("assets/a.js", "text/javascript", bytes("plain"), Some(bytes("br")), Some(bytes("gz"))),
            ("assets/a.woff2", "font/woff2", bytes("font"), None, None),
        ])
    }

    #[test]
    fn the_smallest_form_that_is_accepted_is_sent_and_each_has_a_tag_of_its_own() {
        let (console, mut tags) = (console(), std::collections::HashSet::new());
        for (accepted, bytes) in [
            ("", "plain"),
            ("gzip, deflate, br, zstd", "br"),
            ("gzip;q=1.0, br;q=0", "gz"),
            ("GZIP", "gz"),
            ("identity, *", "plain"),
            ("br;q=0.0, gzip; q=0", "plain"),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted))]);
            let form = console.file("assets/a.js", &headers).unwrap();
            assert_eq!(form.bytes, bytes, "{accepted}");
            assert_eq!(form.encoding.is_none(), bytes == "plain");
            tags.insert(form.tag);
            assert_eq!(console.file("assets/a.woff2", &headers).unwrap().bytes, "font");
        }
        assert_eq!(tags.len(), 3);
    }

    #[test]
    fn the_page_is_no_file_and_has_its_nonce_wherever_it_asks_for_it() {
        let console = console();
        assert_eq!(console.page("abc").unwrap(), "<style nonce=abc></style><meta content=abc>");
        for name in ["index.html", "", "assets", "assets/../index.html", "/assets/a.js"] {
            assert_eq!(console.file(name, &HeaderMap::new()), None, "{name}");
        }
        assert_eq!(Console::default().page("abc"), None);
    }
}
