//! A length of time as our files and flags write it: `500ms`, `30s`, `10m`.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use jiff::SignedDuration;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};

/// A length of time; none at all is one, too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timespan(pub Duration);

impl Timespan {
    /// Reads `500ms`, `30s`, `10m`, or `0s`; a time that is negative or has no unit is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let parsed: SignedDuration = text.parse().ok()?;
        Duration::try_from(parsed).ok().map(Self)
    }
}

impl fmt::Display for Timespan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(time) = self;
        if time.subsec_millis() == 0 { write!(f, "{}s", time.as_secs()) } else { write!(f, "{}ms", time.as_millis()) }
    }
}

impl<'de> Deserialize<'de> for Timespan {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Timespan;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time with its unit, as 500ms, 30s or 10m")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Timespan, E> {
                Timespan::parse(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

impl JsonSchema for Timespan {
    fn schema_name() -> Cow<'static, str> {
        "Timespan".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "description": "A time with its unit, as 500ms, 30s or 10m.", "type": "string" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_a_unit_and_is_not_negative() {
        let millis = |text: &str| Timespan::parse(text).map(|time| time.0.as_millis());
        assert_eq!(["0s", "500ms", "3s", "10m", "1m 30s"].map(millis), [0, 500, 3_000, 600_000, 90_000].map(Some),);
        assert_eq!(["3", "soon", "-1s", ""].map(millis), [None; 4]);
    }

    #[test]
    fn what_is_shown_can_be_read() {
        for text in ["0s", "200ms", "1500ms", "3s", "90s"] {
            assert_eq!(Timespan::parse(text).expect("is one").to_string(), text);
        }
    }
}
