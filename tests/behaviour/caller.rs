//! A function that calls a function: the handler `caller`, which tells apart how a call can end.

use aws_sdk_lambda::primitives::Blob;
use probe::{Step, event};
use serde_json::{Value, json};
use tests::{Failure, Handler};

use crate::{Test, World, tests};

pub(crate) const TESTS: &[Test] = tests![
    a_call_answers_what_the_callee_has_answered,
    a_call_in_event_mode_answers_that_the_event_was_taken,
    a_callee_is_called_by_arn_partial_arn_version_or_alias,
    a_variable_names_the_callee_of_an_event_that_names_none,
    a_callee_sees_its_own_variables_and_none_of_its_callers,
    a_chain_of_calls_has_one_trace_id,
    a_calls_b_which_calls_a,
    a_callee_that_fails_is_reported_with_its_error,
    a_callee_that_panics_is_reported_with_its_log_if_that_is_asked_for,
    a_callee_that_times_out_is_reported_with_its_error,
    a_callee_that_does_not_exist_is_reported,
    a_callee_without_concurrency_left_is_reported_with_the_limit_that_was_met,
    a_callee_that_takes_longer_than_its_caller_has_is_reported_in_time,
    an_endpoint_that_nobody_listens_at_is_reported,
    an_endpoint_of_lambdas_own_comes_before_that_of_all_services,
    a_call_that_lambda_refuses_otherwise_is_reported_by_code,
];

/// A caller, and a probe for it to call.
struct Pair<'w> {
    world: &'w World,
    caller: String,
    callee: String,
}

impl<'w> Pair<'w> {
    async fn of(world: &'w World) -> Self {
        let callee = world.name("callee");
        world.deploy_probe(&callee).timeout(30).await;
        Self { world, caller: caller(world).await, callee }
    }

    /// What the caller answers when the probe does this.
    async fn answers(&self, step: Step) -> Value {
        self.call(json!({"payload": event([step])})).await.value()
    }

    /// How the caller fails when the probe does this.
    async fn fails(&self, step: Step) -> Failure {
        self.call(json!({"payload": event([step])})).await.failure()
    }

    /// Calls the probe by its name, if the event names nobody.
    async fn call(&self, mut event: Value) -> tests::Answer {
        if event.get("function").is_none() {
            event["function"] = json!(self.callee);
        }
        self.world.invoke(&self.caller, event).await
    }
}

async fn caller(world: &World) -> String {
    let name = world.name("caller");
    world.deploy(&name, Handler::Caller).timeout(30).await;
    name
}

fn answered(payload: &Value) -> Value {
    json!({"status_code": 200, "executed_version": "$LATEST", "payload": payload})
}

#[track_caller]
fn check(failure: &Failure, kind: &str, message: &str) {
    assert_eq!((failure.kind.as_str(), failure.message.as_str()), (kind, message));
}

async fn a_call_answers_what_the_callee_has_answered(world: &World) {
    let pair = Pair::of(world).await;
    let value = json!({"total": 3.25, "items": ["apple", null]});
    assert_eq!(pair.answers(Step::Answer(value.clone())).await, answered(&value));
}

async fn a_call_in_event_mode_answers_that_the_event_was_taken(world: &World) {
    let pair = Pair::of(world).await;
    let ran = event([Step::Log(vec!["it has run".to_owned()])]);
    let answer = pair.call(json!({"payload": ran, "mode": "Event"})).await.value();
    assert_eq!(answer, json!({"status_code": 202, "executed_version": null, "payload": null}));
    world.lines(&pair.callee, "it has run", 1).await;
}

async fn a_callee_is_called_by_arn_partial_arn_version_or_alias(world: &World) {
    let pair = Pair::of(world).await;
    let (lambda, callee) = (world.lambda(), &pair.callee);
    lambda.publish_version().function_name(callee).send().await.unwrap();
    let alias = lambda.create_alias().function_name(callee).name("live").function_version("1");
    alias.send().await.unwrap();
    let arn = world.arn(callee);
    let partial = arn.splitn(5, ':').nth(4).unwrap();
    for (function, version) in [
        (&*arn, "$LATEST"),
        (partial, "$LATEST"),
        (&*format!("{callee}:1"), "1"),
        (&*format!("{arn}:live"), "1"),
        (&*format!("{partial}:live"), "1"),
    ] {
        let call = json!({"function": function, "payload": event([Step::Answer(json!(1))])});
        let answer = pair.call(call).await.value();
        assert_eq!((&answer["executed_version"], &answer["payload"]), (&json!(version), &json!(1)));
    }
}

