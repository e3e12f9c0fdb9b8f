//! Containers and networks of emulators that were killed before they could remove them.
//!
//! Each carries its emulator's [mark]. Only what a process of this machine has left behind is removed; an
//! emulator that cannot be seen from here, such as one in a container, may well be alive.

use std::collections::HashMap;

use bollard::Docker;
use bollard::errors::Error;
use bollard::query_parameters::{
    ListContainersOptionsBuilder, ListNetworksOptionsBuilder, RemoveContainerOptionsBuilder,
};
use futures_util::future::join_all;

use crate::mark;

/// The label that holds the mark.
pub(super) const LABEL: &str = "manifold.emulator";

/// Removes whatever belongs to an emulator that has ended.
pub(super) async fn remove(docker: &Docker) {
    // A network goes after what is in it.
    for removed in [containers(docker).await, networks(docker).await] {
        if let Err(error) = removed {
            tracing::warn!(%error, "what killed emulators have left could not be looked for");
        }
    }
}

async fn containers(docker: &Docker) -> Result<(), Error> {
    let options = ListContainersOptionsBuilder::new().all(true).filters(&marked()).build();
    let found = docker.list_containers(Some(options)).await?;
    let left = found.into_iter().filter(|container| is_left_over(container.labels.as_ref()));
    join_all(left.filter_map(|container| container.id).map(|id| async move {
        let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
        say(&id, docker.remove_container(&id, Some(options)).await);
    }))
    .await;
    Ok(())
}

async fn networks(docker: &Docker) -> Result<(), Error> {
    let options = ListNetworksOptionsBuilder::new().filters(&marked()).build();
    let found = docker.list_networks(Some(options)).await?;
    let left = found.into_iter().filter(|network| is_left_over(network.labels.as_ref()));
    join_all(left.filter_map(|network| network.id).map(|id| async move {
        say(&id, docker.remove_network(&id).await);
    }))
    .await;
    Ok(())
}

fn marked() -> HashMap<&'static str, Vec<&'static str>> {
    HashMap::from([("label", vec![LABEL])])
}

fn is_left_over(labels: Option<&HashMap<String, String>>) -> bool {
    labels.and_then(|labels| labels.get(LABEL)).is_some_and(|mark| mark::has_ended(mark))
}

fn say(id: &str, removed: Result<(), Error>) {
    match removed {
        Ok(()) => tracing::info!(id, "removed what a killed emulator has left"),
        // Another emulator may have been quicker.
        Err(error) => tracing::debug!(id, %error, "what a killed emulator has left stays"),
    }
}
