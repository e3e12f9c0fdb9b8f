//! Images as the engine holds them: their names, and what they are made to run.

use bollard::Docker;
use bollard::errors::Error;
use bollard::models::{ImageConfig, ImageInspect};

use super::engine::Engine;
use super::manifest::{self, Problem};
use super::pull::Pulls;
use super::reference::Reference;
use crate::executor::{Image, Obstacle, ResolveError, RunsAs, StartError};
use crate::launch::Launch;

/// Why an image cannot be used, for the function's owner.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unusable {
    /// No name that an image could have.
    #[error("Source image {0} is not valid. Provide a valid source image.")]
    Name(String),
    /// It is not here and, where that was asked for, cannot be pulled.
    #[error("Source image {uri} does not exist. Provide a valid source image. ({looked})")]
    Missing { uri: String, looked: String },
    /// Lambda does not take it.
    #[error("{words} ({problem})")]
    Refused { words: String, problem: Problem },
    /// The engine did not say.
    #[error("Source image {uri} cannot be looked at by the container engine: {source}")]
    Engine { uri: String, source: Error },
    /// An image that has no SHA-256 digest could not be told from another.
    #[error("Source image {0} has no SHA-256 digest.")]
    NoDigest(String),
}

impl Unusable {
    /// `reason` goes on after what the engine lacks.
    pub(super) fn missing(uri: &str, engine: &Engine, reason: &str) -> Self {
        let looked = format!("{engine} has no such image, {reason}");
        Self::Missing { uri: uri.to_owned(), looked }
    }

    pub(super) fn refused(uri: &str, problem: Problem) -> Self {
        Self::Refused { words: problem.in_lambdas_words(uri), problem }
    }
}

impl From<Unusable> for ResolveError {
    fn from(unusable: Unusable) -> Self {
        Self { reason: unusable.to_string() }
    }
}

/// Finds the image that `uri` names; it is pulled only where there are `pulls`.
///
/// The digest is the engine's id of the image. An image that was built here and never pushed has no
/// other; it names the very bytes, and a container can be made from it when no tag is left on it.
pub(super) async fn resolve(
    engine: &Engine,
    pulls: Option<&Pulls>,
    uri: &str,
) -> Result<Image, Unusable> {
    let reference = Reference::parse(uri).ok_or_else(|| Unusable::Name(uri.to_owned()))?;
    let name = match pulls {
        Some(pulls) => pulls.bring(engine, &reference).await?,
        None => uri.to_owned(),
    };
    let found = engine.inspect(&name).await?.ok_or_else(|| {
        let hint =
            format!("and none is pulled; hint: build it or tag it as {uri}, or serve --pull");
        Unusable::missing(uri, engine, &hint)
    })?;
    manifest::check_image(&found, &engine.architecture)
        .map_err(|problem| Unusable::refused(uri, problem))?;
    let digest = digest(&found).ok_or_else(|| Unusable::NoDigest(uri.to_owned()))?.to_owned();
    Ok(Image { runs_as: RunsAs::Container, uri: uri.to_owned(), digest })
}

fn digest(found: &ImageInspect) -> Option<&str> {
    found.id.as_deref()?.strip_prefix("sha256:")
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::tests::launch;

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
