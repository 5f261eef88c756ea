//! A browser without a screen: keeps cookies, fills in forms, follows redirects; Kore's own address leads
//! into the router, every other one onto the network.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use axum::{Router, body::Body};
use http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use tower::ServiceExt;
use url::Url;

const HOPS: usize = 20;

/// A browser.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    home: Url,
    client: reqwest::Client,
    /// Cookies by origin, so that a test may look at them, take them away or move them.
    pub cookies: BTreeMap<String, BTreeMap<String, String>>,
    /// A redirect to an address that begins like this is not followed.
    pub stops_at: Option<String>,
}

/// What it shows.
#[derive(Debug, Clone)]
pub struct Page {
    /// Where it is.
    pub url: Url,
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: http::HeaderMap,
    /// What the page says.
    pub text: String,
    /// The redirect that was not followed.
    pub next: Option<Url>,
}

impl std::fmt::Debug for Browser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Browser").field("cookies", &self.cookies).finish_non_exhaustive()
    }
}

impl Browser {
    /// One that knows nothing yet; `home` is Kore's own address.
    ///
    /// # Errors
    /// When there is no HTTP client.
    pub fn new(router: Router, home: &str) -> Result<Self> {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build()?;
        Ok(Self { router, home: home.parse()?, client, cookies: BTreeMap::new(), stops_at: None })
    }

    /// Goes to an address, and where it leads. Kore's own may be given as a path.
    ///
    /// # Errors
    /// When there is no answer, or it leads in circles.
    pub async fn go(&mut self, to: &str) -> Result<Page> {
        let url = self.home.join(to)?;
        self.follow(Method::GET, url, None).await
    }

    /// Fills in the first form of a page (its hidden fields as they are) and sends it.
    ///
    /// # Errors
    /// When the page has no form.
    pub async fn submit(&mut self, page: &Page, fields: &[(&str, &str)]) -> Result<Page> {
        let (action, method, mut values) =
            form(&page.text).with_context(|| format!("no form at {}: {}", page.url, page.text))?;
        for (name, value) in fields {
            values.retain(|(known, _)| known != name);
            values.push(((*name).to_owned(), (*value).to_owned()));
        }
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&values).finish();
        let url = page.url.join(&action)?;
        self.follow(method, url, Some(body)).await
    }

    /// The first link of a page that holds this.
    ///
    /// # Errors
    /// When there is none.
    pub async fn click(&mut self, page: &Page, holds: &str) -> Result<Page> {
        let links = page.text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let link = links.map(unescape).find(|link| link.contains(holds));
        let link = link.with_context(|| format!("no link with {holds} at {}: {}", page.url, page.text))?;
        let url = page.url.join(&link)?;
        self.follow(Method::GET, url, None).await
    }

    async fn follow(&mut self, mut method: Method, mut url: Url, mut body: Option<String>) -> Result<Page> {
        for _ in 0..HOPS {
            let (status, headers, text) = self.send(&method, &url, body.take()).await?;
            let next = headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
            let next = next.filter(|_| status.is_redirection()).map(|next| url.join(next)).transpose()?;
            let Some(next) = next else { return Ok(Page { url, status, headers, text, next: None }) };
            if self.stops_at.as_ref().is_some_and(|stop| next.as_str().starts_with(stop)) {
                return Ok(Page { url, status, headers, text, next: Some(next) });
            }
            (method, url) = (Method::GET, next);
        }
        bail!("led in circles, at last to {url}")
    }

    async fn send(
        &mut self,
        method: &Method,
        url: &Url,
        body: Option<String>,
    ) -> Result<(StatusCode, http::HeaderMap, String)> {
        let origin = url.origin().ascii_serialization();
        let jar = self.cookies.entry(origin.clone()).or_default();
        let cookies: Vec<_> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies = cookies.join("; ");
        let (status, headers, text) = if url.origin() == self.home.origin() {
            let target = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
            let mut request = Request::builder().method(method).uri(target).header(header::COOKIE, cookies);
            if body.is_some() {
                request = request
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .header("sec-fetch-site", "same-origin");
            }
            let request = request.body(body.map_or_else(Body::empty, Body::from))?;
            let answer = match self.router.clone().oneshot(request).await {
                Ok(answer) => answer,
                Err(never) => match never {},
            };
            let (parts, body) = answer.into_parts();
            let bytes = body.collect().await?.to_bytes();
            (parts.status, parts.headers, String::from_utf8_lossy(&bytes).into_owned())
        } else {
            let mut request = self.client.request(method.clone(), url.clone()).header(header::COOKIE, cookies);
            if let Some(body) = body {
                request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(body);
            }
            let answer = request.send().await.with_context(|| url.to_string())?;
            (answer.status(), answer.headers().clone(), answer.text().await?)
        };
        let jar = self.cookies.entry(origin).or_default();
        for cookie in headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            let mut parts = cookie.split(';').map(str::trim);
            let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { continue };
            let gone = value.is_empty() || parts.any(|part| part.eq_ignore_ascii_case("max-age=0"));
            if gone {
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok((status, headers, text))
    }
}

/// Names and values of fields.
type Fields = Vec<(String, String)>;

/// Where the first form goes, how, and the fields that it comes with.
fn form(page: &str) -> Option<(String, Method, Fields)> {
    let from = page.split("<form").nth(1)?;
    let (tag, rest) = from.split_once('>')?;
    let body = rest.split("</form>").next()?;
    let method = attribute(tag, "method").filter(|method| method.eq_ignore_ascii_case("get"));
    let method = method.map_or(Method::POST, |_| Method::GET);
    let inputs = body.split("<input").skip(1).filter_map(|input| input.split('>').next());
    let values =
        inputs.filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value").unwrap_or_default())));
    Some((attribute(tag, "action").unwrap_or_default(), method, values.collect()))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split(&format!(" {name}=\"")).nth(1)?;
    Some(unescape(rest.split('"').next()?))
}

fn unescape(text: &str) -> String {
    ["&#38;", "&amp;"].iter().fold(text.to_owned(), |text, escaped| text.replace(escaped, "&")).replace("&#x3D;", "=")
}
