//! Structures, lists, maps and times in each protocol.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use http::header::CONTENT_ENCODING;
use proptest::prelude::*;
use time::macros::utc_datetime;

use super::*;
use crate::Timestamp;

const CBOR: Protocol = Protocol::Cbor { service: "S" };

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Album {
    made: Timestamp,
    #[serde(default)]
    pictures: Vec<Picture>,
    #[serde(default)]
    notes: BTreeMap<String, f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_open: Option<bool>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Picture {
    sizes: Vec<f64>,
}

fn album() -> Album {
    Album {
        made: utc_datetime!(2026-01-02 03:04:05.5).into(),
        pictures: vec![Picture { sizes: vec![1.0, 2.5] }, Picture { sizes: Vec::new() }],
        notes: BTreeMap::from([("a<b".to_owned(), 3.0)]),
        is_open: Some(true),
    }
}

async fn album_in(
    protocol: &Protocol,
    form: &str,
    body: impl Into<bytes::Bytes>,
) -> Result<Album, String> {
    let (head, ()) = http::Request::new(()).into_parts();
    let members = crate::request::pairs(form.as_bytes()).collect();
    let request = Request { id: RequestId::fresh(), head, members, body: Body::from(body.into()) };
    protocol.read(request).await.map_err(|malformed| malformed.to_string())
}

async fn document(response: Response<Body>) -> Vec<u8> {
    response.into_body().collect(usize::MAX).await.unwrap().to_vec()
}

const JSON: &str = r#"{"Made":1767323045.5,"Pictures":[{"Sizes":[1.0,2.5]},{"Sizes":[]}],"Notes":{"a<b":3.0},"IsOpen":true}"#;

#[tokio::test]
async fn json_has_times_as_numbers() {
    let response = JSON_1_0.write(&album(), "GetAlbum", StatusCode::OK, RequestId::fresh());
    assert_eq!(document(response).await, JSON.as_bytes());
    assert_eq!(album_in(&JSON_1_0, "", JSON).await, Ok(album()));
    let in_whole_seconds = album_in(&JSON_1_0, "", r#"{"Made": 1767323045}"#).await.unwrap();
    assert_eq!(in_whole_seconds.made.time(), utc_datetime!(2026-01-02 03:04:05));
    let in_powers_of_ten = album_in(&JSON_1_0, "", r#"{"Made": 1.767323045e9}"#).await.unwrap();
    assert_eq!(in_powers_of_ten, in_whole_seconds);
}

#[tokio::test]
async fn query_has_times_as_text_and_lists_by_number() {
    let id = RequestId::fresh();
    let response = QUERY.write(&album(), "GetAlbum", StatusCode::OK, id);
    let expected = "<GetAlbumResponse xmlns=\"https://n/\"><GetAlbumResult>\
         <Made>2026-01-02T03:04:05.5Z</Made>\
         <Pictures><member><Sizes><member>1</member><member>2.5</member></Sizes></member>\
         <member><Sizes></Sizes></member></Pictures>\
         <Notes><entry><key>a&lt;b</key><value>3</value></entry></Notes><IsOpen>true</IsOpen>\
         </GetAlbumResult><ResponseMetadata><RequestId>[id]</RequestId></ResponseMetadata>\
         </GetAlbumResponse>";
    assert_eq!(sent(response, id).await.2, expected);

    let form = "Made=2026-01-02T03%3A04%3A05.5Z&Pictures.member.1.Sizes.member.2=2.5\
                &Pictures.member.1.Sizes.member.1=1&Pictures.member.2.Sizes=\
                &Notes.entry.1.key=a%3Cb&Notes.entry.1.value=3&IsOpen=true";
    assert_eq!(album_in(&QUERY, form, "").await, Ok(album()));
    let flattened = form.replace(".member", "").replace(".entry", "");
    assert_eq!(album_in(&QUERY, &flattened, "").await, Ok(album()));
}

#[tokio::test]
async fn the_items_of_a_form_come_in_the_order_of_their_numbers() {
    let mut form = "Made=2026-01-02T03:04:05Z".to_owned();
    for number in (1..=12).rev() {
        write!(form, "&Pictures.member.1.Sizes.member.{number}={number}").unwrap();
    }
    let album = album_in(&QUERY, &form, "").await.unwrap();
    assert!(album.pictures[0].sizes.is_sorted(), "{:?}", album.pictures);
}

#[tokio::test]
async fn a_form_that_cannot_be_read_is_told_why() {
    for (form, refusal) in [
        ("Made=yesterday", "invalid value: string \"yesterday\", expected a time"),
        ("Made=2026-01-02T03:04:05Z&Made=1", "`Made` is given twice"),
        ("Notes.entry.1=a&Notes.entry.1.key=b", "`Notes.entry.1.key` is given twice"),
        ("Made=2026-01-02T03:04:05Z&Pictures.member.x.Sizes=", "`x` is not the number of an item"),
        ("Made=2026-01-02T03:04:05Z&Pictures.member=", "a number is expected after `member`"),
        ("Made=2026-01-02T03:04:05Z&Notes.entry.1.key=a", "an entry of a map has a `key`"),
        ("Made=2026-01-02T03:04:05Z&Pictures.member.1.Colour=red", "unknown field `Colour`"),
        ("Made=2026-01-02T03:04:05Z&IsOpen=maybe", "`maybe` cannot be read"),
    ] {
        let told = album_in(&QUERY, form, "").await.unwrap_err();
        assert!(told.contains(refusal), "{form}: {told}");
    }
    let deep = format!("{}=1", "a.".repeat(100_000));
    let told = album_in(&QUERY, &deep, "").await.unwrap_err();
    assert!(told.ends_with("leads too deep"), "{}", &told[told.len() - 40..]);
}

/// The album as CBOR: clients say how long maps and lists are, AWS marks where they end.
fn cbor(sized: bool) -> Vec<u8> {
    let mut document = Vec::new();
    let start = |kind: u8, length: u8| if sized { kind | length } else { kind | 0x1f };
    let end: &[u8] = if sized { &[] } else { &[0xff] };
    let (map, list) = (0xa0, 0x80);
    let text = |text: &str| {
        let length = u8::try_from(text.len()).unwrap();
        [&[0x60 | length], text.as_bytes()].concat()
    };
    document.push(start(map, 4));
    document.extend(text("Made"));
    document.extend([&[0xc1, 0xfb], &1_767_323_045.5_f64.to_be_bytes()[..]].concat());
    document.extend(text("Pictures"));
    document.extend([start(list, 2), start(map, 1)]);
    document.extend(text("Sizes"));
    // A client may write a whole number as an integer, and a small one as a half.
    document.extend([start(list, 2), 0x01, 0xf9, 0x41, 0x00]);
    document.extend([end, end].concat());
    document.push(start(map, 1));
    document.extend(text("Sizes"));
    document.push(start(list, 0));
    document.extend([end, end, end].concat());
    document.extend(text("Notes"));
    document.push(start(map, 1));
    document.extend(text("a<b"));
    document.push(0x03);
    document.extend(end);
    document.extend(text("IsOpen"));
    document.push(0xf5);
    document.extend(end);
    document
}

#[tokio::test]
async fn cbor_is_read_with_and_without_lengths() {
    assert_eq!(album_in(&CBOR, "", cbor(true)).await, Ok(album()));
    assert_eq!(album_in(&CBOR, "", cbor(false)).await, Ok(album()));
}

#[tokio::test]
async fn cbor_has_times_as_tagged_numbers() {
    let response = CBOR.write(&album(), "GetAlbum", StatusCode::OK, RequestId::fresh());
    assert_eq!(response.headers()[CONTENT_TYPE], "application/cbor");
    assert_eq!(response.headers()["smithy-protocol"], "rpc-v2-cbor");
    let written = document(response).await;
    let tagged = [&[0xc1, 0xfb], &1_767_323_045.5_f64.to_be_bytes()[..]].concat();
    assert!(written.windows(10).any(|window| window == tagged), "{written:02x?}");
    assert_eq!(album_in(&CBOR, "", written).await, Ok(album()));

    // botocore writes whole seconds as an integer.
    let whole = [&[0xa1, 0x64], &b"Made"[..], &[0xc1, 0x1a], &1_767_323_045_u32.to_be_bytes()];
    let album = album_in(&CBOR, "", whole.concat()).await.unwrap();
    assert_eq!(album.made.time(), utc_datetime!(2026-01-02 03:04:05));
}

#[tokio::test]
async fn an_output_without_members_is_empty_in_cbor_and_has_no_result_in_query() {
    let response = CBOR.write(&(), "DropAlbum", StatusCode::OK, RequestId::fresh());
    assert_eq!(response.headers()["smithy-protocol"], "rpc-v2-cbor");
    assert_eq!(document(response).await, b"");

    let id = RequestId::fresh();
    let expected = "<DropAlbumResponse xmlns=\"https://n/\"><ResponseMetadata>\
                    <RequestId>[id]</RequestId></ResponseMetadata></DropAlbumResponse>";
    assert_eq!(sent(QUERY.write(&(), "DropAlbum", StatusCode::OK, id), id).await.2, expected);
}

#[tokio::test]
async fn cbor_that_cannot_be_read_is_told_why() {
    let deep = vec![0x81; 10_000];
    for (document, refusal) in [
        (&b"\xa1\x64Made"[..], "EOF while reading CBOR"),
        (b"\x80", "an input is a CBOR map"),
        (b"\xa1\x01\x02", "the keys of a CBOR map are names"),
        (b"\xa1\x64Made\xc1\xfb\x7f\xf0\0\0\0\0\0\0", "invalid value: floating point `inf`"),
        (b"\xa1\x64Made\x41\x01", "CBOR byte strings are not emulated"),
        (b"\xa1\x66Colour\x01", "unknown field `Colour`"),
        (b"\xa0\xa0", "something follows the CBOR map"),
        (b"\xa0", "missing field `Made`"),
        (b"", "missing field `Made`"),
        (b"\x1c", "no CBOR at byte 0"),
        (&deep, "the CBOR is nested too deeply"),
    ] {
        let told = album_in(&CBOR, "", document.to_vec()).await.unwrap_err();
        assert!(told.contains(refusal), "{:02x?}: {told}", &document[..document.len().min(20)]);
    }
}

#[tokio::test]
async fn an_error_has_its_code_and_members_in_the_document_in_cbor() {
    let response = CBOR.refuse(&no_room(), RequestId::fresh());
    assert_eq!(response.status(), 409);
    assert_eq!(response.headers()["smithy-protocol"], "rpc-v2-cbor");
    assert!(!response.headers().contains_key("x-amzn-errortype"));
    let told: Value = ciborium::from_reader(&*document(response).await).unwrap();
    let message = "no room for `a<b`";
    let expected = json!({ "__type": "NoRoomException", "message": message, "Reason": "Full" });
    assert_eq!(told, expected);
    assert_eq!(CBOR.malformed(&Malformed::new("no")).code, "SerializationException");
}

#[tokio::test]
async fn a_compressed_document_is_read_in_every_protocol_that_has_documents() {
    use std::io::Write as _;

    for (protocol, document) in [(&JSON_1_0, JSON.as_bytes().to_vec()), (&CBOR, cbor(true))] {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(&document).unwrap();
        let (mut head, ()) = http::Request::new(()).into_parts();
        head.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        let body = Body::from(encoder.finish().unwrap());
        let request = Request { id: RequestId::fresh(), head, members: Vec::new(), body };
        assert_eq!(protocol.read::<Album>(request).await.unwrap(), album());
    }
}

/// What a protocol makes of a body, without a runtime.
fn at_once(protocol: &Protocol, form: &str, body: Vec<u8>) -> Result<Album, String> {
    use futures_util::FutureExt;

    album_in(protocol, form, body).now_or_never().expect("the body is at hand")
}

fn albums() -> impl Strategy<Value = Album> {
    let sizes = prop::collection::vec(prop::num::f64::NORMAL | prop::num::f64::ZERO, 0..4);
    let pictures = prop::collection::vec(sizes.prop_map(|sizes| Picture { sizes }), 0..4);
    let notes = prop::collection::btree_map(".*", -1e9..1e9, 0..4);
    let milliseconds = -10_000_000_000_000..200_000_000_000_000_i64;
    let made = milliseconds.prop_map(|milliseconds| {
        let nanoseconds = i128::from(milliseconds) * 1_000_000;
        time::UtcDateTime::from_unix_timestamp_nanos(nanoseconds).unwrap().into()
    });
    let is_open = prop::option::of(any::<bool>());
    (made, pictures, notes, is_open).prop_map(|(made, pictures, notes, is_open)| Album {
        made,
        pictures,
        notes,
        is_open,
    })
}

proptest! {
    #[test]
    fn what_is_written_in_cbor_is_read_as_it_was(album in albums()) {
        let response = CBOR.write(&album, "GetAlbum", StatusCode::OK, RequestId::fresh());
        let written = futures_util::FutureExt::now_or_never(document(response)).unwrap();
        prop_assert_eq!(at_once(&CBOR, "", written), Ok(album));
    }

    #[test]
    fn no_bytes_are_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        let in_album = [&b"\xa1\x64Made"[..], &bytes].concat();
        for body in [bytes, in_album] {
            let text = String::from_utf8_lossy(&body).into_owned();
            // Whatever it is read as, it is read or refused.
            drop(at_once(&CBOR, "", body.clone()));
            drop(at_once(&JSON_1_0, "", body));
            drop(at_once(&QUERY, &text, Vec::new()));
            drop(at_once(&QUERY, &format!("Pictures.{text}=1&Notes.{text}=2"), Vec::new()));
        }
    }
}
