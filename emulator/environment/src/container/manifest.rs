//! Which images Lambda takes: rules for what a registry serves, and for what the engine says of an image.
//!
//! Lambda takes one image for one platform, as a manifest of Docker's version 2, schema 2 or of OCI, with
//! layers that are gzip, or plain where the specification knows such. The rest it refuses in the words
//! below, most of it when a function is created, some of it soon after: then the function is in the state
//! `Failed`. Here all of it is refused at once. What these rules say of layers compressed with zstd, of
//! foreign layers and of other configurations is what Lambda's documents leave out, not what was observed.

use bollard::models::ImageInspect;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// Source: "Container image requirements" in the Lambda Developer Guide.
const MANIFESTS: [&str; 2] = [
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
];
const CONFIGS: [&str; 2] =
    ["application/vnd.docker.container.image.v1+json", "application/vnd.oci.image.config.v1+json"];
/// Docker's specification knows no plain layers.
const LAYERS: [&str; 3] = [
    "application/vnd.docker.image.rootfs.diff.tar.gzip",
    "application/vnd.oci.image.layer.v1.tar+gzip",
    "application/vnd.oci.image.layer.v1.tar",
];

const INDEXES: [&str; 2] = [
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.index.v1+json",
];

/// By which an attestation is told: buildx's statements are layers of this type.
const STATEMENT: &str = "application/vnd.in-toto+json";

/// How large all layers together may be, in bytes, uncompressed.
///
/// Source: "Lambda quotas"; that GB are GiB, from the message of [`Problem::TooLarge`].
const MAX_BYTES: u64 = 10 * 1024 * 1024 * 1024;

/// What is asked of a registry: everything that could be under a name, so that it answers what is there,
/// and does not convert it.
pub(super) fn acceptable() -> String {
    [&MANIFESTS[..], &INDEXES, &["*/*"]].concat().join(", ")
}

/// What keeps Lambda from taking an image, and what can be done about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Problem {
    /// Several manifests, such as buildx makes of one image and its attestations.
    #[error(
        "it is an index, `{media_type}`; hint: build it for one platform and without attestations: \
         BUILDX_NO_DEFAULT_ATTESTATIONS=1 docker build --platform linux/{architecture} …"
    )]
    Index { media_type: String, architecture: String },
    /// What buildx says of an image.
    #[error("it is the attestation of an image; hint: name the image itself")]
    Attestation,
    /// Another kind of manifest.
    #[error("the manifest is `{0}`; hint: push an image, with docker push")]
    Manifest(String),
    /// One kind by its header, and another by what it says itself.
    #[error(
        "the manifest is served as `{served}` and says that it is `{said}`; hint: push it again"
    )]
    Contradiction { served: String, said: String },
    /// A document that is no manifest, or no configuration.
    #[error("the {document} cannot be read: {reason}; hint: push it again")]
    Unreadable { document: &'static str, reason: String },
    /// A configuration that is not an image's.
    #[error("the config is `{0}`; hint: push an image, with docker push, and not another artifact")]
    Config(String),
    /// A layer that is neither gzip nor plain.
    #[error(
        "layer {digest} is `{media_type}`; hint: compress it with gzip: docker buildx build --output \
         type=registry,compression=gzip,force-compression=true …"
    )]
    Layer { digest: String, media_type: String },
    /// Made for another machine.
    #[error("hint: docker build --platform linux/{here} …")]
    Platform { found: String, here: String },
    /// Too much in its layers.
    #[error("it has {0} bytes; hint: leave out of it what the function does not need")]
    TooLarge(u64),
}

impl Problem {
    /// What Lambda says of it. Of an image for another machine it says nothing before it runs it: then
    /// `exec format error`.
    ///
    /// Source: issues of serverless, the CDK and samples of AWS's that quote its answers, 2023 to 2026.
    pub(super) fn in_lambdas_words(&self, uri: &str) -> String {
        match self {
            Self::Platform { found, here } => format!(
                "Source image {uri} is for {found}, and the container engine on this machine runs \
                 linux/{here}."
            ),
            Self::TooLarge(_) => {
                "SizeLimitExceeded: Uncompressed container image size exceeds 10 GiB limit"
                    .to_owned()
            }
            _ => format!(
                "The image manifest, config or layer media type for the source image {uri} is not \
                 supported."
            ),
        }
    }
}

