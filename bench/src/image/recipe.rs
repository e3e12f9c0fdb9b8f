//! The images that are measured, in the table's order: of one handler, of those that use no SDK, of all, of
//! twelve.

use std::error::Error;
use std::path::{Path, PathBuf};

use super::twelve;
use crate::builds::WORKSPACE;

/// The handler that is started, in every image. Every image of one handler is like this one.
pub(crate) const HANDLER: &str = "custom-event";

/// The handler that calls another function, with an SDK, where it is in an image.
pub(crate) const CALLER: &str = "caller";

/// What an image is built of.
pub(crate) struct Recipe {
    pub(crate) name: &'static str,
    /// Where the Dockerfile is.
    pub(crate) workspace: PathBuf,
    /// Names with commas between them; `None` is every one.
    pub(crate) handlers: Option<String>,
    /// Whether [`CALLER`] is among them.
    pub(crate) calls: bool,
}

/// Makes what the recipes need.
pub(crate) fn all(place: &Path) -> Result<[Recipe; 4], Box<dyn Error>> {
    let workspace = PathBuf::from(WORKSPACE);
    let copy = place.join("workspace");
    let twelve = Some(twelve::copy(&workspace, &copy)?.join(","));
    let one = Some(HANDLER.to_owned());
    let without_sdk = twelve::names(&workspace.join("handlers"))?;
    let without_sdk = without_sdk.into_iter().filter(|name| name != CALLER).collect::<Vec<_>>();
    let no_sdk = Some(without_sdk.join(","));
    let of = |name, handlers| Recipe { name, workspace: workspace.clone(), handlers, calls: false };
    Ok([
        of("one", one),
        of("no-sdk", no_sdk),
        Recipe { calls: true, ..of("all", None) },
        Recipe { calls: true, workspace: copy, ..of("twelve", twelve) },
    ])
}
