//! JSON objects with an order: bodies show their fields in the order in which the cloud sends them.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use serde_json::Value;

/// A JSON object that keeps the order in which its fields were set.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Fields(Vec<(Cow<'static, str>, Node)>);

/// A value in such an object.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    /// A plain value.
    Value(Value),
    /// An object.
    Fields(Fields),
    /// A list of objects.
    Rows(Vec<Fields>),
}

impl Fields {
    /// Sets a field, in its place if it is there already, else at the end.
    pub(crate) fn set(&mut self, name: impl Into<Cow<'static, str>>, node: impl Into<Node>) {
        let (name, node) = (name.into(), node.into());
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = node,
            None => self.0.push((name, node)),
        }
    }

    /// Returns the object with one more field.
    #[must_use]
    pub(crate) fn with(mut self, name: impl Into<Cow<'static, str>>, node: impl Into<Node>) -> Self {
        self.set(name, node);
        self
    }

    /// Takes a field out.
    pub(crate) fn remove(&mut self, name: &str) {
        self.0.retain(|(known, _)| known != name);
    }

    /// Returns the text of a field that is text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Node::Value(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// Returns the rows of a field that is a list, to be edited.
    pub(crate) fn rows_mut(&mut self, name: &str) -> Option<&mut Vec<Self>> {
        match self.0.iter_mut().find(|(known, _)| known == name)? {
            (_, Node::Rows(rows)) => Some(rows),
            _ => None,
        }
    }

    fn get(&self, name: &str) -> Option<&Node> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, node)| node)
    }
}

impl<V: Into<Value>> From<V> for Node {
    fn from(value: V) -> Self {
        Self::Value(value.into())
    }
}

impl From<Fields> for Node {
    fn from(fields: Fields) -> Self {
        Self::Fields(fields)
    }
}

impl From<Vec<Fields>> for Node {
    fn from(rows: Vec<Fields>) -> Self {
        Self::Rows(rows)
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, node)| (name, node)))
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::Fields(fields) => fields.serialize(serializer),
            Self::Rows(rows) => rows.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_order_of_its_fields() {
        let mut fields = Fields::default().with("b", 1).with("a", "x").with("c", vec![Fields::default()]);
        fields.set("b", 2);
        assert_eq!(serde_json::to_string(&fields).unwrap(), r#"{"b":2,"a":"x","c":[{}]}"#);
        fields.remove("a");
        assert_eq!((fields.text("a"), fields.rows_mut("c").map(|rows| rows.len())), (None, Some(1)));
    }
}
