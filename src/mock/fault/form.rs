//! Form: headers, methods, errors, schema documents.

use axum::http::Version;
use hyper::ext::ReasonPhrase;

use super::bend::{always_json, blank, head_answers, method_first, refuse_query, reword_not_found};
use super::kind::{ANYWHERE, At, How, Kind, When};
use super::{EVERY, Fault, GLANCE, HUAWEI, NTT, OPENSTACK, UNPAGED, WITH_MEDIA_TYPE};
use crate::mock::route::Operation::{MemberDelete, MemberList, MemberShow, SchemaMember, SchemaMembers};

pub(super) const FAULTS: &[Fault] = &[
    // Headers.
    Fault {
        id: "show-is-text-json",
        summary: "show calls its answer text/json",
        breaks: &["V2-SHOW-HDR02"],
        profiles: WITH_MEDIA_TYPE,
        kind: Kind::Media(&[MemberShow], "text/json"),
    },
    Fault {
        id: "show-is-in-latin-1",
        summary: "show names another charset than UTF-8",
        breaks: &["V2-SHOW-HDR02"],
        profiles: WITH_MEDIA_TYPE,
        kind: Kind::Header(&[MemberShow], When::Granted, "content-type", Some("application/json; charset=iso-8859-1")),
    },
    Fault {
        id: "show-lacks-request-id",
        summary: "an answer of show has no request id",
        breaks: &["V2-SHOW-HDR03"],
        profiles: OPENSTACK,
        kind: Kind::Header(&[MemberShow], When::Granted, "x-openstack-request-id", None),
    },
    Fault {
        id: "show-refuses-without-request-id",
        summary: "a refusal of show has no request id",
        breaks: &["V2-SHOW-HDR03"],
        profiles: OPENSTACK,
        kind: Kind::Header(&[MemberShow], When::Refused, "x-openstack-request-id", None),
    },
    Fault {
        id: "show-counts-its-requests",
        summary: "show numbers its requests instead of giving them a UUID",
        breaks: &["V2-SHOW-HDR03"],
        profiles: OPENSTACK,
        kind: Kind::Header(&[MemberShow], When::Granted, "x-openstack-request-id", Some("req-42")),
    },
    Fault {
        id: "list-lacks-challenge",
        summary: "a 401 of the list does not name the identity service",
        breaks: &["GL-401-CHALLENGE"],
        profiles: GLANCE,
        kind: Kind::Header(&[MemberList], When::NoToken, "www-authenticate", None),
    },
    Fault {
        id: "methods-are-not-named",
        summary: "a 405 does not name the methods that the path has",
        breaks: &["GL-METHOD"],
        profiles: GLANCE,
        kind: Kind::Header(ANYWHERE, When::Method, "allow", None),
    },
    Fault {
        id: "show-speaks-http-1-0",
        summary: "show answers in HTTP/1.0",
        breaks: &["V2-SHOW-HDR01"],
        profiles: NTT,
        kind: Kind::Wire(&[MemberShow], |response| *response.version_mut() = Version::HTTP_10),
    },
    Fault {
        id: "show-gives-no-message",
        summary: "the status line of show ends with the code",
        breaks: &["V2-SHOW-HDR01"],
        profiles: NTT,
        kind: Kind::Wire(&[MemberShow], |response| {
            response.extensions_mut().insert(ReasonPhrase::from_static(b""));
        }),
    },
    // Methods, and what is looked at first.
    Fault {
        id: "methods-answer-404",
        summary: "a method that a path does not have answers 404 instead of 405",
        breaks: &["GL-METHOD"],
        profiles: GLANCE,
        kind: Kind::Status(ANYWHERE, When::Method, 404),
    },
    Fault {
        id: "head-is-answered",
        summary: "HEAD is answered with 200",
        breaks: &["GL-HEAD"],
        profiles: GLANCE,
        kind: Kind::Reply(ANYWHERE, head_answers),
    },
    Fault {
        id: "method-before-token",
        summary: "a method that a path does not have answers 405 to a caller without a valid token",
        breaks: &["GL-401-FIRST"],
        profiles: GLANCE,
        kind: Kind::Reply(ANYWHERE, method_first),
    },
    Fault {
        id: "bodies-are-ignored",
        summary: "a body where none belongs is ignored",
        breaks: &["GL-BODY-REFUSED"],
        profiles: GLANCE,
        kind: Kind::Inbound(&[MemberList, MemberShow, MemberDelete], |inbound| inbound.body.clear()),
    },
    Fault {
        id: "list-refuses-queries",
        summary: "the list answers 404 to a query that it does not know",
        breaks: &["V2-LIST-REQ03", "OS-LIST-UNPAGED"],
        profiles: UNPAGED,
        kind: Kind::Reply(&[MemberList], refuse_query),
    },
    // Errors.
    Fault {
        id: "errors-lack-titles",
        summary: "the title in an error of show is the word Error",
        breaks: &["GL-ERROR-JSON"],
        profiles: GLANCE,
        kind: Kind::Field(&[MemberShow], At::Refusal, "title", How::Is("Error")),
    },
    Fault {
        id: "errors-are-always-json",
        summary: "an error of show is JSON whatever is asked for",
        breaks: &["GL-ERROR-HTML", "GL-ERROR-TEXT"],
        profiles: GLANCE,
        kind: Kind::Reply(&[MemberShow], always_json),
    },
    Fault {
        id: "errors-have-an-empty-code",
        summary: "the code in an error of show is empty",
        breaks: &["HW-ERROR-BODY"],
        profiles: HUAWEI,
        kind: Kind::Reply(&[MemberShow], |reply, _| blank(reply, "code")),
    },
    Fault {
        id: "errors-have-an-empty-message",
        summary: "the message in an error of show is empty",
        breaks: &["HW-ERROR-BODY"],
        profiles: HUAWEI,
        kind: Kind::Reply(&[MemberShow], |reply, _| blank(reply, "message")),
    },
    Fault {
        id: "reworded-not-found",
        summary: "show says in other words that there is no such member or image",
        breaks: &[],
        profiles: GLANCE,
        kind: Kind::Reply(&[MemberShow], reword_not_found),
    },
    // Schema documents.
    Fault {
        id: "schemas-not-implemented",
        summary: "the schema documents answer 501",
        breaks: &["OS-SCHEMA-MEMBER", "OS-SCHEMA-MEMBERS", "OS-SCHEMA-STATUS", "NTT-STATUS", "HW-STATUS"],
        profiles: EVERY,
        kind: Kind::Status(&[SchemaMember, SchemaMembers], When::Granted, 501),
    },
    Fault {
        id: "schema-lacks-rejected",
        summary: "the schemas know no status rejected",
        breaks: &["OS-SCHEMA-STATUS", "OS-SCHEMA-FITS"],
        profiles: EVERY,
        kind: Kind::Text(&[SchemaMember, SchemaMembers], ", \"rejected\"]", "]"),
    },
    Fault {
        id: "schema-has-a-fourth-status",
        summary: "the schemas know a fourth status",
        breaks: &["OS-SCHEMA-STATUS"],
        profiles: EVERY,
        kind: Kind::Text(&[SchemaMember, SchemaMembers], "\"rejected\"]", "\"rejected\", \"killed\"]"),
    },
    Fault {
        id: "schema-has-another-name",
        summary: "the schema of a member is called image_member",
        breaks: &["OS-SCHEMA-MEMBER"],
        profiles: EVERY,
        kind: Kind::Text(&[SchemaMember], "\"member\"", "\"image_member\""),
    },
    Fault {
        id: "schema-says-tenant",
        summary: "the schemas call the member tenant_id",
        breaks: &["OS-SCHEMA-MEMBER", "OS-SCHEMA-MEMBERS"],
        profiles: EVERY,
        kind: Kind::Text(&[SchemaMember, SchemaMembers], "\"member_id\"", "\"tenant_id\""),
    },
    Fault {
        id: "schema-lacks-pattern",
        summary: "the schemas take any image id",
        breaks: &["OS-SCHEMA-MEMBER"],
        profiles: EVERY,
        kind: Kind::Text(&[SchemaMember, SchemaMembers], "a-f", "a-z"),
    },
    Fault {
        id: "schema-of-list-is-no-array",
        summary: "the schema of a list is an object of members",
        breaks: &["OS-SCHEMA-MEMBERS", "OS-SCHEMA-FITS"],
        profiles: EVERY,
        kind: Kind::Text(&[SchemaMembers], "\"array\"", "\"object\""),
    },
    Fault {
        id: "schema-of-list-has-another-name",
        summary: "the schema of a list is called member_list",
        breaks: &["OS-SCHEMA-MEMBERS"],
        profiles: EVERY,
        kind: Kind::Text(&[SchemaMembers], "\"name\": \"members\"", "\"name\": \"member_list\""),
    },
    Fault {
        id: "schemas-want-short-ids",
        summary: "the schemas take no member id of more than 16 characters, and rows have longer ones",
        breaks: &["OS-SCHEMA-FITS"],
        profiles: EVERY,
        kind: Kind::Text(&[SchemaMember, SchemaMembers], "(tenantId)\"", "(tenantId)\", \"maxLength\": 16"),
    },
    Fault {
        id: "schemas-refer-elsewhere",
        summary: "the schemas refer to another document",
        breaks: &["OS-SCHEMA-FITS"],
        profiles: EVERY,
        kind: Kind::Text(&[SchemaMember, SchemaMembers], "\"readOnly\": true", "\"$ref\": \"http://schemas.invalid/\""),
    },
];
