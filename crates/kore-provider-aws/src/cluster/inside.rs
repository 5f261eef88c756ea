//! What a cluster says of itself.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use k8s_openapi::api::core::v1::Node;
use kore_api::codes::Code;
use kore_baseline::{Ground, node::is_ready};
use kore_engine::{
    component::Observed,
    error::{Class, SOON, StepError, chain},
    part::Act,
};
use kube::{Api, Client, api::ListParams};

use super::site::Site;

/// What is seen from inside.
#[derive(Debug, Default)]
pub(super) struct Inside {
    /// Version that the API server reports.
    pub(super) version: Option<String>,
    /// Nodes that are Ready.
    pub(super) ready: Option<u32>,
}

/// What the cluster says; nothing where it does not let us in yet, or does not answer.
pub(super) async fn look(ground: &Ground) -> Result<Inside, StepError> {
    let Some(client) = ground.provisioner().await? else { return Ok(Inside::default()) };
    let version = client.apiserver_version().await.ok().map(|version| version.git_version);
    Ok(Inside { ready: ready(client).await.ok(), version })
}

async fn ready(client: Client) -> Result<u32, kube::Error> {
    let nodes = Api::<Node>::all(client).list(&ListParams::default()).await?;
    let ready = nodes.items.iter().filter(|node| is_ready(node)).count();
    Ok(u32::try_from(ready).unwrap_or(u32::MAX))
}

/// How long an API server may take to say anything at all.
const LONGEST: Duration = Duration::from_secs(10);

/// That Kore reaches the API server from where it is.
pub(super) struct Reached {
    pub(super) site: Arc<Site>,
    pub(super) ground: Arc<Ground>,
}

impl Reached {
    /// A firewall says nothing of itself: what it would be is said for it.
    fn silent(&self, error: impl std::fmt::Display) -> StepError {
        let from: Vec<_> = self.site.parameters.api_access_from.iter().map(ToString::to_string).collect();
        let what = format!(
            "the API server of {} does not answer Kore ({error}): it is reachable from {} alone, and the address that Kore asks \
             from has to be among them (parameter apiAccessFrom)",
            self.site.names.cluster,
            from.join(", "),
        );
        StepError::new(Code::ClusterNotReady, Class::Retry(SOON), what)
    }
}

#[async_trait]
impl Act for Reached {
    async fn observe(&self) -> Result<Observed, StepError> {
        let Some(client) = self.ground.provisioner().await? else {
            return Ok(Observed::Waiting { reason: "the controllers' way in".to_owned() });
        };
        answers(&client, LONGEST).await.map(|()| Observed::Ready).map_err(|why| self.silent(why))
    }
}

/// Whether an API server says anything at all, else why not.
async fn answers(client: &Client, longest: Duration) -> Result<(), String> {
    match tokio::time::timeout(longest, client.apiserver_version()).await {
        Err(_) => Err(format!("nothing for {longest:?}")),
        // Whatever it says, it was reached.
        Ok(Ok(_) | Err(kube::Error::Api(_))) => Ok(()),
        Ok(Err(error)) => Err(chain(&error)),
    }
}

#[cfg(test)]
mod tests {
    use kube::Config;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    fn asked(listener: &TcpListener) -> Client {
        let address = listener.local_addr().unwrap();
        Client::try_from(Config::new(format!("http://{address}").parse().unwrap())).unwrap()
    }

    #[tokio::test]
    async fn whoever_refuses_was_reached_and_whoever_is_silent_was_not() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = asked(&listener);
        let refusing = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await.unwrap();
            let body = r#"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Unauthorized","message":"no","code":401}"#;
            let head = format!("HTTP/1.1 401 Unauthorized\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            stream.write_all(head.as_bytes()).await.unwrap();
            stream.flush().await.unwrap();
            // Nobody listens from here on.
        });
        assert_eq!(answers(&client, LONGEST).await, Ok(()));
        refusing.await.unwrap();
        assert!(answers(&client, LONGEST).await.unwrap_err().contains("refused"));
    }

    #[tokio::test]
    async fn silence_has_an_end() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = asked(&listener);
        assert_eq!(answers(&client, Duration::from_millis(50)).await, Err("nothing for 50ms".to_owned()));
    }
}
