//! Calls of a Lambda that lives in this process, so that each of its answers can be had.

use std::future::pending;
use std::sync::{Arc, Mutex};

use aws_sdk_lambda::config::http::{HttpRequest, HttpResponse};
use aws_sdk_lambda::config::retry::RetryConfig;
use aws_sdk_lambda::config::{self, BehaviorVersion, Config, Credentials, Region};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::retry::ErrorKind;
use lambda_runtime::Diagnostic;

use super::*;

type Headers = &'static [(&'static str, &'static str)];

/// Lambda, which does the same for all.
#[derive(Clone, Debug)]
struct Lambda {
    does: Does,
    asked: Arc<Mutex<Vec<HttpRequest>>>,
}

#[derive(Clone, Copy, Debug)]
enum Does {
    Answer(u16, Headers, &'static str),
    Nothing,
    BreakOff,
}

impl HttpConnector for Lambda {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        self.asked.lock().unwrap().push(request);
        let (status, headers, body) = match self.does {
            Does::Answer(status, headers, body) => (status, headers, body),
            Does::Nothing => return HttpConnectorFuture::new(pending()),
            Does::BreakOff => {
                let cause = "connection closed before message completed".into();
                let error = ConnectorError::other(cause, Some(ErrorKind::TransientError));
                return HttpConnectorFuture::ready(Err(error));
            }
        };
        let mut answer = HttpResponse::new(status.try_into().unwrap(), body.into());
        for (name, value) in headers {
            answer.headers_mut().insert(*name, *value);
        }
        HttpConnectorFuture::ready(Ok(answer))
    }
}

impl Lambda {
    fn answers(status: u16, headers: Headers, body: &'static str) -> Self {
        Self::that(Does::Answer(status, headers, body))
    }

    fn never_answers() -> Self {
        Self::that(Does::Nothing)
    }

    fn breaks_off() -> Self {
        Self::that(Does::BreakOff)
    }

    fn that(does: Does) -> Self {
        Self { does, asked: Arc::default() }
    }

    /// The last thing that it was asked.
    fn asked(&self) -> HttpRequest {
        self.asked.lock().unwrap().pop().expect("it was asked")
    }

