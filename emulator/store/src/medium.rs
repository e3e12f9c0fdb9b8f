//! What a store's rows lie on: bytes under a table and a key, and changes that are durable or did not
//! happen.

use std::error::Error;

use futures_util::future::BoxFuture;

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
#[derive(Debug, thiserror::Error)]
#[error("the store cannot be read or written")]
pub struct MediumError(#[from] pub Box<dyn Error + Send + Sync>);

/// Keeps rows.
pub trait Medium: Send + Sync + 'static {
    /// Every row of a table, by key.
    ///
    /// # Errors
    ///
    /// [`MediumError`] if the medium cannot be read.
    fn load(&self, table: &'static str) -> Result<Vec<(String, Vec<u8>)>, MediumError>;

    /// Makes a change, and returns once it is durable. Changes that are under way together may share a
    /// transaction; of two changes to one row, the one that was asked for first is made first.
    ///
    /// # Errors
    ///
    /// [`MediumError`] if the change was not made.
    fn commit(&self, change: Change) -> BoxFuture<'_, Result<(), MediumError>>;
}
