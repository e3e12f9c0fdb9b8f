//! Versions, which stay what they were, and aliases, which lead to one or to two.

use std::collections::HashMap;

use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{AliasRoutingConfiguration, FunctionConfiguration, LogType};
use probe::Echo;
use serde_json::json;
use tests::{Handler, eventually, refusal};

use crate::{Test, World, tests};

pub(crate) const TESTS: &[Test] = tests![
    publish_version_keeps_the_configuration_while_latest_changes,
    a_version_keeps_its_image_and_digest_while_latest_has_another,
    environments_of_a_version_survive_what_happens_to_latest,
    list_versions_by_function_has_latest_first_and_then_all_by_number,
    create_alias_and_get_alias_and_list_aliases_and_delete_alias,
    update_alias_leads_elsewhere_and_both_versions_stay_warm,
    a_qualified_function_goes_by_every_form_of_its_name,
    what_a_version_prints_is_in_streams_that_carry_its_number,
];

/// An invocation, as its caller and as the function see it. Its environment is free again.
struct Seen {
    /// `X-Amz-Executed-Version`.
    executed: String,
    echo: Echo,
}

impl Seen {
    fn colour(&self) -> Option<&str> {
        self.echo.environment.get("COLOUR").map(String::as_str)
    }

    /// Its environment has one log stream, which no other has.
    fn stream(&self) -> &str {
        &self.echo.environment["AWS_LAMBDA_LOG_STREAM_NAME"]
    }

    /// Executed, and as the environment has it.
    #[track_caller]
    fn version(&self) -> &str {
        assert_eq!(self.echo.environment["AWS_LAMBDA_FUNCTION_VERSION"], self.executed);
        let stream = self.stream();
        assert!(stream.contains(&format!("/[{}]", self.executed)), "{stream}");
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

/// A function with the version 1, which is blue, and the version 2, which is red.
async fn with_two_versions(world: &World) -> String {
    let name = world.name("probe");
    world.deploy_probe(&name).variable("COLOUR", "blue").await;
    assert_eq!(world.publish(&name).await, "1");
    world.paint(&name, "red").await;
    assert_eq!(world.publish(&name).await, "2");
    name
}

/// Leads so much of what is called by the alias `live` to version 2.
async fn route(world: &World, function: &str, weight: f64) {
    let weights = HashMap::from([("2".to_owned(), weight)]);
    let routing = AliasRoutingConfiguration::builder();
    let routing = routing.set_additional_version_weights(Some(weights)).build();
    let update = world.lambda().update_alias().function_name(function).name("live");
    update.routing_config(routing).send().await.unwrap();
}

async fn alias(world: &World, function: &str, version: &str) {
    let create = world.lambda().create_alias().function_name(function).name("live");
    create.function_version(version).send().await.unwrap();
}

async fn publish_version_keeps_the_configuration_while_latest_changes(world: &World) {
    let name = &with_two_versions(world).await;
    world.paint(name, "green").await;
    for (qualifier, version, colour) in
        [(Some("1"), "1", "blue"), (Some("2"), "2", "red"), (None, "$LATEST", "green")]
    {
        let seen = invoke(world, name, qualifier).await;
        assert_eq!((seen.version(), seen.colour()), (version, Some(colour)));
    }
}

async fn a_version_keeps_its_image_and_digest_while_latest_has_another(world: &World) {
    let name = &world.name("probe");
    world.deploy(name, Handler::CustomEvent).await;
    world.publish(name).await;
    let digest = async |qualifier| {
        let get = world.lambda().get_function_configuration().function_name(name);
        get.qualifier(qualifier).send().await.unwrap().code_sha256().unwrap().to_owned()
    };
    let before = digest("1").await;
    let update = world.lambda().update_function_code().function_name(name);
    update.image_uri(&world.images().probe).send().await.unwrap();
    world.updated(name).await;
    invoke(world, name, None).await;

    assert_eq!(digest("1").await, before);
    assert_ne!(digest("$LATEST").await, before);
    let greeting = world.invoke(&format!("{name}:1"), json!({"name": "version"})).await;
    assert_eq!(greeting.value(), "Hello version!");
}

async fn environments_of_a_version_survive_what_happens_to_latest(world: &World) {
    let name = &with_two_versions(world).await;
    let before = invoke(world, name, Some("1")).await;
    let latest = invoke(world, name, None).await;
    world.paint(name, "green").await;
    let after = invoke(world, name, Some("1")).await;
    assert_eq!((after.stream(), after.echo.invocation), (before.stream(), 2));
    assert_ne!(invoke(world, name, None).await.stream(), latest.stream());
}

async fn list_versions_by_function_has_latest_first_and_then_all_by_number(world: &World) {
    let name = &with_two_versions(world).await;
    let list = world.lambda().list_versions_by_function().function_name(name).send().await;
    let shown = |version: &FunctionConfiguration| {
        (version.version().unwrap().to_owned(), version.function_arn().unwrap().to_owned())
    };
    let versions: Vec<_> = list.unwrap().versions().iter().map(shown).collect();
    let expected =
        ["$LATEST", "1", "2"].map(|each| (each.to_owned(), world.arn(&format!("{name}:{each}"))));
    assert_eq!(versions, expected);
    let third = &format!("{name}:3");
    let missing = world.lambda().invoke().function_name(third).send().await;
    assert_eq!(
        refusal(missing),
        format!("404 ResourceNotFoundException: Function not found: {}", world.arn(third)),
    );
}

async fn create_alias_and_get_alias_and_list_aliases_and_delete_alias(world: &World) {
    let (lambda, name) = (world.lambda(), &with_two_versions(world).await);
    alias(world, name, "1").await;
    let live = world.arn(&format!("{name}:live"));
    let get = || lambda.get_alias().function_name(name).name("live").send();
    let got = get().await.unwrap();
    assert_eq!(got.alias_arn(), Some(&*live));
    assert_eq!((got.function_version(), got.routing_config()), (Some("1"), None));
    let all = lambda.list_aliases().function_name(name).send().await.unwrap();
    assert_eq!(all.aliases()[0].revision_id(), got.revision_id());

    lambda.delete_alias().function_name(name).name("live").send().await.unwrap();
    assert_eq!(
        refusal(get().await),
        format!("404 ResourceNotFoundException: Cannot find alias arn: {live}"),
    );
    let missing = lambda.invoke().function_name(name).qualifier("live").send().await;
    assert_eq!(
        refusal(missing),
        format!("404 ResourceNotFoundException: Function not found: {live}"),
    );
}

async fn update_alias_leads_elsewhere_and_both_versions_stay_warm(world: &World) {
    let name = &with_two_versions(world).await;
    alias(world, name, "1").await;
    let live = async || invoke(world, name, Some("live")).await;
    let blue = live().await;
    route(world, name, 1.0).await;
    let red = live().await;
    route(world, name, 0.0).await;
    let blue_again = live().await;
    route(world, name, 1.0).await;
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
            world.arn(&format!("{name}:live")),
            "it is told how it was called, not what that led to"
        );
    }
    assert_eq!((blue.stream(), red.stream()), (blue_again.stream(), red_again.stream()));
    let by_number = invoke(world, name, Some("2")).await;
    assert_eq!(by_number.stream(), red.stream(), "an alias has no environments of its own");
}

