//! The name of an image, taken apart: `[registry/]path[:tag]`, or with `@sha256:…`, not both.

/// What is meant where a name has neither tag nor digest.
const USUAL_TAG: &str = "latest";

/// In bytes. Ours: what is longer is no name that anybody gave.
const MAX_LENGTH: usize = 512;

/// Docker's own registry. It answers under other names than these, and so names in it are the engine's to
/// find, like those without any registry.
const DOCKER_HUB: [&str; 2] = ["docker.io", "index.docker.io"];

/// The name of an image, as it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reference<'a> {
    pub(super) uri: &'a str,
    /// With its registry, without tag or digest.
    pub(super) name: &'a str,
    version: Version<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version<'a> {
    Tag(&'a str),
    Digest(&'a str),
}

impl<'a> Reference<'a> {
    /// Takes a name apart; `None` if it is none.
    ///
    /// Engine and registry have the last word on names. What must not pass is what is no name at all:
    /// this text becomes part of the path of a request.
    pub(super) fn parse(uri: &'a str) -> Option<Self> {
        let (name, version) = match uri.split_once('@') {
            Some((name, digest)) => (name, Version::Digest(digest)),
            None => match uri.rsplit_once(':') {
                // Before a slash it would be a port.
                Some((name, tag)) if !tag.contains('/') => (name, Version::Tag(tag)),
                _ => (uri, Version::Tag(USUAL_TAG)),
            },
        };
        let is_version = match version {
            Version::Tag(tag) => is_tag(tag),
            Version::Digest(digest) => is_digest(digest),
        };
        let is_reference = uri.len() <= MAX_LENGTH && is_version && is_name(name);
        is_reference.then_some(Self { uri, name, version })
    }

    /// The host, and perhaps the port, of the registry that the name says.
    ///
    /// Source: `splitDockerDomain` in distribution/reference.
    pub(super) fn registry(&self) -> Option<&'a str> {
        let (first, _) = self.name.split_once('/')?;
        let is_host = first.contains(['.', ':']) || first == "localhost";
        (is_host && !DOCKER_HUB.contains(&first)).then_some(first)
    }

    /// What the image is called in its registry, without tag or digest.
    pub(super) fn repository(&self) -> &'a str {
        let path = self.registry().and_then(|registry| self.name.strip_prefix(registry));
        path.map_or(self.name, |path| path.trim_start_matches('/'))
    }

    /// The tag, unless the name says a digest.
    pub(super) fn tag(&self) -> Option<&'a str> {
        match self.version {
            Version::Tag(tag) => Some(tag),
            Version::Digest(_) => None,
        }
    }

    /// The digest, if the name says one.
    pub(super) fn digest(&self) -> Option<&'a str> {
        match self.version {
            Version::Tag(_) => None,
            Version::Digest(digest) => Some(digest),
        }
    }

    /// The tag or the digest.
    pub(super) fn version(&self) -> &'a str {
        match self.version {
            Version::Tag(version) | Version::Digest(version) => version,
        }
    }

    /// The name of what has this digest in the same repository.
    pub(super) fn at(&self, digest: &str) -> String {
        format!("{}@{digest}", self.name)
    }
}

/// Only the first part of several, which is a registry then, may say a port.
fn is_name(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or_default();
    let is_part = |part: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-:".contains(&byte);
        part.starts_with(|first: char| first.is_ascii_alphanumeric()) && part.bytes().all(allowed)
    };
    name.split('/').all(is_part) && !last.contains(':')
}

fn is_tag(tag: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    !tag.is_empty() && !tag.starts_with(['.', '-']) && tag.bytes().all(allowed)
}

/// Whether this is a digest that can be checked here: `sha256:`, and 64 hexadecimal digits.
pub(super) fn is_digest(text: &str) -> bool {
    let hex = text.strip_prefix("sha256:").unwrap_or_default();
    hex.len() == 64 && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(uri: &str, expected: bool) {
        assert_eq!(Reference::parse(uri).is_some(), expected, "{uri}");
    }

    #[track_caller]
    fn check_parts(uri: &str, registry: Option<&str>, repository: &str, version: &str) {
        let found = Reference::parse(uri).unwrap();
        assert_eq!(
            (found.registry(), found.repository(), found.version()),
            (registry, repository, version)
        );
    }

    #[test]
    fn an_image_is_named_by_tag_or_by_digest() {
        let digest = "0123456789abcdef".repeat(4);
        check("manifold", true);
        check("manifold:latest", true);
        check("localhost:5000/team/manifold:v1.2_3-x", true);
        check("000000000000.dkr.ecr.us-east-1.amazonaws.com/manifold:latest", true);
        check(&format!("manifold@sha256:{digest}"), true);
        check(&format!("localhost:5000/manifold@sha256:{digest}"), true);
        check(&format!("manifold:latest@sha256:{digest}"), false);
        check("manifold@sha256:0123", false);
        check("manifold@md5:0123", false);
        check("manifold:a:b", false);
        check("manifold:", false);
        check("", false);
        check("manifold//x", false);
        check("../../containers/json?all=1", false);
        check("manifold/..", false);
        check("manifold latest", false);
    }

    #[test]
    fn a_first_part_with_a_dot_or_a_port_is_a_registry() {
        check_parts("manifold", None, "manifold", "latest");
        check_parts("team/manifold:1", None, "team/manifold", "1");
        check_parts("manifold.x:1", None, "manifold.x", "1");
        check_parts("docker.io/library/debian", None, "docker.io/library/debian", "latest");
        check_parts("localhost/manifold:1", Some("localhost"), "manifold", "1");
        check_parts("127.0.0.1:5000/team/x", Some("127.0.0.1:5000"), "team/x", "latest");
        let digest = format!("sha256:{}", "0".repeat(64));
        let uri = format!("ghcr.io/x/y@{digest}");
        check_parts(&uri, Some("ghcr.io"), "x/y", &digest);
        assert_eq!(Reference::parse(&uri).unwrap().tag(), None);
    }
}
