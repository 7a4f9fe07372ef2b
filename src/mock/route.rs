//! Which method and path means which operation: one table.

use axum::http::Method;

/// An operation that the mock knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    /// Create an image.
    ImageCreate,
    /// List images.
    ImageList,
    /// Read an image.
    ImageShow,
    /// Change an image.
    ImageUpdate,
    /// Delete an image.
    ImageDelete,
    /// Upload an image's data.
    ImageUpload,
    /// List an image's members.
    MemberList,
    /// Add a member.
    MemberAdd,
    /// Read a member.
    MemberShow,
    /// Change a member's status.
    MemberUpdate,
    /// Remove a member.
    MemberDelete,
    /// The bare version.
    Root,
    /// The schema document of an image.
    SchemaImage,
    /// The schema document of an image list.
    SchemaImages,
    /// The schema document of a member.
    SchemaMember,
    /// The schema document of a member list.
    SchemaMembers,
    /// IMS v1: list an image's members by pages.
    V1MemberList,
    /// IMS v1: read a member.
    V1MemberShow,
    /// IMS v1: share images with recipients, by a job.
    V1BatchAdd,
    /// IMS v1: answer for a project on images, by a job.
    V1BatchUpdate,
    /// IMS v1: stop sharing images with recipients, by a job.
    V1BatchDelete,
    /// IMS v1: ask after a job in a project.
    V1JobShow,
    /// IMS v1: ask after a job.
    V1JobProgress,
}

impl Operation {
    /// Says whether Glance refuses a body: everywhere it needs none, except on the list of images.
    pub(crate) const fn rejects_body(self) -> bool {
        !matches!(
            self,
            Self::Root
                | Self::ImageCreate
                | Self::ImageList
                | Self::ImageUpdate
                | Self::ImageUpload
                | Self::MemberAdd
                | Self::MemberUpdate
        )
    }
}

/// A path and what its methods mean. Segments in braces match any text.
#[derive(Debug)]
pub(crate) struct Route<O: 'static = Operation> {
    pub(crate) path: &'static str,
    pub(crate) calls: &'static [(Method, O)],
}

/// The Image API v2.
pub(crate) const V2: &[Route] = &[
    Route {
        path: "v2/images/{image}/members/{member}",
        calls: &[
            (Method::GET, Operation::MemberShow),
            (Method::PUT, Operation::MemberUpdate),
            (Method::DELETE, Operation::MemberDelete),
        ],
    },
    Route {
        path: "v2/images/{image}/members",
        calls: &[(Method::GET, Operation::MemberList), (Method::POST, Operation::MemberAdd)],
    },
    Route { path: "v2/images/{image}/file", calls: &[(Method::PUT, Operation::ImageUpload)] },
    Route {
        path: "v2/images/{image}",
        calls: &[
            (Method::GET, Operation::ImageShow),
            (Method::PATCH, Operation::ImageUpdate),
            (Method::DELETE, Operation::ImageDelete),
        ],
    },
    Route { path: "v2/images", calls: &[(Method::GET, Operation::ImageList), (Method::POST, Operation::ImageCreate)] },
    Route { path: "v2/schemas/image", calls: &[(Method::GET, Operation::SchemaImage)] },
    Route { path: "v2/schemas/images", calls: &[(Method::GET, Operation::SchemaImages)] },
    Route { path: "v2/schemas/member", calls: &[(Method::GET, Operation::SchemaMember)] },
    Route { path: "v2/schemas/members", calls: &[(Method::GET, Operation::SchemaMembers)] },
];

/// What Glance has beside what is documented.
pub(crate) const GLANCE: &[Route] = &[Route {
    path: "v2",
    calls: &[
        (Method::GET, Operation::Root),
        (Method::HEAD, Operation::Root),
        (Method::POST, Operation::Root),
        (Method::PUT, Operation::Root),
        (Method::PATCH, Operation::Root),
        (Method::DELETE, Operation::Root),
    ],
}];

