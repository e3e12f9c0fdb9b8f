//! The images that are measured, in the table's order: of one handler, of all, of twelve.

use std::error::Error;
use std::path::{Path, PathBuf};

use super::twelve;
use crate::builds::WORKSPACE;

/// The handler that is started, in every image. Every image of one handler is like this one.
pub(crate) const HANDLER: &str = "custom-event";

/// What an image is built of.
pub(crate) struct Recipe {
    pub(crate) name: &'static str,
    /// Where the Dockerfile is.
    pub(crate) workspace: PathBuf,
    /// Names with commas between them; `None` is every one.
    pub(crate) handlers: Option<String>,
}

/// Makes what the recipes need.
pub(crate) fn all(place: &Path) -> Result<[Recipe; 3], Box<dyn Error>> {
    let workspace = PathBuf::from(WORKSPACE);
    let copy = place.join("workspace");
    let twelve = twelve::copy(&workspace, &copy)?;
    Ok([
        Recipe { name: "one", workspace: workspace.clone(), handlers: Some(HANDLER.to_owned()) },
        Recipe { name: "all", workspace, handlers: None },
        Recipe { name: "twelve", workspace: copy, handlers: Some(twelve.join(",")) },
    ])
}
