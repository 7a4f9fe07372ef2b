//! JSON as Python writes it: a space after commas and colons, and in errors nothing but ASCII.
//!
//! The documents' examples count bytes (231 for a member of document 002), so the spaces matter.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

/// Returns the text of a body; `ascii` escapes whatever is not ASCII, as Glance does in errors.
pub(crate) fn to_text(value: &impl Serialize, ascii: bool) -> String {
    let mut out = Vec::with_capacity(256);
    value.serialize(&mut Serializer::with_formatter(&mut out, Python { ascii })).expect("a Vec takes all writes");
    String::from_utf8(out).expect("serde_json writes UTF-8")
}

struct Python {
    ascii: bool,
}

impl Formatter for Python {
    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        separate(writer, first)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        separate(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if !self.ascii || fragment.is_ascii() {
            return writer.write_all(fragment.as_bytes());
        }
        for unit in fragment.encode_utf16() {
            match u8::try_from(unit).ok().filter(u8::is_ascii) {
                Some(byte) => writer.write_all(&[byte])?,
                None => write!(writer, "\\u{unit:04x}")?,
            }
        }
        Ok(())
    }
}

fn separate<W: ?Sized + Write>(writer: &mut W, first: bool) -> io::Result<()> {
    if first { Ok(()) } else { writer.write_all(b", ") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn writes_as_python_does() {
        assert_eq!(to_text(&json!({"a": [1, 2], "b": "x"}), false), r#"{"a": [1, 2], "b": "x"}"#);
    }

    #[test]
    fn escapes_what_is_not_ascii_only_where_asked() {
        assert_eq!(to_text(&json!("é😀"), true), r#""\u00e9\ud83d\ude00""#);
        assert_eq!(to_text(&json!("é"), false), "\"é\"");
    }
}
