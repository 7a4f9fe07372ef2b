//! What must come back: the `expect` map of a case.

use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};
use serde_json::Value;

use crate::case::OneOrMany;
use crate::contract::OutcomeName;

/// An expectation of one answer. Keys that are not given are not checked.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ExpectSpec {
    /// The status code, or a list of which it must be one.
    pub status: Option<OneOrMany<u16>>,
    /// A named outcome of the profile, in place of `status`.
    pub outcome: Option<OutcomeName>,
    /// Values in the body, by `JSONPath`.
    #[serde(default)]
    pub body: BTreeMap<String, Matcher>,
    /// Response headers, by name.
    #[serde(default)]
    pub headers: BTreeMap<String, HeaderMatcher>,
    /// A file of `schemas/bodies/` that the body must satisfy besides the contract's own.
    pub schema: Option<String>,
    /// A variable that holds a schema, as the endpoint publishes it: the body must satisfy that too.
    pub schema_from: Option<String>,
    /// A regular expression that the status line matches, as `HTTP/1.1 200 OK`.
    pub status_line: Option<String>,
    /// An earlier step to which the whole answer is the same, but for the ids that each of the two asked for.
    pub same_as: Option<SameAs>,
    /// A lesser expectation: if it is met instead, that is recorded and the case passes.
    pub tolerate: Option<Box<ExpectSpec>>,
}

/// The answer that another is the same as.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "SameAsMap")]
struct SameAsMap {
    /// The name of the earlier step.
    step: String,
    /// What may differ.
    #[serde(default)]
    except: Except,
}

/// The answer that another is the same as: the name of an earlier step, or that with what may differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SameAs {
    /// The name of the earlier step.
    pub step: String,
    /// What may differ.
    pub except: Except,
}

/// What may differ between two answers that are the same otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Except {
    /// Names of headers. Those of the moment and the connection never count, such as the date and the request id.
    #[serde(default)]
    pub headers: Vec<String>,
    /// Values in the body, by `JSONPath`; whether they are there at all still counts.
    #[serde(default)]
    pub body: Vec<String>,
}

/// What a node of the body must be. Every given part must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matcher(pub Operators);

impl Matcher {
    /// Returns the values that may hold templates.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        let operators = &self.0;
        [&operators.equals, &operators.length, &operators.later_than, &operators.not_before, &operators.set_equals]
            .into_iter()
            .flatten()
            .chain(operators.one_of.iter().flatten())
    }
}

/// The operators that a map under a `JSONPath` may hold.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Operators {
    /// Equals this value; what a plain value stands for.
    #[serde(default, deserialize_with = "some_value")]
    pub equals: Option<Value>,
    /// Is one of these values.
    pub one_of: Option<Vec<Value>>,
    /// Is a string that matches this regular expression.
    pub matches: Option<String>,
    /// Is there (false) or is not there (true).
    pub absent: Option<bool>,
    /// Is a list, string or object of this length.
    pub length: Option<Value>,
    /// Is a time later than this one.
    pub later_than: Option<Value>,
    /// Is a time not before this one.
    pub not_before: Option<Value>,
    /// Is of this JSON type.
    #[serde(rename = "type")]
    pub kind: Option<JsonType>,
    /// The matched values are exactly these, in any order, none of them twice.
    pub set_equals: Option<Value>,
}

/// A JSON type, as JSON Schema names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names of JSON Schema say it")]
pub enum JsonType {
    Null,
    Boolean,
    Integer,
    Number,
    String,
    Array,
    Object,
}

/// What a response header must be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeaderMatcher(pub HeaderOperators);

/// The operators that a map under a header name may hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HeaderOperators {
    /// Equals this text; what a plain value stands for.
    pub equals: Option<String>,
    /// Is there.
    pub present: Option<bool>,
    /// Is not there.
    pub absent: Option<bool>,
    /// Matches this regular expression.
    pub matches: Option<String>,
}

fn some_value<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl<'de> Deserialize<'de> for Matcher {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MatcherVisitor)
    }
}

struct MatcherVisitor;

impl MatcherVisitor {
    fn equal_to(value: impl Into<Value>) -> Matcher {
        Matcher(Operators { equals: Some(value.into()), ..Operators::default() })
    }
}

impl<'de> Visitor<'de> for MatcherVisitor {
    type Value = Matcher;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value, or a map of checks such as `matches` or `one-of`")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Matcher, E> {
        Ok(Self::equal_to(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Matcher, E> {
        Ok(Self::equal_to(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Matcher, E> {
        Ok(Self::equal_to(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Matcher, E> {
        Ok(Self::equal_to(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Matcher, E> {
        Ok(Self::equal_to(value))
    }

    fn visit_unit<E: Error>(self) -> Result<Matcher, E> {
        Ok(Self::equal_to(Value::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Matcher, A::Error> {
        let list = Vec::<Value>::deserialize(de::value::SeqAccessDeserializer::new(seq))?;
        Ok(Self::equal_to(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Matcher, A::Error> {
        Operators::deserialize(MapAccessDeserializer::new(map)).map(Matcher)
    }
}

impl JsonSchema for Matcher {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Matcher".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let operators = generator.subschema_for::<Operators>();
        json_schema!({ "anyOf": [{ "not": { "type": "object" } }, operators] })
    }
}

impl<'de> Deserialize<'de> for HeaderMatcher {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct HeaderVisitor;
        impl<'de> Visitor<'de> for HeaderVisitor {
            type Value = HeaderMatcher;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, `present`, `absent`, or a map of checks such as `matches`")
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<HeaderMatcher, E> {
                Ok(HeaderMatcher(match value {
                    "present" => HeaderOperators { present: Some(true), ..HeaderOperators::default() },
                    "absent" => HeaderOperators { absent: Some(true), ..HeaderOperators::default() },
                    text => HeaderOperators { equals: Some(text.to_owned()), ..HeaderOperators::default() },
                }))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<HeaderMatcher, A::Error> {
                HeaderOperators::deserialize(MapAccessDeserializer::new(map)).map(HeaderMatcher)
            }
        }
        deserializer.deserialize_any(HeaderVisitor)
    }
}

impl JsonSchema for HeaderMatcher {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "HeaderMatcher".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let operators = generator.subschema_for::<HeaderOperators>();
        json_schema!({ "anyOf": [{ "type": "string" }, operators] })
    }
}

impl<'de> Deserialize<'de> for SameAs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SameAsVisitor;
        impl<'de> Visitor<'de> for SameAsVisitor {
            type Value = SameAs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of an earlier step, or a map of `step` and `except`")
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<SameAs, E> {
                Ok(SameAs { step: value.to_owned(), except: Except::default() })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<SameAs, A::Error> {
                let SameAsMap { step, except } = SameAsMap::deserialize(MapAccessDeserializer::new(map))?;
                Ok(SameAs { step, except })
            }
        }
        deserializer.deserialize_any(SameAsVisitor)
    }
}

impl JsonSchema for SameAs {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SameAs".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let map = generator.subschema_for::<SameAsMap>();
        json_schema!({ "anyOf": [{ "type": "string" }, map] })
    }
}
