//! The images that these tests run: the probe and nothing else, linked without shared libraries.

use std::collections::HashMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::sync::LazyLock;

use bollard::body_full;
use bollard::query_parameters::{
    CreateImageOptionsBuilder, ListImagesOptionsBuilder, RemoveImageOptionsBuilder,
    TagImageOptionsBuilder,
};
use futures_util::TryStreamExt;
use tokio::sync::OnceCell;

use crate::world::engine;

/// What these images are called in the engine.
const REPOSITORY: &str = "manifold-test-probe";

/// A root file system with the probe in it, and `nonsense` that is no program, as a tar archive.
static ROOT: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let probe = probe::linked_statically();
    let folder = probe.parent().expect("the probe is in a folder");
    let nonsense = tempfile::tempdir().expect("a folder can be had");
    let file = nonsense.path().join("nonsense");
    fs::write(&file, "nonsense").expect("a file can be written");
    fs::set_permissions(&file, Permissions::from_mode(0o755)).expect("it is ours");
    let mut tar = Command::new("tar");
    tar.args(["--create", "--directory"]).arg(folder).arg("probe");
    let packed = tar.arg("--directory").arg(nonsense.path()).arg("nonsense").output();
    let packed = packed.expect("tar can be run");
    assert!(packed.status.success(), "{}", String::from_utf8_lossy(&packed.stderr));
    packed.stdout
});

/// The image that most of these tests run.
static PROBE: OnceCell<String> = OnceCell::const_new();

/// Gives the engine an image of the probe, and says what it is called.
pub(crate) async fn probe() -> &'static str {
    PROBE.get_or_init(|| with_entry_point("probe", "/probe")).await
}

/// Gives the engine an image of the probe with this entry point, and says what it is called.
pub(crate) async fn with_entry_point(tag: &str, entry_point: &str) -> String {
    let tag = format!("{tag}-{}", std::process::id());
    let options = CreateImageOptionsBuilder::new()
        .from_src("-")
        .repo(REPOSITORY)
        .tag(&tag)
        .changes(vec![
            format!("ENTRYPOINT [{entry_point:?}]"),
            "CMD [\"from\", \"the image\"]".to_owned(),
        ])
        .build();
    let root = body_full(ROOT.as_slice().into());
    engine()
        .await
        .create_image(Some(options), Some(root), None)
        .try_collect::<Vec<_>>()
        .await
        .unwrap();
    format!("{REPOSITORY}:{tag}")
}

/// Gives an image this tag too, or takes it from another, and says what it is called by that.
pub(crate) async fn tagged(image: &str, tag: &str) -> String {
    let tag = format!("{tag}-{}", std::process::id());
    let options = TagImageOptionsBuilder::new().repo(REPOSITORY).tag(&tag).build();
    engine().await.tag_image(image, Some(options)).await.unwrap();
    format!("{REPOSITORY}:{tag}")
}

/// Takes a tag off its image, which has others.
pub(crate) async fn untag(uri: &str) {
    let options = RemoveImageOptionsBuilder::new().build();
    engine().await.remove_image(uri, Some(options), None).await.unwrap();
}

/// Removes what this run has given to the engine.
pub(crate) async fn remove_all() {
    let engine = engine().await;
    let filters =
        HashMap::from([("reference", vec![format!("{REPOSITORY}:*-{}", std::process::id())])]);
    let options = ListImagesOptionsBuilder::new().filters(&filters).build();
    for image in engine.list_images(Some(options)).await.unwrap() {
        // One that has several tags is only removed by force.
        let options = RemoveImageOptionsBuilder::new().force(true).build();
        engine.remove_image(&image.id, Some(options), None).await.unwrap();
    }
}
