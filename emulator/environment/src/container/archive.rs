//! Files of a container as its engine gives them: packed into a tar archive.

use bollard::Docker;
use bollard::query_parameters::DownloadFromContainerOptionsBuilder;
use futures_util::StreamExt;

/// The size of a block of an archive, in bytes: a file's header is one, and what it holds follows.
pub(super) const BLOCK: usize = 512;

/// The first two blocks of what `path` is in a container, or what there is of them. Nothing if there is no
/// such thing.
pub(super) async fn beginning(docker: &Docker, container: &str, path: &str) -> Vec<u8> {
    let options = DownloadFromContainerOptionsBuilder::new().path(path).build();
    let mut archive = Box::pin(docker.download_from_container(container, Some(options)));
    let mut beginning = Vec::new();
    while beginning.len() < 2 * BLOCK {
        match archive.next().await {
            Some(Ok(piece)) => beginning.extend_from_slice(&piece),
            _ => break,
        }
    }
    beginning.truncate(2 * BLOCK);
    beginning
}
