//! Notifications, from the configuration to the event.

use serde_json::Value;

use super::world::{FUNCTION, World};

fn configuration(event: &str, filter: &str) -> String {
    format!(
        "<NotificationConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{}</NotificationConfiguration>",
        function(FUNCTION, event, filter),
    )
}

fn function(arn: &str, event: &str, filter: &str) -> String {
    format!(
        "<CloudFunctionConfiguration><Id>resize</Id><CloudFunction>{arn}</CloudFunction><Event>{event}</Event>{filter}</CloudFunctionConfiguration>"
    )
}

fn rule(name: &str, value: &str) -> String {
    format!(
        "<Filter><S3Key><FilterRule><Name>{name}</Name><Value>{value}</Value></FilterRule></S3Key></Filter>"
    )
}

/// A bucket whose function hears of what `event` and `filter` say.
async fn listening(event: &str, filter: &str) -> World {
    let world = World::with_bucket().await;
    world.ask("PUT /photos?notification", &[], configuration(event, filter)).await.ok();
    world
}

#[tokio::test]
async fn a_configuration_comes_back_as_it_was_put() {
    let world = World::with_bucket().await;
    let empty = world.get("/photos?notification").await.ok();
    assert!(!empty.text().contains("CloudFunction"), "{}", empty.text());

    let put = configuration("s3:ObjectCreated:*", &rule("prefix", "in/"));
    let answer = world.ask("PUT /photos?notification", &[], put).await.ok();
    assert_eq!((answer.status, answer.text()), (200, ""));
    let got = world.get("/photos?notification").await.ok();
    assert_eq!(got.element("CloudFunction"), FUNCTION);
    assert_eq!(got.element("Event"), "s3:ObjectCreated:*");
    assert_eq!(got.element("Id"), "resize");
    assert_eq!(got.element("FilterRule"), "<Name>Prefix</Name><Value>in/</Value>");

    world.ask("PUT /photos?notification", &[], "<NotificationConfiguration/>").await.ok();
    let gone = world.get("/photos?notification").await.ok();
    assert!(!gone.text().contains("CloudFunction"), "{}", gone.text());
}

#[tokio::test]
async fn a_configuration_without_an_id_gets_one() {
    let world = World::with_bucket().await;
    let put = configuration("s3:ObjectCreated:*", "").replace("<Id>resize</Id>", "");
    world.ask("PUT /photos?notification", &[], put).await.ok();
    assert_eq!(world.get("/photos?notification").await.element("Id").len(), 36);
}

#[tokio::test]
async fn a_function_is_asked_whether_it_lets_the_bucket_in() {
    let world = World::with_bucket().await;
    world.functions.close(FUNCTION);
    let put = configuration("s3:ObjectCreated:*", "");
    let refused = world.ask("PUT /photos?notification", &[], put.clone()).await;
    let text = "Unable to validate the following destination configurations";
    assert_eq!(refused.error(), (400, "InvalidArgument", text));
    assert_eq!(refused.element("ArgumentName1"), format!("{FUNCTION}, null"));
    let reason = format!("Not authorized to invoke function [{FUNCTION}]");
    assert_eq!(refused.element("ArgumentValue1"), reason);

    let source = &world.functions.asked()[0];
    assert_eq!(source.principal, "s3.amazonaws.com");
    assert_eq!((&*source.arn, &*source.account), ("arn:aws:s3:::photos", "000000000000"));

    let skip = ("x-amz-skip-destination-validation", "true");
    world.ask("PUT /photos?notification", &[skip], put).await.ok();
}

#[tokio::test]
async fn what_cannot_be_configured_is_refused_by_name() {
    let world = World::with_bucket().await;
    let created = "s3:ObjectCreated:*";
    let twice = function(FUNCTION, created, "") + &function(FUNCTION, "s3:ObjectCreated:Put", "");
    for (inner, status, argument) in [
        (function("thumbnails", created, ""), 400, ("CloudFunction", "thumbnails")),
        (function(FUNCTION, "s3:Nap", ""), 400, ("Event", "s3:Nap")),
        (function(FUNCTION, created, &rule("middle", "x")), 400, ("FilterRule.Name", "middle")),
        (twice, 400, ("Event", "s3:ObjectCreated:*, s3:ObjectCreated:Put")),
        ("<EventBridgeConfiguration/>".to_owned(), 501, ("", "")),
        (
            "<QueueConfiguration><Queue>q</Queue><Event>s3:ObjectCreated:*</Event></QueueConfiguration>".to_owned(),
            501,
            ("", ""),
        ),
    ] {
        let body = format!("<NotificationConfiguration>{inner}</NotificationConfiguration>");
        let refused = world.ask("PUT /photos?notification", &[], body).await;
        let seen = (refused.element("ArgumentName"), refused.element("ArgumentValue"));
        assert_eq!((refused.status, seen), (status, argument), "{}", refused.text());
    }
}

/// With the names that change from request to request taken out.
fn settled(mut event: Value) -> Value {
    let elements = &mut event["Records"][0]["responseElements"];
    assert_eq!(elements["x-amz-request-id"].as_str().unwrap().len(), 16);
    assert_eq!(elements["x-amz-id-2"].as_str().unwrap().len(), 64);
    *elements = "[ids]".into();
    event
}