async fn a_qualified_function_goes_by_every_form_of_its_name(world: &World) {
    let name = &with_two_versions(world).await;
    alias(world, name, "2").await;
    for qualifier in ["1", "live", "$LATEST"] {
        let qualified = format!("{name}:{qualifier}");
        let partial = format!("{}:function:{qualified}", world.number());
        let whole = world.arn(&qualified);
        let asked = [
            (name, Some(qualifier)),
            (&qualified, None),
            (&partial, None),
            (&whole, None),
            (&whole, Some(qualifier)),
        ];
        for (form, given) in asked {
            let seen = invoke(world, form, given).await;
            let told = &seen.echo.headers["lambda-runtime-invoked-function-arn"];
            assert_eq!(*told, whole, "{form} {given:?}");
        }
    }
    let unqualified = invoke(world, &world.arn(name), None).await.echo;
    assert_eq!(unqualified.headers["lambda-runtime-invoked-function-arn"], world.arn(name));
}

async fn what_a_version_prints_is_in_streams_that_carry_its_number(world: &World) {
    let name = &with_two_versions(world).await;
    let mut streams = Vec::new();
    for qualifier in ["1", "2", "$LATEST"] {
        let seen = invoke(world, name, Some(qualifier)).await;
        assert_eq!(seen.version(), qualifier);
        streams.push(seen.stream().to_owned());
    }
    streams.sort_unstable();
    let described =
        world.logs().describe_log_streams().log_group_name(format!("/aws/lambda/{name}"));
    eventually("three streams", async || {
        let group = described.clone().send().await.ok()?;
        let names = group.log_streams().iter().map(|stream| stream.log_stream_name().unwrap());
        let mut there: Vec<_> = names.map(str::to_owned).collect();
        there.sort_unstable();
        (there == streams).then_some(())
    })
    .await;
}
