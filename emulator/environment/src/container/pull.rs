//! Has the engine pull what it does not have: only where it was asked for, and only what Lambda takes.
//!
//! The registry that a name says is asked before anything is pulled, and what it has wins over an image of
//! this machine under the same name, as with `docker pull`. Names that say none are the engine's to find:
//! they are pulled only if it has no such image.

use std::time::Duration;

use bollard::Docker;
use bollard::auth::DockerCredentials;
use bollard::query_parameters::{CreateImageOptionsBuilder, TagImageOptionsBuilder};
use futures_util::StreamExt;
use tokio::time::timeout;

use super::credentials;
use super::engine::Engine;
use super::image::Unusable;
use super::reference::Reference;
use super::registry::{self, LookError};
use super::under_way::UnderWay;

/// For how long the engine may have nothing to tell of a pull. Ours: it tells of every piece that it
/// downloads or unpacks, and checks a large layer in silence.
const PATIENCE: Duration = Duration::from_mins(5);

/// What came of a pull: a sentence if it failed.
type Outcome = Result<(), String>;

/// Pulls, by image and tag. They go on when who asked has gone: the AWS CLI asks again after a minute.
#[derive(Default)]
pub(super) struct Pulls(UnderWay<(String, Option<String>), Outcome>);

impl Pulls {
    /// Sees to it that the engine has what `reference` names now, and answers what the engine calls it.
    pub(super) async fn bring(
        &self,
        engine: &Engine,
        reference: &Reference<'_>,
    ) -> Result<String, Unusable> {
        let uri = reference.uri;
        let Some(host) = reference.registry() else {
            return match engine.inspect(uri).await? {
                Some(_) => Ok(uri.to_owned()),
                None => self.pull(engine, Pull::of(engine, reference).await).await,
            };
        };
        match registry::look(host, reference, &engine.architecture).await {
            Ok(digest) => {
                self.pull(engine, Pull::from(host, engine, reference, &digest).await).await
            }
            Err(LookError::Problem(problem)) => Err(Unusable::refused(uri, problem)),
            Err(error) if engine.inspect(uri).await?.is_none() => {
                let reason = format!("and the registry {host} {error}");
                Err(Unusable::missing(uri, engine, &reason))
            }
            Err(error) => {
                if let LookError::Unanswered(reason) = error {
                    tracing::warn!(
                        image = uri,
                        reason,
                        "the registry could not be asked; the image that the engine has is used"
                    );
                }
                Ok(uri.to_owned())
            }
        }
    }

    async fn pull(&self, engine: &Engine, pull: Pull) -> Result<String, Unusable> {
        let (uri, image) = (pull.uri.clone(), pull.image.clone());
        let pulled = self.0.join((image.clone(), pull.tag.clone()), pull.run()).await;
        match pulled.unwrap_or_else(|| Err("the emulator is being stopped".to_owned())) {
            Ok(()) => Ok(image),
            Err(reason) => {
                Err(Unusable::missing(&uri, engine, &format!("and cannot pull it: {reason}")))
            }
        }
    }
}

/// One image for one engine.
struct Pull {
    docker: Docker,
    uri: String,
    /// What the engine calls it, once it has it.
    image: String,
    /// Its name in two parts, as a pull wants it: the second is a tag or a digest.
    name: String,
    version: String,
    /// Under which it is to be found as well.
    tag: Option<String>,
    login: Option<DockerCredentials>,
}

impl Pull {
    /// What the name stands for in whatever registry the engine finds it.
    async fn of(engine: &Engine, reference: &Reference<'_>) -> Self {
        Self {
            docker: engine.docker.clone(),
            uri: reference.uri.to_owned(),
            image: reference.uri.to_owned(),
            name: reference.name.to_owned(),
            version: reference.version().to_owned(),
            tag: None,
            login: credentials::for_engine(credentials::DOCKER_HUB).await,
        }
    }

    /// What has been looked at in the registry `host`.
    async fn from(host: &str, engine: &Engine, reference: &Reference<'_>, digest: &str) -> Self {
        Self {
            docker: engine.docker.clone(),
            uri: reference.uri.to_owned(),
            image: reference.at(digest),
            name: reference.name.to_owned(),
            version: digest.to_owned(),
            tag: reference.tag().map(str::to_owned),
            login: credentials::for_engine(host).await,
        }
    }

    async fn run(self) -> Outcome {
        let Self { docker, image, name, version, tag, login, .. } = self;
        if docker.inspect_image(&image).await.is_err() {
            tracing::info!(image, "the engine pulls an image");
            pull(&docker, &name, &version, login).await?;
            tracing::info!(image, "the engine has pulled an image");
        }
        let Some(tag) = tag else { return Ok(()) };
        let options = TagImageOptionsBuilder::new().repo(&name).tag(&tag).build();
        docker.tag_image(&image, Some(options)).await.map_err(|error| error.to_string())
    }
}

async fn pull(
    docker: &Docker,
    name: &str,
    version: &str,
    login: Option<DockerCredentials>,
) -> Outcome {
    let options = CreateImageOptionsBuilder::new().from_image(name).tag(version).build();
    let mut progress = std::pin::pin!(docker.create_image(Some(options), None, login));
    loop {
        match timeout(PATIENCE, progress.next()).await {
            Ok(None) => return Ok(()),
            Ok(Some(Ok(_))) => {}
            Ok(Some(Err(error))) => return Err(error.to_string()),
            Err(_) => {
                return Err(format!("the engine told nothing of it for {} s", PATIENCE.as_secs()));
            }
        }
    }
}
