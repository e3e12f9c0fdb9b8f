//! Where services keep what they have accepted, so that it is durable before it is answered.
//!
//! A service names its tables, loads them when it is opened, and commits every change before it answers
//! it. It keeps its own state in memory besides: the store is written, and read only at the start, so
//! nothing that runs functions ever waits for it.
//!
//! What the rows lie on is a [`Medium`]. So far there is only memory, which is durable for as long as
//! its [`Store`] is. A file's medium will commit in groups: it takes all the changes that have arrived
//! while the last group was on its way to the disk, writes them in one transaction, and lets each wait
//! until the group that it was part of is durable. Nobody above notices, because [`Table::put`] promises
//! just that: once it returns, the row is there to stay.
//!
//! ```
//! use emulator_store::Store;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize)]
//! struct Stream {
//!     shards: u32,
//! }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let store = Store::in_memory();
//! store.table("streams").put("orders", &Stream { shards: 2 }).await?;
//!
//! let streams: Vec<(String, Stream)> = store.table("streams").load()?;
//! assert_eq!(streams[0].1.shards, 2);
//! # Ok(())
//! # }
//! ```

mod medium;
mod memory;
mod table;

#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use medium::{Change, Medium, MediumError};
pub use table::{LoadError, Table};

use memory::Memory;

/// All tables of an emulator. Cheap to clone; all clones are the same store.
#[derive(Clone)]
pub struct Store {
    medium: Arc<dyn Medium>,
}

impl Store {
    /// An empty store that lasts as long as its last clone.
    pub fn in_memory() -> Self {
        Self::on(Memory::default())
    }

    /// What lies on `medium`.
    pub fn on(medium: impl Medium) -> Self {
        Self { medium: Arc::new(medium) }
    }

    /// The table of that name; it need not have been written before. `Row` is a record made for being
    /// stored: the service converts it from and to what it works with.
    pub fn table<Row>(&self, name: &'static str) -> Table<Row> {
        Table::new(self.medium.clone(), name)
    }
}
