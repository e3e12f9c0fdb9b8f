use bollard::models::OciDescriptor;
use serde_json::{Value, json};

use super::*;

const DOCKER: &str = "application/vnd.docker.distribution.manifest.v2+json";
const OCI: &str = "application/vnd.oci.image.manifest.v1+json";
const GIGABYTE: u64 = 1024 * 1024 * 1024;

fn descriptor(media_type: &str, size: u64) -> Value {
    json!({ "mediaType": media_type, "digest": format!("sha256:{}", "0".repeat(64)), "size": size })
}

/// A manifest with layers of these types, as buildx makes it.
fn manifest(layers: &[(&str, u64)]) -> Value {
    let layers: Vec<_> = layers.iter().map(|(kind, size)| descriptor(kind, *size)).collect();
    json!({
        "schemaVersion": 2,
        "mediaType": OCI,
        "config": descriptor("application/vnd.oci.image.config.v1+json", 100),
        "layers": layers,
    })
}

fn with(mut manifest: Value, member: &str, value: Value) -> Value {
    manifest[member] = value;
    manifest
}

#[track_caller]
fn check_served(media_type: &str, document: &Value, expected: &str) {
    let checked = check_manifest(media_type, document.to_string().as_bytes(), "amd64");
    let found = match checked {
        Ok(config) => format!("taken, with a config of {} bytes", config.size),
        Err(problem) => problem.to_string(),
    };
    assert_eq!(found, expected);
}

#[test]
fn one_image_with_plain_or_gzip_layers_is_taken() {
    let taken = "taken, with a config of 100 bytes";
    let gzip = "application/vnd.oci.image.layer.v1.tar+gzip";
    check_served(
        OCI,
        &manifest(&[(gzip, 1), ("application/vnd.oci.image.layer.v1.tar", 1)]),
        taken,
    );
    check_served(OCI, &manifest(&[]), taken);
    check_served(OCI, &manifest(&[(gzip, 10 * GIGABYTE)]), taken);
    // OCI's specification leaves it out of the document if it likes.
    check_served(OCI, &with(manifest(&[(gzip, 1)]), "mediaType", Value::Null), taken);

    let docker = manifest(&[("application/vnd.docker.image.rootfs.diff.tar.gzip", 1)]);
    let config = descriptor("application/vnd.docker.container.image.v1+json", 100);
    let docker = with(with(docker, "mediaType", DOCKER.into()), "config", config);
    check_served(DOCKER, &docker, taken);
}

#[test]
fn what_is_no_single_image_is_refused() {
    let index = json!({ "schemaVersion": 2, "manifests": [descriptor(OCI, 1)] });
    check_served(
        "application/vnd.oci.image.index.v1+json",
        &index,
        "it is an index, `application/vnd.oci.image.index.v1+json`; hint: build it for one platform and \
         without attestations: BUILDX_NO_DEFAULT_ATTESTATIONS=1 docker build --platform linux/amd64 …",
    );
    check_served(
        "application/vnd.docker.distribution.manifest.list.v2+json",
        &index,
        "it is an index, `application/vnd.docker.distribution.manifest.list.v2+json`; hint: build it for \
         one platform and without attestations: BUILDX_NO_DEFAULT_ATTESTATIONS=1 docker build \
         --platform linux/amd64 …",
    );
    check_served(
        OCI,
        &manifest(&[("application/vnd.in-toto+json", 1)]),
        "it is the attestation of an image; hint: name the image itself",
    );
    check_served(
        "application/vnd.docker.distribution.manifest.v1+prettyjws",
        &json!({ "schemaVersion": 1 }),
        "the manifest is `application/vnd.docker.distribution.manifest.v1+prettyjws`; hint: push an \
         image, with docker push",
    );
}

