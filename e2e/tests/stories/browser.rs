//! As much of a browser as the sign-in pages need: pages, forms, cookies, redirects that are looked at.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::TcpStream,
};

/// A browser with its cookies.
#[derive(Default)]
pub(crate) struct Browser {
    cookies: BTreeMap<String, String>,
}

/// What came back.
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) body: String,
}

impl Page {
    /// The hidden fields of the page's form.
    pub(crate) fn fields(&self) -> Vec<(String, String)> {
        let inputs = self.body.split("<input type=\"hidden\"").skip(1);
        inputs.map(|input| (attribute(input, "name"), attribute(input, "value"))).collect()
    }
}

fn attribute(input: &str, name: &str) -> String {
    let from = input.split(&format!(" {name}=\"")).nth(1).unwrap();
    let value = from.split('"').next().unwrap();
    value.replace("&#38;", "&").replace("&amp;", "&").replace("&#x2f;", "/").replace("&#47;", "/")
}

impl Browser {
    /// Reads a page of plain HTTP on this machine.
    pub(crate) fn get(&mut self, url: &str) -> Page {
        self.send("GET", url, "")
    }

    /// Sends the form of a page, with what the person typed.
    pub(crate) fn submit(&mut self, page: &Page, url: &str, typed: &[(&str, &str)]) -> Page {
        let hidden = page.fields();
        let hidden = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let pairs: Vec<String> = hidden
            .chain(typed.iter().copied())
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect();
        self.send("POST", url, &pairs.join("&"))
    }

    fn send(&mut self, method: &str, url: &str, form: &str) -> Page {
        let rest = url.strip_prefix("http://").expect("plain HTTP on this machine");
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let mut head =
            format!("{method} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nAccept: text/html\r\n");
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            head.push_str(&format!("Cookie: {}\r\n", cookies.join("; ")));
        }
        if method == "POST" {
            head.push_str(&format!("Origin: http://{host}\r\nSec-Fetch-Site: same-origin\r\n"));
            head.push_str(&format!(
                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
                form.len()
            ));
        }
        let mut stream = TcpStream::connect(host).unwrap();
        stream.write_all(format!("{head}\r\n{form}").as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
        let header = |wanted: &str| {
            let lines = head.lines().filter_map(|line| line.split_once(": "));
            lines
                .filter(|(name, _)| name.eq_ignore_ascii_case(wanted))
                .map(|(_, value)| value.to_owned())
                .collect::<Vec<_>>()
        };
        for cookie in header("set-cookie") {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        Page {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            location: header("location").pop(),
            body: body.to_owned(),
        }
    }
}

fn encode(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
