//! What a directory of files promises besides: that it outlasts the process, and is one emulator's own.

mod crashes;
mod failures;
mod refusals;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::TempDir;

use crate::tests::{HOME, Stream, rows, streams};
use crate::{OpenError, Store};

fn open(directory: &Path) -> Store {
    Store::open(directory, HOME).unwrap()
}

fn refused(directory: &Path) -> OpenError {
    Store::open(directory, HOME).err().expect("this directory should not have been opened")
}

#[tokio::test]
async fn what_was_committed_is_there_when_it_is_opened_again() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path());
    streams(&store).put("orders", &Stream { shards: 2 }).await.unwrap();
    drop(store);
    let store = open(folder.path());
    assert_eq!(streams(&store).load().unwrap(), rows([("orders", 2)]));
    streams(&store).remove("orders").await.unwrap();
    drop(store);
    assert_eq!(streams(&open(folder.path())).load().unwrap(), []);
}

#[tokio::test]
async fn what_was_written_behind_is_there_after_the_end() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path());
    for shards in 0..100 {
        drop(streams(&store).put(&format!("{shards:02}"), &Stream { shards }));
    }
    store.close().await;
    let store = open(folder.path());
    assert_eq!(streams(&store).load().unwrap().len(), 100);

    for shards in 0..100 {
        drop(streams(&store).put(&format!("{shards:03}"), &Stream { shards }));
    }
    drop(store);
    assert_eq!(streams(&open(folder.path())).load().unwrap().len(), 200);
}

#[tokio::test]
async fn a_closed_store_refuses_changes_and_has_let_go_of_its_directory() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path());
    let (table, clone) = (streams(&store), store.clone());
    let before = table.put("orders", &Stream { shards: 2 });
    store.close().await;
    before.await.unwrap();

    let late = table.put("bills", &Stream { shards: 1 }).await.unwrap_err();
    assert_eq!(late.to_string(), "the store cannot be read or written: it is closed");
    assert_eq!(table.load().unwrap_err().to_string(), late.to_string());
    assert_eq!(streams(&open(folder.path())).load().unwrap(), rows([("orders", 2)]));
    clone.close().await;
}

#[test]
fn a_directory_is_made_for_its_owner_alone() {
    let folder = TempDir::new().unwrap();
    let directory = folder.path().join("data").join("of mine");
    let store = open(&directory);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&directory), 0o700);
    for file in fs::read_dir(&directory).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    drop(store);
}

#[test]
fn a_directory_that_is_there_keeps_its_mode_and_what_else_is_in_it() {
    let folder = TempDir::new().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o750)).unwrap();
    fs::write(folder.path().join("note"), "mine").unwrap();
    drop(open(folder.path()));
    assert_eq!(fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777, 0o750);
    assert_eq!(fs::read_to_string(folder.path().join("note")).unwrap(), "mine");
}
