//! Which of its error forms `WebOb` chooses for an `Accept` header.

/// The form of an error body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// An HTML page: for browsers, and for whoever takes anything.
    Html,
    /// A JSON object.
    Json,
    /// Plain text: for whoever takes neither, or says nothing.
    Plain,
}

/// Chooses the form: the better liked of HTML and JSON, HTML if both are liked alike or the header makes no sense.
pub(super) fn form(accept: Option<&str>) -> Form {
    let elements = accept.unwrap_or_default().split(',').map(str::trim).filter(|element| !element.is_empty());
    let Some(ranges) = elements.map(parse).collect::<Option<Vec<_>>>() else { return Form::Html };
    let (html, json) = (quality(&ranges, "text", "html"), quality(&ranges, "application", "json"));
    match (html, json) {
        (0, 0) => Form::Plain,
        _ if json > html => Form::Json,
        _ => Form::Html,
    }
}

/// A media range: type, subtype, quality in thousandths.
type Range = (String, String, u32);

/// Reads one element, if it makes sense.
fn parse(element: &str) -> Option<Range> {
    let mut parts = element.split(';').map(str::trim);
    let (kind, subtype) = parts.next()?.split_once('/')?;
    if !is_token(kind) || !is_token(subtype) {
        return None;
    }
    let mut quality = Some(1000);
    for parameter in parts {
        let (name, value) = parameter.split_once('=')?;
        // A range with a parameter of its own is none of the two media types offered.
        quality = if name.eq_ignore_ascii_case("q") { parse_quality(value) } else { Some(0) };
        quality?;
    }
    Some((kind.to_ascii_lowercase(), subtype.to_ascii_lowercase(), quality?))
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

fn parse_quality(text: &str) -> Option<u32> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fine = fraction.len() <= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let thousandths: u32 = format!("{fraction:0<3}").parse().ok().filter(|_| fine)?;
    match whole {
        "0" => Some(thousandths),
        "1" if thousandths == 0 => Some(1000),
        _ => None,
    }
}

/// Returns how well a media type is liked: the most exact range that covers it decides.
fn quality(ranges: &[Range], kind: &str, subtype: &str) -> u32 {
    let covers = |range: &Range, kind: &str, subtype: &str| range.0 == kind && range.1 == subtype;
    let exact = [(kind, subtype), (kind, "*"), ("*", "*")];
    let found = exact.iter().find_map(|(k, s)| ranges.iter().rfind(|range| covers(range, k, s)));
    found.map_or(0, |range| range.2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chooses_as_recorded() {
        let plain = ["", "text/plain", "application/xml", "image/png", "application/json;q=0", ",", "*/json"];
        let plain = plain.into_iter().chain(["application/json; charset=utf-8"]);
        for accept in plain {
            assert_eq!(form(Some(accept)), Form::Plain, "{accept}");
        }
        for accept in
            ["application/json", "APPLICATION/JSON", "application/*", "application/json;q=0.5, text/html;q=0.2"]
        {
            assert_eq!(form(Some(accept)), Form::Json, "{accept}");
        }
        for accept in ["*/*", "text/html", "text/*", "garbage", "a/b/c", "application/json, */*"] {
            assert_eq!(form(Some(accept)), Form::Html, "{accept}");
        }
        assert_eq!(form(None), Form::Plain);
    }
}
