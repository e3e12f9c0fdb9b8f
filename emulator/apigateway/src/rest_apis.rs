//! All REST APIs of the emulator's account and region.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use emulator_clock::Clock;
use emulator_front::Home;
use time::UtcDateTime;

use crate::deployment::Deployment;
use crate::not_found::NotFound;
use crate::rest_api::RestApi;

/// The service: every REST API, by id.
pub struct RestApis {
    home: Home,
    clock: Clock,
    /// Locked to look something up or to change it, never across an await.
    by_id: Mutex<BTreeMap<String, RestApi>>,
}

/// A stage that can be called, as it is at this moment.
pub(crate) struct Live {
    pub(crate) deployment: Arc<Deployment>,
    pub(crate) variables: Arc<BTreeMap<String, String>>,
}

impl RestApis {
    /// No APIs yet.
    pub fn new(home: Home, clock: Clock) -> Self {
        Self { home, clock, by_id: Mutex::default() }
    }

    pub(crate) fn home(&self) -> &Home {
        &self.home
    }

    pub(crate) fn now(&self) -> UtcDateTime {
        self.clock.now()
    }

    pub(crate) fn add(&self, api: RestApi) {
        self.apis().insert(api.id.clone(), api);
    }

    /// Removes an API with everything that hangs on it.
    pub(crate) fn remove(&self, id: &str) -> Result<(), NotFound> {
        let removed = self.apis().remove(id);
        removed.map(drop).ok_or_else(|| self.no_such_api(id))
    }

    /// Looks at one API.
    pub(crate) fn read<T, E: From<NotFound>>(
        &self,
        id: &str,
        read: impl FnOnce(&RestApi) -> Result<T, E>,
    ) -> Result<T, E> {
        read(self.apis().get(id).ok_or_else(|| self.no_such_api(id))?)
    }

    /// Changes one API.
    pub(crate) fn edit<T, E: From<NotFound>>(
        &self,
        id: &str,
        edit: impl FnOnce(&mut RestApi) -> Result<T, E>,
    ) -> Result<T, E> {
        edit(self.apis().get_mut(id).ok_or_else(|| self.no_such_api(id))?)
    }

    /// Something of every API, by id.
    pub(crate) fn all<T>(&self, view: impl Fn(&RestApi) -> T) -> Vec<T> {
        self.apis().values().map(view).collect()
    }

    /// What answers a call of `stage` of the API `id`, if it is deployed.
    pub(crate) fn live(&self, id: &str, stage: &str) -> Option<Live> {
        let apis = self.apis();
        let stage = apis.get(id)?.stage(stage).ok()?;
        Some(Live { deployment: stage.deployment.clone(), variables: stage.variables.clone() })
    }

    fn no_such_api(&self, id: &str) -> NotFound {
        NotFound::Api { account: self.home.account.clone(), id: id.to_owned() }
    }

    fn apis(&self) -> MutexGuard<'_, BTreeMap<String, RestApi>> {
        self.by_id.lock().expect("nothing panics while it holds the APIs")
    }
}
