//! What `docker login` has left on this machine for a registry.

use std::time::Duration;

use bollard::auth::DockerCredentials;
use docker_credential::{CredentialRetrievalError, DockerCredential, get_credential};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// How long a login may take to be read: it may be asked of a helper, which is a program. Ours.
const PATIENCE: Duration = Duration::from_secs(10);

/// By which `docker login` keeps what is for Docker's own registry.
pub(super) const DOCKER_HUB: &str = "https://index.docker.io/v1/";

/// The login for `server`, if there is one.
pub(super) async fn of(server: &str) -> Option<DockerCredential> {
    let owned = server.to_owned();
    let reading = timeout(PATIENCE, spawn_blocking(move || get_credential(&owned)));
    let reason = match reading.await {
        Ok(Ok(Ok(credential))) => return Some(credential),
        Ok(Ok(Err(
            CredentialRetrievalError::NoCredentialConfigured
            | CredentialRetrievalError::ConfigNotFound
            | CredentialRetrievalError::ConfigReadError,
        ))) => return None,
        // What it has said may hold what it was asked for.
        Ok(Ok(Err(CredentialRetrievalError::HelperFailure { helper, .. }))) => {
            format!("its helper {helper} has none, or failed")
        }
        Ok(Ok(Err(error))) => error.to_string(),
        Ok(Err(error)) => error.to_string(),
        Err(late) => late.to_string(),
    };
    tracing::warn!(registry = server, reason, "the login for a registry cannot be read");
    None
}

/// The same, as an engine is told it.
pub(super) async fn for_engine(server: &str) -> Option<DockerCredentials> {
    let login = DockerCredentials {
        serveraddress: Some(server.to_owned()),
        ..DockerCredentials::default()
    };
    Some(match of(server).await? {
        DockerCredential::UsernamePassword(name, password) => {
            DockerCredentials { username: Some(name), password: Some(password), ..login }
        }
        DockerCredential::IdentityToken(token) => {
            DockerCredentials { identitytoken: Some(token), ..login }
        }
    })
}
