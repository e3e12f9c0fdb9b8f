//! One REST API: the tree of resources that is being edited, and the stages that can be called.

use std::collections::BTreeMap;
use std::sync::Arc;

use emulator_front::WireError;
use time::UtcDateTime;

use crate::deployment::{Deployment, Stage};
use crate::id;
use crate::not_found::NotFound;
use crate::resource::Resource;
use crate::segment::{InvalidPathPart, Segment};

/// A REST API as it is now.
pub(crate) struct RestApi {
    pub(crate) id: String,
    pub(crate) created: UtcDateTime,
    pub(crate) about: About,
    /// Id of the resource `/`, which is always there.
    pub(crate) root: String,
    /// By id.
    resources: BTreeMap<String, Resource>,
    /// In the order in which they were made.
    pub(crate) deployments: Vec<Arc<Deployment>>,
    /// By name.
    pub(crate) stages: BTreeMap<String, Stage>,
}

/// What the owner of an API says about it.
pub(crate) struct About {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) version: Option<String>,
    /// As AWS would place it. Here every API is on the emulator's one port.
    pub(crate) endpoint: Endpoint,
    pub(crate) binary_media_types: Vec<String>,
    pub(crate) tags: BTreeMap<String, String>,
}

/// What kind of endpoint AWS would give an API.
pub(crate) struct Endpoint {
    pub(crate) kind: String,
    pub(crate) ip_address_type: String,
}

/// Why a resource cannot hang where it should.
///
/// Texts recorded from API Gateway, but for that of a part which cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotAdded {
    #[error(transparent)]
    NotFound(#[from] NotFound),
    #[error(transparent)]
    PathPart(#[from] InvalidPathPart),
    #[error("Cannot create a child of a resource with a greedy path variable: {0}")]
    BelowGreedy(String),
    #[error(
        "A sibling ({0}) of this resource already has a variable path part -- only one is allowed"
    )]
    SecondVariable(String),
    #[error("Another resource with the same parent already has this name: {0}")]
    Taken(String),
}

impl WireError for NotAdded {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::NotFound(error) => error.shape(),
            Self::PathPart(_) | Self::BelowGreedy(_) | Self::SecondVariable(_) => {
                (400, "BadRequestException")
            }
            Self::Taken(_) => (409, "ConflictException"),
        }
    }
}

impl RestApi {
    /// An API with nothing in it but its root.
    pub(crate) fn new(about: About, created: UtcDateTime) -> Self {
        let root = Resource::root();
        Self {
            id: id::fresh(id::LONG),
            created,
            about,
            root: root.id.clone(),
            resources: BTreeMap::from([(root.id.clone(), root)]),
            deployments: Vec::new(),
            stages: BTreeMap::new(),
        }
    }

    pub(crate) fn resource(&self, id: &str) -> Result<&Resource, NotFound> {
        self.resources.get(id).ok_or(NotFound::Resource)
    }

    /// The same, to be changed.
    pub(crate) fn resource_mut(&mut self, id: &str) -> Result<&mut Resource, NotFound> {
        self.resources.get_mut(id).ok_or(NotFound::Resource)
    }

    /// All resources, in no order that means anything.
    pub(crate) fn resources(&self) -> impl Iterator<Item = &Resource> {
        self.resources.values()
    }

    pub(crate) fn stage(&self, name: &str) -> Result<&Stage, NotFound> {
        self.stages.get(name).ok_or(NotFound::Stage)
    }

    /// Adds a resource below another.
    pub(crate) fn add_resource(&mut self, parent: &str, part: &str) -> Result<&Resource, NotAdded> {
        let parent = self.resource(parent)?;
        let segment = Segment::read(part)?;
        if let (Some(Segment::Greedy(_)), Some(at)) = (parent.segments.last(), &parent.parent) {
            return Err(NotAdded::BelowGreedy(at.part.clone()));
        }
        for sibling in self.children(&parent.id) {
            let Some(at) = &sibling.parent else { continue };
            if at.part == part {
                return Err(NotAdded::Taken(part.to_owned()));
            }
            if segment.is_variable() && sibling.segments.last().is_some_and(Segment::is_variable) {
                return Err(NotAdded::SecondVariable(at.part.clone()));
            }
        }
        let added = parent.child(part, segment);
        Ok(self.resources.entry(added.id.clone()).or_insert(added))
    }

    fn children(&self, id: &str) -> impl Iterator<Item = &Resource> {
        self.resources
            .values()
            .filter(move |it| it.parent.as_ref().is_some_and(|parent| parent.id == id))
    }
}

#[cfg(test)]
pub(crate) fn example() -> RestApi {
    let endpoint = Endpoint { kind: "EDGE".to_owned(), ip_address_type: "ipv4".to_owned() };
    let about = About {
        name: "example".to_owned(),
        description: None,
        version: None,
        endpoint,
        binary_media_types: Vec::new(),
        tags: BTreeMap::new(),
    };
    RestApi::new(about, UtcDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_form_a_tree_in_which_names_and_variables_are_single() {
        let mut api = example();
        let root = api.root.clone();
        let pets = api.add_resource(&root, "pets").unwrap();
        assert_eq!(pets.path, "/pets");
        let pets = pets.id.clone();
        let id = api.add_resource(&pets, "{id}").unwrap();
        assert_eq!(id.path, "/pets/{id}");
        let rest = api.add_resource(&root, "{proxy+}").unwrap().id.clone();

        let mut refuses = |parent: &str, part: &str, expected: NotAdded| {
            assert_eq!(api.add_resource(parent, part).unwrap_err(), expected);
        };
        refuses(&root, "pets", NotAdded::Taken("pets".into()));
        refuses(&root, "{proxy+}", NotAdded::Taken("{proxy+}".into()));
        refuses(&root, "{other}", NotAdded::SecondVariable("{proxy+}".into()));
        refuses(&rest, "below", NotAdded::BelowGreedy("{proxy+}".into()));
        refuses(&root, "a b", NotAdded::PathPart(InvalidPathPart));
        refuses("nowhere", "pets", NotAdded::NotFound(NotFound::Resource));
    }
}
