//! One service, several protocols: CloudWatch's shape (`gauge`).

use http::header::CONTENT_ENCODING;
use serde::Serialize;

use super::*;
use crate::{QueryError, Timestamp, WireError};

const ERRORS: &[QueryError] = &[QueryError {
    code: "NoGaugeException",
    id: "com.example#NoGaugeException",
    query: "NoGauge",
}];

/// Says since when there is a gauge of that name.
struct ReadGauge;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Input {
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Output {
    name: String,
    since: Timestamp,
}

#[derive(Debug, thiserror::Error)]
#[error("there is no gauge")]
struct NoGauge;

impl WireError for NoGauge {
    fn shape(&self) -> (u16, &'static str) {
        (404, "NoGaugeException")
    }
}

impl Operation for ReadGauge {
    const NAME: &'static str = "ReadGauge";
    const MEMBERS: &'static [crate::Members] = &[];
    type Service = Service;
    type Input = Input;
    type Output = Output;
    type Error = NoGauge;

    async fn call(_: &Service, input: Input) -> Result<Output, NoGauge> {
        let since = Timestamp::from(time::UtcDateTime::UNIX_EPOCH);
        if input.name == "none" { Err(NoGauge) } else { Ok(Output { name: input.name, since }) }
    }
}

/// The answer of a front with that service and one more.
async fn ask_gauge(request: http::request::Builder, body: impl Into<Body>) -> Response<Body> {
    let service = Arc::new(Service);
    let gauge = Api::json("gauge", "GaugeService", "1.0")
        .also_cbor("GaugeService")
        .also_query("2010-08-01", "http://gauge/")
        .query_compatible(ERRORS)
        .on::<ReadGauge>(&service);
    let diary = Api::json("diary", "Diary_20140328", "1.1").on::<WriteLine>(&service);
    let front = Front::builder().api(diary).api(gauge).otherwise(Named("object", ""));
    let request = request.body(body.into()).unwrap();
    front.serve(request, SocketAddr::from(([127, 0, 0, 1], 1))).await
}

fn json_request() -> http::request::Builder {
    signed_for("gauge", "POST /").header("x-amz-target", "GaugeService.ReadGauge")
}

fn cbor_request(path: &str) -> http::request::Builder {
    signed_for("gauge", &format!("POST {path}")).header("smithy-protocol", "rpc-v2-cbor")
}

fn cbor_of(value: &serde_json::Value) -> Vec<u8> {
    let mut document = Vec::new();
    ciborium::into_writer(value, &mut document).unwrap();
    document
}

async fn text_of(response: Response<Body>) -> String {
    let body = response.into_body().collect(usize::MAX).await.unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

async fn json_of(response: Response<Body>) -> serde_json::Value {
    let body = response.into_body().collect(usize::MAX).await.unwrap();
    ciborium::from_reader(&*body).unwrap()
}

const PATH: &str = "/service/GaugeService/operation/ReadGauge";

#[tokio::test]
async fn an_operation_is_reached_in_each_protocol_of_its_service() {
    let response = ask_gauge(json_request(), r#"{"Name": "g"}"#).await;
    assert_eq!(response.headers()[CONTENT_TYPE], "application/x-amz-json-1.0");
    assert_eq!(text_of(response).await, r#"{"Name":"g","Since":0.0}"#);

    let body = "Action=ReadGauge&Version=2010-08-01&Name=g";
    for request in [form(signed_for("gauge", "POST /")), form(ask("POST /"))] {
        let answer = text_of(ask_gauge(request, body).await).await;
        let since = "<Since>1970-01-01T00:00:00Z</Since>";
        let result = format!("<ReadGaugeResult><Name>g</Name>{since}</ReadGaugeResult>");
        assert!(answer.contains(&result), "{answer}");
    }

    for path in [PATH, "/any/service/com.example%23GaugeService/operation/ReadGauge"] {
        let response = ask_gauge(cbor_request(path), cbor_of(&json!({ "Name": "g" }))).await;
        assert_eq!(response.headers()["smithy-protocol"], "rpc-v2-cbor");
        let body = response.into_body().collect(usize::MAX).await.unwrap();
        let ciborium::Value::Map(answer) = ciborium::from_reader(&*body).unwrap() else { panic!() };
        let since = ciborium::Value::Tag(1, Box::new(ciborium::Value::Float(0.0)));
        assert_eq!(answer[1], (ciborium::Value::from("Since"), since));
    }
}

#[tokio::test]
async fn a_compressed_form_is_read_too() {
    use std::io::Write;

    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(b"Action=ReadGauge&Version=2010-08-01&Name=g").unwrap();
    let request = form(ask("POST /")).header(CONTENT_ENCODING, "gzip");
    let answer = text_of(ask_gauge(request, encoder.finish().unwrap()).await).await;
    assert!(answer.contains("<Name>g</Name>"), "{answer}");

    let request = form(ask("POST /")).header(CONTENT_ENCODING, "gzip");
    let answer = text_of(ask_gauge(request, "Action=ReadGauge").await).await;
    assert!(answer.contains("<Code>MalformedInput</Code>"), "{answer}");
}

#[tokio::test]
async fn an_error_is_spelled_for_old_and_new_clients() {
    let told = [
        ask_gauge(json_request(), r#"{"Name": "none"}"#).await,
        ask_gauge(cbor_request(PATH), cbor_of(&json!({ "Name": "none" }))).await,
    ];
    for response in told {
        assert_eq!(response.status(), 400, "whoever does not ask for the old status");
        assert_eq!(response.headers()["x-amzn-query-error"], "NoGauge;Sender");
        let error =
            json!({ "__type": "com.example#NoGaugeException", "message": "there is no gauge" });
        let is_cbor = response.headers()[CONTENT_TYPE] == "application/cbor";
        let document = if is_cbor {
            json_of(response).await
        } else {
            serde_json::from_str(&text_of(response).await).unwrap()
        };
        assert_eq!(document, error);
    }

    let request = json_request().header("x-amzn-query-mode", "true");
    assert_eq!(ask_gauge(request, r#"{"Name": "none"}"#).await.status(), 404);

    let body = "Action=ReadGauge&Version=2010-08-01&Name=none";
    let response = ask_gauge(form(ask("POST /")), body).await;
    assert_eq!(response.status(), 404);
    let answer = text_of(response).await;
    assert!(answer.contains("<Type>Sender</Type><Code>NoGauge</Code>"), "{answer}");
}

#[tokio::test]
async fn an_error_that_is_not_listed_is_spelled_the_same_by_all() {
    let response = ask_gauge(json_request(), r#"{"Colour": "red"}"#).await;
    assert_eq!(response.headers()["x-amzn-query-error"], "SerializationException;Sender");
    let answer = text_of(response).await;
    assert!(answer.contains(r#""__type":"SerializationException""#), "{answer}");
}

#[tokio::test]
async fn what_is_not_there_is_named_in_cbor() {
    for (path, what) in [
        ("/service/GaugeService/operation/Break", "Break of gauge"),
        ("/service/Diary_20140328/operation/WriteLine", "Diary_20140328.WriteLine"),
        ("/elsewhere", "POST /elsewhere"),
    ] {
        let response = ask_gauge(cbor_request(path), Body::empty()).await;
        assert_eq!(response.status(), 501);
        let told = json_of(response).await;
        let message = format!("{what} is not emulated (hint: the README lists what is)");
        let expected = json!({ "__type": "NotImplementedException", "message": message });
        assert_eq!(told, expected);
    }
}
