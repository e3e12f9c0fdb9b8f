//! Requests and the events that they become.

use http::Request;
use insta::assert_snapshot;
use serde_json::{Value, json};
use time::macros::utc_datetime;

use super::*;

/// The event of a request to `/pets/{id}`, stage `dev`, whose binary media type is `image/png`.
fn event(request: http::request::Builder, path: &str, body: &'static [u8]) -> Value {
    let (head, ()) = request.body(()).unwrap().into_parts();
    let arrival = Arrival {
        api: "abcdefghij",
        stage: "dev",
        deployment: "dep123",
        account: "000000000000",
        resource_id: "res1234567",
        resource_path: "/pets/{id}",
        operation_name: None,
        path,
        path_parameters: &BTreeMap::new(),
        stage_variables: &BTreeMap::new(),
        binary_media_types: &MediaTypes::new(&["image/png".to_owned()]),
        host: "abcdefghij.execute-api.localhost:4566",
        source_ip: "192.0.2.7".to_owned(),
        request_id: "11111111-2222-4333-8444-555555555555",
        extended_request_id: "JKJaXmPLvHcESHA=",
        trace: "Root=1-5759e988-bd862e3fe1be46a994272793",
        time: utc_datetime!(2015-04-09 12:34:56.789),
    };
    serde_json::to_value(Event::new(&head, &Bytes::from_static(body), &arrival)).unwrap()
}

#[test]
fn a_request_becomes_an_event_in_format_1_0() {
    let request = Request::get("/dev/pets/7?kind=cat&kind=dog&name=a%2Bb+c")
        .header("host", "abcdefghij.execute-api.localhost:4566")
        .header("user-agent", "curl/8")
        .header("accept", "*/*")
        .header("x-one", "1")
        .header("x-one", "2")
        .header("content-length", "0")
        .header("connection", "close");
    let event = event(request, "/pets/7", b"");
    assert_snapshot!(serde_json::to_string_pretty(&event).unwrap(), @r#"
    {
      "body": null,
      "headers": {
        "Accept": "*/*",
        "Host": "abcdefghij.execute-api.localhost:4566",
        "User-Agent": "curl/8",
        "X-Amzn-Trace-Id": "Root=1-5759e988-bd862e3fe1be46a994272793",
        "X-Forwarded-For": "192.0.2.7",
        "X-Forwarded-Port": "4566",
        "X-Forwarded-Proto": "http",
        "X-One": "2"
      },
      "httpMethod": "GET",
      "isBase64Encoded": false,
      "multiValueHeaders": {
        "Accept": [
          "*/*"
        ],
        "Host": [
          "abcdefghij.execute-api.localhost:4566"
        ],
        "User-Agent": [
          "curl/8"
        ],
        "X-Amzn-Trace-Id": [
          "Root=1-5759e988-bd862e3fe1be46a994272793"
        ],
        "X-Forwarded-For": [
          "192.0.2.7"
        ],
        "X-Forwarded-Port": [
          "4566"
        ],
        "X-Forwarded-Proto": [
          "http"
        ],
        "X-One": [
          "1",
          "2"
        ]
      },
      "multiValueQueryStringParameters": {
        "kind": [
          "cat",
          "dog"
        ],
        "name": [
          "a+b c"
        ]
      },
      "path": "/pets/7",
      "pathParameters": null,
      "queryStringParameters": {
        "kind": "dog",
        "name": "a+b c"
      },
      "requestContext": {
        "accountId": "000000000000",
        "apiId": "abcdefghij",
        "deploymentId": "dep123",
        "domainName": "abcdefghij.execute-api.localhost:4566",
        "domainPrefix": "abcdefghij",
        "extendedRequestId": "JKJaXmPLvHcESHA=",
        "httpMethod": "GET",
        "identity": {
          "accessKey": null,
          "accountId": null,
          "caller": null,
          "cognitoAuthenticationProvider": null,
          "cognitoAuthenticationType": null,
          "cognitoIdentityId": null,
          "cognitoIdentityPoolId": null,
          "principalOrgId": null,
          "sourceIp": "192.0.2.7",
          "user": null,
          "userAgent": "curl/8",
          "userArn": null
        },
        "path": "/dev/pets/7",
        "protocol": "HTTP/1.1",
        "requestId": "11111111-2222-4333-8444-555555555555",
        "requestTime": "09/Apr/2015:12:34:56 +0000",
        "requestTimeEpoch": 1428582896789,
        "resourceId": "res1234567",
        "resourcePath": "/pets/{id}",
        "stage": "dev"
      },
      "resource": "/pets/{id}",
      "stageVariables": null
    }
    "#);
}

#[test]
fn a_path_stands_as_it_was_written_but_for_slashes_at_its_beginning() {
    for (raw, path, in_context) in [
        ("", "/", "/dev"),
        ("/", "/", "/dev/"),
        ("/pets/a%2Bb@c/", "/pets/a%2Bb@c/", "/dev/pets/a%2Bb@c/"),
        ("//pets", "/pets", "/dev//pets"),
    ] {
        let event = event(Request::get("/"), raw, b"");
        assert_eq!(event["path"], path, "{raw}");
        assert_eq!(event["requestContext"]["path"], in_context, "{raw}");
    }
}

#[track_caller]
fn check_body(content_type: &str, body: &'static [u8], expected: &Value, is_base64: bool) {
    let event = event(Request::post("/").header("content-type", content_type), "/", body);
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (expected, &json!(is_base64)));
}

#[test]
fn a_body_is_text_if_it_can_be_and_else_base64() {
    check_body("application/json", b"", &Value::Null, false);
    check_body("application/json", b"{\"a\": 1}", &json!("{\"a\": 1}"), false);
    check_body("text/plain", "zoë".as_bytes(), &json!("zoë"), false);
    check_body("text/plain", b"\xff\x00", &json!("/wA="), true);
    check_body("image/png; a=b", b"text", &json!("dGV4dA=="), true);
}

#[test]
fn a_forwarded_request_names_everybody_on_the_way() {
    let event = event(Request::get("/").header("x-forwarded-for", "198.51.100.1"), "/", b"");
    assert_eq!(event["headers"]["X-Forwarded-For"], "198.51.100.1, 192.0.2.7");
    assert_eq!(event["requestContext"]["identity"]["sourceIp"], "192.0.2.7");
}
