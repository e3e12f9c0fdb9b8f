//! Images made by hand: as Lambda takes them, and as it does not.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use serde_json::{Value, json};

use super::server::{Registry, digest};

pub(crate) const DOCKER: &str = "application/vnd.docker.distribution.manifest.v2+json";
pub(crate) const OCI: &str = "application/vnd.oci.image.manifest.v1+json";
pub(crate) const INDEX: &str = "application/vnd.oci.image.index.v1+json";

const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const GZIP: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

/// The probe, linked without shared libraries, in an archive; and that, compressed.
static LAYER: LazyLock<(Vec<u8>, Vec<u8>)> = LazyLock::new(|| {
    let probe = probe::linked_statically();
    let folder = probe.parent().unwrap_or(Path::new("/"));
    let packed =
        Command::new("tar").args(["--create", "--directory"]).arg(folder).arg("probe").output();
    let packed = packed.unwrap().stdout;
    let compressed = compress(&packed);
    (packed, compressed)
});

/// Makes pushes of one repository.
pub(crate) struct Bench<'a> {
    pub(crate) registry: &'a Registry,
    pub(crate) repository: &'a str,
}

impl Bench<'_> {
    /// An image of the probe as buildx pushes it. The greeting makes it another image.
    pub(crate) async fn oci(&self, greeting: &str) -> String {
        let manifest = self.manifest(greeting, architecture()).await;
        self.registry.push_manifest(self.repository, Some("latest"), OCI, &manifest).await
    }

    /// An image of the probe as Docker pushes it.
    pub(crate) async fn docker(&self) -> String {
        let mut manifest = self.manifest("docker", architecture()).await;
        manifest["mediaType"] = DOCKER.into();
        manifest["config"]["mediaType"] = "application/vnd.docker.container.image.v1+json".into();
        manifest["layers"][0]["mediaType"] =
            "application/vnd.docker.image.rootfs.diff.tar.gzip".into();
        self.registry.push_manifest(self.repository, Some("latest"), DOCKER, &manifest).await
    }

    /// An image for a machine that nobody here has.
    pub(crate) async fn for_another_machine(&self) {
        let manifest = self.manifest("another machine", "s390x").await;
        self.registry.push_manifest(self.repository, Some("latest"), OCI, &manifest).await;
    }

    /// An image whose only layer claims to be this large, or to be of this type.
    pub(crate) async fn with_layer(&self, member: &str, value: Value) -> String {
        let mut manifest = self.manifest("another layer", architecture()).await;
        manifest["layers"][0][member] = value;
        self.registry.push_manifest(self.repository, Some("latest"), OCI, &manifest).await;
        manifest["layers"][0]["digest"].as_str().unwrap().to_owned()
    }

    /// A chart, of which a registry keeps the same three parts.
    pub(crate) async fn chart(&self) {
        let mut manifest = self.manifest("a chart", architecture()).await;
        manifest["config"]["mediaType"] = "application/vnd.cncf.helm.config.v1+json".into();
        self.registry.push_manifest(self.repository, Some("latest"), OCI, &manifest).await;
    }

    /// What buildx says of an image, under this tag or under none.
    pub(crate) async fn attestation(&self, tag: Option<&str>) -> (Value, String) {
        let mut manifest = self.manifest("unknown", "unknown").await;
        let statement = self.pushed("application/vnd.in-toto+json", b"{}").await;
        manifest["layers"] = json!([statement]);
        let digest = self.registry.push_manifest(self.repository, tag, OCI, &manifest).await;
        (manifest, digest)
    }

    /// An index of one image; with what buildx says of it, or without.
    pub(crate) async fn index(&self, is_attested: bool) {
        let manifest = self.manifest("in an index", architecture()).await;
        let image = self.registry.push_manifest(self.repository, None, OCI, &manifest).await;
        let mut manifests = vec![listed(&manifest, &image, "linux", architecture())];
        if is_attested {
            let (attestation, digest) = self.attestation(None).await;
            manifests.push(listed(&attestation, &digest, "unknown", "unknown"));
        }
        let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": manifests });
        self.registry.push_manifest(self.repository, Some("latest"), INDEX, &index).await;
    }

    async fn manifest(&self, greeting: &str, architecture: &str) -> Value {
        let (packed, compressed) = &*LAYER;
        // With the registry in it, for no other test to have an image of this id, and to remove it.
        let labels = json!({ "greeting": greeting, "registry": self.registry.address });
        let config = json!({
            "architecture": architecture,
            "os": "linux",
            "config": { "Entrypoint": ["/probe"], "Labels": labels },
            "rootfs": { "type": "layers", "diff_ids": [digest(packed)] },
        });
        let config = self.pushed(CONFIG, config.to_string().as_bytes()).await;
        let layer = self.pushed(GZIP, compressed).await;
        json!({ "schemaVersion": 2, "mediaType": OCI, "config": config, "layers": [layer] })
    }

    async fn pushed(&self, media_type: &str, bytes: &[u8]) -> Value {
        let digest = self.registry.push(self.repository, bytes).await;
        json!({ "mediaType": media_type, "digest": digest, "size": bytes.len() })
    }
}

/// Go's word for what this machine is.
pub(crate) fn architecture() -> &'static str {
    if std::env::consts::ARCH == "aarch64" { "arm64" } else { "amd64" }
}

fn listed(manifest: &Value, digest: &str, os: &str, architecture: &str) -> Value {
    json!({
        "mediaType": OCI,
        "digest": digest,
        "size": manifest.to_string().len(),
        "platform": { "os": os, "architecture": architecture },
    })
}

fn compress(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = Command::new("gzip");
    let mut gzip = gzip.arg("--fast").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = gzip.stdin.take().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || input.write_all(bytes).unwrap());
        gzip.wait_with_output().unwrap().stdout
    })
}
