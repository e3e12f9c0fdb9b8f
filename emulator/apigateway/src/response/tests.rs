//! Answers of functions, and the responses that they become.

use super::*;

/// Status, headers line by line, an empty line, body; or why there is no response.
async fn read_as_text(answer: &str, base64: Base64) -> String {
    let response = match read(answer.as_bytes(), base64) {
        Ok(response) => response,
        Err(malformed) => return malformed.to_string(),
    };
    let mut lines = vec![response.status().as_u16().to_string()];
    for (name, value) in response.headers() {
        lines.push(format!("{name}: {}", value.to_str().unwrap()));
    }
    let body = response.into_body().collect(usize::MAX).await.unwrap();
    format!("{}\n\n{}", lines.join("\n"), String::from_utf8_lossy(&body))
}

async fn check(answer: &str, expected: &str) {
    assert_eq!(read_as_text(answer, Base64::Kept).await, expected, "{answer}");
}

const EMPTY_200: &str = "200\ncontent-type: application/json\n\n";

#[tokio::test]
async fn everything_in_an_answer_may_be_left_out() {
    for answer in [
        "{}",
        r#"{"statusCode": 200}"#,
        r#"{"statusCode": null, "headers": null, "multiValueHeaders": null, "body": null, "isBase64Encoded": null}"#,
        r#"{"headers": {}}"#,
    ] {
        check(answer, EMPTY_200).await;
    }
}

#[tokio::test]
async fn a_status_is_a_number_or_text_that_is_one() {
    check(r#"{"statusCode": 404}"#, "404\ncontent-type: application/json\n\n").await;
    check(r#"{"statusCode": "201"}"#, "201\ncontent-type: application/json\n\n").await;
    for odd in ["\"abc\"", "true", "100", "1000", "200.5", "-1", "[200]"] {
        let answer = format!("{{\"statusCode\": {odd}}}");
        check(&answer, &format!("statusCode is `{odd}`, which is no HTTP status")).await;
    }
}

#[tokio::test]
async fn headers_of_both_maps_are_merged_lists_first() {
    check(
        r#"{"headers": {"X-One": "3", "x-flag": true, "X-Number": 7, "X-None": null},
            "multiValueHeaders": {"x-one": ["1", "2", "3"], "Content-Type": ["text/plain"]},
            "body": "hello"}"#,
        "200\ncontent-type: text/plain\nx-one: 1\nx-one: 2\nx-one: 3\nx-number: 7\nx-flag: true\n\nhello",
    )
    .await;
}

#[tokio::test]
async fn headers_that_are_api_gateways_own_go_out_under_another_name() {
    check(
        r#"{"headers": {"Server": "me", "Content-Length": "7", "Transfer-Encoding": "chunked", "Content-Type": "text/html"}}"#,
        "200\nx-amzn-remapped-content-length: 7\ncontent-type: text/html\nx-amzn-remapped-server: me\n\n",
    )
    .await;
}

#[tokio::test]
async fn base64_is_decoded_only_where_the_client_takes_bytes() {
    let answer = r#"{"body": "aGVsbG8=", "isBase64Encoded": true}"#;
    assert!(read_as_text(answer, Base64::Decoded).await.ends_with("\n\nhello"));
    assert!(read_as_text(answer, Base64::Kept).await.ends_with("\n\naGVsbG8="));
    let odd = r#"{"body": "hello!", "isBase64Encoded": true}"#;
    let refusal = "isBase64Encoded is true, and the body is not base64";
    assert_eq!(read_as_text(odd, Base64::Decoded).await, refusal);
}

#[tokio::test]
async fn an_answer_of_any_other_shape_is_malformed() {
    for answer in [
        "",
        "hello",
        "\"hello\"",
        "null",
        "[200]",
        r#"{"statusCode": 200, "wrongValue": 1}"#,
        r#"{"errorMessage": "no", "errorType": "E"}"#,
        r#"{"body": {"a": 1}}"#,
        r#"{"body": 7}"#,
        r#"{"headers": ["a"]}"#,
        r#"{"multiValueHeaders": {"a": "b"}}"#,
    ] {
        let error = read(answer.as_bytes(), Base64::Kept).unwrap_err();
        assert!(matches!(error, Malformed::Shape(_)), "{answer}: {error}");
    }
    check(r#"{"headers": {"a b": "c"}}"#, "`a b` cannot be the name of a header").await;
    let value = "the header `a` must be text, a number or a boolean, on one line";
    check(r#"{"headers": {"a": "b\nc"}}"#, value).await;
    check(r#"{"multiValueHeaders": {"a": [["b"]]}}"#, value).await;
}