#[test]
fn other_configs_and_layers_are_refused_and_named() {
    let helm = descriptor("application/vnd.cncf.helm.config.v1+json", 1);
    check_served(
        OCI,
        &with(manifest(&[]), "config", helm),
        "the config is `application/vnd.cncf.helm.config.v1+json`; hint: push an image, with docker \
         push, and not another artifact",
    );
    for layer in [
        "application/vnd.oci.image.layer.v1.tar+zstd",
        "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
        "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
        // What Docker's specification does not know, Lambda does not take.
        "application/vnd.docker.image.rootfs.diff.tar",
    ] {
        let expected = format!(
            "layer sha256:{} is `{layer}`; hint: compress it with gzip: docker buildx build --output \
             type=registry,compression=gzip,force-compression=true …",
            "0".repeat(64)
        );
        check_served(OCI, &manifest(&[(layer, 1)]), &expected);
    }
}

#[test]
fn a_manifest_that_can_be_read_in_two_ways_is_refused() {
    check_served(
        DOCKER,
        &manifest(&[]),
        "the manifest is served as `application/vnd.docker.distribution.manifest.v2+json` and says that \
         it is `application/vnd.oci.image.manifest.v1+json`; hint: push it again",
    );
    check_served(
        OCI,
        &with(manifest(&[]), "manifests", json!([])),
        "the manifest cannot be read: it has both layers and manifests; hint: push it again",
    );
    check_served(
        OCI,
        &json!({ "layers": [] }),
        "the manifest cannot be read: missing field `config` at line 1 column 13; hint: push it again",
    );
}

#[test]
fn what_is_too_large_before_it_is_uncompressed_is_refused() {
    let gzip = "application/vnd.oci.image.layer.v1.tar+gzip";
    check_served(
        OCI,
        &manifest(&[(gzip, 10 * GIGABYTE), (gzip, 1)]),
        "it has 10737418241 bytes; hint: leave out of it what the function does not need",
    );
    check_served(
        OCI,
        &manifest(&[(gzip, u64::MAX), (gzip, u64::MAX)]),
        "it has 18446744073709551615 bytes; hint: leave out of it what the function does not need",
    );
}

#[test]
fn a_config_says_for_which_machine_an_image_is() {
    let check = |config: &str| check_config(config.as_bytes(), "amd64");
    assert_eq!(check(r#"{"os":"linux","architecture":"amd64"}"#), Ok(()));
    let problem = check(r#"{"os":"linux","architecture":"arm64"}"#).unwrap_err();
    assert_eq!(
        format!("{} ({problem})", problem.in_lambdas_words("x:1")),
        "Source image x:1 is for linux/arm64, and the container engine on this machine runs linux/amd64. \
         (hint: docker build --platform linux/amd64 …)"
    );
    assert!(check(r#"{"os":"windows","architecture":"amd64"}"#).is_err());
    assert!(check("{}").unwrap_err().to_string().starts_with("the config cannot be read: "));
}

#[test]
fn what_the_engine_says_of_an_image_is_held_against_the_same_rules() {
    let image = |media_type: Option<&str>, architecture: Option<&str>, size: u64| ImageInspect {
        descriptor: media_type.map(|media_type| OciDescriptor {
            media_type: Some(media_type.to_owned()),
            ..OciDescriptor::default()
        }),
        os: Some("linux".to_owned()),
        architecture: architecture.map(str::to_owned),
        size: i64::try_from(size).ok(),
        ..ImageInspect::default()
    };
    let check = |image: ImageInspect| check_image(&image, "amd64");
    assert_eq!(check(image(None, Some("amd64"), 10 * GIGABYTE)), Ok(()));
    assert_eq!(check(image(Some(OCI), Some("amd64"), 1)), Ok(()));
    let index = "application/vnd.oci.image.index.v1+json";
    assert!(matches!(check(image(Some(index), Some("amd64"), 1)), Err(Problem::Index { .. })));
    assert!(matches!(check(image(None, Some("arm64"), 1)), Err(Problem::Platform { .. })));
    assert!(matches!(check(image(None, None, 1)), Err(Problem::Platform { .. })));
    let too_large = 10 * GIGABYTE + 1;
    assert_eq!(check(image(None, Some("amd64"), too_large)), Err(Problem::TooLarge(too_large)));
}
