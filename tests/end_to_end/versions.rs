//! Versions, which stay what they were, and aliases, which lead to one or to two.

use std::collections::HashMap;

use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{AliasRoutingConfiguration, Environment, LogType};
use probe::Echo;
use tempfile::TempDir;
use tests::{World, programs, refusal};

/// An invocation of `probe`, as its caller and as the function see it. Its environment is free again.
struct Seen {
    /// `X-Amz-Executed-Version`.
    executed: String,
    echo: Echo,
}

impl Seen {
    fn colour(&self) -> Option<&str> {
        self.echo.environment.get("COLOUR").map(String::as_str)
    }

    /// Executed, and as the environment has it.
    #[track_caller]
    fn version(&self) -> &str {
        assert_eq!(self.echo.environment["AWS_LAMBDA_FUNCTION_VERSION"], self.executed);
        let stream = &self.echo.environment["AWS_LAMBDA_LOG_STREAM_NAME"];
        assert!(stream.starts_with(&format!("2026/01/02/[{}]", self.executed)), "{stream}");
        &self.executed
    }
}

async fn invoke(world: &World, function: &str, qualifier: Option<&str>) -> Seen {
    let call = world.lambda().invoke().function_name(function).log_type(LogType::Tail);
    let call = call.set_qualifier(qualifier.map(str::to_owned)).payload(Blob::new("{}"));
    let output = call.send().await.unwrap();
    let echo = serde_json::from_slice(output.payload().unwrap().as_ref()).unwrap();
    Seen { executed: output.executed_version().unwrap().to_owned(), echo }
}

async fn paint(world: &World, colour: &str) {
    let environment = Environment::builder().variables("COLOUR", colour).build();
    let update = world.lambda().update_function_configuration().function_name("probe");
    update.environment(environment).send().await.unwrap();
}

/// A function with the version 1, which is blue, and the version 2, which is red.
async fn with_two_versions() -> World {
    let world = World::start().await;
    world.deploy_probe("probe").variable("COLOUR", "blue").await;
    assert_eq!(world.publish("probe").await, "1");
    paint(&world, "red").await;
    assert_eq!(world.publish("probe").await, "2");
    world
}

/// Leads so much of what is called by the alias `live` to version 2.
async fn route(world: &World, weight: f64) {
    let weights = HashMap::from([("2".to_owned(), weight)]);
    let routing = AliasRoutingConfiguration::builder();
    let routing = routing.set_additional_version_weights(Some(weights)).build();
    let update = world.lambda().update_alias().function_name("probe").name("live");
    update.routing_config(routing).send().await.unwrap();
}

async fn alias(world: &World, version: &str) {
    let create = world.lambda().create_alias().function_name("probe").name("live");
    create.function_version(version).send().await.unwrap();
}

#[tokio::test]
async fn publish_version_keeps_the_configuration_while_latest_changes() {
    let world = with_two_versions().await;
    paint(&world, "green").await;
    for (qualifier, version, colour) in
        [(Some("1"), "1", "blue"), (Some("2"), "2", "red"), (None, "$LATEST", "green")]
    {
        let seen = invoke(&world, "probe", qualifier).await;
        assert_eq!((seen.version(), seen.colour()), (version, Some(colour)));
    }
    world.close().await;
}

#[tokio::test]
async fn a_version_keeps_its_image_and_digest_while_latest_has_another() {
    let folder = TempDir::new().unwrap();
    let script = programs::script(folder.path(), "exit 42\n");
    let mine = World::as_processes([("mine:latest", script)]);
    let world = World::start_with(|config| config.executor = mine).await;
    world.deploy_probe("probe").image("mine:latest").await;
    world.publish("probe").await;
    let digest = async |qualifier| {
        let get = world.lambda().get_function_configuration().function_name("probe");
        get.qualifier(qualifier).send().await.unwrap().code_sha256().unwrap().to_owned()
    };
    let before = digest("1").await;
    let update = world
        .lambda()
        .update_function_code()
        .function_name("probe")
        .image_uri(&world.images().probe);
    update.send().await.unwrap();
    invoke(&world, "probe", None).await;

    assert_eq!(digest("1").await, before);
    assert_ne!(digest("$LATEST").await, before);
    let failure = world.invoke("probe:1", serde_json::json!({})).await.failure();
    assert_eq!(failure.message, "RequestId: ID Error: Runtime exited with error: exit status 42");
    world.close().await;
}

#[tokio::test]
async fn environments_of_a_version_survive_what_happens_to_latest() {
    let world = with_two_versions().await;
    let before = invoke(&world, "probe", Some("1")).await.echo;
    let latest = invoke(&world, "probe", None).await.echo;
    paint(&world, "green").await;
    let after = invoke(&world, "probe", Some("1")).await.echo;
    assert_eq!((after.pid, after.invocation), (before.pid, 2));
    assert_ne!(invoke(&world, "probe", None).await.echo.pid, latest.pid);
    world.gone(latest.pid).await;
    world.close().await;
}

