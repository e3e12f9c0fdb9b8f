//! Changes to functions: decided on what is there, committed to the store, and only then shown.
//!
//! So nobody sees or invokes a function that a crash could take back. One change is under way at a time,
//! in the order in which they came; look-ups and invocations do not wait for it.

use std::mem;

use emulator_front::WireError;
use emulator_store::MediumError;
use tokio::sync::OwnedMutexGuard;

use super::{ByName, Function, Functions, NoSuchFunction};
use crate::configuration::Configuration;
use crate::name::{FunctionName, Target};
use crate::policy::Statement;
use crate::record::Record;

/// A function of that name is there already.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("Function already exist: {0}")]
pub(crate) struct AlreadyExists(FunctionName);

/// The store has failed.
#[derive(Debug, thiserror::Error)]
#[error("the change could not be stored, so it was not made")]
pub(crate) struct NotStored(#[from] MediumError);

impl WireError for AlreadyExists {
    fn shape(&self) -> (u16, &'static str) {
        (409, "ResourceConflictException")
    }
}

impl WireError for NotStored {
    fn shape(&self) -> (u16, &'static str) {
        (500, "ServiceException")
    }
}

/// The right to change something, and to be the only one.
type Turn = OwnedMutexGuard<()>;

impl Functions {
    /// Refuses a name that is taken, before anything is done for it.
    pub(crate) fn is_free(&self, name: &FunctionName) -> Result<(), AlreadyExists> {
        if self.registry.shown().contains_key(name) {
            Err(AlreadyExists(name.clone()))
        } else {
            Ok(())
        }
    }

    /// Makes a function.
    pub(crate) async fn create<E>(&self, configuration: Configuration) -> Result<(), E>
    where
        E: From<AlreadyExists> + From<NotStored>,
    {
        let turn = self.turn().await;
        self.is_free(&configuration.name)?;
        let name = configuration.name.clone();
        let function =
            Function { pool: self.pool(&configuration), configuration, policy: Vec::new() };
        let record = Record::of(&function.configuration, &function.policy);
        let show = |functions: &mut ByName, name| {
            functions.insert(name, function);
        };
        Ok(self.commit(turn, name, Some(record), show).await?)
    }

    /// Changes what a function is. Its warm environments are of what it was, and go.
    pub(crate) async fn change<E>(
        &self,
        target: &Target,
        change: impl FnOnce(&mut Configuration) -> Result<(), E>,
    ) -> Result<Configuration, E>
    where
        E: From<NoSuchFunction> + From<NotStored>,
    {
        let turn = self.turn().await;
        let Function { mut configuration, policy, .. } = self.find(target)?;
        change(&mut configuration)?;
        configuration.modify(self.clock().now());
        let changed = configuration.clone();
        let pool = self.pool(&configuration);
        let record = Record::of(&configuration, &policy);
        let show = |functions: &mut ByName, name| {
            if let Some(function) = functions.get_mut(&name) {
                function.configuration = configuration;
                mem::replace(&mut function.pool, pool).retire();
            }
        };
        self.commit(turn, target.function.clone(), Some(record), show).await?;
        Ok(changed)
    }

    /// Changes who may call a function, which its environments need not know.
    pub(crate) async fn change_policy<E>(
        &self,
        target: &Target,
        change: impl FnOnce(&Configuration, &mut Vec<Statement>) -> Result<(), E>,
    ) -> Result<(), E>
    where
        E: From<NoSuchFunction> + From<NotStored>,
    {
        let turn = self.turn().await;
        let Function { mut configuration, mut policy, .. } = self.find(target)?;
        change(&configuration, &mut policy)?;
        configuration.revise();
        let record = Record::of(&configuration, &policy);
        let revision = configuration.revision;
        let show = move |functions: &mut ByName, name| {
            if let Some(function) = functions.get_mut(&name) {
                function.policy = policy;
                function.configuration.revision = revision;
            }
        };
        Ok(self.commit(turn, target.function.clone(), Some(record), show).await?)
    }

    /// Removes a function, whole.
    pub(crate) async fn delete<E>(&self, name: &FunctionName) -> Result<(), E>
    where
        E: From<NoSuchFunction> + From<NotStored>,
    {
        let turn = self.turn().await;
        self.find(&Target { function: name.clone(), qualifier: None })?;
        let show = |functions: &mut ByName, name| {
            if let Some(function) = functions.remove(&name) {
                function.pool.retire();
            }
        };
        Ok(self.commit(turn, name.clone(), None, show).await?)
    }

    async fn turn(&self) -> Turn {
        self.turn.clone().lock_owned().await
    }

    /// Commits what is to be kept of a function, then shows it.
    ///
    /// A task does this, which goes on if the caller goes away: what is stored and what is shown never
    /// part.
    async fn commit(
        &self,
        turn: Turn,
        name: FunctionName,
        record: Option<Record>,
        show: impl FnOnce(&mut ByName, FunctionName) + Send + 'static,
    ) -> Result<(), NotStored> {
        let registry = self.registry.clone();
        let committed = self.ground.tasks.spawn(async move {
            let stored = match &record {
                Some(record) => registry.table.put(name.as_str(), record).await,
                None => registry.table.remove(name.as_str()).await,
            };
            if let Err(error) = stored {
                let cause: &(dyn std::error::Error + 'static) = &error;
                tracing::error!(error = cause, function = %name, "a change is refused, as it cannot be stored");
                return Err(error.into());
            }
            show(&mut registry.shown(), name);
            drop(turn);
            Ok(())
        });
        committed.await.expect("a commit does not panic, and ends before its runtime does")
    }
}
