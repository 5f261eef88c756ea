//! What a request to a Kubernetes API server asks for, read from method, path and query alone, by the
//! rules of apiserver's `pkg/endpoints/request/requestinfo.go`. For audit and for the gateway's own
//! rule about shells; the API server reads the request again and decides by RBAC.

use http::Method;

/// What a request asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct RequestInfo {
    /// As RBAC has it: `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`,
    /// `deletecollection`; for paths that are no resource the method in lower case.
    pub verb: String,
    /// Whether it is for a resource.
    pub is_resource: bool,
    /// API group; empty for the core group.
    pub group: String,
    /// Version within the group.
    pub version: String,
    /// Namespace; empty for cluster-scoped ones and across all namespaces.
    pub namespace: String,
    /// As `pods`.
    pub resource: String,
    /// As `exec`.
    pub subresource: String,
    /// Name; empty for collections.
    pub name: String,
    /// The path within the cluster.
    pub path: String,
    /// Whether the answer may go on for long: watches, followed logs, proxied connections.
    pub streams: bool,
}

/// How dangerous a request is beyond what its verb says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Changes nothing.
    Read,
    /// May change something.
    Write,
    /// Opens a way into a pod or behind a service, whatever the method: exec over WebSocket is a GET.
    Shell,
    /// Opens a way into a node: never through the gateway.
    Node,
}

impl RequestInfo {
    /// Reads a request. `path` is the raw path within the cluster, beginning with `/`.
    #[must_use]
    pub(super) fn parse(method: &Method, path: &str, query: Option<&str>) -> Self {
        let mut info = Self { verb: method.as_str().to_ascii_lowercase(), path: path.to_owned(), ..Self::default() };
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        let rest = match parts.as_slice() {
            ["api", version, rest @ ..] if !rest.is_empty() => {
                info.version = (*version).to_owned();
                rest
            }
            ["apis", group, version, rest @ ..] if !rest.is_empty() => {
                info.group = (*group).to_owned();
                info.version = (*version).to_owned();
                rest
            }
            _ => return info,
        };
        info.is_resource = true;
        let mut parts = rest;
        // The old way to write a verb into the path; `proxy` is long gone from the API server.
        let special = match parts.split_first() {
            Some((&verb @ ("watch" | "proxy"), rest)) if !rest.is_empty() => {
                parts = rest;
                Some(verb)
            }
            _ => None,
        };
        special.unwrap_or_else(|| verb(method)).clone_into(&mut info.verb);
        if let ["namespaces", namespace, inner @ ..] = parts {
            (*namespace).clone_into(&mut info.namespace);
            if inner.first().is_some_and(|word| !matches!(*word, "status" | "finalize")) {
                parts = inner;
            }
        }
        if let Some(resource) = parts.first() {
            (*resource).clone_into(&mut info.resource);
        }
        if let Some(name) = parts.get(1) {
            (*name).clone_into(&mut info.name);
        }
        if let Some(subresource) = parts.get(2).filter(|_| special != Some("proxy")) {
            (*subresource).clone_into(&mut info.subresource);
        }
        if info.name.is_empty() {
            match info.verb.as_str() {
                "get" if flag(query, "watch") => "watch".clone_into(&mut info.verb),
                "get" => "list".clone_into(&mut info.verb),
                "delete" => "deletecollection".clone_into(&mut info.verb),
                _ => {}
            }
        }
        info.streams = info.verb == "watch"
            || (info.subresource == "log" && flag(query, "follow"))
            || matches!(info.class(), Class::Shell | Class::Node);
        info
    }

    /// How dangerous it is.
    #[must_use]
    pub(super) fn class(&self) -> Class {
        let door = matches!(self.subresource.as_str(), "exec" | "attach" | "portforward" | "proxy");
        match (self.resource.as_str(), self.verb.as_str()) {
            ("nodes", _) if door => Class::Node,
            (_, "proxy") => Class::Node,
            _ if self.is_resource && door => Class::Shell,
            (_, "get" | "list" | "watch" | "head" | "options") => Class::Read,
            _ => Class::Write,
        }
    }

    /// As audit records have it: `pods/web/log in default`, or the path.
    #[must_use]
    pub(super) fn object(&self) -> String {
        if !self.is_resource {
            return self.path.clone();
        }
        let mut text = self.resource.clone();
        if !self.group.is_empty() {
            text.push('.');
            text.push_str(&self.group);
        }
        for part in [&self.name, &self.subresource] {
            if !part.is_empty() {
                text.push('/');
                text.push_str(part);
            }
        }
        if !self.namespace.is_empty() && self.resource != "namespaces" {
            text.push_str(" in ");
            text.push_str(&self.namespace);
        }
        text
    }
}

fn verb(method: &Method) -> &'static str {
    match method.as_str() {
        "POST" => "create",
        "GET" | "HEAD" => "get",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => "delete",
        _ => "",
    }
}

