//! Documents and errors, as each protocol writes and reads them.

mod shapes;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Map, json};

use super::*;

const REST: Protocol = Protocol::RestJson { error_body: lambda_like };
const JSON_1_0: Protocol = Protocol::Json { target: "T", version: "1.0" };
const JSON_1_1: Protocol = Protocol::Json { target: "T", version: "1.1" };
const QUERY: Protocol = Protocol::Query { version: "2011-06-15", namespace: "https://n/" };

fn lambda_like(fault: &Fault) -> Value {
    json!({ "Type": "User", "Message": fault.message })
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Thing {
    name: String,
    size: Option<u32>,
}

fn thing() -> Thing {
    Thing { name: "a<b".to_owned(), size: Some(7) }
}

/// Status, content type and document, with the request's id taken out.
async fn sent(response: Response<Body>, id: RequestId) -> (u16, Option<String>, String) {
    assert_eq!(response.headers()["x-amzn-requestid"], id.to_string());
    let status = response.status().as_u16();
    let header = response.headers().get(CONTENT_TYPE);
    let content_type = header.map(|value| value.to_str().unwrap().to_owned());
    let document = response.into_body().collect(usize::MAX).await.unwrap();
    let document = String::from_utf8(document.to_vec()).unwrap();
    (status, content_type, document.replace(&id.to_string(), "[id]"))
}

async fn read(
    protocol: &Protocol,
    members: &[(&'static str, &str)],
    body: &str,
) -> Result<Thing, String> {
    let (head, ()) = http::Request::new(()).into_parts();
    let members =
        members.iter().map(|(name, value)| (Cow::Borrowed(*name), (*value).to_owned())).collect();
    let body = Body::from(body.to_owned());
    let request = Request { id: RequestId::fresh(), head, members, body };
    protocol.read(request).await.map_err(|malformed| malformed.to_string())
}

#[tokio::test]
async fn each_protocol_writes_an_output_as_its_clients_read_it() {
    for (protocol, content_type, document) in [
        (REST, "application/json", r#"{"Name":"a<b","Size":7}"#),
        (JSON_1_0, "application/x-amz-json-1.0", r#"{"Name":"a<b","Size":7}"#),
        (JSON_1_1, "application/x-amz-json-1.1", r#"{"Name":"a<b","Size":7}"#),
        (
            QUERY,
            "text/xml",
            "<GetThingResponse xmlns=\"https://n/\">\
             <GetThingResult><Name>a&lt;b</Name><Size>7</Size></GetThingResult>\
             <ResponseMetadata><RequestId>[id]</RequestId></ResponseMetadata></GetThingResponse>",
        ),
    ] {
        let id = RequestId::fresh();
        let response = protocol.write(&thing(), "GetThing", StatusCode::CREATED, id);
        let expected = (201, Some(content_type.to_owned()), document.to_owned());
        assert_eq!(sent(response, id).await, expected);
    }
}

#[tokio::test]
async fn an_output_without_members_has_no_document_in_json() {
    for protocol in [REST, JSON_1_0, JSON_1_1] {
        let id = RequestId::fresh();
        let response = protocol.write(&(), "DropThing", StatusCode::NO_CONTENT, id);
        assert_eq!(sent(response, id).await, (204, None, String::new()));
    }
}

fn no_room() -> Fault {
    Fault {
        status: StatusCode::CONFLICT,
        code: "NoRoomException",
        message: "no room for `a<b`".to_owned(),
        members: Map::from_iter([("Reason".to_owned(), json!("Full"))]),
    }
}

/// Asserts what an error looks like in a JSON protocol.
async fn check_error(protocol: Protocol, kind: &str, header: Option<&str>, document: Value) {
    let id = RequestId::fresh();
    let response = protocol.refuse(&no_room(), id);
    let code = response.headers().get("x-amzn-errortype").cloned();
    assert_eq!(code, header.map(|code| code.parse().unwrap()));
    let (status, content_type, refusal) = sent(response, id).await;
    assert_eq!((status, content_type.as_deref()), (409, Some(kind)));
    assert_eq!(serde_json::from_str::<Value>(&refusal).unwrap(), document);
}

#[tokio::test]
async fn an_error_has_its_code_in_a_header_in_rest_json() {
    let document = json!({ "Type": "User", "Message": "no room for `a<b`" });
    check_error(REST, "application/json", Some("NoRoomException"), document).await;
}

#[tokio::test]
async fn an_error_has_its_code_and_members_in_the_document_in_aws_json() {
    let message = "no room for `a<b`";
    let document = json!({ "__type": "NoRoomException", "message": message, "Reason": "Full" });
    check_error(JSON_1_0, "application/x-amz-json-1.0", None, document.clone()).await;
    check_error(JSON_1_1, "application/x-amz-json-1.1", None, document).await;
}

#[tokio::test]
async fn an_error_says_whose_it_is_in_the_query_protocol() {
    let id = RequestId::fresh();
    let document = "<ErrorResponse xmlns=\"https://n/\"><Error><Type>Sender</Type>\
                    <Code>NoRoomException</Code><Message>no room for `a&lt;b`</Message></Error>\
                    <RequestId>[id]</RequestId></ErrorResponse>";
    let expected = (409, Some("text/xml".to_owned()), document.to_owned());
    assert_eq!(sent(QUERY.refuse(&no_room(), id), id).await, expected);

    let id = RequestId::fresh();
    let (status, _, document) = sent(QUERY.refuse(&Fault::not_emulated("DropThing"), id), id).await;
    assert_eq!(status, 501);
    assert!(document.contains("<Type>Receiver</Type>"), "{document}");
}

#[tokio::test]
async fn each_protocol_reads_members_from_where_its_clients_put_them() {
    let expected = Ok(thing());
    assert_eq!(read(&REST, &[("Name", "a<b")], r#"{"Size": 7}"#).await, expected);
    assert_eq!(read(&REST, &[("Name", "a<b"), ("Size", "7")], "").await, expected);
    assert_eq!(read(&JSON_1_1, &[], r#"{"Name": "a<b", "Size": 7}"#).await, expected);
    assert_eq!(read(&QUERY, &[("Name", "a<b"), ("Size", "7")], "").await, expected);
}

#[tokio::test]
async fn what_cannot_be_read_is_said_and_unknown_members_are_named() {
    for protocol in [REST, JSON_1_0, QUERY] {
        let (members, body): (&[_], _) = match protocol {
            Protocol::Query { .. } => (&[("Colour", "red")], ""),
            _ => (&[], r#"{"Colour": "red"}"#),
        };
        let refusal = read(&protocol, members, body).await.unwrap_err();
        assert!(refusal.contains("unknown field `Colour`, expected `Name` or `Size`"), "{refusal}");
    }
    for protocol in [REST, JSON_1_0] {
        let refusal = read(&protocol, &[], "{").await.unwrap_err();
        assert!(refusal.starts_with("EOF while parsing an object"), "{refusal}");
        let refusal = read(&protocol, &[], "").await.unwrap_err();
        assert!(refusal.starts_with("missing field `Name`"), "{refusal}");
    }
}

#[tokio::test]
async fn a_document_is_no_larger_than_what_is_asked_for_can_be() {
    let spaces = " ".repeat(17 * 1024 * 1024);
    let large = format!("{spaces}{{\"Name\": \"a<b\", \"Size\": 7}}");
    assert_eq!(read(&REST, &[], &large).await, Ok(thing()), "as of `CreateFunction`");
    let refusal = read(&JSON_1_1, &[], &large).await.unwrap_err();
    assert_eq!(refusal, "Request must be smaller than 16777216 bytes");
}

#[test]
fn a_request_that_cannot_be_read_has_the_code_of_its_protocol() {
    for (protocol, code) in [
        (REST, "SerializationException"),
        (JSON_1_1, "SerializationException"),
        (QUERY, "MalformedInput"),
    ] {
        let fault = protocol.malformed(&Malformed::new("no"));
        assert_eq!((fault.status, fault.code), (StatusCode::BAD_REQUEST, code));
    }
}
