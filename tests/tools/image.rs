//! The image: built by the unmodified Dockerfile with stand-ins from this machine, so without a
//! network, and held against what it promises.

use std::path::PathBuf;
use std::sync::Once;

use emulator::Executor;
use libtest_mimic::Trial;
use serde_json::json;
use tests::{Handler, World};
use tokio::process::Command;

use crate::command::{block_on, output, probed, root};
use crate::requirement::{Required, Tool};

/// A tag of our own, which nobody else's images are under.
const TAG: &str = "manifold-tests";

pub(crate) fn trials(required: &Required) -> [Trial; 3] {
    let trial = |name, test: fn()| {
        required.trial(name, Tool::Docker, engine(), move |()| {
            build_once();
            test();
        })
    };
    [
        trial("the_image_is_built_and_keeps_what_its_dockerfile_promises", || {}),
        trial("https_works_from_inside_the_image", https_works),
        trial("all_four_functions_run_as_containers_of_the_image", all_four_run),
    ]
}

pub(crate) fn engine() -> Result<(), String> {
    match probed("docker", &["version", "--format", "{{.Server.Version}}"]) {
        Some(_) => Ok(()),
        None => Err("no Docker engine answers".to_owned()),
    }
}

/// The tests of the image share one. If it cannot be built, the first of them says why, and the others
/// fail at once.
fn build_once() {
    static BUILT: Once = Once::new();
    BUILT.call_once(|| {
        block_on(async {
            output(Command::new(script("stand-in-builder.sh"))).await;
            let mut image = Command::new(script("image.sh"));
            image.arg(TAG).env("BUILDER", "manifold-stand-in-builder").env("BASE", "scratch");
            output(image).await;
        });
    });
}

fn https_works() {
    block_on(async {
        let mut https = Command::new("python3");
        https.arg(script("https.py")).arg(TAG);
        output(https).await;
    });
}

fn all_four_run() {
    block_on(async {
        let containers = Executor::Container { pull: false };
        let world = World::start_with(|config| config.executor = containers).await;
        for handler in Handler::ALL {
            world.deploy(handler.name(), handler).image(&format!("{TAG}:latest")).await;
        }
        let greeting = world.invoke("custom-event", json!({"name": "image"})).await;
        assert_eq!(greeting.value(), "Hello image!");
        world.bucket_for("s3", "photos").await;
        world.put_object("photos", "cat.jpg").await;
        world.stream("orders").await;
        world.map("orders", "kinesis").await;
        world.put_record("orders", b"test").await;
        let api = world.rest_api("api-gateway").await;
        let page = world.get(&format!("/restapis/{api}/prod/_user_request_/hello")).await;
        assert_eq!(page.body, "hello world");
        world.settle().await;
        assert_eq!(world.logged("s3", "S3 trigger Lambda").await.len(), 1);
        assert_eq!(world.logged("kinesis", "Data = test").await.len(), 1);
        world.close().await;
    });
}

fn script(name: &str) -> PathBuf {
    root().join("tests/docker").join(name)
}
