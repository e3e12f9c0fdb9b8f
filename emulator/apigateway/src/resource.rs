//! A resource of a REST API: its place in the tree of paths, and the methods that it answers.

use std::collections::BTreeMap;

use crate::id;
use crate::integration::Integration;
use crate::not_found::NotFound;
use crate::segment::Segment;
use crate::verb::Verb;

/// One path, with its methods.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    pub(crate) id: String,
    /// None for the root.
    pub(crate) parent: Option<Parent>,
    /// From the root, such as `/pets/{id}`.
    pub(crate) path: String,
    /// The same path, read.
    pub(crate) segments: Vec<Segment>,
    pub(crate) methods: BTreeMap<Verb, Method>,
}

/// Where a resource hangs.
#[derive(Clone, Debug)]
pub(crate) struct Parent {
    pub(crate) id: String,
    /// What the resource adds to its parent's path.
    pub(crate) part: String,
}

/// What a resource answers to one HTTP method. Anybody may call it: no authorization is emulated.
#[derive(Clone, Debug, Default)]
pub(crate) struct Method {
    /// Told to the function.
    pub(crate) operation_name: Option<String>,
    pub(crate) integration: Option<Integration>,
    /// By status code. A proxy's function sets its own status and headers: on AWS, too, these only stand
    /// in what is exported of the API.
    pub(crate) responses: BTreeMap<String, MethodResponse>,
}

/// What a method is declared to answer with one status.
#[derive(Clone, Debug, Default)]
pub(crate) struct MethodResponse {
    /// Headers, and whether each is required.
    pub(crate) parameters: BTreeMap<String, bool>,
    /// Models, by content type.
    pub(crate) models: BTreeMap<String, String>,
}

impl Resource {
    pub(crate) fn root() -> Self {
        Self {
            id: id::fresh(id::LONG),
            parent: None,
            path: "/".to_owned(),
            segments: Vec::new(),
            methods: BTreeMap::new(),
        }
    }

    pub(crate) fn child(&self, part: &str, segment: Segment) -> Self {
        let mut segments = self.segments.clone();
        segments.push(segment);
        Self {
            id: id::fresh(id::LONG),
            parent: Some(Parent { id: self.id.clone(), part: part.to_owned() }),
            path: format!("{}/{part}", self.path.trim_end_matches('/')),
            segments,
            methods: BTreeMap::new(),
        }
    }

    /// The method of exactly this name.
    pub(crate) fn method(&self, verb: &str) -> Result<&Method, NotFound> {
        Verb::read(verb).ok().and_then(|verb| self.methods.get(&verb)).ok_or(NotFound::Method)
    }

    /// The same, to be changed.
    pub(crate) fn method_mut(&mut self, verb: &str) -> Result<&mut Method, NotFound> {
        Verb::read(verb).ok().and_then(|verb| self.methods.get_mut(&verb)).ok_or(NotFound::Method)
    }

    /// The method that answers a request: the one of its name, or else `ANY`.
    pub(crate) fn answering(&self, verb: &str) -> Option<&Method> {
        let verb = Verb::read(verb).ok()?;
        self.methods.get(&verb).or_else(|| self.methods.get(&Verb::ANY))
    }
}

impl Method {
    pub(crate) fn integration(&self) -> Result<&Integration, NotFound> {
        self.integration.as_ref().ok_or(NotFound::Integration)
    }
}
