//! Extensions in an image. They are not started here, which is said once for each image that has any.

use std::collections::HashSet;
use std::sync::Mutex;

use bollard::Docker;

use super::archive::{self, BLOCK};
use crate::Image;

/// Where Lambda looks for them.
const DIRECTORY: &str = "/opt/extensions";

/// The images that have been looked at, by their digests.
#[derive(Default)]
pub(super) struct Seen(Mutex<HashSet<String>>);

impl Seen {
    /// Warns of what a container of this image has in the directory, the first time that there is one.
    pub(super) async fn look_at(&self, docker: &Docker, container: &str, image: &Image) {
        let new = {
            let mut seen = self.0.lock().expect("nothing panics while it holds this");
            seen.insert(image.digest.clone())
        };
        if new && holds_something(&archive::beginning(docker, container, DIRECTORY).await) {
            tracing::warn!(
                image = image.uri,
                "the programs in {DIRECTORY} are not started: functions that are containers have no \
                 external extensions here"
            );
        }
    }
}

/// Whether there is anything in the directory, if it is there. The first header is that of the directory; one of zeros ends the archive.
fn holds_something(archive: &[u8]) -> bool {
    archive.get(BLOCK..2 * BLOCK).is_some_and(|header| header.iter().any(|&byte| byte != 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_second_header_is_a_file() {
        let directory = [1; BLOCK];
        assert!(!holds_something(&[]));
        assert!(!holds_something(&[directory, [0; BLOCK], [0; BLOCK]].concat()));
        assert!(holds_something(&[directory, directory].concat()));
    }
}
