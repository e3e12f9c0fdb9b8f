//! What functions there are: as stored, as shown, and with the environments of each version.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use emulator_environment::{Ground, Image};
use emulator_front::Home;
use emulator_metrics::Metrics;
use emulator_store::{LoadError, MediumError, Store, Table};

use super::Function;
use crate::concurrency::Concurrency;
use crate::configuration::Configuration;
use crate::metering::Meter;
use crate::name::FunctionName;
use crate::pool::Pool;
use crate::record::Record;
use crate::version::Version;

/// Where functions are stored, by name.
const FUNCTIONS: &str = "functions";

/// Where the highest number of a version stays when its function goes, by name.
const NUMBERS: &str = "version_numbers";

/// Every function, and where it runs.
pub(super) struct Registry {
    pub(super) home: Home,
    pub(super) ground: Ground,
    /// Where a change is made first.
    functions: Table<Record>,
    numbers: Table<u64>,
    pub(super) concurrency: Concurrency,
    pub(super) meter: Meter,
    shown: Mutex<Shown>,
}

/// As last committed, but for images: those are as they are on this machine now.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) functions: BTreeMap<FunctionName, Deployed>,
    /// Of functions that have gone.
    pub(super) numbers: BTreeMap<FunctionName, u64>,
}

/// A function and the environments of its versions.
pub(super) struct Deployed {
    pub(super) function: Arc<Function>,
    pub(super) pools: BTreeMap<Version, Arc<Pool>>,
}

impl Registry {
    pub(super) fn open(
        home: Home,
        ground: Ground,
        metrics: Arc<Metrics>,
        store: &Store,
    ) -> Result<Self, LoadError> {
        let registry = Self {
            home,
            ground,
            functions: store.table(FUNCTIONS),
            numbers: store.table(NUMBERS),
            concurrency: Concurrency::default(),
            meter: Meter::new(metrics),
            shown: Mutex::default(),
        };
        for (name, record) in registry.functions.load()? {
            let name = FunctionName::stored(name);
            let function = record.read(&name);
            registry.show(name, function);
        }
        let numbers = registry.numbers.load()?;
        let numbers = numbers.into_iter().map(|(name, last)| (FunctionName::stored(name), last));
        registry.shown().numbers = numbers.collect();
        Ok(registry)
    }

    pub(super) fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().expect("nothing panics while it holds this")
    }

    /// Writes down a function as it is to be, or its end, and returns once that is durable.
    pub(super) async fn store(
        &self,
        name: &FunctionName,
        function: Option<&Function>,
    ) -> Result<(), MediumError> {
        if let Some(function) = function {
            return self.functions.put(name.as_str(), &Record::of(function)).await;
        }
        // First, so that no crash in between gives a number away twice.
        if let Some(last) = self.last_version(name).filter(|last| *last > 0) {
            self.numbers.put(name.as_str(), &last).await?;
        }
        self.functions.remove(name.as_str()).await
    }

    fn last_version(&self, name: &FunctionName) -> Option<u64> {
        Some(self.shown().functions.get(name)?.function.last_version)
    }

    /// Shows a function as it is from now on. Environments stay where nothing has changed for them.
    pub(super) fn show(&self, name: FunctionName, mut function: Function) {
        let mut shown = self.shown();
        self.concurrency.reserve(&name, function.reserved);
        let before = shown.functions.remove(&name).map(|deployed| deployed.pools);
        let mut before = before.unwrap_or_default();
        let latest = &mut function.latest;
        let stays = before.get(&Version::Latest);
        if let Some(pool) = stays.filter(|pool| pool.deployment() == latest.deployment) {
            // It may have been built anew while this change was on its way into the store.
            latest.image = pool.launch().image.clone();
        }
        let mut pools = BTreeMap::new();
        for configuration in function.all_versions() {
            let pool = before.remove(&configuration.version);
            let pool = match pool {
                Some(pool) if pool.deployment() == configuration.deployment => pool,
                outdated => {
                    before.extend(outdated.map(|outdated| (configuration.version, outdated)));
                    self.pool(configuration)
                }
            };
            pools.insert(configuration.version, pool);
        }
        for outdated in before.into_values() {
            outdated.retire();
        }
        shown.functions.insert(name, Deployed { function: Arc::new(function), pools });
    }

    /// Shows a function no longer. Its name may be given again; the numbers of its versions are not.
    pub(super) fn forget(&self, name: &FunctionName) {
        let mut shown = self.shown();
        self.concurrency.reserve(name, None);
        let Some(deployed) = shown.functions.remove(name) else { return };
        for pool in deployed.pools.into_values() {
            pool.retire();
        }
        if deployed.function.last_version > 0 {
            shown.numbers.insert(name.clone(), deployed.function.last_version);
        }
    }

    /// Shows what the image of `$LATEST` is on this machine now, unless somebody has done so meanwhile.
    /// This is not stored: what an image's URI stands for is found out anew by each emulator.
    pub(super) fn renew(
        &self,
        name: &FunctionName,
        outdated: &Arc<Pool>,
        image: Image,
    ) -> Option<Arc<Pool>> {
        let mut shown = self.shown();
        let deployed = shown.functions.get_mut(name)?;
        let pool = deployed.pools.get_mut(&Version::Latest)?;
        if Arc::ptr_eq(pool, outdated) && outdated.launch().image != image {
            let latest = &mut Arc::make_mut(&mut deployed.function).latest;
            latest.image = image;
            std::mem::replace(pool, self.pool(latest)).retire();
        }
        Some(pool.clone())
    }

    fn pool(&self, configuration: &Configuration) -> Arc<Pool> {
        let launch = configuration.launch(&self.home);
        Pool::new(launch, configuration.deployment, self.ground.clone())
    }
}