/// A boolean parameter, as apimachinery reads it: there, and neither `false` nor `0`.
fn flag(query: Option<&str>, name: &str) -> bool {
    query.unwrap_or_default().split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (key == name).then(|| !matches!(value.to_ascii_lowercase().as_str(), "false" | "0"))
    }) == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_as_the_api_server_reads_them() {
        // method, path, query → verb, group, namespace, resource, subresource, name, class
        let table = [
            ("GET", "/api/v1/pods", None, "list", "", "", "pods", "", "", Class::Read),
            ("GET", "/api/v1/pods", Some("watch=true"), "watch", "", "", "pods", "", "", Class::Read),
            ("GET", "/api/v1/pods", Some("watch="), "watch", "", "", "pods", "", "", Class::Read),
            ("GET", "/api/v1/pods", Some("watch=0&x=1"), "list", "", "", "pods", "", "", Class::Read),
            ("HEAD", "/api/v1/namespaces/a/pods/p", None, "get", "", "a", "pods", "", "p", Class::Read),
            ("GET", "/api/v1/namespaces/a/pods/p", None, "get", "", "a", "pods", "", "p", Class::Read),
            (
                "GET",
                "/api/v1/namespaces/a/pods/p/log",
                Some("follow=true"),
                "get",
                "",
                "a",
                "pods",
                "log",
                "p",
                Class::Read,
            ),
            (
                "GET",
                "/api/v1/namespaces/a/pods/p/exec",
                Some("command=ls"),
                "get",
                "",
                "a",
                "pods",
                "exec",
                "p",
                Class::Shell,
            ),
            ("POST", "/api/v1/namespaces/a/pods/p/exec", None, "create", "", "a", "pods", "exec", "p", Class::Shell),
            (
                "POST",
                "/api/v1/namespaces/a/pods/p/attach",
                None,
                "create",
                "",
                "a",
                "pods",
                "attach",
                "p",
                Class::Shell,
            ),
            (
                "GET",
                "/api/v1/namespaces/a/pods/p/portforward",
                None,
                "get",
                "",
                "a",
                "pods",
                "portforward",
                "p",
                Class::Shell,
            ),
            (
                "GET",
                "/api/v1/namespaces/a/services/s:80/proxy/x/y",
                None,
                "get",
                "",
                "a",
                "services",
                "proxy",
                "s:80",
                Class::Shell,
            ),
            ("GET", "/api/v1/nodes/n/proxy/run", None, "get", "", "", "nodes", "proxy", "n", Class::Node),
            ("GET", "/api/v1/proxy/nodes/n", None, "proxy", "", "", "nodes", "", "n", Class::Node),
            ("GET", "/api/v1/nodes/n", None, "get", "", "", "nodes", "", "n", Class::Read),
            ("GET", "/api/v1/watch/pods", None, "watch", "", "", "pods", "", "", Class::Read),
            ("GET", "/api/v1/watch/namespaces/a/pods/p", None, "watch", "", "a", "pods", "", "p", Class::Read),
            ("POST", "/api/v1/namespaces", None, "create", "", "", "namespaces", "", "", Class::Write),
            ("GET", "/api/v1/namespaces/a", None, "get", "", "a", "namespaces", "", "a", Class::Read),
            (
                "PUT",
                "/api/v1/namespaces/a/finalize",
                None,
                "update",
                "",
                "a",
                "namespaces",
                "finalize",
                "a",
                Class::Write,
            ),
            (
                "POST",
                "/api/v1/namespaces/a/pods/p/eviction",
                None,
                "create",
                "",
                "a",
                "pods",
                "eviction",
                "p",
                Class::Write,
            ),
            (
                "POST",
                "/api/v1/namespaces/a/serviceaccounts/s/token",
                None,
                "create",
                "",
                "a",
                "serviceaccounts",
                "token",
                "s",
                Class::Write,
            ),
            (
                "DELETE",
                "/apis/apps/v1/namespaces/a/deployments",
                None,
                "deletecollection",
                "apps",
                "a",
                "deployments",
                "",
                "",
                Class::Write,
            ),
            (
                "DELETE",
                "/apis/apps/v1/namespaces/a/deployments/d",
                None,
                "delete",
                "apps",
                "a",
                "deployments",
                "",
                "d",
                Class::Write,
            ),
            (
                "PATCH",
                "/apis/apps/v1/namespaces/a/deployments/d/scale",
                None,
                "patch",
                "apps",
                "a",
                "deployments",
                "scale",
                "d",
                Class::Write,
            ),
            (
                "POST",
                "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                None,
                "create",
                "authorization.k8s.io",
                "",
                "selfsubjectaccessreviews",
                "",
                "",
                Class::Write,
            ),
        ];
        for (method, path, query, verb, group, namespace, resource, subresource, name, class) in table {
            let info = RequestInfo::parse(&method.parse().unwrap(), path, query);
            let read = (&*info.verb, &*info.group, &*info.namespace, &*info.resource, &*info.subresource, &*info.name);
            assert_eq!(read, (verb, group, namespace, resource, subresource, name), "{method} {path}");
            assert!(info.is_resource, "{path}");
            assert_eq!(info.class(), class, "{method} {path}");
        }
        for path in ["/", "/api", "/api/", "/api/v1", "/apis", "/apis/apps/v1", "/healthz", "/openapi/v3", "/version"] {
            let info = RequestInfo::parse(&Method::GET, path, None);
            assert!(!info.is_resource && info.verb == "get" && info.class() == Class::Read, "{path}: {info:?}");
        }
    }

    #[test]
    fn what_goes_on_for_long_is_known() {
        let streams = |path: &str, query| RequestInfo::parse(&Method::GET, path, query).streams;
        assert!(streams("/api/v1/pods", Some("watch=1")));
        assert!(streams("/api/v1/namespaces/a/pods/p/log", Some("container=c&follow=true")));
        assert!(streams("/api/v1/namespaces/a/services/s/proxy", None));
        assert!(!streams("/api/v1/namespaces/a/pods/p/log", None));
        assert!(!streams("/api/v1/pods", Some("limit=500")));
    }

    #[test]
    fn objects_read_well() {
        let object = |path: &str| RequestInfo::parse(&Method::GET, path, None).object();
        assert_eq!(object("/apis/apps/v1/namespaces/a/deployments/d/scale"), "deployments.apps/d/scale in a");
        assert_eq!(object("/api/v1/namespaces/a"), "namespaces/a");
        assert_eq!(object("/api/v1/nodes"), "nodes");
        assert_eq!(object("/version"), "/version");
    }
}
