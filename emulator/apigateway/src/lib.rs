//! API Gateway's REST APIs (v1): resources, methods, deployments and stages, and the calls that reach a
//! function through them.
//!
//! Two sides meet at a deployment. The [`api()`] edits a tree of resources,
//! which nobody can call; `CreateDeployment` freezes the tree and points a stage at it; the [`plane()`]
//! answers calls of that stage. Integrations are `AWS_PROXY` to a Lambda function, which is what most
//! APIs in front of functions are; every other type is refused by name.

mod id;
mod not_found;
mod verb;

mod deployment;
mod integration;
mod resource;
mod rest_api;
mod rest_apis;
mod segment;

mod api;

mod address;
mod event;
mod failure;
mod media_types;
mod plane;
mod response;
mod routing;

#[cfg(test)]
mod tests;

pub use api::api;
pub use plane::plane;
pub use rest_apis::RestApis;
