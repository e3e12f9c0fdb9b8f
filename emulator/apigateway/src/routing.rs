//! Which resource of a deployment answers a path.

use std::collections::BTreeMap;

use crate::resource::Resource;
use crate::segment::Segment;

/// The resources of a deployment that have methods. The others are only steps in the tree.
pub(crate) struct Routes(Vec<Resource>);

/// The resource that answers a path.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    pub(crate) resource: &'a Resource,
    /// Values of the path's variables, as they stood in the address.
    pub(crate) parameters: BTreeMap<String, String>,
}

impl Routes {
    pub(crate) fn of<'a>(resources: impl Iterator<Item = &'a Resource>) -> Self {
        let mut resources: Vec<_> =
            resources.filter(|resource| !resource.methods.is_empty()).cloned().collect();
        // Segment by segment: a word goes before a variable, a variable before a greedy one. So the
        // first resource that fits is the best.
        resources.sort_by(|one, other| one.segments.cmp(&other.segments));
        Self(resources)
    }

    /// The resource for `path`, which begins with a slash. One slash at its end does not matter.
    pub(crate) fn find(&self, path: &str) -> Option<Found<'_>> {
        let path = path.strip_prefix('/').unwrap_or(path);
        let path = path.strip_suffix('/').unwrap_or(path);
        self.0.iter().find_map(|resource| {
            let parameters = fit(&resource.segments, path)?;
            Some(Found { resource, parameters })
        })
    }
}

/// The variables' values, if `path` (without the slashes around it) is one of these segments.
fn fit(segments: &[Segment], path: &str) -> Option<BTreeMap<String, String>> {
    let mut parameters = BTreeMap::new();
    let mut rest = Some(path).filter(|path| !path.is_empty());
    for segment in segments {
        let path = rest?;
        let (first, after) = match path.split_once('/') {
            Some((first, after)) => (first, Some(after)),
            None => (path, None),
        };
        rest = after;
        match segment {
            Segment::Literal(word) if word == first => {}
            Segment::Parameter(name) if !first.is_empty() => {
                parameters.insert(name.clone(), first.to_owned());
            }
            Segment::Greedy(name) if !path.is_empty() => {
                parameters.insert(name.clone(), path.to_owned());
                rest = None;
            }
            _ => return None,
        }
    }
    rest.is_none().then_some(parameters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::Method;
    use crate::rest_api::{RestApi, example};
    use crate::verb::Verb;

    /// Resources by path; those that end in `!` have no method.
    fn routes(paths: &[&str]) -> Routes {
        let mut api = example();
        for path in paths {
            let bare = path.trim_end_matches('!');
            let mut at = api.root.clone();
            for part in bare.split('/').filter(|part| !part.is_empty()) {
                at = step(&mut api, &at, part);
            }
            if bare == *path {
                let resource = api.resource_mut(&at).unwrap();
                resource.methods.insert(Verb::ANY, Method::default());
            }
        }
        Routes::of(api.resources())
    }

    fn step(api: &mut RestApi, parent: &str, part: &str) -> String {
        let is_it = |resource: &&Resource| {
            resource.parent.as_ref().is_some_and(|it| it.id == parent && it.part == part)
        };
        let there = api.resources().find(is_it).map(|resource| resource.id.clone());
        there.unwrap_or_else(|| api.add_resource(parent, part).unwrap().id.clone())
    }

    #[track_caller]
    fn check(routes: &Routes, path: &str, expected: Option<(&str, &[(&str, &str)])>) {
        let found = routes.find(path).map(|found| (found.resource.path.clone(), found.parameters));
        let expected = expected.map(|(path, parameters)| {
            let pairs = parameters.iter().map(|(name, it)| ((*name).to_owned(), (*it).to_owned()));
            (path.to_owned(), pairs.collect())
        });
        assert_eq!(found, expected, "{path}");
    }

    #[test]
    fn a_word_beats_a_variable_and_a_variable_beats_a_greedy_one() {
        let routes =
            routes(&["/", "/pets", "/pets/{id}", "/pets/new", "/pets/{id}/toys", "/{proxy+}"]);
        check(&routes, "/", Some(("/", &[])));
        check(&routes, "/pets", Some(("/pets", &[])));
        check(&routes, "/pets/", Some(("/pets", &[])));
        check(&routes, "/pets/new", Some(("/pets/new", &[])));
        check(&routes, "/pets/7", Some(("/pets/{id}", &[("id", "7")])));
        check(&routes, "/pets/7/toys", Some(("/pets/{id}/toys", &[("id", "7")])));
        check(&routes, "/pets/7/food", Some(("/{proxy+}", &[("proxy", "pets/7/food")])));
        check(&routes, "/birds", Some(("/{proxy+}", &[("proxy", "birds")])));
    }

    #[test]
    fn a_greedy_variable_takes_the_rest_as_it_stands_and_at_least_one_segment() {
        let routes = routes(&["/files/{path+}"]);
        check(&routes, "/files/a//b%2Fc/", Some(("/files/{path+}", &[("path", "a//b%2Fc")])));
        check(&routes, "/files", None);
        check(&routes, "/files/", None);
    }

    #[test]
    fn what_no_resource_fits_is_not_found() {
        let routes = routes(&["/pets/{id}", "/birds!"]);
        for path in ["/", "/pets", "/pets//toys", "/pets/7/toys", "/birds", "/Pets/7"] {
            check(&routes, path, None);
        }
    }
}
