//! `kore api`: a raw call with your credentials.

use http::{HeaderName, HeaderValue, Method};
use kore_client::client::Outgoing;
use serde_json::Value;

use crate::{
    app::{App, read_input},
    cli::ApiArgs,
    error::{CliError, Result},
};

/// Runs `kore api`.
///
/// # Errors
/// See [`kore_client::ClientError`].
pub async fn run(app: &App, args: &ApiArgs) -> Result {
    let method: Method = args.method.to_ascii_uppercase().parse().map_err(|_| {
        CliError::usage(format!("{:?} is no method", args.method)).fix("GET, POST, PUT, PATCH or DELETE")
    })?;
    let path = if args.path.starts_with('/') { args.path.clone() } else { format!("/{}", args.path) };
    let client = app.client().await?;
    let mut request = Outgoing::new(method, path.clone());
    if let Some(input) = &args.input {
        request.body = Some(read_input(input)?.into());
        request.headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    for header in &args.headers {
        let wrong = || CliError::usage(format!("{header:?} is no header")).fix("as -H 'If-Match: \"7\"'");
        let (name, value) = header.split_once(':').ok_or_else(wrong)?;
        let name = HeaderName::try_from(name.trim()).map_err(|_| wrong())?;
        if name == http::header::AUTHORIZATION {
            return Err(CliError::usage("credentials are never flags").fix("use KORE_TOKEN"));
        }
        request.headers.insert(name, HeaderValue::from_str(value.trim()).map_err(|_| wrong())?);
    }
    if args.paginate {
        let list = client.list_all::<Value>(&path, &kore_client::ListQuery::default()).await?;
        let value = serde_json::to_value(&list).unwrap_or_default();
        return crate::output::document(app, &value);
    }
    let answer = client.send(request).await?;
    if args.include {
        app.printer.text(&format!("HTTP {}", answer.status));
        for (name, value) in
            [("etag", &answer.etag), ("kore-operation", &answer.operation), ("x-request-id", &Some(answer.request_id))]
        {
            if let Some(value) = value {
                app.printer.text(&format!("{name}: {value}"));
            }
        }
        app.printer.text("");
    }
    match serde_json::from_slice::<Value>(&answer.value) {
        Ok(value) => crate::output::document(app, &value),
        Err(_) => {
            app.printer.data(&String::from_utf8_lossy(&answer.value));
            Ok(())
        }
    }
}
