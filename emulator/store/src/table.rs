//! One table of a store: records of one kind, by key.

use std::marker::PhantomData;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::committed::Committed;
use crate::medium::{Change, Medium, MediumError};

/// A table whose rows are `Row`s, written as JSON.
///
/// A change is under way once its method returns, and changes are made in the order of the calls. What
/// they return resolves once the change is durable, to a [`MediumError`] if it was not made; who drops it
/// writes behind.
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

    /// Removes a row. A row that is not there is removed already.
    pub fn remove(&self, key: &str) -> Committed {
        self.remove_all([key])
    }

    /// Removes these rows, all of them or none.
    pub fn remove_all(&self, keys: impl IntoIterator<Item = impl Into<String>>) -> Committed {
        self.medium.commit(self.removals(keys).collect())
    }

    fn removals<Key: Into<String>>(
        &self,
        keys: impl IntoIterator<Item = Key>,
    ) -> impl Iterator<Item = Change> {
        keys.into_iter().map(|key| self.change(key.into(), None))
    }

    fn change(&self, key: String, row: Option<Vec<u8>>) -> Change {
        Change { table: self.name, key, row }
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

    /// Writes a row in place of what is there.
    ///
    /// # Panics
    ///
    /// If the row's type is not one that JSON can hold: that is a mistake in the record.
    pub fn put(&self, key: &str, row: &Row) -> Committed {
        self.put_all([(key, row)])
    }

    /// Writes these rows in place of what is there, all of them or none.
    ///
    /// # Panics
    ///
    /// As [`put`](Self::put).
    pub fn put_all<'a>(
        &self,
        rows: impl IntoIterator<Item = (impl Into<String>, &'a Row)>,
    ) -> Committed
    where
        Row: 'a,
    {
        self.replace(rows, std::iter::empty::<String>())
    }

    /// Writes these rows and removes those under `gone`, all of it or nothing.
    ///
    /// # Panics
    ///
    /// As [`put`](Self::put).
    pub fn replace<'a>(
        &self,
        rows: impl IntoIterator<Item = (impl Into<String>, &'a Row)>,
        gone: impl IntoIterator<Item = impl Into<String>>,
    ) -> Committed
    where
        Row: 'a,
    {
        let written = |row| serde_json::to_vec(row).expect("records are made to be written");
        let rows = rows.into_iter();
        let put = rows.map(|(key, row)| self.change(key.into(), Some(written(row))));
        self.medium.commit(put.chain(self.removals(gone)).collect())
    }
}
