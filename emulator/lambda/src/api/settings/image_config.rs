//! What a function has otherwise than its image: `ImageConfig`.

use emulator_front::Constraints;
use serde::Deserialize;

use crate::configuration;

/// Words that an entry point or a command may have. Source: the Lambda service model, 2015-03-31.
const MAX_WORDS: usize = 1500;

/// Longest working directory, in characters. Source: the Lambda service model, 2015-03-31.
const MAX_DIRECTORY: usize = 1000;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ImageConfig {
    entry_point: Option<Vec<String>>,
    command: Option<Vec<String>>,
    working_directory: Option<String>,
}

impl ImageConfig {
    pub(super) fn constrain(&self, constraints: &mut Constraints) {
        let words = |list: &Option<Vec<String>>| list.as_ref().map_or(0, Vec::len);
        constraints.size(words(&self.entry_point), "imageConfig.entryPoint", 0, MAX_WORDS);
        constraints.size(words(&self.command), "imageConfig.command", 0, MAX_WORDS);
        let directory = self.working_directory.as_deref();
        constraints.length(directory, "imageConfig.workingDirectory", 0, MAX_DIRECTORY);
    }
}

impl From<ImageConfig> for configuration::ImageConfig {
    /// Replaces the whole: what is not given is the image's own again.
    fn from(given: ImageConfig) -> Self {
        Self {
            entry_point: given.entry_point.unwrap_or_default(),
            command: given.command.unwrap_or_default(),
            working_directory: given.working_directory.filter(|directory| !directory.is_empty()),
        }
    }
}