#[tokio::test]
async fn list_versions_by_function_has_latest_first_and_then_all_by_number() {
    let world = with_two_versions().await;
    let list = world.lambda().list_versions_by_function().function_name("probe").send().await;
    let shown = |version: &aws_sdk_lambda::types::FunctionConfiguration| {
        (version.version().unwrap().to_owned(), version.function_arn().unwrap().to_owned())
    };
    let versions: Vec<_> = list.unwrap().versions().iter().map(shown).collect();
    let expected =
        ["$LATEST", "1", "2"].map(|each| (each.to_owned(), world.arn(&format!("probe:{each}"))));
    assert_eq!(versions, expected);
    let missing = world.lambda().invoke().function_name("probe:3").send().await;
    assert_eq!(
        refusal(missing),
        format!("404 ResourceNotFoundException: Function not found: {}", world.arn("probe:3")),
    );
    world.close().await;
}

#[tokio::test]
async fn create_alias_and_get_alias_and_list_aliases_and_delete_alias() {
    let world = with_two_versions().await;
    let lambda = world.lambda();
    alias(&world, "1").await;
    let get = || lambda.get_alias().function_name("probe").name("live").send();
    let got = get().await.unwrap();
    assert_eq!(got.alias_arn(), Some(&*world.arn("probe:live")));
    assert_eq!((got.function_version(), got.routing_config()), (Some("1"), None));
    let all = lambda.list_aliases().function_name("probe").send().await.unwrap();
    assert_eq!(all.aliases()[0].revision_id(), got.revision_id());

    lambda.delete_alias().function_name("probe").name("live").send().await.unwrap();
    assert_eq!(
        refusal(get().await),
        format!(
            "404 ResourceNotFoundException: Cannot find alias arn: {}",
            world.arn("probe:live")
        ),
    );
    let missing = lambda.invoke().function_name("probe").qualifier("live").send().await;
    assert_eq!(
        refusal(missing),
        format!("404 ResourceNotFoundException: Function not found: {}", world.arn("probe:live")),
    );
    world.close().await;
}

#[tokio::test]
async fn update_alias_leads_elsewhere_and_both_versions_stay_warm() {
    let world = with_two_versions().await;
    alias(&world, "1").await;
    let live = async || invoke(&world, "probe", Some("live")).await;
    let blue = live().await;
    route(&world, 1.0).await;
    let red = live().await;
    route(&world, 0.0).await;
    let blue_again = live().await;
    route(&world, 1.0).await;
    let red_again = live().await;

    for (seen, version, colour) in [
        (&blue, "1", "blue"),
        (&red, "2", "red"),
        (&blue_again, "1", "blue"),
        (&red_again, "2", "red"),
    ] {
        assert_eq!((seen.version(), seen.colour()), (version, Some(colour)));
        assert_eq!(
            seen.echo.headers["lambda-runtime-invoked-function-arn"],
            world.arn("probe:live"),
            "it is told how it was called, not what that led to"
        );
    }
    assert_eq!((blue.echo.pid, red.echo.pid), (blue_again.echo.pid, red_again.echo.pid));
    let by_number = invoke(&world, "probe", Some("2")).await.echo;
    assert_eq!(by_number.pid, red.echo.pid, "an alias has no environments of its own");
    world.close().await;
}

#[tokio::test]
async fn a_qualified_function_goes_by_every_form_of_its_name() {
    let world = with_two_versions().await;
    alias(&world, "2").await;
    for qualifier in ["1", "live", "$LATEST"] {
        let qualified = format!("probe:{qualifier}");
        let (whole, partial) =
            (world.arn(&qualified), format!("000000000000:function:{qualified}"));
        let asked = [
            ("probe", Some(qualifier)),
            (&qualified, None),
            (&partial, None),
            (&whole, None),
            (&whole, Some(qualifier)),
        ];
        for (name, given) in asked {
            let seen = invoke(&world, name, given).await;
            let told = &seen.echo.headers["lambda-runtime-invoked-function-arn"];
            assert_eq!(*told, world.arn(&qualified), "{name} {given:?}");
        }
    }
    let unqualified = invoke(&world, &world.arn("probe"), None).await.echo;
    assert_eq!(unqualified.headers["lambda-runtime-invoked-function-arn"], world.arn("probe"));
    world.close().await;
}

#[tokio::test]
async fn what_a_version_prints_is_in_streams_that_carry_its_number() {
    let world = with_two_versions().await;
    let mut streams = Vec::new();
    for qualifier in ["1", "2", "$LATEST"] {
        let seen = invoke(&world, "probe", Some(qualifier)).await;
        assert_eq!(seen.version(), qualifier);
        streams.push(seen.echo.environment["AWS_LAMBDA_LOG_STREAM_NAME"].clone());
    }
    let group = world.logs().describe_log_streams().log_group_name("/aws/lambda/probe");
    let group = group.send().await.unwrap();
    let there = group.log_streams().iter().map(|stream| stream.log_stream_name().unwrap());
    let mut there: Vec<_> = there.collect();
    there.sort_unstable();
    streams.sort_unstable();
    assert_eq!(there, streams);
    world.close().await;
}
