//! What Glance says: the recorded texts, with their ids and reasons.

use super::problem::{Malformed, Problem};
use crate::mock::inbound::Inbound;
use crate::mock::model::{Action, Refusal, WriteError};
use crate::mock::v2::image::PATCH_MEDIA;

/// The words of an error, before they take a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Words {
    /// An explanation, and sometimes a detail below it.
    Said(String, String),
    /// The method is not allowed here.
    Method(String),
    /// The media type is not known; with what would be.
    Media(String, String),
}

const NOT_FOUND: &str = "The resource could not be found.";
const FORBIDDEN: &str = "Access was denied to this resource.";
const CONFLICT: &str = "There was a conflict when trying to complete your request.";
const UNAUTHORIZED: &str = "This server could not verify that you are authorized to access the document you requested. \
    Either you supplied the wrong credentials (e.g., bad password), or your browser does not understand how to supply \
    the credentials required.";

/// Returns the words for a problem.
pub(super) fn words(problem: &Problem, inbound: &Inbound) -> Words {
    let media = |wanted: String| {
        let given = inbound.media_type().unwrap_or("${CONTENT_TYPE}");
        Words::Media(given.to_owned(), wanted)
    };
    match problem {
        Problem::Unauthorized => said(UNAUTHORIZED),
        Problem::NoRoute => said(NOT_FOUND),
        Problem::Method(_) => Words::Method(inbound.method.to_string()),
        Problem::TooLarge => said("The body of your request was too large for this server."),
        Problem::PatchMedia => media(format!("Image PATCH expects Content-Type one of: {}", PATCH_MEDIA.join(", "))),
        Problem::UploadMedia => media(format!("Invalid content type {}", inbound.media_type().unwrap_or("None"))),
        Problem::Malformed(malformed) => said(malformed_text(malformed)),
        Problem::Refused(refusal) => refused(refusal),
    }
}

/// Returns what `WebOb` says of a status when nobody says more.
pub(super) const fn default_text(status: u16) -> &'static str {
    match status {
        401 => UNAUTHORIZED,
        403 => FORBIDDEN,
        404 => NOT_FOUND,
        405 => "The method is not allowed for this resource.",
        409 => CONFLICT,
        413 => "The body of your request was too large for this server.",
        415 => "The request media type is not supported by this server.",
        _ => "The server could not comply with the request since it is either malformed or otherwise incorrect.",
    }
}

fn said(text: impl Into<String>) -> Words {
    Words::Said(text.into(), String::new())
}

fn detailed(text: &str, detail: String) -> Words {
    Words::Said(text.to_owned(), detail)
}

fn refused(refusal: &Refusal) -> Words {
    said(match refusal {
        Refusal::ForeignOwner { owner } => {
            return detailed(FORBIDDEN, format!("You are not permitted to create images owned by '{owner}'"));
        }
        Refusal::Write(error) => return write_error(error),
        Refusal::NoImage { image, action, .. } => no_image(image, *action),
        Refusal::NoMember { image, member, .. } => {
            format!("{member} not found in the member list of the image {image}.")
        }
        Refusal::NoJob { job } => format!("Job {job} not found."),
        Refusal::NotShareable { image, action } => not_shareable(image, *action),
        Refusal::Denied(action) => denied(action_name(*action)),
        Refusal::NoImages { writes } => denied(if *writes { "add_image" } else { "get_images" }),
        Refusal::Publicize => denied("publicize_image"),
        Refusal::ForeignProject => FORBIDDEN.to_owned(),
        Refusal::OverQuota { image, attempted, maximum } => format!(
            "Image member limit exceeded for image {image}: The limit has been exceeded on the number of allowed \
             image members for this image. Attempted: {attempted}, Maximum: {maximum}:"
        ),
        Refusal::Duplicate { image, member } => format!("Member {member} is duplicated for image {image}"),
        Refusal::Windows => "A Windows image cannot be shared.".to_owned(),
        Refusal::OwnProject => "An image cannot be shared with its own project.".to_owned(),
        Refusal::WideMember => "Member can't contain 4 byte unicode characters.".to_owned(),
        Refusal::BadStatus => r#"Incorrect request: Status must be "pending", "accepted" or "rejected"."#.to_owned(),
        Refusal::ForeignMarker => "The marker belongs to another list.".to_owned(),
        Refusal::BadMarker { marker } => format!("No image found with ID {marker}"),
    })
}

/// Glance names a missing image in its own way per controller.
fn no_image(image: &str, action: Action) -> String {
    match action {
        Action::ImageShow | Action::ImageUpdate | Action::ImageUpload => format!("No image found with ID {image}"),
        Action::ImageDelete => format!("Failed to find image {image} to delete"),
        _ => format!("Image {image} not found."),
    }
}

