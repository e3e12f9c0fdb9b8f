//! Where services keep what they have accepted, so that it is durable before it is answered.
//!
//! A service names its tables, loads them when it is opened, and commits every change before it answers
//! it. It keeps its own state in memory besides: the store is written, and read only at the start, so
//! nothing that runs functions ever waits for it. What need not be durable before it is answered, such as
//! logs, is written behind: the change is asked for, and nobody waits for it.
//!
//! What the rows lie on is a [`Medium`]: memory, which lasts as long as its [`Store`], or a directory of
//! files, whose thread commits in groups. Nobody above notices which, because [`Table::put`] promises
//! just this: once what it returned has resolved, the row is there to stay.
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

mod committed;
mod file;
mod medium;
mod memory;
mod table;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

pub use committed::Committed;
pub use file::OpenError;
pub use medium::{Change, Medium, MediumError};
pub use table::{LoadError, Table};

use file::File;
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

    /// What lies in `directory`, which is made if it is not there, and is nobody else's until the store is
    /// [closed](Self::close).
    ///
    /// `home` is what the rows belong to, by name, such as the region: they are full of names that would
    /// be wrong elsewhere.
    ///
    /// # Errors
    ///
    /// [`OpenError`] if somebody has it open, if what is there is not ours, not of this version or not of
    /// this home, and if it cannot be read.
    pub fn open(directory: &Path, home: &[(&str, &str)]) -> Result<Self, OpenError> {
        Ok(Self::on(File::open(directory, home)?))
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

    /// Makes every change that was asked for, and lets go of the medium. What any clone asks for later is
    /// refused.
    pub async fn close(self) {
        self.medium.close().await;
    }
}
