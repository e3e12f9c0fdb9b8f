//! Images as the engine holds them: their names, and what they are made to run.

use bollard::Docker;
use bollard::errors::Error;
use bollard::models::{ImageConfig, ImageInspect};

use super::engine::Engine;
use crate::executor::{Image, Obstacle, ResolveError, RunsAs, StartError};
use crate::launch::Launch;

/// The image that `uri` names, which has to be there.
pub(super) async fn resolve(engine: &Engine, uri: &str) -> Result<Image, ResolveError> {
    let found = find(engine, uri).await?;
    found.ok_or_else(|| {
        refused(format!(
            "Source image {uri} does not exist. Provide a valid source image. ({} has no image of this \
             name, and none is pulled.)",
            engine.name
        ))
    })
}

/// Finds the image that `uri` names, without pulling it. `None` if the engine does not have it.
///
/// The digest is the engine's id of the image. An image that was built here and never pushed has no
/// other; it names the very bytes, and a container can be made from it when no tag is left on it.
pub(super) async fn find(engine: &Engine, uri: &str) -> Result<Option<Image>, ResolveError> {
    if !is_reference(uri) {
        let reason = format!("Source image {uri} is not valid. Provide a valid source image.");
        return Err(refused(reason));
    }
    let found = match engine.docker.inspect_image(uri).await {
        Ok(found) => found,
        Err(Error::DockerResponseServerError { status_code: 404, .. }) => return Ok(None),
        Err(error) => {
            return Err(refused(format!(
                "Source image {uri} cannot be looked at by {}: {error}",
                engine.name
            )));
        }
    };
    let digest = pin(uri, &found, &engine.architecture).map_err(refused)?;
    Ok(Some(Image { runs_as: RunsAs::Container, uri: uri.to_owned(), digest }))
}

fn refused(reason: String) -> ResolveError {
    ResolveError { reason }
}

/// The digest of the image that `uri` names now; `None` if it names none, or if the engine does not say.
pub(super) async fn current(docker: &Docker, uri: &str) -> Option<String> {
    digest(&docker.inspect_image(uri).await.ok()?).map(str::to_owned)
}

/// By which the engine knows a pinned image.
pub(super) fn id(image: &Image) -> String {
    format!("sha256:{}", image.digest)
}

/// What is run in a container, and where: what the image says, each part unless the function replaces it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) entry_point: Vec<String>,
    pub(super) command: Vec<String>,
    pub(super) working_directory: String,
}

impl Plan {
    pub(super) fn of(config: &ImageConfig, launch: &Launch) -> Self {
        let or = |replaced: &[String], own: &Option<Vec<String>>| {
            if replaced.is_empty() { own.clone().unwrap_or_default() } else { replaced.to_vec() }
        };
        let directory = launch.working_directory.as_ref().or(config.working_dir.as_ref());
        Self {
            entry_point: or(&launch.entry_point, &config.entrypoint),
            command: or(&launch.command, &config.cmd),
            working_directory: directory.cloned().unwrap_or_default(),
        }
    }

    /// What is run first: of the entry point or, without one, of the command.
    pub(super) fn program(&self) -> String {
        self.entry_point.first().or(self.command.first()).cloned().unwrap_or_default()
    }

    /// That it was not run.
    pub(super) fn failed(self, obstacle: Obstacle) -> StartError {
        StartError {
            obstacle,
            entry_point: self.entry_point,
            command: self.command,
            working_directory: self.working_directory,
        }
    }
}

fn pin(uri: &str, found: &ImageInspect, here: &str) -> Result<String, String> {
    let (os, architecture) = (found.os.as_deref(), found.architecture.as_deref());
    if os != Some("linux") || architecture != Some(here) {
        let platform = format!("{}/{}", os.unwrap_or("?"), architecture.unwrap_or("?"));
        return Err(format!(
            "Source image {uri} is for {platform}, and the container engine on this machine runs \
             linux/{here}."
        ));
    }
    let digest = digest(found).map(str::to_owned);
    digest.ok_or_else(|| format!("Source image {uri} has no SHA-256 digest."))
}

