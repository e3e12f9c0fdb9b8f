//! `caller`: somebody invokes the function, and it invokes another one, that of the scene before.

use futures_util::FutureExt;

use super::{Expected, Scene, custom_event};

const EVENT: &str = include_str!("../../../deploy/events/caller.json");

pub(super) const SCENE: Scene = Scene {
    handler: "caller",
    trigger: "Invoke, that invokes",
    note: None,
    expected: Expected::Answer(
        r#"{"status_code":200,"executed_version":"$LATEST","payload":"Hello lambda!"}"#,
        |aws, function| custom_event::invoke(aws, function, EVENT).boxed(),
    ),
};
