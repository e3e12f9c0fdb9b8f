//! Which service a request is for. The services are made up; their shapes are those of Lambda (`shop`,
//! rest-json), Logs (`diary`, awsJson) and STS (`guild`, query).

mod several_protocols;

use std::convert::Infallible;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;

use super::*;
use crate::{Operation, Reply, Streamed};

/// A service without state.
struct Service;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Members {
    name: Option<String>,
    colour: Option<String>,
    owner: Option<String>,
}

/// Declares an operation that answers with its name and whatever members it was given.
macro_rules! operation {
    ($name:ident $(, $item:item)*) => {
        struct $name;

        impl Operation for $name {
            const NAME: &'static str = stringify!($name);
            const MEMBERS: &'static [crate::Members] = &[];
            $($item)*
            type Service = Service;
            type Input = Members;
            type Output = Reply;
            type Error = Infallible;

            async fn call(_: &Service, members: Members) -> Result<Reply, Infallible> {
                let Members { name, colour, owner } = members;
                let members = [Some(Self::NAME.to_owned()), name, colour, owner];
                let text = members.into_iter().flatten().collect::<Vec<_>>().join(" ");
                Ok(Reply(Response::new(Body::from(text))))
            }
        }
    };
}

operation!(
    GetThing,
    const ROUTE: &'static str = "GET /2015-03-31/things/{Name}";,
    const HEADERS: &'static [(&'static str, &'static str)] = &[("x-owner", "Owner")];
);
operation!(PutThing, const ROUTE: &'static str = "POST /2015-03-31/things/{Name}";);
operation!(ListThings, const ROUTE: &'static str = "GET /2015-03-31/things";);
operation!(WriteLine);
operation!(NameMember);

/// Says how many bytes it was sent, for whom.
struct Upload;

impl Operation for Upload {
    const NAME: &'static str = "Upload";
    const MEMBERS: &'static [crate::Members] = &[];
    const ROUTE: &'static str = "POST /2015-03-31/things/{Name}/content";
    type Service = Service;
    type Input = Streamed<Members>;
    type Output = Reply;
    type Error = Infallible;

    async fn call(_: &Service, input: Streamed<Members>) -> Result<Reply, Infallible> {
        let bytes = input.body.collect(usize::MAX).await.unwrap().len();
        let text = format!("{bytes} bytes for {}", input.members.name.unwrap());
        let response = Response::builder().status(202).header("x-bytes", bytes);
        Ok(Reply(response.body(Body::from(text)).unwrap()))
    }
}

/// A plane that says its name, for paths that start with a prefix.
struct Named(&'static str, &'static str);

impl Plane for Named {
    fn claims(&self, head: &Parts) -> bool {
        head.uri.path().starts_with(self.1)
    }

    fn answer(&self, _: Request<Body>, _: SocketAddr) -> BoxFuture<'_, Response<Body>> {
        Box::pin(async { Response::new(Body::from(self.0)) })
    }
}

fn front() -> Front {
    let service = Arc::new(Service);
    let shop = Api::rest_json("shop", |fault| json!({ "Message": fault.message }))
        .on::<GetThing>(&service)
        .on::<PutThing>(&service)
        .on::<ListThings>(&service)
        .on::<Upload>(&service);
    let diary = Api::json("diary", "Diary_20140328", "1.1").on::<WriteLine>(&service);
    let guild = Api::query("guild", "2011-06-15", "https://guild/").on::<NameMember>(&service);
    Front::builder()
        .plane(Named("own page", "/_emulator"))
        .api(shop)
        .api(diary)
        .api(guild)
        .otherwise(Named("object", ""))
}

/// `GET /path` or the like, without headers and body.
fn ask(line: &str) -> http::request::Builder {
    let (method, path) = line.split_once(' ').unwrap();
    Request::builder().method(method).uri(path)
}

fn signed_for(service: &str, line: &str) -> http::request::Builder {
    let scope = format!("AKID/20260101/us-east-1/{service}/aws4_request");
    let value = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
    ask(line).header(AUTHORIZATION, value)
}

fn form(request: http::request::Builder) -> http::request::Builder {
    request.header(CONTENT_TYPE, "application/x-www-form-urlencoded")
}

async fn answer(request: http::request::Builder, body: &str) -> (u16, String) {
    let request = request.body(Body::from(body.to_owned())).unwrap();
    let response = front().serve(request, SocketAddr::from(([127, 0, 0, 1], 1))).await;
    let status = response.status().as_u16();
    let body = response.into_body().collect(usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

/// Asserts that a request is answered, and by whom.
async fn check(request: http::request::Builder, body: &str, answered: &str) {
    assert_eq!(answer(request, body).await, (200, answered.to_owned()));
}

/// Asserts that a request is refused as not emulated, and that the refusal says what is not.
async fn not_emulated(request: http::request::Builder, body: &str, what: &str) {
    let (status, document) = answer(request, body).await;
    assert_eq!(status, 501, "{document}");
    let said = format!("{what} is not emulated (hint: the README lists what is)");
    assert!(document.contains(&said), "{document}");
}

#[tokio::test]
async fn a_plane_comes_before_every_service() {
    check(ask("GET /_emulator/health"), "", "own page").await;
    check(signed_for("shop", "GET /_emulator/health"), "", "own page").await;
}

#[tokio::test]
async fn a_target_header_decides_whatever_the_signature_and_the_path_say() {
    let target = ("x-amz-target", "Diary_20140328.WriteLine");
    check(ask("POST /").header(target.0, target.1), "{}", "WriteLine").await;
    let elsewhere = signed_for("s3", "POST /2015-03-31/things/a?Name=b");
    check(elsewhere.header(target.0, target.1), "{\"Name\": \"c\"}", "WriteLine c").await;
}

#[tokio::test]
async fn a_signature_names_the_service_in_a_header_or_in_the_address() {
    check(signed_for("shop", "GET /2015-03-31/things/a"), "", "GetThing a").await;
    let sigv4a = "AWS4-ECDSA-P256-SHA256 Credential=AKID/20260101/shop/aws4_request, Signature=0";
    let request = ask("GET /2015-03-31/things/a").header(AUTHORIZATION, sigv4a);
    check(request, "", "GetThing a").await;

    let presigned = "X-Amz-Credential=AKID%2F20260101%2Fus-east-1%2Fshop%2Faws4_request\
                     &X-Amz-Signature=0&X-Amz-Expires=60&Colour=red";
    let request = ask(&format!("GET /2015-03-31/things/a?{presigned}"));
    check(request, "", "GetThing a red").await;

    // A path that would be the shop's is an object where the signature says so.
    check(signed_for("s3", "GET /2015-03-31/things/a"), "", "object").await;
}

#[tokio::test]
async fn an_unsigned_request_finds_its_rest_route() {
    check(ask("GET /2015-03-31/things/a"), "", "GetThing a").await;
    let basic = ask("GET /2015-03-31/things/a").header(AUTHORIZATION, "Basic QVdTOg==");
    check(basic, "", "GetThing a").await;
}

#[tokio::test]
async fn data_that_curl_calls_a_form_is_a_document_on_a_rest_route_and_an_object_when_put() {
    let request = form(ask("POST /2015-03-31/things/a"));
    check(request, r#"{"Colour": "red"}"#, "PutThing a red").await;
    check(form(ask("PUT /bucket/key")), "bytes", "object").await;
}

#[tokio::test]
async fn a_form_finds_its_service_by_version() {
    let body = "Action=NameMember&Version=2011-06-15&Name=a%20b";
    check(form(ask("POST /")), body, "NameMember a b").await;
    check(form(signed_for("guild", "POST /")), body, "NameMember a b").await;
    check(ask(&format!("GET /?{body}")), "", "NameMember a b").await;
    check(signed_for("guild", &format!("GET /?{body}")), "", "NameMember a b").await;
    let presigned = "X-Amz-Credential=AKID%2F20260101%2Fus-east-1%2Fguild%2Faws4_request";
    check(ask(&format!("GET /?{body}&{presigned}")), "", "NameMember a b").await;
}

#[tokio::test]
async fn what_is_left_is_for_the_last_plane_unless_its_path_is_dated() {
    check(ask("GET /bucket/key"), "", "object").await;
    check(ask("GET /2015-03-3x/things"), "", "object").await;
    check(ask("GET /"), "", "object").await;
    let unknown = "PUT /2016-08-19/account-settings";
    not_emulated(ask(unknown), "", unknown).await;
}

#[tokio::test]
async fn members_come_from_path_query_headers_and_body() {
    let request = ask("GET /2015-03-31/things/a?Colour=dark%20red").header("x-owner", "me");
    check(request, "", "GetThing a dark red me").await;
    let request = ask("POST /2015-03-31/things/a?Colour=red");
    check(request, r#"{"Owner": "me"}"#, "PutThing a red me").await;
}

#[tokio::test]
async fn a_page_of_another_host_may_call_no_operation() {
    let request = ask("POST /2015-03-31/things/a").header("origin", "http://localhost:3000");
    check(request, "{}", "PutThing a").await;
    let request = ask("POST /2015-03-31/things/a").header("origin", "http://example.com");
    let (status, document) = answer(request, "{}").await;
    assert_eq!(status, 403);
    assert!(document.contains("pages of other hosts may not call this emulator"), "{document}");
}

#[tokio::test]
async fn a_label_is_percent_decoded_and_a_slash_at_the_end_does_not_matter() {
    let arn = "arn%3Aaws%3Ashop%3Athing%2Fa%20b";
    let request = ask(&format!("GET /2015-03-31/things/{arn}"));
    check(request, "", "GetThing arn:aws:shop:thing/a b").await;
    check(ask("GET /2015-03-31/things/"), "", "ListThings").await;
    check(ask("GET /2015-03-31/things/a/"), "", "GetThing a").await;
}

#[tokio::test]
async fn an_operation_that_a_service_does_not_have_is_named() {
    let request = ask("POST /").header("x-amz-target", "Diary_20140328.TearOut");
    not_emulated(request, "{}", "TearOut of diary").await;
    let request = signed_for("shop", "PATCH /2015-03-31/things/a");
    not_emulated(request, "", "PATCH /2015-03-31/things/a of shop").await;
    let body = "Action=Expel&Version=2011-06-15";
    not_emulated(form(signed_for("guild", "POST /")), body, "Expel of guild").await;
}

#[tokio::test]
async fn a_service_that_is_not_there_is_named_in_the_language_of_its_client() {
    let request = ask("POST /").header("x-amz-target", "DynamoDB_20120810.PutItem");
    not_emulated(request, "{}", "DynamoDB_20120810.PutItem").await;
    not_emulated(signed_for("xray", "POST /Traces"), "{}", "the service `xray`").await;

    let create_role = "Action=CreateRole&Version=2010-05-08";
    let request = form(signed_for("iam", "POST /"));
    let (_, document) = answer(request, create_role).await;
    assert!(document.starts_with("<ErrorResponse "), "{document}");
    let request = form(signed_for("iam", "POST /"));
    not_emulated(request, create_role, "CreateRole (version `2010-05-08`)").await;
}

#[tokio::test]
async fn a_form_without_an_action_or_too_large_is_told_so() {
    let (status, document) = answer(form(ask("POST /")), "Version=2011-06-15").await;
    assert_eq!(status, 400);
    assert!(document.contains("<Code>MissingAction</Code>"), "{document}");

    let (status, document) = answer(form(ask("POST /")), &"x".repeat(MAX_FORM + 1)).await;
    assert_eq!(status, 400);
    assert!(document.contains("the body is larger than 1048576 bytes"), "{document}");
}

#[tokio::test]
async fn a_streamed_input_has_its_members_outside_of_the_body_and_a_reply_is_sent_as_it_is() {
    let body = "not a document".to_owned();
    let request = ask("POST /2015-03-31/things/a/content").body(Body::from(body)).unwrap();
    let response = front().serve(request, SocketAddr::from(([127, 0, 0, 1], 1))).await;
    assert_eq!(
        (response.status().as_u16(), &response.headers()["x-bytes"]),
        (202, &"14".parse().unwrap())
    );
    assert_eq!(response.headers()["x-amzn-requestid"].len(), 36);
    let body = response.into_body().collect(usize::MAX).await.unwrap();
    assert_eq!(body, "14 bytes for a");
}

#[test]
fn a_front_lists_its_services_and_their_operations_in_order() {
    let front = front();
    let listed: Vec<_> =
        front.apis().iter().map(|api| (api.service(), api.operations().collect())).collect();
    let expected: [(&str, Vec<&str>); 3] = [
        ("shop", vec!["GetThing", "PutThing", "ListThings", "Upload"]),
        ("diary", vec!["WriteLine"]),
        ("guild", vec!["NameMember"]),
    ];
    assert_eq!(listed, expected);
}

/// The message of the panic with which a table ends.
fn panic_of(table: impl FnOnce() -> Api + std::panic::UnwindSafe) -> String {
    let Err(panic) = std::panic::catch_unwind(table) else { panic!("the table was accepted") };
    panic.downcast_ref::<String>().expect("the message is formatted").clone()
}

#[test]
fn a_name_or_a_route_that_is_declared_twice_is_a_panic_at_start() {
    operation!(SameRoute, const ROUTE: &'static str = "GET /2015-03-31/things/{Name}";);
    let service = Arc::new(Service);
    let panic = panic_of(move || {
        Api::json("diary", "Diary", "1.0").on::<WriteLine>(&service).on::<WriteLine>(&service)
    });
    assert_eq!(panic, "WriteLine is declared twice");

    let service = Arc::new(Service);
    let panic = panic_of(move || {
        let table = Api::rest_json("shop", |_| json!({}));
        table.on::<GetThing>(&service).on::<SameRoute>(&service)
    });
    assert!(panic.starts_with("every route stands in the table once"), "{panic}");
}
