//! The environment variables that say where the list runs. The README of `tests/` has them as a table.

use std::env;

use aws_sdk_lambda::config::Credentials;
use aws_types::SdkConfig;
use tests::{Images, clients};

use crate::target::Place;

const TARGET: &str = "MANIFOLD_TARGET";
const IMAGE: &str = "MANIFOLD_IMAGE";
const PROBE_IMAGE: &str = "MANIFOLD_PROBE_IMAGE";
const ROLE: &str = "MANIFOLD_ROLE";

/// What AWS has to be told.
pub(crate) struct Aws {
    pub(crate) clients: SdkConfig,
    pub(crate) role: String,
    pub(crate) images: Images,
}

/// Where the list runs: an emulator per executor, unless somebody else is named.
pub(crate) fn places() -> Vec<Place> {
    match read(TARGET).as_deref() {
        None => vec![Place::Processes, Place::Containers],
        Some("aws") => vec![Place::Aws(Box::new(aws()))],
        Some(url) if url.starts_with("http://") => {
            vec![Place::Emulator(url.trim_end_matches('/').to_owned())]
        }
        Some(other) => panic!("{TARGET} is `{other}` (hint: http://127.0.0.1:4566, or aws)"),
    }
}

/// The region, as AWS's tools read it.
pub(crate) fn region() -> String {
    chosen_region().unwrap_or_else(|| "us-east-1".to_owned())
}

/// The images that an emulator has under the names that it was told of, or under those that are usual here.
pub(crate) fn images() -> Images {
    let usual = Images::default();
    Images {
        handlers: handlers_image().unwrap_or(usual.handlers),
        probe: probe_image().unwrap_or(usual.probe),
    }
}

/// An image of the handlers that is there already.
pub(crate) fn handlers_image() -> Option<String> {
    read(IMAGE)
}

/// An image of the probe that is there already.
pub(crate) fn probe_image() -> Option<String> {
    read(PROBE_IMAGE)
}

fn aws() -> Aws {
    let (id, secret) = (needed("AWS_ACCESS_KEY_ID"), needed("AWS_SECRET_ACCESS_KEY"));
    let credentials = Credentials::new(id, secret, read("AWS_SESSION_TOKEN"), None, "tests");
    let region = chosen_region().unwrap_or_else(|| needed("AWS_REGION"));
    let images = Images { handlers: needed(IMAGE), probe: needed(PROBE_IMAGE) };
    Aws { clients: clients::at_aws(credentials, &region), role: needed(ROLE), images }
}

fn chosen_region() -> Option<String> {
    read("AWS_REGION").or_else(|| read("AWS_DEFAULT_REGION"))
}

fn needed(name: &str) -> String {
    read(name).unwrap_or_else(|| panic!("{TARGET} is `aws`, and {name} is not set"))
}

/// A variable that is set and not empty.
fn read(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
