//! Rows in memory: durable for as long as somebody holds the store.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use crate::committed::Committed;
use crate::medium::{Change, Medium, MediumError};

type Rows = BTreeMap<String, Vec<u8>>;

/// Tables by name.
#[derive(Default)]
pub(crate) struct Memory(Mutex<BTreeMap<&'static str, Rows>>);

impl Memory {
    fn tables(&self) -> MutexGuard<'_, BTreeMap<&'static str, Rows>> {
        self.0.lock().expect("nothing panics while it holds this")
    }
}

impl Medium for Memory {
    fn load(&self, table: &'static str) -> Result<Vec<(String, Vec<u8>)>, MediumError> {
        let rows = self.tables().get(table).cloned().unwrap_or_default();
        Ok(rows.into_iter().collect())
    }

    fn commit(&self, group: Vec<Change>) -> Committed {
        let mut tables = self.tables();
        for Change { table, key, row } in group {
            let rows = tables.entry(table).or_default();
            match row {
                Some(row) => rows.insert(key, row),
                None => rows.remove(&key),
            };
        }
        Committed::already(Ok(()))
    }
}
