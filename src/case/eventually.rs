//! How long a read may take to show what was written before it: the `eventually` of a step.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Unexpected, Visitor};

use crate::case::Matcher;
use crate::timespan::Timespan;

/// `true`, for as long as the target's `consistency` allows; or a bound of the step's own, for what takes its time
/// on every cloud, as a job does.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EventuallySpec(pub OwnBound);

/// How long a step looks again, whatever the target says of its consistency.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OwnBound {
    /// For how long it looks again.
    pub within: Option<Timespan>,
    /// How long it waits between one look and the next; `1s` unless given.
    pub every: Option<Timespan>,
    /// An answer that will not change any more: where each of these is met, the step looks no further.
    #[serde(default)]
    pub unless: BTreeMap<String, Matcher>,
}

impl OwnBound {
    /// Returns how long to wait between two looks.
    #[must_use]
    pub fn every(&self) -> Duration {
        self.every.map_or(Duration::from_secs(1), |time| time.0)
    }

    /// Returns how many times the step looks again. That is counted, not timed: a mock does not have to be waited for.
    #[must_use]
    pub fn looks(&self) -> u128 {
        let within = self.within.unwrap_or_default().0.as_millis();
        within.div_ceil(self.every().as_millis().max(1))
    }
}

impl<'de> Deserialize<'de> for EventuallySpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TrueOrMap;
        impl<'de> Visitor<'de> for TrueOrMap {
            type Value = EventuallySpec;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`true`, or a map with `within`")
            }

            fn visit_bool<E: Error>(self, given: bool) -> Result<EventuallySpec, E> {
                if given {
                    Ok(EventuallySpec::default())
                } else {
                    Err(E::invalid_value(Unexpected::Bool(given), &self))
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<EventuallySpec, A::Error> {
                OwnBound::deserialize(MapAccessDeserializer::new(map)).map(EventuallySpec)
            }
        }
        deserializer.deserialize_any(TrueOrMap)
    }
}

impl JsonSchema for EventuallySpec {
    fn schema_name() -> Cow<'static, str> {
        "EventuallySpec".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let own = generator.subschema_for::<OwnBound>();
        json_schema!({ "anyOf": [{ "const": true }, own] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_of_its_own_is_a_number_of_looks() {
        let looks = |within: &str, every: Option<&str>| {
            let parse = |text: &str| Timespan::parse(text).expect("is one");
            OwnBound { within: Some(parse(within)), every: every.map(parse), ..OwnBound::default() }.looks()
        };
        assert_eq!(looks("30s", None), 30);
        assert_eq!(looks("1s", Some("300ms")), 4);
        assert_eq!(OwnBound::default().looks(), 0, "the target's consistency is the only bound");
    }
}