    fn attempts(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

fn client(lambda: &Lambda) -> Client {
    let credentials = Credentials::new("any", "any", None, None, "tests");
    Client::from_conf(config(lambda).credentials_provider(credentials).build())
}

fn config(lambda: &Lambda) -> config::Builder {
    let connector = SharedHttpConnector::new(lambda.clone());
    Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::from_static("us-east-1"))
        .retry_config(RetryConfig::standard())
        .http_client(http_client_fn(move |_, _| connector.clone()))
}

/// What a caller whose variable names `by-variable` answers, or its error, with ten seconds to go.
async fn called(lambda: &Lambda, event: &str) -> String {
    let caller = Caller { lambda: client(lambda), target: Some("by-variable".to_owned()) };
    outcome(handle(caller, event_of(event)).await)
}

fn event_of(event: &str) -> LambdaEvent<Call> {
    let mut context = Context::default();
    context.deadline = deadline_in(Duration::from_secs(10));
    LambdaEvent::new(serde_json::from_str(event).unwrap(), context)
}

#[expect(clippy::disallowed_methods, reason = "deadlines are told by the clock on the wall")]
fn deadline_in(time: Duration) -> u64 {
    let since_epoch = (SystemTime::now() + time).duration_since(SystemTime::UNIX_EPOCH).unwrap();
    u64::try_from(since_epoch.as_millis()).unwrap()
}

fn path(request: &HttpRequest) -> &str {
    request.uri().strip_prefix("https://lambda.us-east-1.amazonaws.com").unwrap()
}

fn outcome(answer: Result<Answer, CallError>) -> String {
    match answer {
        Ok(answer) => serde_json::to_string(&answer).unwrap(),
        Err(error) => {
            let Diagnostic { error_type, error_message } = error.into();
            format!("{error_type}: {error_message}")
        }
    }
}

const LATEST: (&str, &str) = ("x-amz-executed-version", "$LATEST");
const UNHANDLED: (&str, &str) = ("x-amz-function-error", "Unhandled");
const NO_FILES: (&str, &str) = ("x-amzn-errortype", "EFSMountFailureException");

/// START and END, a line each.
const LOG: (&str, &str) = ("x-amz-log-result", "U1RBUlQKRU5ECg==");

const CALL: &str = r#"{"function": "greeter", "payload": {}}"#;

#[tokio::test]
async fn an_answer_is_told_with_its_version_as_it_was_written() {
    let lambda =
        Lambda::answers(200, &[LATEST], r#"{"total": 1.50, "id": 12345678901234567890123}"#);
    assert_eq!(
        called(&lambda, CALL).await,
        r#"{"status_code":200,"executed_version":"$LATEST","payload":{"total": 1.50, "id": 12345678901234567890123}}"#
    );
}

#[tokio::test]
async fn an_event_that_was_taken_has_no_answer() {
    let lambda = Lambda::answers(202, &[], "");
    let answer =
        called(&lambda, r#"{"function": "greeter", "payload": {}, "mode": "Event"}"#).await;
    assert_eq!(answer, r#"{"status_code":202,"executed_version":null,"payload":null}"#);
    let asked = lambda.asked();
    assert_eq!(asked.headers().get("x-amz-invocation-type"), Some("Event"));
}

#[tokio::test]
async fn the_payload_is_handed_on_as_it_was_written() {
    let lambda = Lambda::answers(200, &[LATEST], "null");
    called(&lambda, r#"{"function": "greeter:live", "payload": {"amount": 1.10, "b": [ ]}}"#).await;
    let asked = lambda.asked();
    assert_eq!(asked.body().bytes().unwrap(), br#"{"amount": 1.10, "b": [ ]}"#);
    assert_eq!(path(&asked), "/2015-03-31/functions/greeter%3Alive/invocations");
    assert_eq!(asked.headers().get("x-amz-invocation-type"), Some("RequestResponse"));
    assert_eq!(asked.headers().get("x-amz-log-type"), None);
}

#[tokio::test]
async fn without_a_function_in_the_event_the_variable_says_whom_to_call() {
    let lambda = Lambda::answers(200, &[LATEST], "1");
    called(&lambda, r#"{"payload": null}"#).await;
    assert_eq!(path(&lambda.asked()), "/2015-03-31/functions/by-variable/invocations");

    let nobody = Caller { lambda: client(&lambda), target: None };
    let outcome = outcome(handle(nobody, event_of(r#"{"payload": null}"#)).await);
    assert!(outcome.starts_with("NoFunction: no function is named (hint: "), "{outcome}");
}

#[tokio::test]
async fn a_callee_that_failed_is_no_success() {
    let document = r#"{"errorType":"OutOfStock","errorMessage":"no apples"}"#;
    let lambda = Lambda::answers(200, &[LATEST, UNHANDLED], document);
    assert_eq!(
        called(&lambda, CALL).await,
        "CalleeFailed: `greeter` failed: OutOfStock: no apples"
    );
}

#[tokio::test]
async fn a_callee_that_failed_in_its_own_words_is_quoted() {
    for (document, quoted) in [
        (r#"{"errorMessage":"no apples"}"#, "no apples"),
        (r#"{"error":"no apples"}"#, r#"{"error":"no apples"}"#),
        ("out of luck", "out of luck"),
        ("", ""),
    ] {
        let lambda = Lambda::answers(200, &[LATEST, UNHANDLED], document);
        let expected = format!("CalleeFailed: `greeter` failed: {quoted}");
        assert_eq!(called(&lambda, CALL).await, expected);
    }
}

#[tokio::test]
async fn the_log_of_a_callee_that_failed_comes_along_if_it_was_asked_for() {
    let lambda = Lambda::answers(200, &[UNHANDLED, LOG], r#"{"errorMessage":"no apples"}"#);
    let call = r#"{"function": "greeter", "payload": {}, "log_tail": true}"#;
    assert_eq!(
        called(&lambda, call).await,
        "CalleeFailed: `greeter` failed: no apples\nIts log ends with:\nSTART\nEND\n"
    );
    assert_eq!(lambda.asked().headers().get("x-amz-log-type"), Some("Tail"));
}

#[tokio::test]
async fn a_callee_that_is_not_there_is_reported_in_lambdas_words() {
    let lambda = Lambda::answers(
        404,
        &[("x-amzn-errortype", "ResourceNotFoundException")],
        r#"{"Type":"User","Message":"Function not found: arn:aws:lambda:us-east-1:1:function:greeter"}"#,
    );
    assert_eq!(
        called(&lambda, CALL).await,
        "CalleeNotFound: `greeter` cannot be found: Function not found: \
         arn:aws:lambda:us-east-1:1:function:greeter"
    );
}

#[tokio::test]
async fn a_caller_that_may_not_call_is_refused_once_in_iams_words() {
    let denied = r#"{"Message":"User: arn:aws:sts::1:assumed-role/caller/caller is not authorized to perform: lambda:InvokeFunction"}"#;
    let lambda = Lambda::answers(403, &[("x-amzn-errortype", "AccessDeniedException")], denied);
    let outcome = called(&lambda, CALL).await;
    let start =
        "NotAllowed: `greeter` may not be called: AccessDeniedException: User: arn:aws:sts::1:";
    assert!(outcome.starts_with(start), "{outcome}");
    assert_eq!(lambda.attempts(), 1, "it is not tried again");
}

#[tokio::test]
async fn a_callee_that_cannot_reach_its_files_is_no_matter_of_rights() {
    let lambda = Lambda::answers(403, &[NO_FILES], r#"{"Message":"no mount"}"#);
    assert_eq!(
        called(&lambda, CALL).await,
        "Refused: the call of `greeter` was refused: EFSMountFailureException: no mount"
    );
}

#[tokio::test(start_paused = true)]
async fn a_throttled_call_is_tried_three_times_and_then_told_with_the_limit_that_was_met() {
    let lambda = Lambda::answers(
        429,
        &[("x-amzn-errortype", "TooManyRequestsException")],
        r#"{"Reason":"ConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}"#,
    );
    assert_eq!(
        called(&lambda, CALL).await,
        "Throttled: `greeter` is throttled (ConcurrentInvocationLimitExceeded): Rate Exceeded."
    );
    assert_eq!(lambda.attempts(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_lambda_that_has_an_error_of_its_own_is_tried_again_too() {
    let lambda = Lambda::answers(
        500,
        &[("x-amzn-errortype", "ServiceException")],
        r#"{"Message":"An error occurred and the request cannot be processed."}"#,
    );
    assert_eq!(
        called(&lambda, CALL).await,
        "Refused: the call of `greeter` was refused: ServiceException: \
         An error occurred and the request cannot be processed."
    );
    assert_eq!(lambda.attempts(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_call_ends_in_time_for_its_caller_to_tell() {
    let outcome = called(&Lambda::never_answers(), CALL).await;
    let waited = outcome.strip_prefix("TimedOut: `greeter` had not answered after ").unwrap();
    let waited: u64 = waited.split_once(' ').unwrap().0.parse().unwrap();
    assert!((5_000..=9_800).contains(&waited), "of 10 s some are gone, and 0.2 are kept: {waited}");
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_breaks_may_have_reached_the_callee() {
    let lambda = Lambda::breaks_off();
    let outcome = called(&lambda, CALL).await;
    assert!(
        outcome.starts_with("Transport: Lambda gave no answer about `greeter` (hint: "),
        "{outcome}"
    );
    assert_eq!(lambda.attempts(), 3);
}

#[tokio::test]
async fn a_call_that_cannot_be_sent_is_not_blamed_on_the_network() {
    let lambda = Lambda::answers(200, &[LATEST], "1");
    let without_credentials = Client::from_conf(config(&lambda).build());
    let caller = Caller { lambda: without_credentials, target: None };
    let outcome = outcome(handle(caller, event_of(CALL)).await);
    assert!(
        outcome.starts_with("NotSent: the call of `greeter` was not made (hint: "),
        "{outcome}"
    );
    assert_eq!(lambda.attempts(), 0);
}

#[tokio::test]
async fn an_answer_that_is_no_json_is_an_error() {
    let outcome = called(&Lambda::answers(200, &[LATEST], "hello"), CALL).await;
    assert_eq!(
        outcome,
        "NotJson: what `greeter` answered is no JSON: expected value at line 1 column 1"
    );
}

#[test]
fn an_unknown_mode_is_refused() {
    let error = serde_json::from_str::<Call>(r#"{"payload": 1, "mode": "DryRun"}"#).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("unknown variant `DryRun`, expected `RequestResponse` or `Event`"),
        "{error}"
    );
}

#[test]
fn an_unknown_member_is_refused() {
    let error = serde_json::from_str::<Call>(r#"{"payload": 1, "mod": "Event"}"#).unwrap_err();
    assert!(error.to_string().starts_with("unknown field `mod`, expected one of "), "{error}");
}
