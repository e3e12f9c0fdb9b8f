//! Input members from several places as one serde map, so that an input is one derived struct.
//!
//! A member from a path, a query string, a header or a form is text; serde asks for what the struct
//! holds, and the text is parsed then. A member from a JSON or CBOR body is what the body says.

use std::borrow::Cow;
use std::fmt::Display;

use serde::de::value::{Error, MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Value;

use crate::Malformed;
use crate::protocol::Level;

/// One member's value, by where it came from.
pub(crate) enum Member {
    Text(String),
    Json(Value),
    /// A number that JSON may not have, such as one that is not a number.
    Float(f64),
    /// Members of a structure or of a map, in CBOR.
    Nested(Vec<(String, Member)>),
    /// Items of a list: in CBOR, or in a query that has a name more than once.
    List(Vec<Member>),
    /// The part of a form below a name. What is asked for decides what it is: a structure has names
    /// there, a list `member.1` or plain numbers, a map `entry.1.key` and `entry.1.value`.
    Form(Level),
}

/// Reads an input from its members.
///
/// # Errors
///
/// [`Malformed`] names the first member that is missing, unknown or of the wrong type.
pub(crate) fn read<T: DeserializeOwned>(
    members: impl Iterator<Item = (Cow<'static, str>, Member)>,
) -> Result<T, Malformed> {
    T::deserialize(MapDeserializer::new(members.map(|(name, member)| (Name(name), member))))
        .map_err(Malformed::new)
}

struct Name(Cow<'static, str>);

impl IntoDeserializer<'_, Error> for Name {
    type Deserializer = serde::de::value::CowStrDeserializer<'static, Error>;

    fn into_deserializer(self) -> Self::Deserializer {
        self.0.into_deserializer()
    }
}

impl IntoDeserializer<'_, Error> for Member {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Text is parsed as the type that the struct asks for; JSON is left to itself.
macro_rules! parsed {
    ($($method:ident $visit:ident $type:ty;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self {
                Self::Text(text) => match text.parse::<$type>() {
                    Ok(value) => visitor.$visit(value),
                    Err(error) => Err(unparsable(&text, &error)),
                },
                Self::Json(value) => value.$method(visitor).map_err(Error::custom),
                member => member.deserialize_any(visitor),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Member {
    type Error = Error;

    parsed! {
        deserialize_bool visit_bool bool;
        deserialize_i32 visit_i32 i32;
        deserialize_i64 visit_i64 i64;
        deserialize_u32 visit_u32 u32;
        deserialize_u64 visit_u64 u64;
        deserialize_f64 visit_f64 f64;
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Text(text) => visitor.visit_string(text),
            Self::Json(value) => value.deserialize_any(visitor).map_err(Error::custom),
            Self::Float(number) => visitor.visit_f64(number),
            Self::Nested(members) => visitor.visit_map(MapDeserializer::new(members.into_iter())),
            Self::List(items) => visitor.visit_seq(SeqDeserializer::new(items.into_iter())),
            Self::Form(level) => visitor.visit_map(MapDeserializer::new(level.into_iter())),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Json(Value::Null) => visitor.visit_none(),
            member => visitor.visit_some(member),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self {
            Self::Text(text) => visitor.visit_enum(text.into_deserializer()),
            Self::Json(value) => {
                value.deserialize_enum(name, variants, visitor).map_err(Error::custom)
            }
            member => member.deserialize_any(visitor),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            // An empty list has no other form in a form.
            Self::Text(text) => {
                let item = Some(text).filter(|text| !text.is_empty());
                visitor.visit_seq(SeqDeserializer::new(item.into_iter()))
            }
            Self::Json(value) => value.deserialize_seq(visitor).map_err(Error::custom),
            Self::Form(level) => {
                let items = numbered("member", level)?.into_iter();
                visitor.visit_seq(SeqDeserializer::new(items))
            }
            member => member.deserialize_any(visitor),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Form(level) => {
                let pairs = numbered("entry", level)?.into_iter().map(pair);
                let pairs: Vec<_> = pairs.collect::<Result<_, _>>()?;
                visitor.visit_map(MapDeserializer::new(pairs.into_iter()))
            }
            member => member.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        i8 i16 i128 u8 u16 u128 f32 char str string bytes byte_buf unit unit_struct
        tuple tuple_struct struct identifier ignored_any
    }
}

/// What stands below `word.1`, `word.2` and so on, or below the numbers alone, in their order.
fn numbered(word: &str, mut level: Level) -> Result<Vec<Member>, Error> {
    if level.len() == 1
        && let Some(below) = level.remove(word)
    {
        let Member::Form(below) = below else {
            return Err(Error::custom(format_args!("a number is expected after `{word}`")));
        };
        level = below;
    }
    let numbered = level.into_iter().map(|(number, member)| match number.parse::<u32>() {
        Ok(number) => Ok((number, member)),
        Err(_) => Err(Error::custom(format_args!("`{number}` is not the number of an item"))),
    });
    let mut items = numbered.collect::<Result<Vec<_>, _>>()?;
    items.sort_by_key(|(number, _)| *number);
    Ok(items.into_iter().map(|(_, member)| member).collect())
}

/// One entry of a map in a form.
fn pair(entry: Member) -> Result<(String, Member), Error> {
    if let Member::Form(mut entry) = entry
        && entry.len() == 2
        && let Some(Member::Text(key)) = entry.remove("key")
        && let Some(value) = entry.remove("value")
    {
        return Ok((key, value));
    }
    Err(Error::custom("an entry of a map has a `key` and a `value`"))
}

fn unparsable(text: &str, error: &dyn Display) -> Error {
    Error::custom(format_args!("`{text}` cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "PascalCase", deny_unknown_fields)]
    struct Input {
        name: String,
        max_items: Option<u32>,
        tags: Option<Vec<String>>,
        publish: Option<bool>,
    }

    #[track_caller]
    fn check(members: Vec<(&'static str, Member)>, expected: Result<Input, &str>) {
        let read = read::<Input>(members.into_iter().map(|(name, member)| (name.into(), member)));
        assert_eq!(read.map_err(|error| error.to_string()), expected.map_err(str::to_owned));
    }

    fn text(value: &str) -> Member {
        Member::Text(value.to_owned())
    }

    #[test]
    fn members_from_text_and_json_fill_one_struct() {
        check(
            vec![
                ("Name", text("a")),
                ("MaxItems", text("50")),
                ("Tags", Member::Json(json!(["x", "y"]))),
                ("Publish", Member::Json(json!(null))),
            ],
            Ok(Input {
                name: "a".into(),
                max_items: Some(50),
                tags: Some(vec!["x".into(), "y".into()]),
                publish: None,
            }),
        );
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        check(vec![("Publish", text("true"))], Err("missing field `Name`"));
        check(
            vec![("Name", text("a")), ("MaxItems", text("many"))],
            Err("`many` cannot be read: invalid digit found in string"),
        );
        check(
            vec![("Colour", text("red"))],
            Err("unknown field `Colour`, expected one of `Name`, `MaxItems`, `Tags`, `Publish`"),
        );
    }
}