async fn a_variable_names_the_callee_of_an_event_that_names_none(world: &World) {
    let (caller, target) = (&world.name("caller"), &world.name("callee"));
    world.deploy_probe(target).await;
    world.deploy(caller, Handler::Caller).variable("TARGET_FUNCTION", target).timeout(30).await;
    let call = json!({"payload": event([Step::Answer(json!("hi"))])});
    assert_eq!(world.invoke(caller, call).await.value(), answered(&json!("hi")));

    let caller = &world.name("nobodys");
    world.deploy(caller, Handler::Caller).await;
    let failure = world.invoke(caller, json!({"payload": 1})).await.failure();
    assert_eq!(failure.kind, "NoFunction");
}

async fn a_callee_sees_its_own_variables_and_none_of_its_callers(world: &World) {
    let (caller, target) = (&world.name("caller"), &world.name("callee"));
    world.deploy_probe(target).variable("SHARED", "the target's").await;
    let deployed = world.deploy(caller, Handler::Caller).timeout(30);
    deployed.variable("SHARED", "the caller's").variable("OWN", "the caller's").await;

    let call = json!({"function": target, "payload": event([Step::Echo])});
    let echo = &world.invoke(caller, call).await.value()["payload"];
    assert_eq!(echo["environment"]["SHARED"], "the target's");
    assert_eq!(echo["environment"].get("OWN"), None);
    assert_eq!(echo["environment"].get("HANDLER"), None);
}

async fn a_chain_of_calls_has_one_trace_id(world: &World) {
    let pair = Pair::of(world).await;
    // A caller that calls itself, which calls the probe.
    let last = json!({"function": pair.callee, "payload": event([Step::Echo])});
    let call = json!({"function": pair.caller, "payload": last}).to_string();
    let root = "Root=1-5759e988-bd862e3fe1be46a994272793";
    let invoke = world.lambda().invoke().function_name(&pair.caller).payload(Blob::new(call));
    let invoke = invoke.customize().mutate_request(move |request| {
        request.headers_mut().insert("x-amzn-trace-id", root);
    });
    let answer = invoke.send().await.unwrap().payload.unwrap();
    let answer: Value = serde_json::from_slice(answer.as_ref()).unwrap();
    let headers = &answer["payload"]["payload"]["headers"];
    let trace = headers["lambda-runtime-trace-id"].as_str().unwrap_or_default();
    assert!(trace.starts_with(&format!("{root};")), "{answer:#}");
}

async fn a_calls_b_which_calls_a(world: &World) {
    let (a, b) = (&world.name("a"), &world.name("b"));
    world.deploy_probe(a).timeout(30).await;
    world.deploy(b, Handler::Caller).timeout(30).await;
    let back = json!({"function": a, "payload": event([Step::Answer(json!("back"))])});
    let answer = world.invoke(a, event([Step::invoke(b, back)])).await.value();
    assert_eq!(answer["payload"], answered(&json!("back")));
}

async fn a_callee_that_fails_is_reported_with_its_error(world: &World) {
    let pair = Pair::of(world).await;
    let failure = pair.fails(Step::error("OutOfStock", "no apples")).await;
    let message = format!("`{}` failed: OutOfStock: no apples", pair.callee);
    check(&failure, "CalleeFailed", &message);
}