fn not_shareable(image: &str, action: Action) -> String {
    const ONLY: &str = "Only shared images have members.";
    match action {
        Action::MemberShow => ONLY.to_owned(),
        Action::MemberAdd => format!("Not allowed to create members for image {image}."),
        Action::MemberUpdate => format!("Not allowed to update members for image {image}."),
        Action::MemberDelete => format!("Not allowed to delete members for image {image}."),
        _ => format!("Not allowed to list members for image {image}: {ONLY}"),
    }
}

fn denied(action: &str) -> String {
    format!("You are not authorized to complete {action} action.")
}

const fn action_name(action: Action) -> &'static str {
    match action {
        Action::ImageShow => "get_image",
        Action::ImageUpdate => "modify_image",
        Action::ImageUpload => "upload_image",
        Action::ImageDelete => "delete_image",
        Action::MemberList => "get_members",
        Action::MemberShow => "get_member",
        Action::MemberAdd => "add_member",
        Action::MemberUpdate => "modify_member",
        Action::MemberDelete => "delete_member",
    }
}

fn write_error(error: &WriteError) -> Words {
    said(match error {
        WriteError::Fixed { property } => {
            return detailed(FORBIDDEN, format!("Property {property} may not be removed."));
        }
        WriteError::NoProperty { property } => {
            return detailed(CONFLICT, format!("Property {property} does not exist."));
        }
        WriteError::Taken { image } => format!("Image ID {image} already exists!"),
        WriteError::Protected { image } => format!("Image {image} is protected and cannot be deleted."),
        WriteError::Shared => "The image is shared and cannot be deleted.".to_owned(),
        WriteError::NoFormat => "Properties disk_format, container_format must be set prior to saving data.".to_owned(),
        WriteError::Uploaded => "Image status transition from active to saving is not allowed".to_owned(),
    })
}

fn malformed_text(malformed: &Malformed) -> String {
    let fixed = match malformed {
        Malformed::UnexpectedBody => "A body is not expected with this request.",
        Malformed::NoBody => "Body expected in request.",
        Malformed::NoJson => "Malformed JSON in request body.",
        Malformed::NoCollection => "Unexpected body type. Expected list/dict.",
        Malformed::NoMember => "Member to be added not specified",
        Malformed::EmptyMember => "Member can't be empty",
        Malformed::MemberForm => r#"Expected a member in the form: {"member": "image_id"}"#,
        Malformed::LongMember => "Member can't be longer than 255 characters.",
        Malformed::NoStatus => "Status not specified",
        Malformed::StatusForm => r#"Expected a status in the form: {"status": "status"}"#,
        Malformed::PatchList => "Request body must be a JSON array of operation objects.",
        Malformed::PatchWords { many: false } => {
            r#"Operation objects must contain exactly one member named "add", "remove", or "replace"."#
        }
        Malformed::PatchWords { many: true } => {
            r#"Operation objects must contain only one member named "add", "remove", or "replace"."#
        }
        Malformed::PatchObject => "Operations must be JSON objects.",
        Malformed::PatchPath => "Unable to find 'path' in JSON Schema change",
        Malformed::Limit => "limit param must be an integer",
        Malformed::NegativeLimit => "limit param must be positive",
        Malformed::PageLimit => "limit must be an integer from 1 to 1000",
        Malformed::BatchForm => "images and one kind of recipient must be lists of texts",
        Malformed::BatchImage => "an image id is a UUID",
        Malformed::PageMarker => "marker is not a marker of this list",
        named => return named_text(named),
    };
    fixed.to_owned()
}

fn named_text(malformed: &Malformed) -> String {
    const KNOWN: &str = "It must be one of the following: add, remove, replace.";
    match malformed {
        // Glance goes on with the whole schema of the field; nobody should read that.
        Malformed::Field(name) => format!("Provided object does not match schema 'image': '{name}'"),
        Malformed::ReadOnly(name) => format!("Attribute '{name}' is read-only."),
        Malformed::PatchOperation(None) => format!("Unable to find `op` in JSON Schema change. {KNOWN}"),
        Malformed::PatchOperation(Some(word)) => format!("Invalid operation: `{word}`. {KNOWN}"),
        Malformed::PatchPointer(path) => format!("Pointer `{path}` does not start with \"/\"."),
        Malformed::PatchDepth(path) => format!("Invalid JSON pointer for this resource: '{path}'"),
        Malformed::PatchValue(word) => format!("Operation \"{word}\" requires a member named \"value\"."),
        Malformed::Visibility(word) => format!("Invalid visibility value: {word}"),
        Malformed::MemberStatus(word) => format!("Invalid status: {word}"),
        Malformed::Hidden(word) => {
            format!("Invalid value '{word}' for 'os_hidden' filter. Valid values are 'true' or 'false'.")
        }
        _ => String::new(),
    }
}
