//! Dimensions and names of metrics, as several operations take and answer them.

use emulator_front::Constraints;
use serde::{Deserialize, Serialize};

use super::parameter::{BadParameter, required};
use crate::metric;

/// Most dimensions of a metric. Source: `Dimensions` in the service model, 2010-08-01.
const MAX_DIMENSIONS: usize = 30;

/// The shape of this name in the service model.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Dimension {
    name: Option<String>,
    value: Option<String>,
}

impl From<metric::Dimension> for Dimension {
    fn from(dimension: metric::Dimension) -> Self {
        Self { name: Some(dimension.name), value: Some(dimension.value) }
    }
}

/// Notes what the model does not allow of dimensions; `path` leads to them, in lower camel case.
pub(super) fn check(constraints: &mut Constraints, dimensions: &[Dimension], path: &str) {
    constraints.size(dimensions.len(), path, 0, MAX_DIMENSIONS);
    for (number, dimension) in (1..).zip(dimensions) {
        let path = format!("{path}.{number}.member");
        constraints.length(dimension.name.as_deref(), format_args!("{path}.name"), 1, 255);
        constraints.length(dimension.value.as_deref(), format_args!("{path}.value"), 1, 1024);
    }
}

/// The dimensions, once they are checked; `name` is the parameter's.
pub(super) fn read(
    dimensions: Vec<Dimension>,
    name: &str,
) -> Result<Vec<metric::Dimension>, BadParameter> {
    let read = (1..).zip(dimensions).map(|(number, dimension)| {
        Ok(metric::Dimension {
            name: required(dimension.name, &format!("{name}.member.{number}.Name"))?,
            value: required(dimension.value, &format!("{name}.member.{number}.Value"))?,
        })
    });
    read.collect()
}

/// A namespace, or nothing.
pub(super) fn check_namespace(constraints: &mut Constraints, namespace: Option<&str>, path: &str) {
    constraints.length(namespace, path, 1, 255);
    // What is too short has been told of.
    let namespace = namespace.filter(|namespace| !namespace.is_empty());
    constraints.pattern(namespace, path, "[^:].*", |text| !text.starts_with(':'));
}

/// A metric's name, or nothing.
pub(super) fn check_name(constraints: &mut Constraints, name: Option<&str>, path: &str) {
    constraints.length(name, path, 1, 255);
}
