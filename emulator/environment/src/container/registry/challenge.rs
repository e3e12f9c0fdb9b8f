//! What a registry wants to see of its callers: a name and a password, or a token that is had for them.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use docker_credential::DockerCredential;
use http::Uri;
use http::header::{GetAll, HeaderValue};
use http_auth::{ChallengeRef, parse_challenges};
use serde::Deserialize;

use super::exchange::{self, Failure};

/// Source: "Token Authentication Specification" of distribution; `access_token` is what OAuth 2 calls it.
#[derive(Deserialize)]
struct Token {
    token: Option<String>,
    access_token: Option<String>,
}

/// The authorization that one of the challenges asks for; `None` if nothing here meets any of them.
///
/// A token can be had without a login: so registries give out what is public.
pub(super) async fn meet(
    url: &Uri,
    challenges: GetAll<'_, HeaderValue>,
    repository: &str,
    credential: Option<&DockerCredential>,
) -> Result<Option<HeaderValue>, Failure> {
    let basic = credential.map(basic).transpose()?;
    for text in challenges.iter().filter_map(|value| value.to_str().ok()) {
        let parsed = parse_challenges(text);
        for challenge in parsed.map_err(|error| Failure::Challenge(error.to_string()))? {
            if challenge.scheme.eq_ignore_ascii_case("bearer") {
                return token(url, &challenge, repository, basic.as_ref()).await.map(Some);
            }
            if challenge.scheme.eq_ignore_ascii_case("basic") {
                return Ok(basic);
            }
        }
    }
    Ok(None)
}

async fn token(
    url: &Uri,
    challenge: &ChallengeRef<'_>,
    repository: &str,
    basic: Option<&HeaderValue>,
) -> Result<HeaderValue, Failure> {
    let realm = realm(challenge, repository);
    let realm = realm.ok_or_else(|| Failure::Challenge("it says no realm".to_owned()))?;
    let realm = exchange::sent_from(url, &realm)?;
    let answer = exchange::get(&realm, "application/json", basic).await?;
    if !answer.status.is_success() {
        let refused = format!("{realm} answers {}", answer.status);
        return Err(Failure::Challenge(refused));
    }
    let read: Result<Token, _> = serde_json::from_slice(&answer.body);
    let token = read.ok().and_then(|read| read.token.or(read.access_token));
    let token = token.ok_or_else(|| Failure::Challenge(format!("{realm} answers no token")))?;
    secret(format!("Bearer {token}"))
}

/// Where a token is to be had that allows to pull.
fn realm(challenge: &ChallengeRef<'_>, repository: &str) -> Option<String> {
    let named = |name: &str| {
        let found = challenge.params.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.to_unescaped())
    };
    let realm = named("realm")?;
    let scope = named("scope").unwrap_or_else(|| format!("repository:{repository}:pull"));
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(service) = named("service") {
        query.append_pair("service", &service);
    }
    let query = query.append_pair("scope", &scope).finish();
    let separator = if realm.contains('?') { '&' } else { '?' };
    Some(format!("{realm}{separator}{query}"))
}

fn basic(credential: &DockerCredential) -> Result<HeaderValue, Failure> {
    match credential {
        DockerCredential::UsernamePassword(name, password) => {
            secret(format!("Basic {}", BASE64_STANDARD.encode(format!("{name}:{password}"))))
        }
        DockerCredential::IdentityToken(_) => Err(Failure::Challenge(
            "the login is an identity token; hint: docker login with a name and a password"
                .to_owned(),
        )),
    }
}

fn secret(text: String) -> Result<HeaderValue, Failure> {
    let mut value = HeaderValue::try_from(text)
        .map_err(|_| Failure::Challenge("a token is no text for a header".to_owned()))?;
    value.set_sensitive(true);
    Ok(value)
}