/// What a manifest points at.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Descriptor {
    media_type: String,
    pub(super) digest: String,
    size: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    media_type: Option<String>,
    config: Descriptor,
    layers: Vec<Descriptor>,
    /// Of an index: what has them too can be read in two ways.
    manifests: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Config {
    architecture: String,
    os: String,
}

/// Holds what a registry serves as `media_type` against the rules, for a machine of this architecture, and
/// answers where the image's configuration is.
pub(super) fn check_manifest(
    media_type: &str,
    document: &[u8],
    architecture: &str,
) -> Result<Descriptor, Problem> {
    check_kind(media_type, architecture)?;
    let manifest: Manifest = read("manifest", document)?;
    if let Some(said) = manifest.media_type.filter(|said| said != media_type) {
        return Err(Problem::Contradiction { served: media_type.to_owned(), said });
    }
    if manifest.manifests.is_some() {
        let reason = "it has both layers and manifests".to_owned();
        return Err(Problem::Unreadable { document: "manifest", reason });
    }
    if manifest.layers.iter().any(|layer| layer.media_type == STATEMENT) {
        return Err(Problem::Attestation);
    }
    if !CONFIGS.contains(&&*manifest.config.media_type) {
        return Err(Problem::Config(manifest.config.media_type));
    }
    let bytes = manifest.layers.iter().fold(0, |sum: u64, layer| sum.saturating_add(layer.size));
    for Descriptor { media_type, digest, .. } in manifest.layers {
        if !LAYERS.contains(&&*media_type) {
            return Err(Problem::Layer { digest, media_type });
        }
    }
    // Compressed; what is too large already does not get smaller.
    check_size(bytes)?;
    Ok(manifest.config)
}

/// Holds an image's configuration, as its registry has it, against the rules.
pub(super) fn check_config(document: &[u8], architecture: &str) -> Result<(), Problem> {
    let Config { os, architecture: found } = read("config", document)?;
    check_platform(&os, &found, architecture)
}

/// Holds what the engine says of an image that it has against the rules.
///
/// An engine that keeps images as they would be pushed says of what kind they are: Docker does from API
/// 1.48 on, with containerd's image store. Others push a plain manifest of whatever they have.
pub(super) fn check_image(found: &ImageInspect, architecture: &str) -> Result<(), Problem> {
    let pushed = found.descriptor.as_ref();
    if let Some(media_type) = pushed.and_then(|pushed| pushed.media_type.as_deref()) {
        check_kind(media_type, architecture)?;
    }
    let or_unknown = |text: &Option<String>| text.clone().unwrap_or_else(|| "?".to_owned());
    check_platform(&or_unknown(&found.os), &or_unknown(&found.architecture), architecture)?;
    check_size(found.size.unwrap_or_default().unsigned_abs())
}

fn check_kind(media_type: &str, architecture: &str) -> Result<(), Problem> {
    let (owned, architecture) = (media_type.to_owned(), architecture.to_owned());
    match media_type {
        _ if MANIFESTS.contains(&media_type) => Ok(()),
        _ if INDEXES.contains(&media_type) => {
            Err(Problem::Index { media_type: owned, architecture })
        }
        _ => Err(Problem::Manifest(owned)),
    }
}

fn check_platform(os: &str, architecture: &str, here: &str) -> Result<(), Problem> {
    if (os, architecture) == ("linux", here) {
        return Ok(());
    }
    Err(Problem::Platform { found: format!("{os}/{architecture}"), here: here.to_owned() })
}

fn check_size(bytes: u64) -> Result<(), Problem> {
    if bytes > MAX_BYTES { Err(Problem::TooLarge(bytes)) } else { Ok(()) }
}

fn read<'a, T: Deserialize<'a>>(what: &'static str, document: &'a [u8]) -> Result<T, Problem> {
    serde_json::from_slice(document)
        .map_err(|error| Problem::Unreadable { document: what, reason: error.to_string() })
}

#[cfg(test)]
mod tests;
