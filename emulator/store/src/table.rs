//! One table of a store: records of one kind, by key.

use std::marker::PhantomData;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::medium::{Change, Medium, MediumError};

/// A table whose rows are `Row`s, written as JSON.
pub struct Table<Row> {
    medium: Arc<dyn Medium>,
    name: &'static str,
    rows: PhantomData<fn(Row) -> Row>,
}

/// Why a table cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Nothing can be read.
    #[error(transparent)]
    Medium(#[from] MediumError),
    /// A row is not what this version writes.
    #[error(
        "row `{key}` of table `{table}` cannot be read (hint: another version may have written it)"
    )]
    Row {
        /// The table's name.
        table: &'static str,
        /// Which row of it.
        key: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

impl<Row> Table<Row> {
    pub(crate) fn new(medium: Arc<dyn Medium>, name: &'static str) -> Self {
        Self { medium, name, rows: PhantomData }
    }

    /// Removes a row, and returns once that is durable. A row that is not there is removed already.
    ///
    /// # Errors
    ///
    /// [`MediumError`] if it was not removed.
    pub async fn remove(&self, key: &str) -> Result<(), MediumError> {
        self.commit(key, None).await
    }

    async fn commit(&self, key: &str, row: Option<Vec<u8>>) -> Result<(), MediumError> {
        self.medium.commit(Change { table: self.name, key: key.to_owned(), row }).await
    }
}

impl<Row: Serialize + DeserializeOwned> Table<Row> {
    /// Every row, by key.
    ///
    /// # Errors
    ///
    /// [`LoadError`] names the first row that cannot be read.
    pub fn load(&self) -> Result<Vec<(String, Row)>, LoadError> {
        let rows = self.medium.load(self.name)?.into_iter();
        rows.map(|(key, row)| match serde_json::from_slice(&row) {
            Ok(row) => Ok((key, row)),
            Err(source) => Err(LoadError::Row { table: self.name, key, source }),
        })
        .collect()
    }

    /// Writes a row in place of what is there, and returns once it is durable.
    ///
    /// # Errors
    ///
    /// [`MediumError`] if it was not written.
    ///
    /// # Panics
    ///
    /// If the row's type is not one that JSON can hold: that is a mistake in the record.
    pub async fn put(&self, key: &str, row: &Row) -> Result<(), MediumError> {
        let row = serde_json::to_vec(row).expect("records are made to be written");
        self.commit(key, Some(row)).await
    }
}