#[tokio::test]
async fn a_function_gets_the_event_as_s3_writes_it() {
    let world = listening("s3:ObjectCreated:*", "").await;
    world.put("in/red%20flower@.jpg", "meow").await;
    let mut events = world.functions.events();
    assert_eq!(events.len(), 1);
    insta::assert_json_snapshot!(settled(events.remove(0)), @r#"
    {
      "Records": [
        {
          "awsRegion": "us-east-1",
          "eventName": "ObjectCreated:Put",
          "eventSource": "aws:s3",
          "eventTime": "2026-02-03T12:00:00.250Z",
          "eventVersion": "2.1",
          "requestParameters": {
            "sourceIPAddress": "127.0.0.1"
          },
          "responseElements": "[ids]",
          "s3": {
            "bucket": {
              "arn": "arn:aws:s3:::photos",
              "name": "photos",
              "ownerIdentity": {
                "principalId": "AF7B11509F4D67"
              }
            },
            "configurationId": "resize",
            "object": {
              "eTag": "4a4be40c96ac6314e91d93f38043a634",
              "key": "in/red+flower%40.jpg",
              "sequencer": "006981E34040000000",
              "size": 4
            },
            "s3SchemaVersion": "1.0"
          },
          "userIdentity": {
            "principalId": "AWS:AIDAF7B11509F4D675C3C"
          }
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn an_event_names_the_request_that_made_the_change() {
    let world = listening("s3:ObjectCreated:*", "").await;
    let put = world.put("cat", "meow").await;
    let elements = &world.functions.events()[0]["Records"][0]["responseElements"];
    assert_eq!(elements["x-amz-request-id"], put.header("x-amz-request-id"));
    assert_eq!(elements["x-amz-id-2"], put.header("x-amz-id-2"));
}

#[tokio::test]
async fn an_event_on_a_removed_object_says_neither_size_nor_tag() {
    let world = listening("s3:ObjectRemoved:*", "").await;
    world.put("cat", "meow").await;
    world.ask("DELETE /photos/cat", &[], "").await.ok();
    world.ask("DELETE /photos/cat", &[], "").await.ok();
    let events = world.functions.events();
    assert_eq!(events.len(), 1, "what is not there is not removed");
    let object = events[0]["Records"][0]["s3"]["object"].as_object().unwrap();
    assert_eq!(object.keys().collect::<Vec<_>>(), ["key", "sequencer"]);
}

#[tokio::test]
async fn every_way_to_change_an_object_has_its_event() {
    let world = World::with_bucket().await;
    let both = "s3:ObjectCreated:*</Event><Event>s3:ObjectRemoved:*";
    world.ask("PUT /photos?notification", &[], configuration(both, "")).await.ok();
    world.put("cat", "meow").await;
    world.ask("PUT /photos/copy", &[("x-amz-copy-source", "photos/cat")], "").await.ok();
    world.ask("DELETE /photos/cat", &[], "").await.ok();
    let body = "<Delete><Object><Key>copy</Key></Object><Object><Key>no</Key></Object></Delete>";
    let headers = [("x-amz-checksum-crc32", "ygQLiA==")];
    world.ask("POST /photos?delete", &headers, body).await.ok();
    assert_eq!(
        world.functions.heard(),
        [
            "ObjectCreated:Put cat",
            "ObjectCreated:Copy copy",
            "ObjectRemoved:Delete cat",
            "ObjectRemoved:Delete copy",
        ],
    );
}

#[tokio::test]
async fn only_keys_that_fit_the_filter_are_told() {
    let world = listening("s3:ObjectCreated:Put", &rule("suffix", ".jpg")).await;
    world.put("cat.jpg", "meow").await;
    world.put("cat.png", "meow").await;
    assert_eq!(world.functions.heard(), ["ObjectCreated:Put cat.jpg"]);
}

#[tokio::test]
async fn later_events_have_greater_sequencers_though_time_stands_still() {
    let world = listening("s3:ObjectCreated:*", "").await;
    world.put("cat", "1").await;
    world.put("cat", "2").await;
    let events = world.functions.events();
    let sequencer = |event: &Value| {
        event["Records"][0]["s3"]["object"]["sequencer"].as_str().unwrap().to_owned()
    };
    assert!(sequencer(&events[0]) < sequencer(&events[1]));
}

#[tokio::test]
async fn time_does_not_pass_until_an_event_has_been_dealt_with() {
    let world = listening("s3:ObjectCreated:*", "").await;
    world.put("cat", "meow").await;
    assert_eq!(world.functions.unfinished(), ["S3 event ObjectCreated:Put photos/cat"]);
    assert_eq!(world.clock.unfinished(), [""; 0]);
}

#[tokio::test]
async fn a_function_that_has_closed_its_door_does_not_fail_the_upload() {
    let world = listening("s3:ObjectCreated:*", "").await;
    world.functions.close(FUNCTION);
    world.put("cat", "meow").await;
    assert_eq!(world.functions.heard(), [""; 0]);
    assert_eq!(world.get("/photos/cat").await.text(), "meow");
}
