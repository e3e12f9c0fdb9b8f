//! Directories that are not opened, and why.

use rusqlite::Connection;

use super::*;
use crate::file::database::FORMAT;

/// A database file as another program, or another version, would leave it.
fn written_by_another(folder: &TempDir, sql: &str) -> OpenError {
    let path = folder.path().join("store.sqlite");
    Connection::open(path).unwrap().execute_batch(sql).unwrap();
    refused(folder.path())
}

#[tokio::test]
async fn a_directory_belongs_to_one_store_at_a_time() {
    let folder = TempDir::new().unwrap();
    let first = open(folder.path());
    let error = refused(folder.path());
    assert!(matches!(error, OpenError::InUse { .. }));
    assert_eq!(
        error.to_string(),
        format!("{} is in use by another emulator", folder.path().display())
    );
    streams(&first).put("orders", &Stream { shards: 2 }).await.unwrap();
    first.close().await;
    assert_eq!(streams(&open(folder.path())).load().unwrap(), rows([("orders", 2)]));
}

#[test]
fn what_was_written_in_one_region_and_account_is_not_opened_in_another() {
    let folder = TempDir::new().unwrap();
    drop(open(folder.path()));
    let opened = |home: [(&str, &str); 2]| {
        let error = Store::open(folder.path(), &home).err().unwrap().to_string();
        error.strip_prefix(folder.path().to_str().unwrap()).unwrap().to_owned()
    };
    assert_eq!(
        opened([("region", "eu-west-1"), ("account", "000000000000")]),
        "/store.sqlite holds the data of region us-east-1, and this emulator is of region eu-west-1"
    );
    assert_eq!(
        opened([("region", "us-east-1"), ("account", "111122223333")]),
        "/store.sqlite holds the data of account 000000000000, and this emulator is of account \
         111122223333"
    );
    drop(open(folder.path()));
}

#[test]
fn a_newer_format_is_refused_and_left_as_it_is() {
    let folder = TempDir::new().unwrap();
    drop(open(folder.path()));
    let newer = format!("PRAGMA user_version = {}", FORMAT + 1);
    for _ in 0..2 {
        let error = written_by_another(&folder, &newer);
        let file = folder.path().join("store.sqlite");
        assert_eq!(
            error.to_string(),
            format!("{} is in format 2, and this emulator reads formats up to 1", file.display())
        );
    }
}

#[test]
fn the_file_of_another_program_is_refused_and_left_as_it_is() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("store.sqlite");
    let text = "a text that is longer than the first bytes by which a database is told. ".repeat(9);
    fs::write(&file, &text).unwrap();
    let error = refused(folder.path());
    assert_eq!(error.to_string(), format!("{} is not the data of an emulator", file.display()));
    assert_eq!(fs::read_to_string(&file).unwrap(), text);

    for sql in
        ["CREATE TABLE recipes (name TEXT)", "PRAGMA application_id = 7", "PRAGMA user_version = 1"]
    {
        fs::remove_file(&file).unwrap();
        let error = written_by_another(&folder, sql);
        assert!(matches!(error, OpenError::Foreign { .. }), "{sql}: {error}");
    }
}

#[test]
fn a_file_is_not_a_directory() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = refused(&file).to_string();
    assert!(error.starts_with(&format!("{} cannot keep data: ", file.display())), "{error}");
}

#[test]
fn one_that_was_interrupted_when_it_was_made_is_made_again() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("store.sqlite");
    fs::write(&file, "").unwrap();
    drop(open(folder.path()));
    fs::remove_file(&file).unwrap();
    Connection::open(&file).unwrap().pragma_update(None, "journal_mode", "WAL").unwrap();
    drop(open(folder.path()));
    drop(open(folder.path()));
}
