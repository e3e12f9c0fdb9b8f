//! The rows in `SQLite`.
//!
//! In WAL mode a commit is appended to a log beside the database and, with `synchronous=FULL`, on the
//! disk before it returns; a log that ends in the middle of a commit is cut there when it is next read.
//! So what was committed outlives this process and the machine.
//!
//! The price is one `fsync` per transaction: with rows of a kilobyte on a cloud machine's disk 4.4 ms
//! were measured for a change on its own, and 44 µs for each of sixty-four that are under way at once.
//! `synchronous=NORMAL` does without, for some 14 µs, and keeps what was committed when the process is killed, but not when the power goes: that is
//! not what was promised to whoever was answered.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, ErrorCode, OpenFlags, Result, TransactionBehavior, params};

use super::OpenError;
use crate::medium::Change;

/// Tells our files from others: `MFLD`.
const APPLICATION: i32 = i32::from_be_bytes(*b"MFLD");

/// How rows lie in the file. To be raised when they lie otherwise: a version that does not know of it
/// then refuses the file, instead of misreading it.
pub(super) const FORMAT: i32 = 1;

/// One table for all of ours, and what everything was written under.
///
/// The rows lie under numbers, and their keys in an index beside them. `WITHOUT ROWID` would save the
/// index, and keep in one place of its tree no more than a quarter of a page: rows of a kilobyte took
/// four each.
const SCHEMA: &str = "
    CREATE TABLE rows (
        number INTEGER PRIMARY KEY,
        tbl TEXT NOT NULL,
        key TEXT NOT NULL,
        value BLOB NOT NULL,
        UNIQUE (tbl, key)
    ) STRICT;
    CREATE TABLE home (
        what TEXT NOT NULL PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;";

const PUT: &str = "
    INSERT INTO rows (tbl, key, value) VALUES (?1, ?2, ?3)
    ON CONFLICT (tbl, key) DO UPDATE SET value = excluded.value";

const REMOVE: &str = "DELETE FROM rows WHERE tbl = ?1 AND key = ?2";

const LOAD: &str = "SELECT key, value FROM rows WHERE tbl = ?1 ORDER BY key";

/// The connection, the only one there is.
pub(super) struct Database(Connection);

impl Database {
    /// Opens a file, which may be empty.
    pub(super) fn open(file: &Path, home: &[(&str, &str)]) -> Result<Self, OpenError> {
        let failed = |source: rusqlite::Error| match source.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => OpenError::Foreign { file: file.to_owned() },
            _ => OpenError::Database { file: file.to_owned(), source },
        };
        let mut database = Self(connect(file).map_err(failed)?);
        match database.kind().map_err(failed)? {
            Kind::New => {
                database.keep_durably().map_err(failed)?;
                database.make(home).map_err(failed)
            }
            Kind::Format(FORMAT) => {
                database.keep_durably().map_err(failed)?;
                let found = database.home().map_err(failed)?;
                same_home(file, home, &found)
            }
            Kind::Format(found) if found > FORMAT => {
                Err(OpenError::Newer { file: file.to_owned(), found, known: FORMAT })
            }
            Kind::Format(_) | Kind::Foreign => Err(OpenError::Foreign { file: file.to_owned() }),
        }?;
        Ok(database)
    }

    /// Makes changes in one transaction, which is durable when this returns.
    pub(super) fn commit<'a>(
        &mut self,
        changes: impl IntoIterator<Item = &'a Change>,
    ) -> Result<()> {
        let transaction = self.0.transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let mut put = transaction.prepare_cached(PUT)?;
            let mut remove = transaction.prepare_cached(REMOVE)?;
            for Change { table, key, row } in changes {
                match row {
                    Some(row) => put.execute(params![table, key, row])?,
                    None => remove.execute(params![table, key])?,
                };
            }
        }
        transaction.commit()
    }

    /// The rows of a table, by key.
    pub(super) fn load(&self, table: &str) -> Result<Vec<(String, Vec<u8>)>> {
        let mut select = self.0.prepare_cached(LOAD)?;
        let rows = select.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect()
    }

    /// Makes the disk as small as that.
    #[cfg(test)]
    pub(super) fn limit_to_pages(&self, pages: u32) {
        self.0.pragma_update(None, "max_page_count", pages).expect("any number will do");
    }

    /// What is in the file, which is only looked at.
    fn kind(&self) -> Result<Kind> {
        let number = |pragma| self.0.pragma_query_value(None, pragma, |row| row.get::<_, i32>(0));
        let (application, format) = (number("application_id")?, number("user_version")?);
        let count = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
        let tables = self.0.query_row("SELECT count(*) FROM sqlite_schema", [], count)?;
        Ok(match (application, format, tables) {
            (APPLICATION, format, _) => Kind::Format(format),
            (0, 0, 0) => Kind::New,
            _ => Kind::Foreign,
        })
    }

    fn keep_durably(&self) -> Result<()> {
        self.0.pragma_update(None, "journal_mode", "WAL")?;
        self.0.pragma_update(None, "synchronous", "FULL")
    }

    /// Everything that a file has from the first, at once: one that was interrupted here is still new.
    fn make(&mut self, home: &[(&str, &str)]) -> Result<()> {
        let transaction = self.0.transaction()?;
        transaction.execute_batch(SCHEMA)?;
        for (what, value) in home {
            transaction.execute("INSERT INTO home VALUES (?1, ?2)", params![what, value])?;
        }
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", FORMAT)?;
        transaction.commit()
    }

    fn home(&self) -> Result<BTreeMap<String, String>> {
        let mut select = self.0.prepare("SELECT what, value FROM home")?;
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect()
    }
}

/// What a file is.
enum Kind {
    /// Nothing yet.
    New,
    /// Ours.
    Format(i32),
    /// Somebody else's.
    Foreign,
}

/// Alone with the file: the directory is locked, so nobody is kept out who is not out already, and `SQLite`
/// needs no memory that is shared with others.
fn connect(file: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    Ok(connection)
}

fn same_home(
    file: &Path,
    wanted: &[(&str, &str)],
    found: &BTreeMap<String, String>,
) -> Result<(), OpenError> {
    for &(what, wanted) in wanted {
        let found = found.get(what).map_or("", String::as_str);
        if found != wanted {
            return Err(OpenError::Another {
                file: file.to_owned(),
                what: what.to_owned(),
                found: found.to_owned(),
                wanted: wanted.to_owned(),
            });
        }
    }
    Ok(())
}
