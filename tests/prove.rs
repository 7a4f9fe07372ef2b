//! The suite proves itself: whatever promise the mock breaks, a case notices, and a case that is weakened is found.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod support;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use support::mock::Mock;
use support::report::Report;
use support::{copy_tree, for_all, run, sharecheck};
use tempfile::TempDir;

/// Single cases made weaker in a copy of the suite: the file, a text in it, what takes its place, the case.
const WEAKENED: &[(&str, &str, &str, &str)] = &[
    // A neighbouring status is let through.
    (
        "v2/member-delete.yaml",
        "statements: [OS-DELETE-204]\n    expect: { status: 204 }",
        "statements: [OS-DELETE-204]\n    expect: { status: [200, 204] }",
        "v2::member-delete::answers-204",
    ),
    (
        "v2/member-list.yaml",
        "path: { image_id: \"{{random.uuid}}\" }\n    control: { as: owner, path: { image_id: \"{{image.id}}\" }, expect: { status: 200 } }\n    expect: { outcome: not-found }",
        "path: { image_id: \"{{random.uuid}}\" }\n    control: { as: owner, path: { image_id: \"{{image.id}}\" }, expect: { status: 200 } }\n    expect: { status: [403, 404] }",
        "v2::member-list::unknown-image",
    ),
    (
        "v2/member-show.yaml",
        "as: bad-token\n    control: { as: owner, expect: { status: 200 } }\n    expect: { outcome: unauthorized }",
        "as: bad-token\n    control: { as: owner, expect: { status: 200 } }\n    expect: { status: [401, 404] }",
        "v2::member-show::bad-token",
    ),
    (
        "v2/member-update.yaml",
        "{ check: again, body: { status: accepted }, expect: { status: 200, body",
        "{ check: again, body: { status: accepted }, expect: { status: [200, 202], body",
        "v2::member-update::same-answer-twice",
    ),
    // A check of the body is dropped.
    (
        "v2/member-add.yaml",
        "expect: { status: 200, body: { $.image_id: \"{{image.id}}\" } }",
        "expect: { status: 200 }",
        "v2::member-add::echoes-the-image",
    ),
    (
        "v2/member-list.yaml",
        "        \"$.members[0].updated_at\": { type: string }\n",
        "",
        "v2::member-list::rows-are-six-strings",
    ),
    (
        "v2/member-show.yaml",
        "expect: { status: 200, body: { $.schema: { matches: \"/v2/schemas/member$\" } } }",
        "expect: { status: 200 }",
        "v2::member-show::names-its-schema",
    ),
    ("v2/schemas.yaml", "        $.name: members\n", "", "v2::schemas::members"),
    // A step is dropped.
    (
        "v2/member-delete.yaml",
        "      - check: not-listed\n        eventually: true\n        call: v2.member.list\n        \
         expect: { status: 200, body: { $.members: { length: 0 } } }\n",
        "",
        "v2::member-delete::removed-is-gone",
    ),
    (
        "v2/member-update.yaml",
        "      - check: seen\n        eventually: true\n        as: owner\n        call: v2.member.show\n        \
         expect: { status: 200, body: { $.status: rejected } }\n",
        "",
        "v2::member-update::recipient-rejects",
    ),
    // Nothing that any fault tells apart: a control is dropped, and one of several actors.
    (
        "v2/member-delete.yaml",
        "      - { control: readable, as: member, call: v2.image.show, expect: { status: 200 } }\n",
        "",
        "v2::member-delete::access-is-revoked",
    ),
    (
        "v2/member-show.yaml",
        "      - { control: there, as: [owner, member], expect: { status: 200 } }\n",
        "      - { control: there, as: owner, expect: { status: 200 } }\n",
        "v2::member-show::removed-recipient",
    ),
];

/// Runs `prove` on a folder of cases; returns its exit code and what it printed.
fn prove(arguments: &[&str], cases: Option<&Path>) -> (Option<i32>, Value) {
    let mut command = sharecheck();
    command.args(["prove", "--json"]).args(arguments);
    if let Some(cases) = cases {
        command.arg("--cases").arg(cases);
    }
    let said = run(&mut command);
    let proof = serde_json::from_str(&said.stdout).unwrap_or_else(|error| panic!("{error}: {}", said.all()));
    (said.code, proof)
}

/// Copies the cases into a folder.
fn cases() -> TempDir {
    let folder = TempDir::new().unwrap();
    copy_tree(&support::tests().with_file_name("cases"), folder.path());
    folder
}

