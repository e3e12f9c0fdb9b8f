//! Changes to functions: decided on what is there, committed to the store, and only then shown.
//!
//! So nobody sees or invokes a function that a crash could take back. One change is under way at a time,
//! in the order in which they came; look-ups and invocations do not wait for it.

use emulator_front::WireError;
use emulator_store::MediumError;
use tokio::sync::OwnedMutexGuard;

use super::{Function, Functions, NoSuchFunction};
use crate::name::{FunctionName, NameError, Target};

/// A function of that name is there already.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("Function already exist: {0}")]
pub(crate) struct AlreadyExists(FunctionName);

/// The store has failed.
#[derive(Debug, thiserror::Error)]
#[error("the change could not be stored, so it was not made")]
pub(crate) struct NotStored(#[from] MediumError);

/// Why a function that somebody has named is not changed, whatever the change.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChangeError {
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    NoSuchFunction(#[from] NoSuchFunction),
    #[error(transparent)]
    NotStored(#[from] NotStored),
}

impl WireError for ChangeError {
    fn shape(&self) -> (u16, &'static str) {
        match self {
            Self::Name(error) => error.shape(),
            Self::NoSuchFunction(error) => error.shape(),
            Self::NotStored(error) => error.shape(),
        }
    }
}

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
        if self.registry.shown().functions.contains_key(name) {
            Err(AlreadyExists(name.clone()))
        } else {
            Ok(())
        }
    }

    /// Makes a function; `make` is given the highest number that a version of its name ever had.
    pub(crate) async fn create<T, E>(
        &self,
        name: FunctionName,
        make: impl FnOnce(u64) -> (Function, T),
    ) -> Result<T, E>
    where
        E: From<AlreadyExists> + From<NotStored>,
    {
        let turn = self.turn().await;
        self.is_free(&name)?;
        let last_version = self.registry.shown().numbers.get(&name).copied().unwrap_or_default();
        let (function, answer) = make(last_version);
        self.commit(turn, name, Some(function)).await?;
        Ok(answer)
    }

    /// Changes a function, or something that hangs on it. Environments of a version stay unless its
    /// deployment changes.
    pub(crate) async fn change<T, E>(
        &self,
        target: &Target,
        change: impl FnOnce(&mut Function) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<NoSuchFunction> + From<NotStored>,
    {
        let turn = self.turn().await;
        let found = self
            .registry
            .shown()
            .functions
            .get(&target.function)
            .map(|deployed| Function::clone(&deployed.function));
        let mut function = found.ok_or_else(|| NoSuchFunction::at(target, &self.home))?;
        let changed = change(&mut function)?;
        self.commit(turn, target.function.clone(), Some(function)).await?;
        Ok(changed)
    }

    /// Removes a function, whole.
    pub(crate) async fn delete<E>(&self, name: &FunctionName) -> Result<(), E>
    where
        E: From<NoSuchFunction> + From<NotStored>,
    {
        let turn = self.turn().await;
        self.find(&Target { function: name.clone(), qualifier: None })?;
        Ok(self.commit(turn, name.clone(), None).await?)
    }

    async fn turn(&self) -> Turn {
        self.turn.clone().lock_owned().await
    }

    /// Commits a function as it is to be, or its end, then shows it.
    ///
    /// A task does this, which goes on if the caller goes away: what is stored and what is shown never
    /// part.
    async fn commit(
        &self,
        turn: Turn,
        name: FunctionName,
        function: Option<Function>,
    ) -> Result<(), NotStored> {
        let registry = self.registry.clone();
        let committed = self.registry.ground.tasks.spawn(async move {
            if let Err(error) = registry.store(&name, function.as_ref()).await {
                let cause: &(dyn std::error::Error + 'static) = &error;
                tracing::error!(error = cause, function = %name, "a change is refused, as it cannot be stored");
                return Err(error.into());
            }
            match function {
                Some(function) => registry.show(name, function),
                None => registry.forget(&name),
            }
            drop(turn);
            Ok(())
        });
        committed.await.expect("a commit does not panic, and ends before its runtime does")
    }
}
