//! Typed templates: `{{image.id}}` inside a string, or a whole value of any type.

use serde_json::{Map, Value};
use thiserror::Error;

/// Why a template cannot be filled.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TemplateError {
    /// The name stands for nothing here.
    #[error("unknown variable `{name}`")]
    UnknownVariable {
        /// The name between the braces.
        name: String,
    },
    /// `{{` without `}}`.
    #[error("`{{{{` is not closed in `{text}`")]
    Unclosed {
        /// The text that holds it.
        text: String,
    },
    /// A list or an object inside a longer text.
    #[error("`{name}` is no text, number or boolean, so it cannot stand inside a longer text")]
    NotScalar {
        /// The name between the braces.
        name: String,
    },
}

/// A part of a template: text as it stands, or a variable's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part<'a> {
    Text(&'a str),
    Variable(&'a str),
}

/// Fills the templates in a value; a string that is one template takes the variable's type.
pub fn fill(value: &Value, lookup: &dyn Fn(&str) -> Option<Value>) -> Result<Value, TemplateError> {
    Ok(match value {
        Value::String(text) => fill_text(text, lookup)?,
        Value::Array(list) => list.iter().map(|item| fill(item, lookup)).collect::<Result<_, _>>()?,
        Value::Object(map) => Value::Object(fill_map(map, lookup)?),
        other => other.clone(),
    })
}

/// Fills the templates in the values of a map.
pub fn fill_map(
    map: &Map<String, Value>,
    lookup: &dyn Fn(&str) -> Option<Value>,
) -> Result<Map<String, Value>, TemplateError> {
    map.iter().map(|(key, value)| Ok((key.clone(), fill(value, lookup)?))).collect()
}

/// Fills the templates in a text; the result is no string where the whole text is one template.
pub fn fill_text(text: &str, lookup: &dyn Fn(&str) -> Option<Value>) -> Result<Value, TemplateError> {
    let parts = parse(text)?;
    let find = |name: &str| lookup(name).ok_or_else(|| TemplateError::UnknownVariable { name: name.to_owned() });
    if let [Part::Variable(name)] = parts[..] {
        return find(name);
    }
    let mut filled = String::with_capacity(text.len());
    for part in parts {
        match part {
            Part::Text(text) => filled.push_str(text),
            Part::Variable(name) => match find(name)? {
                Value::String(text) => filled.push_str(&text),
                value @ (Value::Number(_) | Value::Bool(_)) => filled.push_str(&value.to_string()),
                _ => return Err(TemplateError::NotScalar { name: name.to_owned() }),
            },
        }
    }
    Ok(Value::String(filled))
}

/// Returns a value as it stands in a URL, a header or a plain body: a text bare, the rest as JSON.
#[must_use]
pub fn bare(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Returns the names of the variables in a value, in order, or the first mistake.
pub fn variables(value: &Value) -> Result<Vec<String>, TemplateError> {
    let mut names = Vec::new();
    collect(value, &mut names)?;
    Ok(names)
}

fn collect(value: &Value, names: &mut Vec<String>) -> Result<(), TemplateError> {
    match value {
        Value::String(text) => names.extend(parse(text)?.into_iter().filter_map(|part| match part {
            Part::Variable(name) => Some(name.to_owned()),
            Part::Text(_) => None,
        })),
        Value::Array(list) => list.iter().try_for_each(|item| collect(item, names))?,
        Value::Object(map) => map.values().try_for_each(|item| collect(item, names))?,
        _ => {}
    }
    Ok(())
}

fn parse(text: &str) -> Result<Vec<Part<'_>>, TemplateError> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").ok_or_else(|| TemplateError::Unclosed { text: text.to_owned() })?;
        if !before.is_empty() {
            parts.push(Part::Text(before));
        }
        parts.push(Part::Variable(name.trim()));
        rest = after;
    }
    if !rest.is_empty() || parts.is_empty() {
        parts.push(Part::Text(rest));
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lookup(name: &str) -> Option<Value> {
        match name {
            "image.id" => Some(json!("abc")),
            "n" => Some(json!(5)),
            "members.project-ids" => Some(json!(["a", "b"])),
            _ => None,
        }
    }

    #[test]
    fn a_whole_template_keeps_its_type() {
        assert_eq!(fill(&json!("{{n}}"), &lookup), Ok(json!(5)));
        assert_eq!(fill(&json!("{{ members.project-ids }}"), &lookup), Ok(json!(["a", "b"])));
    }

    #[test]
    fn a_template_within_text_becomes_text() {
        assert_eq!(fill(&json!({"a": ["x-{{image.id}}-{{n}}"]}), &lookup), Ok(json!({"a": ["x-abc-5"]})));
        assert_eq!(fill(&json!(""), &lookup), Ok(json!("")));
    }

    #[test]
    fn mistakes_are_named() {
        let unknown = TemplateError::UnknownVariable { name: "imge".to_owned() };
        assert_eq!(fill(&json!("{{imge}}"), &lookup), Err(unknown));
        assert!(matches!(fill(&json!("{{n"), &lookup), Err(TemplateError::Unclosed { .. })));
        assert!(matches!(fill(&json!("x{{members.project-ids}}"), &lookup), Err(TemplateError::NotScalar { .. })));
    }

    #[test]
    fn variables_are_listed_in_order() {
        assert_eq!(variables(&json!(["{{b}} {{a}}", {"k": "{{c}}"}])), Ok(vec!["b".into(), "a".into(), "c".into()]));
    }
}