#[test]
fn each_case_that_is_weakened_is_found() {
    for_all(WEAKENED, |(file, from, to, case)| {
        let folder = cases();
        let path = folder.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches(from).count(), 1, "{case}");
        fs::write(&path, text.replace(from, to)).unwrap();
        let (code, proof) = prove(&["--profile", "glance", case], Some(folder.path()));
        let toothless: Vec<_> =
            proof["toothless"].as_array().unwrap().iter().map(|of| of["case"].as_str().unwrap()).collect();
        assert_eq!((code, toothless), (Some(1), vec![*case]), "{proof:#}");
    });
}

#[test]
fn a_case_file_that_is_removed_is_missed() {
    let folder = cases();
    fs::remove_file(folder.path().join("v2/member-delete.yaml")).unwrap();
    let (code, proof) = prove(&["--profile", "glance", "member-delete"], Some(folder.path()));
    let lost = proof["lost"].as_array().unwrap();
    assert_eq!(code, Some(1));
    assert!(lost.iter().all(|of| of["case"].as_str().unwrap().starts_with("v2::member-delete::")));
    assert!(lost.iter().any(|of| of["statements"].as_array().unwrap().contains(&"OS-DELETE-204".into())));
}

#[test]
fn another_suite_is_not_held_to_what_was_accepted() {
    let folder = TempDir::new().unwrap();
    let text = fs::read_to_string(support::tests().with_file_name("cases").join("v2/schemas.yaml")).unwrap();
    fs::write(folder.path().join("mine.yaml"), text).unwrap();
    let (_, proof) = prove(&["--profile", "otc"], Some(folder.path()));
    assert_eq!(proof["lost"], Value::Array(Vec::new()));
}

#[test]
fn a_selection_is_proven_by_itself_and_an_empty_one_is_nothing() {
    let (code, proof) = prove(&["--profile", "glance", "member-delete::answers-204"], None);
    assert_eq!((code, &proof["missed"], &proof["unguarded"]), (Some(0), &json!([]), &json!([])));
    assert!(proof["caught"].as_u64().unwrap() > 0);
    assert_eq!(prove(&["no-such-case"], None).0, Some(4));
}

/// `SHARECHECK_BLESS=1` accepts what each case notices; otherwise `.ci/run` proves the other profiles.
#[test]
fn the_suite_is_proven() {
    let bless = std::env::var_os("SHARECHECK_BLESS").is_some();
    let (code, proof) = prove(if bless { &[] } else { &["--profile", "ntt"] }, None);
    if bless {
        let path = support::tests().with_file_name("src").join("prove").join("teeth.json");
        fs::write(path, lines(&proof["teeth"])).unwrap();
    }
    // What is weaker than it was, or gone, has just been accepted.
    let open = |of: &&Value| !bless || of["accepted"].is_null();
    let lists: &[&str] =
        if bless { &["missed", "toothless", "unguarded"] } else { &["missed", "toothless", "unguarded", "lost"] };
    for list in lists {
        let found = proof[list].as_array().unwrap().iter().filter(open);
        let told: Vec<_> = found
            .map(|of| ["profile", "fault", "case", "statement", "why"].map(|key| of[key].to_string()).join(" "))
            .collect();
        assert_eq!(told, Vec::<String>::new(), "{list}");
    }
    if bless {
        return;
    }
    assert_eq!((code, &proof["faults"]), (Some(0), &proof["caught"]));
    assert!(proof["faults"].as_u64().unwrap() >= 100);
}

/// Writes an object of objects with one line for each entry, so that a change shows as one.
fn lines(teeth: &Value) -> String {
    let block = |(profile, cases): (&String, &Value)| {
        let line = |(case, bite): (&String, &Value)| format!("    {}: {bite}", Value::from(case.as_str()));
        let lines: Vec<_> = cases.as_object().unwrap().iter().map(line).collect();
        format!("  {}: {{\n{}\n  }}", Value::from(profile.as_str()), lines.join(",\n"))
    };
    let blocks: Vec<_> = teeth.as_object().unwrap().iter().map(block).collect();
    format!("{{\n{}\n}}\n", blocks.join(",\n"))
}

#[test]
fn words_that_bind_nobody_are_shown_by_snapshots_alone() {
    let mock = Mock::start("glance", &["reworded-not-found"]);
    let path = mock.target().with_file_name("report.json");
    let mut command = sharecheck();
    command.arg("run").arg("--target").arg(mock.target()).arg("--report-json").arg(&path);
    run(command.arg("--snapshots-dir").arg(support::tests().with_file_name("snapshots"))).exits(0);
    let report = Report::read(&path);
    assert_eq!(report.with("pass").len(), report.cases().len());
    assert!(report.cases().iter().any(|case| case["snapshot"]["state"] == "changed"));
}
