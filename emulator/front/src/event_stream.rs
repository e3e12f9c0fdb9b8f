//! The framing of AWS's event streams, `application/vnd.amazon.eventstream`: one message per event, each
//! with its headers and two checksums.
//!
//! ```text
//! total length u32 │ headers length u32 │ CRC of these two │ headers │ payload │ CRC of all before
//! ```
//!
//! Numbers are big endian, checksums are CRC-32 as in Ethernet. A header is the length of its name, the
//! name, 7 for "a string", the length of the value as a u16, and the value.
//!
//! Source: "Amazon event stream specification" in the Smithy documentation.

use bytes::{BufMut, Bytes, BytesMut};

/// What a response says of itself that is such a stream.
pub const EVENT_STREAM: &str = "application/vnd.amazon.eventstream";

/// Marks the value of a header as a string.
const STRING: u8 = 7;

/// The lengths and their checksum, before the headers.
const PRELUDE: usize = 12;

/// The checksum at the end.
const CHECKSUM: usize = 4;

/// One event as it is sent: its name in the service model, and a payload of that content type.
///
/// # Panics
///
/// If the message is larger than a u32 can say; payloads are a piece of a stream each.
pub fn event(kind: &str, content_type: &str, payload: &[u8]) -> Bytes {
    // In the order in which Lambda sends them.
    let headers =
        [(":event-type", kind), (":content-type", content_type), (":message-type", "event")];
    let headers_length = headers.iter().map(|(name, value)| name.len() + value.len() + 4).sum();
    let total = PRELUDE + headers_length + payload.len() + CHECKSUM;

    let mut message = BytesMut::with_capacity(total);
    message.put_u32(length(total));
    message.put_u32(length(headers_length));
    message.put_u32(crc32fast::hash(&message));
    for (name, value) in headers {
        message.put_u8(u8::try_from(name.len()).expect("names of headers are short"));
        message.put_slice(name.as_bytes());
        message.put_u8(STRING);
        message.put_u16(u16::try_from(value.len()).expect("so are their values"));
        message.put_slice(value.as_bytes());
    }
    message.put_slice(payload);
    message.put_u32(crc32fast::hash(&message));
    message.freeze()
}

fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).expect("a message is a piece of a stream")
}

#[cfg(test)]
mod tests {
    use aws_smithy_eventstream::frame::read_message_from;
    use proptest::prelude::*;

    use super::*;

    /// The total length, the length of the headers and the two checksums.
    #[track_caller]
    fn check(message: &[u8], expected: [u32; 4]) {
        let at = |place: usize| u32::from_be_bytes(message[place..place + 4].try_into().unwrap());
        assert_eq!([at(0), at(4), at(8), at(message.len() - 4)], expected);
        assert_eq!(message.len(), expected[0] as usize);
    }

    /// The numbers are those of messages that Lambda has sent.
    #[test]
    fn messages_are_lambdas_to_the_last_checksum() {
        check(
            &event("PayloadChunk", "application/octet-stream", b"Hello world "),
            [0x76, 0x5a, 0x980e_72ec, 0x3397_1fd8],
        );
        check(
            &event("InvokeComplete", "application/json", b"{}"),
            [0x66, 0x54, 0x1f56_c869, 0x7006_d467],
        );
    }

    proptest! {
        #[test]
        fn what_is_sent_is_what_an_sdk_reads(
            kind in "[A-Za-z]{0,200}",
            content_type in "[ -~]{0,300}",
            payload in proptest::collection::vec(any::<u8>(), 0..2000),
        ) {
            let message = read_message_from(event(&kind, &content_type, &payload)).unwrap();
            let headers: Vec<_> = message
                .headers()
                .iter()
                .map(|header| (header.name().as_str(), header.value().as_string().unwrap().as_str()))
                .collect();
            prop_assert_eq!(headers, [
                (":event-type", &*kind),
                (":content-type", &*content_type),
                (":message-type", "event"),
            ]);
            prop_assert_eq!(&message.payload()[..], &payload[..]);
        }
    }
}
