//! What a registry has under an image's name: asked before anything is pulled.
//!
//! Only the manifest and the image's configuration are fetched, over HTTPS, or plainly from a registry on
//! this machine, as Docker does. Nothing that a registry answers is trusted: sizes and times are bounded,
//! digests are computed here, and what is pulled later is pulled by the digest of what was looked at.

mod challenge;
mod exchange;

use std::time::Duration;

use bytes::Bytes;
use docker_credential::DockerCredential;
use http::header::{CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE};
use http::{HeaderMap, StatusCode};
use tokio::time::timeout;

use super::credentials;
use super::manifest::{self, Problem};
use super::reference::{Reference, is_digest};
use crate::digest;
use exchange::{Answer, Failure};

/// How long a registry may take for all of its answers. Ours: the AWS CLI waits a minute for its own.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why there is nothing to pull.
#[derive(Debug, thiserror::Error)]
pub(super) enum LookError {
    /// Lambda would not take it.
    #[error(transparent)]
    Problem(#[from] Problem),
    /// The registry has nothing under this name.
    #[error("has none either")]
    Absent,
    /// The registry did not answer, or not as one.
    #[error("could not be asked: {0}")]
    Unanswered(String),
}

impl From<Failure> for LookError {
    fn from(failure: Failure) -> Self {
        Self::Unanswered(failure.to_string())
    }
}

/// Holds what `host` has under the name against Lambda's rules, and answers its digest.
pub(super) async fn look(
    host: &str,
    reference: &Reference<'_>,
    architecture: &str,
) -> Result<String, LookError> {
    let looked = timeout(PATIENCE, looked_at(host, reference, architecture)).await;
    looked.unwrap_or_else(|_| {
        Err(LookError::Unanswered(format!("it took longer than {} s", PATIENCE.as_secs())))
    })
}

async fn looked_at(
    host: &str,
    reference: &Reference<'_>,
    architecture: &str,
) -> Result<String, LookError> {
    let mut visit = Visit {
        host,
        repository: reference.repository(),
        credential: credentials::of(host).await,
        authorization: None,
    };
    let (media_type, manifest) = visit.manifest(reference.version()).await?;
    let digest = digest_of(&manifest);
    if reference.digest().is_some_and(|asked| asked != digest) {
        return Err(other_bytes(&digest));
    }
    let config = manifest::check_manifest(&media_type, &manifest, architecture)?;
    manifest::check_config(&visit.config(&config.digest).await?, architecture)?;
    Ok(digest)
}

/// A few questions to one registry about one repository.
struct Visit<'a> {
    host: &'a str,
    repository: &'a str,
    credential: Option<DockerCredential>,
    /// What the registry wants to see, once it has said so.
    authorization: Option<HeaderValue>,
}

impl Visit<'_> {
    /// A manifest as it is served, and what it is served as.
    async fn manifest(&mut self, version: &str) -> Result<(String, Bytes), LookError> {
        let Answer { status, headers, body } = self.get("manifests", version).await?;
        match status {
            StatusCode::OK => Ok((media_type(&headers), body)),
            StatusCode::NOT_FOUND => Err(LookError::Absent),
            status => Err(self.refused(status)),
        }
    }

    async fn config(&mut self, digest: &str) -> Result<Bytes, LookError> {
        // It becomes part of a request's path.
        if !is_digest(digest) {
            return Err(LookError::Unanswered(format!("`{digest}` is no SHA-256 digest")));
        }
        let Answer { status, body, .. } = self.get("blobs", digest).await?;
        match status {
            StatusCode::OK if digest_of(&body) == digest => Ok(body),
            StatusCode::OK => Err(other_bytes(&digest_of(&body))),
            status => Err(self.refused(status)),
        }
    }

    async fn get(&mut self, kind: &str, version: &str) -> Result<Answer, Failure> {
        let url = exchange::url(self.host, &format!("/v2/{}/{kind}/{version}", self.repository))?;
        let answer =
            exchange::get(&url, &manifest::acceptable(), self.authorization.as_ref()).await?;
        if answer.status != StatusCode::UNAUTHORIZED || self.authorization.is_some() {
            return Ok(answer);
        }
        let challenges = answer.headers.get_all(WWW_AUTHENTICATE);
        let met =
            challenge::meet(&url, challenges, self.repository, self.credential.as_ref()).await?;
        let Some(authorization) = met else { return Ok(answer) };
        let authorization = self.authorization.insert(authorization);
        exchange::get(&url, &manifest::acceptable(), Some(authorization)).await
    }

    fn refused(&self, status: StatusCode) -> LookError {
        let hint = match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                format!("; hint: docker login {}", self.host)
            }
            _ => String::new(),
        };
        LookError::Unanswered(format!("it answers {status}{hint}"))
    }
}

/// Without parameters, such as a charset.
fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_owned()
}

fn digest_of(bytes: &[u8]) -> String {
    format!("sha256:{}", digest::of(bytes))
}

fn other_bytes(digest: &str) -> LookError {
    LookError::Unanswered(format!("it answers other bytes than it was asked for, {digest}"))
}

#[cfg(test)]
mod tests;
