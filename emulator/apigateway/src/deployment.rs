//! What can be called: a deployment is an API's tree frozen, a stage is the name of one deployment.

use std::collections::BTreeMap;
use std::sync::Arc;

use emulator_front::WireError;
use time::UtcDateTime;

use crate::id;
use crate::media_types::MediaTypes;
use crate::rest_api::RestApi;
use crate::routing::Routes;

/// An API as it was when it was deployed. Nothing changes it any more.
pub(crate) struct Deployment {
    pub(crate) id: String,
    pub(crate) description: Option<String>,
    pub(crate) created: UtcDateTime,
    pub(crate) routes: Routes,
    pub(crate) binary_media_types: MediaTypes,
}

/// A name under which a deployment is called.
#[derive(Clone)]
pub(crate) struct Stage {
    pub(crate) name: String,
    pub(crate) deployment: Arc<Deployment>,
    pub(crate) description: Option<String>,
    pub(crate) variables: Arc<BTreeMap<String, String>>,
    pub(crate) created: UtcDateTime,
    pub(crate) updated: UtcDateTime,
}

/// What the stage is to be after a deployment. What is not said stays as it was.
pub(crate) struct StagePlan {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) variables: Option<BTreeMap<String, String>>,
}

/// Why an API cannot be deployed. AWS's wording as its users quote it; not recorded.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotDeployed {
    #[error("The REST API doesn't contain any methods")]
    NoMethods,
    #[error("No integration defined for method")]
    NoIntegration,
}

impl WireError for NotDeployed {
    fn shape(&self) -> (u16, &'static str) {
        (400, "BadRequestException")
    }
}

impl RestApi {
    /// Freezes the tree as it is, and points the stage at it, if one is named.
    pub(crate) fn deploy(
        &mut self,
        description: Option<String>,
        stage: Option<StagePlan>,
        now: UtcDateTime,
    ) -> Result<Arc<Deployment>, NotDeployed> {
        self.check()?;
        let deployment = Arc::new(Deployment {
            id: id::fresh(id::SHORT),
            description,
            created: now,
            routes: Routes::of(self.resources()),
            binary_media_types: MediaTypes::new(&self.about.binary_media_types),
        });
        self.deployments.push(deployment.clone());
        if let Some(stage) = stage {
            self.point(stage, &deployment, now);
        }
        Ok(deployment)
    }

    /// A tree that can be deployed has methods, and something behind each.
    fn check(&self) -> Result<(), NotDeployed> {
        let mut methods = self.resources().flat_map(|it| it.methods.values()).peekable();
        if methods.peek().is_none() {
            return Err(NotDeployed::NoMethods);
        }
        let is_complete = methods.all(|method| method.integration.is_some());
        if is_complete { Ok(()) } else { Err(NotDeployed::NoIntegration) }
    }

    fn point(&mut self, plan: StagePlan, deployment: &Arc<Deployment>, now: UtcDateTime) {
        let StagePlan { name, description, variables } = plan;
        let stage = self.stages.entry(name.clone()).or_insert_with(|| Stage {
            name,
            deployment: deployment.clone(),
            description: None,
            variables: Arc::default(),
            created: now,
            updated: now,
        });
        stage.deployment = deployment.clone();
        stage.updated = now;
        if description.is_some() {
            stage.description = description;
        }
        if let Some(variables) = variables {
            stage.variables = Arc::new(variables);
        }
    }
}