/// The IMS API v1.
pub(crate) const V1: &[Route] = &[
    Route {
        path: "v1/{project}/cloudimages/{image}/members/{member}",
        calls: &[(Method::GET, Operation::V1MemberShow)],
    },
    Route { path: "v1/{project}/cloudimages/{image}/members", calls: &[(Method::GET, Operation::V1MemberList)] },
];

/// The batch calls of the IMS API v1, and their jobs.
pub(crate) const V1_BATCH: &[Route] = &[
    Route {
        path: "v1/cloudimages/members",
        calls: &[
            (Method::POST, Operation::V1BatchAdd),
            (Method::PUT, Operation::V1BatchUpdate),
            (Method::DELETE, Operation::V1BatchDelete),
        ],
    },
    Route { path: "v1/{project}/jobs/{job}", calls: &[(Method::GET, Operation::V1JobShow)] },
    Route { path: "v1/cloudimages/job/{job}", calls: &[(Method::GET, Operation::V1JobProgress)] },
];

/// What a request's method and path lead to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found<'a, O = Operation> {
    /// An operation, with the segments that stand for ids, in their order.
    Operation(O, Vec<&'a str>),
    /// A path that has no such method, and those that it has.
    Method(String),
    /// No such path.
    Nothing,
}

/// Looks up a decoded path. Slashes that stand together count as one, as Glance's router has it.
pub(crate) fn find<'a, O: Copy>(tables: &[&'static [Route<O>]], method: &Method, path: &'a str) -> Found<'a, O> {
    let mut segments: Vec<_> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    if path.ends_with('/') {
        segments.push("");
    }
    let mut routes = tables.iter().copied().flatten();
    match routes.find_map(|route| captures(route.path, &segments).map(|ids| (route, ids))) {
        Some((route, ids)) => choose(route, method, ids),
        None => Found::Nothing,
    }
}

fn choose<'a, O: Copy>(route: &Route<O>, method: &Method, ids: Vec<&'a str>) -> Found<'a, O> {
    if let Some((_, operation)) = route.calls.iter().find(|(known, _)| known == method) {
        return Found::Operation(*operation, ids);
    }
    let allowed: Vec<_> = route.calls.iter().map(|(method, _)| method.as_str()).collect();
    Found::Method(allowed.join(", "))
}

fn captures<'a>(pattern: &str, segments: &[&'a str]) -> Option<Vec<&'a str>> {
    let mut parts = pattern.split('/');
    let mut ids = Vec::with_capacity(3);
    for segment in segments {
        match parts.next()? {
            part if part.starts_with('{') && !segment.is_empty() => ids.push(*segment),
            part if part == *segment => {}
            _ => return None,
        }
    }
    parts.next().is_none().then_some(ids)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(method: &Method, path: &'static str) -> Found<'static> {
        find(&[V2, V1], method, path)
    }

    #[test]
    fn finds_operations_and_their_ids() {
        assert_eq!(
            look(&Method::GET, "/v2/images/i/members/m"),
            Found::Operation(Operation::MemberShow, vec!["i", "m"])
        );
        assert_eq!(
            look(&Method::GET, "/v1/p/cloudimages/i/members"),
            Found::Operation(Operation::V1MemberList, vec!["p", "i"])
        );
        assert_eq!(look(&Method::GET, "/v2/images//members"), Found::Operation(Operation::ImageShow, vec!["members"]));
    }

    #[test]
    fn names_the_methods_that_a_path_has() {
        assert_eq!(look(&Method::HEAD, "/v2/images/i/members"), Found::Method("GET, POST".to_owned()));
        assert_eq!(look(&Method::POST, "/v2/images/i/members/m"), Found::Method("GET, PUT, DELETE".to_owned()));
        assert_eq!(look(&Method::PUT, "/v2/images/i"), Found::Method("GET, PATCH, DELETE".to_owned()));
    }

    #[test]
    fn knows_no_other_path() {
        for path in ["/", "/v2", "/v2/images/", "/v2/images/i/members/", "/v2/images/i/members/m/x", "/v3/images"] {
            assert_eq!(look(&Method::GET, path), Found::Nothing, "{path}");
        }
    }
}
