//! XML as the query protocol writes it: an element per member, `<member>` per item of a list, `<entry>`
//! with `<key>` and `<value>` per pair of a map.
//!
//! A serializer of our own, because lists have this wrapper only here, and times are text only here.

use std::fmt::{Display, Write};

use serde::ser::{self, Error as _, Impossible, Serialize, Serializer};

use crate::timestamp;

/// The element `name` with what `output` holds; nothing at all for `()` and `None`.
pub(super) fn element<T: Serialize>(name: &str, output: &T) -> String {
    let mut document = String::new();
    let element = Element { name, document: &mut document };
    output.serialize(element).expect("outputs are plain structs");
    document
}

/// No output of ours is of such a shape.
type Error = serde::de::value::Error;

/// Where a value goes: between these tags.
struct Element<'a> {
    name: &'a str,
    document: &'a mut String,
}

/// A value that holds others, between its tags.
struct Holder<'a> {
    name: &'a str,
    document: &'a mut String,
}

impl<'a> Element<'a> {
    fn text(self, text: impl Display) {
        let text = text.to_string();
        let text = quick_xml::escape::escape(text.as_str());
        let name = self.name;
        write!(self.document, "<{name}>{text}</{name}>").expect("a string takes any text");
    }

    fn open(self) -> Holder<'a> {
        let Self { name, document } = self;
        write!(document, "<{name}>").expect("a string takes any text");
        Holder { name, document }
    }
}

impl Holder<'_> {
    fn write<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Error> {
        value.serialize(Element { name, document: self.document })
    }

    fn close(self) {
        let name = self.name;
        write!(self.document, "</{name}>").expect("a string takes any text");
    }
}

macro_rules! texts {
    ($($method:ident $type:ty;)*) => {$(
        fn $method(self, value: $type) -> Result<(), Error> {
            self.text(value);
            Ok(())
        }
    )*};
}

impl<'a> Serializer for Element<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Holder<'a>;
    type SerializeTuple = Impossible<(), Error>;
    type SerializeTupleStruct = Impossible<(), Error>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = Holder<'a>;
    type SerializeStruct = Holder<'a>;
    type SerializeStructVariant = Impossible<(), Error>;

    texts! {
        serialize_bool bool;
        serialize_i8 i8;
        serialize_i16 i16;
        serialize_i32 i32;
        serialize_i64 i64;
        serialize_u8 u8;
        serialize_u16 u16;
        serialize_u32 u32;
        serialize_u64 u64;
        serialize_f32 f32;
        serialize_f64 f64;
        serialize_char char;
        serialize_str &str;
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Error> {
        Err(Error::custom("a blob is written as base64 text"))
    }

    fn serialize_none(self) -> Result<(), Error> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Error> {
        self.text(variant);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        if name != timestamp::MARK {
            return value.serialize(self);
        }
        // What a time is written as is a number; read it back from between a pair of empty tags.
        let mut number = String::new();
        value.serialize(Element { name: "", document: &mut number })?;
        let seconds = number.trim_start_matches("<>").trim_end_matches("</>");
        let time = timestamp::text_of_seconds(seconds);
        self.text(time.ok_or_else(|| Error::custom("a time is a number of seconds"))?);
        Ok(())
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        let mut holder = self.open();
        holder.write(variant, value)?;
        holder.close();
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Holder<'a>, Error> {
        Ok(self.open())
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Error> {
        Err(Error::custom("tuples have no form in XML"))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Error> {
        Err(Error::custom("tuples have no form in XML"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Error> {
        Err(Error::custom("tuples have no form in XML"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Holder<'a>, Error> {
        Ok(self.open())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Holder<'a>, Error> {
        Ok(self.open())
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Error> {
        Err(Error::custom("a union holds one value"))
    }
}

impl ser::SerializeSeq for Holder<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), Error> {
        self.write("member", item)
    }

    fn end(self) -> Result<(), Error> {
        self.close();
        Ok(())
    }
}

impl ser::SerializeMap for Holder<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.document.push_str("<entry>");
        self.write("key", key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.write("value", value)?;
        self.document.push_str("</entry>");
        Ok(())
    }

    fn end(self) -> Result<(), Error> {
        self.close();
        Ok(())
    }
}

impl ser::SerializeStruct for Holder<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.write(name, value)
    }

    fn end(self) -> Result<(), Error> {
        self.close();
        Ok(())
    }
}
