//! What a store's rows lie on: bytes under a table and a key, and groups of changes that are durable as
//! a whole or did not happen.

use std::error::Error;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};

use crate::committed::Committed;

/// One row that is to be written or to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The table's name.
    pub table: &'static str,
    /// Which row of it.
    pub key: String,
    /// What is to stand there; `None` removes it.
    pub row: Option<Vec<u8>>,
}

/// The medium cannot be read or written.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the store cannot be read or written: {0}")]
pub struct MediumError(#[source] Arc<dyn Error + Send + Sync>);

impl MediumError {
    /// For this reason. All changes that fail for it share it.
    pub fn because(reason: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(Arc::from(reason.into()))
    }
}

/// Keeps rows.
pub trait Medium: Send + Sync + 'static {
    /// Every row of a table, by key, with every change that was asked for before.
    ///
    /// # Errors
    ///
    /// [`MediumError`] if the medium cannot be read.
    fn load(&self, table: &'static str) -> Result<Vec<(String, Vec<u8>)>, MediumError>;

    /// Makes a group of changes: all of them or, with an error, none. They are under way when this
    /// returns, and durable once what it returns has resolved. Groups may share a transaction; of two
    /// changes to one row, the one that was asked for first is made first.
    ///
    /// This does not wait: it is called from where functions are run.
    fn commit(&self, group: Vec<Change>) -> Committed;

    /// Makes every change that was asked for, lets go of the medium, and refuses whatever comes later.
    fn close(&self) -> BoxFuture<'_, ()> {
        ready(()).boxed()
    }
}
