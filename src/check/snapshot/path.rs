//! Where the snapshot of a case stands: names that people gave, made safe as names of files.

use std::fmt::Write as _;
use std::path::PathBuf;

/// The longest part of a file name, in bytes; file systems take 255.
const LONGEST: usize = 200;

/// Returns the folder of a target within the snapshots.
pub(super) fn folder(target: &str) -> PathBuf {
    PathBuf::from(safe(target))
}

/// Returns the file of a case within its target's folder, without an ending: `v2/member-show/bad-id[word]`.
pub(super) fn file(case_id: &str) -> PathBuf {
    case_id.split("::").map(safe).collect()
}

/// Returns a text as one name of a file, or a few folders in each other where it is very long.
///
/// No two texts give the same name: what is neither a letter, a digit nor one of `-_.[]` is percent-encoded, as is a dot
/// in front, so that no name leads elsewhere.
fn safe(text: &str) -> String {
    let mut name = String::new();
    for byte in text.bytes() {
        match byte {
            b'.' if name.is_empty() => name.push_str("%2E"),
            b'-' | b'_' | b'.' | b'[' | b']' => name.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => name.push(char::from(byte)),
            _ => {
                let _ = write!(name, "%{byte:02X}");
            }
        }
    }
    // An encoded name never ends in a bare percent sign.
    let parts: Vec<_> = name.as_bytes().chunks(LONGEST).map(String::from_utf8_lossy).collect();
    if parts.is_empty() { "%".to_owned() } else { parts.join("%/") }
}

#[cfg(test)]
mod tests {
    use std::path::Component;

    use super::*;

    #[test]
    fn a_case_has_the_path_of_its_file() {
        assert_eq!(file("v2::member-list::bad-limit[zero]"), PathBuf::from("v2/member-list/bad-limit[zero]"));
        assert_eq!(folder("glance-33.0.0"), PathBuf::from("glance-33.0.0"));
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        for name in ["..", ".", "", "/etc/passwd", "../../x", "a\\b", "a/../b", "\0", "a::..::b", "~", "C:\\x"] {
            for path in [folder(name), file(name), file(&format!("v2::{name}"))] {
                let within = path.components().all(|part| matches!(part, Component::Normal(_)));
                assert!(within && path.components().count() > 0, "{name:?} gives {}", path.display());
            }
        }
    }

    #[test]
    fn no_two_names_share_a_file() {
        let long = |n: usize| "x".repeat(n);
        let names =
            ["lab", "Lab", "lab ", "lab.", ".lab", "%2Elab", "la/b", "la%2Fb", "", "%", "ä", "a\u{308}", "[lab]"];
        let names = names.map(str::to_owned).into_iter().chain([long(199), long(200), long(201), long(400), long(401)]);
        let mut paths: Vec<_> = names.map(|name| folder(&name)).collect();
        let count = paths.len();
        assert!(paths.iter().flat_map(|path| path.components()).all(|part| part.as_os_str().len() < 250));
        paths.sort();
        paths.dedup();
        assert_eq!(paths.len(), count, "{paths:#?}");
    }
}
