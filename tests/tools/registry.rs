//! Images from a registry: what Lambda refuses in them, and when they are pulled.
//!
//! The registry is Debian's, and its manifests are made by hand.

mod images;
mod server;

use emulator::{Containers, Executor};
use futures_util::future::join_all;
use libtest_mimic::Trial;
use serde_json::json;
use tests::command::probed;
use tests::image::engine;
use tests::requirement::{Required, Tool};
use tests::{World, refusal};

use crate::command::block_on;
use images::{Bench, INDEX, architecture};
use server::{PROGRAM, Registry};

pub(crate) fn trials(required: &Required) -> [Trial; 6] {
    let found = engine().and_then(|()| found());
    let trial =
        |name, test: fn()| required.trial(name, Tool::Registry, found.clone(), move |()| test());
    [
        trial("what_lambda_refuses_in_an_image_is_refused_before_it_is_pulled", || {
            block_on(refused_before_it_is_pulled());
        }),
        trial("an_image_is_pulled_once_for_all_of_its_functions_and_runs", || {
            block_on(pulled_once());
        }),
        trial("an_image_is_pulled_only_when_asked_and_its_absence_names_the_engine", || {
            block_on(pulled_only_when_asked());
        }),
        trial("what_the_registry_has_wins_over_what_the_engine_has", || {
            block_on(what_the_registry_has_wins());
        }),
        trial("what_the_registry_cannot_give_the_engine_may_have", || {
            block_on(the_engine_may_have_it());
        }),
        trial("an_image_that_the_engine_has_is_held_against_the_same_rules", || {
            block_on(what_the_engine_has_is_checked());
        }),
    ]
}

fn found() -> Result<(), String> {
    match probed(PROGRAM, &["--version"]) {
        Some(_) => Ok(()),
        None => Err(format!("`{PROGRAM}` is not installed")),
    }
}

async fn world(pull: bool) -> World {
    World::start_with(|config| config.executor = Executor::Container(Containers { pull })).await
}

/// Holds creation and update of a function against this refusal, and sees that nothing comes of them.
async fn check_refused(world: &World, registry: &Registry, uri: &str, expected: &str) {
    let expected = format!("400 InvalidParameterValueException: {expected}");
    let lambda = world.lambda();
    let before = lambda.get_function().function_name("good").send().await.unwrap();
    let pulled = registry.pulled();

    let created = world.deploy_probe("refused").image(uri).request().send().await;
    assert_eq!(refusal(created), expected);
    let update = lambda.update_function_code().function_name("good").image_uri(uri);
    assert_eq!(refusal(update.send().await), expected);

    let after = lambda.get_function().function_name("good").send().await.unwrap();
    assert_eq!(after.configuration, before.configuration);
    assert_eq!(after.code, before.code);
    let missing = lambda.get_function().function_name("refused").send().await;
    assert!(refusal(missing).starts_with("404 "));
    assert_eq!(registry.pulled(), pulled, "something was pulled");
}

async fn refused_before_it_is_pulled() {
    let (registry, world) = (Registry::start().await, world(true).await);
    let here = architecture();
    let on = |repository| Bench { registry: &registry, repository };
    on("good").oci("good").await;
    world.deploy_probe("good").image(&registry.uri("good")).await;

    let check = async |repository: &str, found: &str| {
        let uri = registry.uri(repository);
        let expected = format!(
            "The image manifest, config or layer media type for the source image {uri} is not supported. \
             ({found})"
        );
        check_refused(&world, &registry, &uri, &expected).await;
    };
    let index = format!(
        "it is an index, `{INDEX}`; hint: build it for one platform and without attestations: \
         BUILDX_NO_DEFAULT_ATTESTATIONS=1 docker build --platform linux/{here} …"
    );
    on("index").index(false).await;
    check("index", &index).await;
    on("attested").index(true).await;
    check("attested", &index).await;
    on("attestation").attestation(Some("latest")).await;
    check("attestation", "it is the attestation of an image; hint: name the image itself").await;
    let zstd = "application/vnd.oci.image.layer.v1.tar+zstd";
    let layer = on("zstd").with_layer("mediaType", zstd.into()).await;
    let hint = "hint: compress it with gzip: docker buildx build --output \
                type=registry,compression=gzip,force-compression=true …";
    check("zstd", &format!("layer {layer} is `{zstd}`; {hint}")).await;
    on("chart").chart().await;
    check(
        "chart",
        "the config is `application/vnd.cncf.helm.config.v1+json`; hint: push an image, with docker push, \
         and not another artifact",
    )
    .await;

    let uri = registry.uri("other");
    on("other").for_another_machine().await;
    let expected = format!(
        "Source image {uri} is for linux/s390x, and the container engine on this machine runs \
         linux/{here}. (hint: docker build --platform linux/{here} …)"
    );
    check_refused(&world, &registry, &uri, &expected).await;

    let uri = registry.uri("large");
    on("large").with_layer("size", json!(10_737_418_241_u64)).await;
    let expected = "SizeLimitExceeded: Uncompressed container image size exceeds 10 GiB limit (it has \
                    10737418241 bytes; hint: leave out of it what the function does not need)";
    check_refused(&world, &registry, &uri, expected).await;
    world.close().await;
}

