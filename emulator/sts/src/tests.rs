//! The operation, as clients on the wire meet it.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;

use emulator_front::http::{Request, Response, request};
use emulator_front::{Body, Front, Home, Plane, Serve};

const IDENTITY: &str = "<GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:root</Arn>\
                        <UserId>123456789012</UserId><Account>123456789012</Account>\
                        </GetCallerIdentityResult>";

/// Answers what is for no service.
struct Nobody;

impl Plane for Nobody {
    fn claims(&self, _: &request::Parts) -> bool {
        false
    }

    fn answer(
        &self,
        _: Request<Body>,
        _: SocketAddr,
    ) -> Pin<Box<dyn Future<Output = Response<Body>> + Send + '_>> {
        Box::pin(async { Response::new(Body::from("for S3")) })
    }
}

/// Status and document of the answer to a request.
async fn answer(request: request::Builder, body: &'static str) -> (u16, String) {
    let home = Home { account: "123456789012".to_owned(), ..Home::default() };
    let front = Front::builder().api(crate::api(&Arc::new(home))).otherwise(Nobody);
    let request = request.body(Body::from(body)).unwrap();
    let response = front.serve(request, SocketAddr::from(([127, 0, 0, 1], 1))).await;
    let status = response.status().as_u16();
    let document = response.into_body().collect(usize::MAX).await.unwrap();
    (status, String::from_utf8(document.to_vec()).unwrap())
}

/// Asserts that the answer is a caller's identity, whole and in its envelope.
#[track_caller]
fn check((status, document): (u16, String)) {
    let envelope = document
        .strip_prefix(
            "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">",
        )
        .and_then(|rest| rest.strip_prefix(IDENTITY))
        .and_then(|rest| rest.strip_prefix("<ResponseMetadata><RequestId>"))
        .and_then(|rest| {
            rest.strip_suffix("</RequestId></ResponseMetadata></GetCallerIdentityResponse>")
        });
    assert!(status == 200 && envelope.is_some_and(|id| id.len() == 36), "{status} {document}");
}

fn form() -> request::Builder {
    Request::post("/").header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
}

fn signed(request: request::Builder) -> request::Builder {
    let scope = "AKID/20260101/us-east-1/sts/aws4_request";
    let signature = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
    request.header("authorization", signature)
}

#[tokio::test]
async fn a_caller_is_the_root_of_the_account_whether_it_posts_a_form_or_gets_a_query() {
    let query = "Action=GetCallerIdentity&Version=2011-06-15";
    check(answer(form(), query).await);
    check(answer(signed(form()), query).await);
    check(answer(Request::get(format!("/?{query}")), "").await);
    check(answer(signed(Request::get(format!("/?{query}"))), "").await);
}

#[tokio::test]
async fn a_presigned_address_is_an_identity_card_that_can_be_read() {
    let address = "/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256\
                   &X-Amz-Credential=AKID%2F20260101%2Fus-east-1%2Fsts%2Faws4_request\
                   &X-Amz-Date=20260101T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host\
                   &X-Amz-Signature=0";
    check(answer(Request::get(address), "").await);
}

#[tokio::test]
async fn another_action_is_refused_by_name() {
    let (status, document) =
        answer(signed(form()), "Action=GetSessionToken&Version=2011-06-15").await;
    assert_eq!(status, 501);
    assert!(document.contains("<Message>GetSessionToken of sts is not emulated"), "{document}");
    assert!(
        document.starts_with("<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">")
    );
}

#[tokio::test]
async fn an_unknown_member_is_refused_by_name() {
    let body = "Action=GetCallerIdentity&Version=2011-06-15&Colour=red";
    let (status, document) = answer(signed(form()), body).await;
    assert_eq!(status, 400);
    assert!(document.contains("unknown field `Colour`"), "{document}");
}
