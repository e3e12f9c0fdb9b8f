//! `deploy/README.md`: every block that the page says is run here, is run, from its very text.

use std::fs;
use std::path::Path;
use std::time::Duration;

use libtest_mimic::Trial;
use tests::World;
use tests::command::{output, root};
use tests::requirement::{Required, Tool};
use tokio::time::timeout;

use crate::command::{block_on, clean};
use crate::transcript::{Cli, Version};

/// Longer than the page takes on a busy machine, where each of its fifty commands takes a second.
const PATIENCE: Duration = Duration::from_mins(5);

pub(crate) fn trial(required: &Required) -> Trial {
    let name = "the_page_on_deploying_by_hand_works_as_it_is_written";
    let found = Cli::find(Version::Two).or_else(|_| Cli::find(Version::One));
    required.trial(name, Tool::AwsCli, found, |cli| block_on(follow(cli)))
}

/// The page's blocks of this mark, as one shell script.
pub(crate) fn script(mark: &str) -> String {
    let page = fs::read_to_string(root().join("deploy/README.md")).unwrap();
    let start = format!("```{mark}\n");
    let blocks: Vec<_> = page
        .split("\n```")
        .filter_map(|block| format!("```{block}\n").strip_prefix(&start).map(str::to_owned))
        .collect();
    assert_eq!(blocks.len(), page.matches(&start).count(), "every marked block is found");
    assert!(!blocks.is_empty(), "no block of the page is marked `{mark}`");
    blocks.concat()
}

async fn follow(cli: Cli) {
    // Real time: the page itself waits for what its triggers caused.
    let world = World::on_the_wall_clock().await;
    let folder = world.folder();
    std::os::unix::fs::symlink(root().join("deploy"), folder.join("deploy")).unwrap();
    put_first_in_path(&cli.path, folder, world.endpoint());
    let architecture = if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" };

    let mut shell = clean("bash", folder);
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    shell.current_dir(folder).env("PATH", path).env("AWS_ENDPOINT_URL", world.endpoint());
    shell
        .env("ARCHITECTURE", architecture)
        .env("IMAGE", "manifold:latest")
        .env("ROLE", world.role());
    shell.args(["-e", "-u", "-o", "pipefail", "-x", "-c", &script("sh run")]);
    let told = timeout(PATIENCE, output(shell)).await.expect("the page comes to its end");
    for expected in [
        "manifold-api-gateway\tapi-gateway",
        "hello lambda",
        "\"Hello lambda!\"",
        "{\"batchItemFailures\":[]}",
        "{\"processed\":1}",
        "uploaded by hand.json",
        "Data = by hand",
    ] {
        assert!(told.contains(expected), "{expected:?} is not in what the page prints:\n{told}");
    }
    world.close().await;
}

/// An `aws` that knows the endpoint: not every version reads `AWS_ENDPOINT_URL`.
fn put_first_in_path(aws: &Path, folder: &Path, endpoint: &str) {
    let text = format!("exec {} --endpoint-url {endpoint} \"$@\"\n", aws.display());
    let script = tests::programs::script(folder, &text);
    fs::rename(script, folder.join("aws")).unwrap();
}
