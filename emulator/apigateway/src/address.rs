//! The addresses at which a stage is called.
//!
//! - `http://localhost:4566/restapis/{api}/{stage}/_user_request_/{path}`
//! - `http://localhost:4566/_aws/execute-api/{api}/{stage}/{path}`
//! - `http://{api}.execute-api.localhost:4566/{stage}/{path}`, as on AWS, where the host is
//!   `{api}.execute-api.{region}.amazonaws.com`
//!
//! The first two are what local AWS tools have agreed on.

use http::header::HOST;
use http::request::Parts;

/// Which stage is called, and with which path.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Address<'a> {
    /// In lower case, as ids are; an address may have it in any.
    pub(crate) api: String,
    pub(crate) stage: &'a str,
    /// What follows the stage, as it stands in the address: empty, or from its slash on.
    pub(crate) path: &'a str,
}

impl<'a> Address<'a> {
    /// The stage that a request calls, if it calls one.
    pub(crate) fn of(head: &'a Parts) -> Option<Self> {
        let path = head.uri.path();
        if let Some(api) = host(head).and_then(api_of_host) {
            let (stage, path) = split(path.strip_prefix('/').unwrap_or(path));
            return Some(Self { api: api.to_ascii_lowercase(), stage, path });
        }
        let (api, stage, path) = if let Some(rest) = path.strip_prefix("/restapis/") {
            let (api, rest) = rest.split_once('/')?;
            let (stage, rest) = rest.split_once('/')?;
            let path = rest.strip_prefix("_user_request_")?;
            (api, stage, Some(path).filter(|path| path.is_empty() || path.starts_with('/'))?)
        } else {
            let (api, rest) = path.strip_prefix("/_aws/execute-api/")?.split_once('/')?;
            let (stage, path) = split(rest);
            (api, stage, path)
        };
        Some(Self { api: api.to_ascii_lowercase(), stage, path })
    }
}

/// A path's first segment, and the rest from its slash on.
fn split(path: &str) -> (&str, &str) {
    path.split_at(path.find('/').unwrap_or(path.len()))
}

/// The host that a request asks for, with its port.
pub(crate) fn host(head: &Parts) -> Option<&str> {
    head.headers.get(HOST)?.to_str().ok()
}

fn api_of_host(host: &str) -> Option<&str> {
    let (api, domain) = host.split_once('.')?;
    let service = domain.split(['.', ':']).next()?;
    service.eq_ignore_ascii_case("execute-api").then_some(api)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(host: &str, path: &str, expected: Option<(&str, &str, &str)>) {
        let request = http::Request::get(path).header(HOST, host).body(()).unwrap();
        let (head, ()) = request.into_parts();
        let expected =
            expected.map(|(api, stage, path)| Address { api: api.to_owned(), stage, path });
        assert_eq!(Address::of(&head), expected);
    }

    #[test]
    fn a_stage_is_called_by_path() {
        let host = "localhost:4566";
        check(host, "/restapis/abc/dev/_user_request_", Some(("abc", "dev", "")));
        check(host, "/restapis/abc/dev/_user_request_/", Some(("abc", "dev", "/")));
        check(host, "/restapis/ABC/dev/_user_request_/a//b%2F", Some(("abc", "dev", "/a//b%2F")));
        check(host, "/restapis/abc/dev/_user_request_//a", Some(("abc", "dev", "//a")));
        check(host, "/_aws/execute-api/abc/dev/a/b", Some(("abc", "dev", "/a/b")));
        check(host, "/_aws/execute-api/abc/dev", Some(("abc", "dev", "")));
    }

    #[test]
    fn a_stage_is_called_by_host() {
        check("abc.execute-api.localhost:4566", "/dev/a?b=c", Some(("abc", "dev", "/a")));
        check("ABC.execute-api.localhost", "/dev", Some(("abc", "dev", "")));
        check("abc.execute-api.localhost", "/", Some(("abc", "", "")));
        check("abc.execute-api:4566", "/dev/", Some(("abc", "dev", "/")));
        check("abc.execute-api.us-east-1.amazonaws.com", "/dev/", Some(("abc", "dev", "/")));
    }

    #[test]
    fn everything_else_is_somebody_elses() {
        for path in [
            "/",
            "/restapis",
            "/restapis/abc",
            "/restapis/abc/stages/dev",
            "/restapis/abc/dev/_user_request_x",
            "/restapis/abc/resources/_user/methods",
            "/_aws/execute-api/abc",
        ] {
            check("localhost:4566", path, None);
        }
        check("execute-api.localhost", "/dev", None);
        check("photos.localhost", "/restapis", None);
    }
}
