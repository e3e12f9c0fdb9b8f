//! External extensions as processes: the executables of one directory, started with every environment, as
//! those in an image's `/opt/extensions` are on Lambda.

use std::fmt::Display;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join_all};

use super::ProcessExecutor;
use super::entry::Entry;
use crate::executor::{Extension, StartError};
use crate::launch::Launch;

/// A directory that extensions cannot be taken from.
#[derive(Debug, thiserror::Error)]
#[error("{path} cannot be a directory of extensions: {found}")]
pub struct NoExtensions {
    path: String,
    found: String,
}

impl NoExtensions {
    fn new(path: &Path, found: &dyn Display) -> Self {
        Self { path: path.display().to_string(), found: found.to_string() }
    }
}

impl ProcessExecutor {
    /// Also starts the executables in `directory` with every environment. What they are is looked up each
    /// time.
    ///
    /// # Errors
    ///
    /// [`NoExtensions`] if there is no such directory.
    pub fn with_extensions(mut self, directory: &Path) -> Result<Self, NoExtensions> {
        let refuse = |error: io::Error| NoExtensions::new(directory, &error);
        let real = directory.canonicalize().map_err(refuse)?;
        files(&real).map_err(refuse)?;
        self.extensions = Some(real);
        Ok(self)
    }

    pub(super) fn start_all_extensions<'a>(
        &'a self,
        launch: &'a Launch,
        variables: Vec<(String, String)>,
    ) -> BoxFuture<'a, Vec<Extension>> {
        let Some(directory) = &self.extensions else {
            return std::future::ready(Vec::new()).boxed();
        };
        let files = files(directory).unwrap_or_else(|error| {
            tracing::error!(directory = %directory.display(), %error, "no extension can be started");
            Vec::new()
        });
        join_all(files.into_iter().map(move |path| self.start_one(launch, path, variables.clone())))
            .boxed()
    }

    async fn start_one(
        &self,
        launch: &Launch,
        path: PathBuf,
        variables: Vec<(String, String)>,
    ) -> Extension {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // What the function says of its own program is not said of an extension.
        let launch = Launch {
            entry_point: Vec::new(),
            command: Vec::new(),
            working_directory: None,
            ..launch.clone()
        };
        let entry = Entry::of(&launch, &path, &variables);
        let started = self.start_process(&entry, &launch, variables).await;
        let started = started.map_err(|obstacle| StartError {
            entry_point: entry.words,
            ..StartError::of(&launch, obstacle)
        });
        Extension { name, started }
    }
}

/// The files directly in a directory, in the order of their names.
fn files(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
