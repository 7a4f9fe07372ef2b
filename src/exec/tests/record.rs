//! What a case is found to be: what counts, what is an aside, what is kept.

use super::*;
use crate::verdict::Weight;

/// Asks for one page, and expects what the case says.
fn once(cited: &str, expect: &str) -> String {
    format!("{LIST}, statements: [{cited}], expect: {{ status: 200{expect} }}")
}

#[tokio::test]
async fn what_is_asked_for_and_does_not_come_counts_at_the_level_of_the_case() {
    for (cited, body, status, verdict, told) in [
        ("V1-LIST-PG15", "$.page_info.current_count: 1", 200, Verdict::Pass, &[][..]),
        (
            "V1-LIST-PG15",
            "$.page_info.current_count: 2",
            200,
            Verdict::Fail,
            &["must Counts $.page_info.current_count: 1 (V1-LIST-PG15)"],
        ),
        (
            "HW-WALK-STABLE",
            "$.page_info.current_count: 2",
            200,
            Verdict::Fail,
            &["observe Counts $.page_info.current_count: 1 (HW-WALK-STABLE)"],
        ),
        ("V1-LIST-PG15", "$.page_info.current_count: 1", 404, Verdict::Fail, &["must Counts : 404 (V1-LIST-PG15)"]),
    ] {
        let case = once(cited, &format!(", body: {{ {body} }}"));
        let script = move |_: &Request| if status == 200 { json_answer(200, &page(&["a"], "")) } else { refusal(404) };
        let played = play(&case, script).await;
        assert_eq!((played.result.verdict, played.told()), (verdict, told.iter().map(ToString::to_string).collect()));
        let line = played.result.reproduce.as_deref();
        assert_eq!(
            line.is_some_and(|line| line.contains("http://mock.invalid/v1/p/cloudimages/i/members")),
            !told.is_empty()
        );
        let actors = played.result.findings.iter().map(|finding| finding.actor);
        assert!(actors.eq(told.iter().map(|_| Some(Actor::Owner))));
        assert!(played.result.findings.iter().all(|finding| finding.place.to_string() == "cases/x.yaml:3"));
    }
}

#[tokio::test]
async fn an_answer_that_is_tolerated_is_noted() {
    let played = play(&once("V1-LIST-PG15", ", tolerate: { status: 404 }"), |_| refusal(404)).await;
    assert_eq!(
        (played.result.verdict, played.told()),
        (Verdict::Pass, vec!["must Noted : 404 (V1-LIST-PG15)".to_owned()])
    );
    assert_eq!(played.result.reproduce, None);
}

/// A page whose schema is none breaks V1-LIST-RSP02; a token in an answer breaks whatever there is.
#[tokio::test]
async fn what_is_seen_in_passing_fails_the_cases_that_cite_it() {
    let odd = |_: &Request| {
        let mut odd = page(&["a"], "");
        odd["schema"] = json!(7);
        json_answer(200, &odd)
    };
    let told = "must Counts /schema: 7 (V1-LIST-RSP02)".to_owned();
    for (cited, own) in [("V1-LIST-RSP02", true), ("V1-LIST-PG15", false)] {
        let played = play(&once(cited, ""), odd).await;
        let asides: Vec<_> = played.result.asides.iter().map(super::told).collect();
        let (verdict, findings, rest) =
            if own { (Verdict::Fail, vec![told.clone()], vec![]) } else { (Verdict::Pass, vec![], vec![told.clone()]) };
        assert_eq!((played.result.verdict, played.told(), asides), (verdict, findings, rest), "{cited}");
        let seen = played.result.findings.iter().chain(&played.result.asides);
        assert!(seen.map(|finding| finding.actor).eq([Some(Actor::Owner)]));
    }
    let control = format!(
        "{LIST}, statements: [V1-LIST-RSP02], steps: [{{ control: a, expect: {{ status: 200 }} }}, \
         {{ check: b, query: {{ limit: 1 }}, expect: {{ status: 200 }} }}]"
    );
    let script = move |request: &Request| {
        if request.path.contains('?') { json_answer(200, &page(&[], "")) } else { odd(request) }
    };
    let Played { result, .. } = play(&control, script).await;
    assert_eq!((result.verdict, result.findings), (Verdict::Pass, vec![]), "a control is no case of its own");
    assert_eq!(result.asides.iter().map(|aside| (super::told(aside), aside.actor)).collect::<Vec<_>>(), [(told, None)]);
    assert_eq!(result.notes, ["control held: owner: GET /v1/p/cloudimages/i/members answered 200"]);
}

#[tokio::test]
async fn a_credential_is_a_finding_of_whatever_case_sees_it() {
    for step in ["check: a", "control: a"] {
        let case = format!(
            "{LIST}, statements: [V1-LIST-PG15], steps: [{{ {step}, expect: {{ status: 200 }} }}, \
             {{ check: b, query: {{ limit: 1 }}, expect: {{ status: 200 }} }}]"
        );
        let shows_it = |request: &Request| {
            let mut shown = page(&["a"], "");
            if !request.path.contains('?') {
                shown["members"][0]["created_at"] = json!(TOKEN);
            }
            json_answer(200, &shown)
        };
        let played = play(&case, shows_it).await;
        assert_eq!(
            (played.result.verdict, played.told()),
            (Verdict::Fail, vec!["must Counts body: \"[secret]\" (-)".to_owned()]),
            "{step}"
        );
        assert!(played.result.reproduce.is_some() && played.result.asides.is_empty());
    }
}

#[tokio::test]
async fn exchanges_are_kept_as_the_run_wants_them() {
    for (keep, of_a_pass, of_a_fail) in [(Keep::All, 1, 1), (Keep::Failed, 0, 1), (Keep::None, 0, 0)] {
        for (status, kept) in [(200, of_a_pass), (404, of_a_fail)] {
            let script = move |_: &Request| if status == 200 { json_answer(200, &page(&[], "")) } else { refusal(404) };
            let Played { result, .. } = play_with(keep, Vec::new(), &once("V1-LIST-PG15", ""), script).await;
            let statuses: Vec<_> = result.exchanges.iter().map(|kept| kept["response"]["status"].clone()).collect();
            assert_eq!(statuses, vec![json!(status); kept], "{keep:?}");
        }
    }
}

#[tokio::test]
async fn what_a_waiver_covers_does_not_count() {
    let waiver = |case: &str, observed| Waiver {
        case: case.to_owned(),
        statement: "V1-LIST-PG15".to_owned(),
        observed,
        reason: "known".to_owned(),
        link: Some("https://tracker.invalid/1".to_owned()),
        until: None,
        intermittent: false,
    };
    for (case, observed, verdict, reason, weight) in [
        ("x::one", json!(404), Verdict::Waived, "known (https://tracker.invalid/1)", Weight::Waived),
        ("x::one", json!(403), Verdict::Fail, "", Weight::Counts),
        ("x::two", json!(404), Verdict::Fail, "", Weight::Counts),
    ] {
        let waivers = vec![waiver(case, observed)];
        let Played { result, .. } = play_with(Keep::Failed, waivers, &once("V1-LIST-PG15", ""), |_| refusal(404)).await;
        assert_eq!((result.verdict, result.reason.as_str()), (verdict, reason), "{case}");
        assert!(result.findings.iter().map(|finding| finding.weight).eq([weight]));
    }
}
