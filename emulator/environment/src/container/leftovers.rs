//! Containers of emulators that were killed before they could remove them.
//!
//! Every container carries its emulator's [mark]. Only what a process of this machine has left behind is
//! removed; an emulator that cannot be seen from here, such as one in a container, may well be alive.

use std::collections::HashMap;

use bollard::Docker;
use bollard::query_parameters::{ListContainersOptionsBuilder, RemoveContainerOptionsBuilder};
use futures_util::future::join_all;

use crate::mark;

/// The label that holds the mark.
pub(super) const LABEL: &str = "manifold.emulator";

/// Removes every container whose emulator has ended.
pub(super) async fn remove(docker: &Docker) {
    let filters = HashMap::from([("label", vec![LABEL])]);
    let options = ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
    let containers = match docker.list_containers(Some(options)).await {
        Ok(containers) => containers,
        Err(error) => {
            tracing::warn!(%error, "left-over containers could not be looked for");
            return;
        }
    };
    let left_over = containers.into_iter().filter(|container| {
        let mark = container.labels.as_ref().and_then(|labels| labels.get(LABEL));
        mark.is_some_and(|mark| mark::has_ended(mark))
    });
    let removals = left_over.filter_map(|container| container.id).map(|id| async move {
        let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
        match docker.remove_container(&id, Some(options)).await {
            Ok(()) => tracing::info!(container = id, "removed what a killed emulator has left"),
            // Another emulator may have been quicker.
            Err(error) => tracing::debug!(container = id, %error, "a left-over container stays"),
        }
    });
    join_all(removals).await;
}
