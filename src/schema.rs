//! The JSON Schemas of our own files, generated from the types that read and write them.

use schemars::{JsonSchema, schema_for};
use serde_json::Value;

use crate::case::CaseFile;
use crate::report::Report;
use crate::target::TargetSpec;

/// Returns the file name of each schema in `schemas/`, and the schema.
#[must_use]
pub fn all() -> [(&'static str, Value); 3] {
    [
        ("case.schema.json", of::<CaseFile>("A file of cases of sharecheck")),
        ("target.schema.json", of::<TargetSpec>("A target file of sharecheck")),
        ("report.schema.json", of::<Report>("The JSON report of sharecheck")),
    ]
}

fn of<T: JsonSchema>(title: &str) -> Value {
    let mut schema = schema_for!(T);
    schema.insert("title".to_owned(), Value::from(title));
    schema.to_value()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// Run with `SHARECHECK_BLESS=1` to write the schemas anew.
    #[test]
    fn the_committed_schemas_are_the_generated_ones() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
        for (name, schema) in all() {
            let text = format!("{}\n", serde_json::to_string_pretty(&schema).expect("is JSON"));
            let path = folder.join(name);
            if std::env::var_os("SHARECHECK_BLESS").is_some() {
                std::fs::write(&path, &text).expect("the folder can be written");
            }
            let committed = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(
                committed == text,
                "schemas/{name} is out of date: run `SHARECHECK_BLESS=1 cargo test --lib schema`"
            );
        }
    }

    #[test]
    fn our_own_files_satisfy_the_schemas() {
        let [(_, case), ..] = all();
        let validator = jsonschema::draft202012::options().offline().build(&case).expect("is a schema");
        let sources = crate::suite::Sources::find(None, None).expect("are embedded");
        assert!(!sources.cases.is_empty());
        for file in &sources.cases {
            let value: Value = crate::yaml::parse(file).expect("is YAML");
            let errors: Vec<_> = validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
            assert!(errors.is_empty(), "{}: {errors:?}", file.path);
        }
    }
}