async fn a_callee_that_panics_is_reported_with_its_log_if_that_is_asked_for(world: &World) {
    let pair = Pair::of(world).await;
    let panics = event([Step::Panic("out of luck".to_owned())]);
    let failure = pair.call(json!({"payload": panics, "log_tail": true})).await.failure();
    assert_eq!(failure.kind, "CalleeFailed");
    let (error, log) = failure.message.split_once("\nIts log ends with:\n").unwrap();
    assert!(error.starts_with(&format!("`{}` failed: Runtime.ExitError: ", pair.callee)));
    assert!(error.ends_with("Error: Runtime exited with error: exit status 101"), "{error}");
    assert!(log.contains("out of luck") && log.contains("REPORT RequestId"), "{log}");
}

async fn a_callee_that_times_out_is_reported_with_its_error(world: &World) {
    let (caller, target) = (&caller(world).await, &world.name("callee"));
    world.deploy_probe(target).timeout(1).await;
    let call = json!({"function": target, "payload": event([Step::SleepMs(600_000)])});
    let failure = world.invoke(caller, call).await.failure();
    assert_eq!(failure.kind, "CalleeFailed");
    assert!(failure.message.starts_with(&format!("`{target}` failed: Sandbox.Timedout: ")));
    assert!(failure.message.ends_with("Task timed out after 1.00 seconds"), "{failure:?}");
}

async fn a_callee_that_does_not_exist_is_reported(world: &World) {
    let caller = &caller(world).await;
    let nobody = &world.name("nobody");
    let failure = world.invoke(caller, json!({"function": nobody, "payload": 1})).await.failure();
    let arn = world.arn(nobody);
    let message = format!("`{nobody}` cannot be found: Function not found: {arn}:$LATEST");
    check(&failure, "CalleeNotFound", &message);
}

async fn a_callee_without_concurrency_left_is_reported_with_the_limit_that_was_met(world: &World) {
    let pair = Pair::of(world).await;
    world.reserve(&pair.callee, 0).await;
    let failure = pair.fails(Step::Echo).await;
    let message = format!(
        "`{}` is throttled (ReservedFunctionConcurrentInvocationLimitExceeded): Rate Exceeded.",
        pair.callee
    );
    check(&failure, "Throttled", &message);
}

async fn a_callee_that_takes_longer_than_its_caller_has_is_reported_in_time(world: &World) {
    let (caller, target) = (&world.name("hasty"), &world.name("callee"));
    world.deploy_probe(target).timeout(30).await;
    world.deploy(caller, Handler::Caller).timeout(3).await;
    let call = json!({"function": target, "payload": event([Step::SleepMs(5_000)])});
    let failure = world.invoke(caller, call).await.failure();
    assert_eq!(failure.kind, "TimedOut", "and not Sandbox.Timedout, which tells nothing");
    assert!(failure.message.starts_with(&format!("`{target}` had not answered after ")));
}

async fn an_endpoint_that_nobody_listens_at_is_reported(world: &World) {
    let failure = called_at(world, "AWS_ENDPOINT_URL", "http://127.0.0.1:1").await.failure();
    assert_eq!(failure.kind, "Transport");
    assert!(failure.message.contains("Connection refused"), "{failure:?}");
}

async fn an_endpoint_of_lambdas_own_comes_before_that_of_all_services(world: &World) {
    // `localhost` is on port 1 what 127.0.0.1 is there: nobody.
    for endpoint in ["http://localhost:1", "https://localhost:1"] {
        let failure = called_at(world, "AWS_ENDPOINT_URL_LAMBDA", endpoint).await.failure();
        assert_eq!(failure.kind, "Transport");
        assert!(failure.message.contains("Connection refused"), "{failure:?}");
    }
}

async fn called_at(world: &World, variable: &str, endpoint: &str) -> tests::Answer {
    let name = &world.name("caller");
    let caller = &format!("{name}-{}", endpoint.len());
    world.deploy(caller, Handler::Caller).variable(variable, endpoint).timeout(30).await;
    world.invoke(caller, json!({"function": "anybody", "payload": 1})).await
}

async fn a_call_that_lambda_refuses_otherwise_is_reported_by_code(world: &World) {
    let caller = &caller(world).await;
    let failure =
        world.invoke(caller, json!({"function": "no name!", "payload": 1})).await.failure();
    assert_eq!(failure.kind, "Refused");
    assert!(failure.message.contains("ValidationException"), "{failure:?}");
}
