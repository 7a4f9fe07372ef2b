//! The JSON report as a test reads it.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// A report that satisfies its schema.
pub struct Report(pub Value);

impl Report {
    /// Reads a report and holds it to `schemas/report.schema.json`.
    #[track_caller]
    pub fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("the report was written");
        let report: Value = serde_json::from_str(&text).expect("the report is JSON");
        let schema = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/report.schema.json")).unwrap();
        let schema = serde_json::from_str(&schema).expect("the schema is JSON");
        let validator = jsonschema::draft202012::options().offline().build(&schema).expect("it is a schema");
        let errors: Vec<_> = validator.iter_errors(&report).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        Self(report)
    }

    /// Returns every case of every run.
    pub fn cases(&self) -> Vec<&Value> {
        self.runs().iter().flat_map(|run| run["cases"].as_array().unwrap()).collect()
    }

    /// Returns the case of that id, in the first run that has it.
    #[track_caller]
    pub fn case(&self, id: &str) -> &Value {
        self.cases().into_iter().find(|case| case["id"] == id).expect("there is such a case")
    }

    /// Returns the cases with a verdict.
    pub fn with(&self, verdict: &str) -> Vec<&Value> {
        self.cases().into_iter().filter(|case| case["verdict"] == verdict).collect()
    }

    /// Returns the runs.
    pub fn runs(&self) -> &Vec<Value> {
        self.0["runs"].as_array().unwrap()
    }

    /// Returns a count of the summary of the only run.
    pub fn count(&self, level: &str, ended: &str) -> u64 {
        let [run] = &self.runs()[..] else { panic!("there is one run") };
        run["summary"][level][ended].as_u64().unwrap()
    }

    /// Returns each case with its verdict, in order.
    pub fn verdicts(&self) -> Vec<(&str, &str)> {
        self.cases().iter().map(|case| (case["name"].as_str().unwrap(), case["verdict"].as_str().unwrap())).collect()
    }
}

/// Returns the ids of cases.
pub fn ids<'a>(cases: &[&'a Value]) -> Vec<&'a str> {
    cases.iter().map(|case| case["id"].as_str().unwrap()).collect()
}
