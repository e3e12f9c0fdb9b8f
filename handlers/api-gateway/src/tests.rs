//! An event in, an HTTP answer out. How an answer is written for each kind of event is
//! `lambda_http`'s.

use futures_util::FutureExt as _;
use serde_json::{Value, json};

use super::*;

const REST_API: &str = include_str!("../../../deploy/events/api-gateway.json");
const HTTP_API: &str = include_str!("../../../deploy/events/api-gateway-http-api.json");
const FUNCTION_URL: &str = include_str!("../../../deploy/events/api-gateway-function-url.json");
const LOAD_BALANCER: &str = include_str!("../../../deploy/events/api-gateway-alb.json");

const TEXT: &str = "text/plain; charset=utf-8";
const JSON: &str = "application/json";

#[test]
fn the_same_greeting_answers_all_four_kinds_of_event() {
    for event in [REST_API, HTTP_API, FUNCTION_URL, LOAD_BALANCER] {
        check(event, 200, TEXT, "hello lambda");
    }
}

#[test]
fn a_get_without_a_name_greets_the_world() {
    for name in [json!(null), json!({}), json!({ "name": [""] }), json!({ "other": ["lambda"] })] {
        check(&rest("GET", "/hello", name, json!(null)), 200, TEXT, "hello world");
    }
}

#[test]
fn a_posted_name_is_greeted_in_json() {
    check(&post(r#"{"name":"lambda"}"#), 200, JSON, r#"{"message":"hello lambda"}"#);
    check(&post(r#"{"name":"\"q\" ü"}"#), 200, JSON, r#"{"message":"hello \"q\" ü"}"#);
}

#[test]
fn a_posted_body_in_base64_is_read_as_well() {
    let mut event: Value = serde_json::from_str(&post("eyJuYW1lIjoibGFtYmRhIn0=")).unwrap();
    event["isBase64Encoded"] = json!(true);
    check(&event.to_string(), 200, JSON, r#"{"message":"hello lambda"}"#);
}

#[test]
fn a_body_that_is_not_the_asked_json_is_refused() {
    let refusal = r#"{"message":"the body must be like {\"name\":\"lambda\"}: "#;
    for (body, reason) in [
        ("", "EOF while parsing a value"),
        ("{", "EOF while parsing an object"),
        ("{}", "missing field `name`"),
        (r#"{"name":7}"#, "invalid type: integer `7`, expected a string"),
    ] {
        check_start(&post(body), 400, &format!("{refusal}{reason}"));
    }
}

#[test]
fn an_unknown_path_is_not_found() {
    for path in ["/", "/hello/again", "/prod/hello"] {
        let message = json!({ "message": format!("nothing answers GET {path}") }).to_string();
        check(&rest("GET", path, json!(null), json!(null)), 404, JSON, &message);
    }
}

#[test]
fn another_method_is_refused_with_those_that_are_taken() {
    let event = rest("DELETE", "/hello", json!(null), json!(null));
    check(&event, 405, JSON, r#"{"message":"/hello does not take DELETE"}"#);
    assert_eq!(answered(&event).headers()["allow"], "GET, POST");
}

#[test]
fn a_named_stage_of_an_http_api_is_not_part_of_the_route() {
    for (stage, path, status) in [
        ("dev", "/dev/hello", 200),
        ("dev", "/hello", 200),
        ("dev", "/devhello", 404),
        ("$default", "/dev/hello", 404),
    ] {
        let mut event: Value = serde_json::from_str(HTTP_API).unwrap();
        event["requestContext"]["stage"] = json!(stage);
        event["rawPath"] = json!(path);
        assert_eq!(answered(&event.to_string()).status(), status, "{stage} {path}");
    }
}

fn post(body: &str) -> String {
    rest("POST", "/hello", json!(null), json!(body))
}

fn rest(method: &str, path: &str, query: Value, body: Value) -> String {
    let mut event: Value = serde_json::from_str(REST_API).unwrap();
    event["httpMethod"] = json!(method);
    event["path"] = json!(path);
    event["queryStringParameters"] = json!(null);
    event["multiValueQueryStringParameters"] = query;
    event["body"] = body;
    event.to_string()
}

#[track_caller]
fn check(event: &str, status: u16, content_type: &str, body: &str) {
    let answer = answered(event);
    assert_eq!(answer.status(), status);
    assert_eq!(answer.headers()["content-type"], content_type);
    assert_eq!(std::str::from_utf8(answer.body()).unwrap(), body);
}

#[track_caller]
fn check_start(event: &str, status: u16, start: &str) {
    let answer = answered(event);
    let body = std::str::from_utf8(answer.body()).unwrap();
    assert_eq!(answer.status(), status);
    assert!(body.starts_with(start), "{body}");
}

fn answered(event: &str) -> Response<Body> {
    let request = lambda_http::request::from_str(event).unwrap();
    let Ok(answer) = handle(request).now_or_never().expect("it waits for nothing");
    answer
}
