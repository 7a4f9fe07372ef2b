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
    /// Sets a plain field, in its place if it is there already, else at the end.
    pub(crate) fn set(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) {
        self.put(name.into(), Node::Value(value.into()));
    }

    /// Returns the object with one more plain field.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.set(name, value);
        self
    }

    /// Returns the object with one more object in it.
    #[must_use]
    pub(crate) fn with_object(mut self, name: &'static str, fields: Self) -> Self {
        self.put(name.into(), Node::Fields(fields));
        self
    }

    /// Returns the object with a list of objects in it.
    #[must_use]
    pub(crate) fn with_rows(mut self, name: &'static str, rows: Vec<Self>) -> Self {
        self.put(name.into(), Node::Rows(rows));
        self
    }

    /// Takes a field out.
    pub(crate) fn remove(&mut self, name: &str) {
        self.0.retain(|(known, _)| known != name);
    }

    /// Gives a field another name.
    pub(crate) fn rename(&mut self, name: &str, other: &'static str) {
        for (known, _) in self.0.iter_mut().filter(|(known, _)| known == name) {
            *known = other.into();
        }
    }

    /// Returns a plain field.
    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        match self.0.iter().find(|(known, _)| known == name)? {
            (_, Node::Value(value)) => Some(value),
            _ => None,
        }
    }

    /// Returns the text of a field that is text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.value(name)?.as_str()
    }

    /// Returns the object in a field, to be edited.
    pub(crate) fn fields_mut(&mut self, name: &str) -> Option<&mut Self> {
        match self.0.iter_mut().find(|(known, _)| known == name)? {
            (_, Node::Fields(fields)) => Some(fields),
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

    fn put(&mut self, name: Cow<'static, str>, node: Node) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = node,
            None => self.0.push((name, node)),
        }
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
        let mut fields = Fields::default().with("b", 1).with("a", "x").with_rows("c", vec![Fields::default()]);
        fields.set("b", 2);
        assert_eq!(serde_json::to_string(&fields).unwrap(), r#"{"b":2,"a":"x","c":[{}]}"#);
        fields.remove("a");
        assert_eq!(fields.text("a"), None);
        assert_eq!(fields.rows_mut("c").map(|rows| rows.len()), Some(1));
    }
}