fn digest(found: &ImageInspect) -> Option<&str> {
    found.id.as_deref()?.strip_prefix("sha256:")
}

/// Whether this is the name of an image: `[registry[:port]/]path[:tag]`, or with `@sha256:…`, not both.
///
/// The engine has the last word on names. What must not pass is what is no name at all: this text
/// becomes part of the path of a request.
fn is_reference(uri: &str) -> bool {
    let (name, tail) = match uri.split_once('@') {
        Some((name, digest)) => (name, is_digest(digest) && !last_segment(name).contains(':')),
        None => (uri, true),
    };
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-:".contains(&byte);
    let segment = |text: &str| {
        text.starts_with(|first: char| first.is_ascii_alphanumeric()) && text.bytes().all(allowed)
    };
    tail && uri.len() <= 512 && name.split('/').all(segment)
}

fn last_segment(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn is_digest(text: &str) -> bool {
    let hex = text.strip_prefix("sha256:").unwrap_or_default();
    hex.len() == 64 && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::tests::launch;

    #[track_caller]
    fn check(uri: &str, expected: bool) {
        assert_eq!(is_reference(uri), expected, "{uri}");
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
        check("", false);
        check("manifold//x", false);
        check("../../containers/json?all=1", false);
        check("manifold/..", false);
        check("manifold latest", false);
    }

    #[test]
    fn an_image_for_another_machine_is_refused_with_both_named() {
        let image = |os: &str, architecture: &str| ImageInspect {
            id: Some("sha256:0123".to_owned()),
            os: Some(os.to_owned()),
            architecture: Some(architecture.to_owned()),
            ..ImageInspect::default()
        };
        assert_eq!(pin("x:1", &image("linux", "amd64"), "amd64"), Ok("0123".to_owned()));
        assert_eq!(
            pin("x:1", &image("linux", "arm64"), "amd64"),
            Err("Source image x:1 is for linux/arm64, and the container engine on this machine runs \
                 linux/amd64."
                .to_owned())
        );
        assert!(pin("x:1", &image("windows", "amd64"), "amd64").is_err());
        assert!(pin("x:1", &ImageInspect::default(), "amd64").unwrap_err().contains("?/?"));
    }

    #[test]
    fn each_part_of_what_runs_is_the_images_unless_the_function_replaces_it() {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let check = |of_image: (&str, &str),
                     replaced: (&str, &str),
                     expected: (&str, &str, &str)| {
            let config = ImageConfig {
                entrypoint: Some(words(of_image.0)),
                cmd: Some(words(of_image.1)),
                working_dir: Some("/var/task".to_owned()),
                ..ImageConfig::default()
            };
            let mut launch = launch(&[]);
            (launch.entry_point, launch.command) = (words(replaced.0), words(replaced.1));
            let plan = Plan::of(&config, &launch);
            let found = (plan.entry_point.join(" "), plan.command.join(" "), plan.program());
            let expected = (expected.0.to_owned(), expected.1.to_owned(), expected.2.to_owned());
            assert_eq!(found, expected);
            assert_eq!(plan.working_directory, "/var/task");
        };
        check(("/boot -x", "a b"), ("", ""), ("/boot -x", "a b", "/boot"));
        check(("/boot", "a"), ("", "c d"), ("/boot", "c d", "/boot"));
        check(("/boot", "a"), ("/other", ""), ("/other", "a", "/other"));
        check(("", "a b"), ("", ""), ("", "a b", "a"));
        check(("", "a b"), ("", "c d"), ("", "c d", "c"));
        check(("", ""), ("", ""), ("", "", ""));
        let mut launch = launch(&[]);
        launch.working_directory = Some("/srv".to_owned());
        assert_eq!(Plan::of(&ImageConfig::default(), &launch).working_directory, "/srv");
    }
}