async fn pulled_once() {
    let (registry, world) = (Registry::start().await, world(true).await);
    let oci = Bench { registry: &registry, repository: "oci" }.oci("oci").await;
    Bench { registry: &registry, repository: "docker" }.docker().await;
    let (oci_uri, docker_uri) = (registry.uri("oci"), registry.uri("docker:latest"));
    let functions = [("a", &oci_uri), ("b", &oci_uri), ("c", &oci_uri), ("d", &docker_uri)];
    join_all(
        functions.map(|(function, uri)| world.deploy_probe(function).image(uri).into_future()),
    )
    .await;

    let mut digests = Vec::new();
    for (function, _) in functions {
        let found = world.lambda().get_function().function_name(function).send().await.unwrap();
        digests.push(found.configuration.unwrap().code_sha256.unwrap());
        let answer = world.invoke(function, json!({ "probe": [{ "answer": function }] })).await;
        assert_eq!(answer.value(), function);
    }
    assert!(digests[0] == digests[1] && digests[1] == digests[2], "{digests:?}");
    assert_ne!(digests[2], digests[3]);
    let manifest = format!("/v2/oci/manifests/{oci}");
    let pulls = registry.asked("docker/", &manifest);
    world.deploy_probe("e").image(&oci_uri).await;
    assert_eq!(registry.asked("docker/", &manifest), pulls, "it is there already");
    assert!((1..=2).contains(&pulls), "one pull asks for it twice at most, and here {pulls} times");
    world.close().await;
}

async fn pulled_only_when_asked() {
    let (mut registry, world) = (Registry::start().await, world(false).await);
    Bench { registry: &registry, repository: "image" }.oci("image").await;
    let uri = registry.uri("image:latest");
    let engine = probed("docker", &["version", "--format", "{{.Server.Version}}"]).unwrap();
    let refused = world.deploy_probe("image").image(&uri).request().send().await;
    assert_eq!(
        refusal(refused),
        format!(
            "400 InvalidParameterValueException: Source image {uri} does not exist. Provide a valid source \
             image. (Docker {} at /var/run/docker.sock has no such image, and none is pulled; hint: build \
             it or tag it as {uri}, or serve --pull)",
            engine.trim()
        )
    );
    assert_eq!(registry.asked("manifold/", "/v2/image/manifests/latest"), 0);
    assert_eq!(registry.pulled(), [""; 0]);

    probed("docker", &["pull", "--quiet", &uri]).expect("Docker can pull it");
    registry.stop();
    world.deploy_probe("image").image(&uri).await;
    let answer = world.invoke("image", json!({ "probe": [{ "answer": 42 }] })).await;
    assert_eq!(answer.value(), 42);
    world.close().await;
}

async fn what_the_registry_has_wins() {
    let (registry, world) = (Registry::start().await, world(true).await);
    let bench = Bench { registry: &registry, repository: "image" };
    let first = bench.oci("first").await;
    let uri = registry.uri("image:latest");
    world.deploy_probe("image").image(&uri).await;
    let sha = async || {
        let found = world.lambda().get_function().function_name("image").send().await.unwrap();
        found.configuration.unwrap().code_sha256.unwrap()
    };
    let before = sha().await;
    bench.oci("second").await;
    let update = |uri: &str| {
        world.lambda().update_function_code().function_name("image").image_uri(uri).send()
    };
    update(&uri).await.unwrap();
    let after = sha().await;
    assert_ne!(after, before);
    let tagged = probed("docker", &["image", "inspect", "--format", "{{.Id}}", &uri]).unwrap();
    assert_eq!(tagged.trim(), format!("sha256:{after}"), "the tag has moved with it");

    update(&format!("{}@{first}", registry.uri("image"))).await.unwrap();
    assert_eq!(sha().await, before, "a digest is what it was");
    world.close().await;
}

async fn the_engine_may_have_it() {
    let (mut registry, world) = (Registry::start().await, world(true).await);
    let source = Bench { registry: &registry, repository: "source" };
    source.oci("source").await;
    let (source, uri) = (registry.uri("source:latest"), registry.uri("local:latest"));
    let engine = probed("docker", &["version", "--format", "{{.Server.Version}}"]).unwrap();
    let missing = |found: &str| {
        format!(
            "400 InvalidParameterValueException: Source image {uri} does not exist. Provide a valid source \
             image. (Docker {} at /var/run/docker.sock has no such image, and the registry {} {found})",
            engine.trim(),
            registry.address
        )
    };
    let expected = [
        missing("has none either"),
        missing(&format!(
            "could not be asked: {} cannot be reached: Connection refused (os error 111))",
            registry.address
        )),
    ];
    let create = |function: &str| world.deploy_probe(function).image(&uri).request().send();
    assert_eq!(refusal(create("a").await), expected[0]);

    probed("docker", &["pull", "--quiet", &source]).expect("Docker can pull it");
    probed("docker", &["tag", &source, &uri]).expect("Docker can tag it");
    create("a").await.unwrap();
    registry.stop();
    create("b").await.unwrap();
    probed("docker", &["rmi", "--no-prune", &uri]).expect("Docker can remove a tag");
    assert_eq!(format!("{})", refusal(create("c").await)), expected[1]);
    world.close().await;
}

async fn what_the_engine_has_is_checked() {
    let (registry, world) = (Registry::start().await, world(false).await);
    Bench { registry: &registry, repository: "good" }.oci("good").await;
    Bench { registry: &registry, repository: "other" }.for_another_machine().await;
    let (good, other) = (registry.uri("good"), registry.uri("other"));
    probed("docker", &["pull", "--quiet", &good]).expect("Docker can pull it");
    probed("docker", &["pull", "--quiet", "--platform", "linux/s390x", &other])
        .expect("Docker can pull it");
    world.deploy_probe("good").image(&good).await;
    let here = architecture();
    let expected = format!(
        "Source image {other} is for linux/s390x, and the container engine on this machine runs \
         linux/{here}. (hint: docker build --platform linux/{here} …)"
    );
    check_refused(&world, &registry, &other, &expected).await;
    world.close().await;
}
