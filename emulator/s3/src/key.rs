//! Keys as they stand where not every character may: in events, and in listings if the client asks.

/// Encoded like a form, with slashes left as they are.
pub(crate) fn encode(key: &str) -> String {
    form_urlencoded::byte_serialize(key.as_bytes()).collect::<String>().replace("%2F", "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_encoded_like_a_form() {
        for (key, encoded) in [
            ("in/red flower.jpg", "in/red+flower.jpg"),
            ("a@b", "a%40b"),
            ("a+b", "a%2Bb"),
            ("50%2F", "50%252F"),
            ("größe//x", "gr%C3%B6%C3%9Fe//x"),
        ] {
            assert_eq!(encode(key), encoded);
        }
    }
}
