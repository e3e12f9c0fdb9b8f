//! Changes that cannot be made, and what becomes of the others.

use super::*;
use crate::Change;
use crate::file::Group;
use crate::file::database::Database;
use crate::file::queue::{Job, Queue};
use rusqlite::Connection;
use tokio::sync::oneshot;

/// A store that cannot write a row whose key is `poison`.
fn poisoned(folder: &TempDir) -> Store {
    drop(open(folder.path()));
    let refuse = "CREATE TRIGGER refuse BEFORE INSERT ON rows WHEN NEW.key = 'poison'
        BEGIN SELECT RAISE(ABORT, 'the sector is broken'); END";
    let path = folder.path().join("store.sqlite");
    Connection::open(path).unwrap().execute_batch(refuse).unwrap();
    open(folder.path())
}

#[tokio::test]
async fn a_group_fails_as_a_whole_and_for_its_own_reason_alone() {
    let folder = TempDir::new().unwrap();
    let store = poisoned(&folder);
    let (table, row) = (streams(&store), Stream { shards: 1 });
    for _ in 0..20 {
        // Asked for at once, so that some of them share a transaction.
        let before = table.put("before", &row);
        let group = table.put_all([("half", &row), ("poison", &row), ("other half", &row)]);
        let after = table.put("after", &row);
        before.await.unwrap();
        let error = group.await.unwrap_err().to_string();
        assert_eq!(error, "the store cannot be read or written: the sector is broken");
        after.await.unwrap();
        assert_eq!(table.load().unwrap(), rows([("after", 1), ("before", 1)]));
        table.remove_all(["after", "before"]).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_written_behind_may_fail_without_harm_to_what_follows() {
    let folder = TempDir::new().unwrap();
    let store = poisoned(&folder);
    let (table, row) = (streams(&store), Stream { shards: 1 });
    drop(table.put("poison", &row));
    table.put("after", &row).await.unwrap();
    assert_eq!(table.load().unwrap(), rows([("after", 1)]));
}

fn change(key: &str, row: Vec<u8>) -> Change {
    Change { table: "streams", key: key.to_owned(), row: Some(row) }
}

#[test]
fn a_full_disk_fails_what_does_not_fit_and_takes_what_does() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("database");
    fs::write(&path, "").unwrap();
    let mut database = Database::open(&path, HOME).unwrap();
    database.limit_to_pages(16);
    database.commit(&[change("small", vec![1; 100])]).unwrap();
    let large = [change("part", vec![2; 100]), change("large", vec![2; 1024 * 1024])];
    assert_eq!(database.commit(&large).unwrap_err().to_string(), "database or disk is full");
    database.commit(&[change("other", vec![3; 100])]).unwrap();
    let keys: Vec<_> = database.load("streams").unwrap().into_iter().map(|row| row.0).collect();
    assert_eq!(keys, ["other", "small"]);
}

#[test]
fn what_a_stalled_disk_cannot_take_is_refused_before_it_fills_the_memory() {
    let queue = Queue::default();
    let push = |size| {
        let (verdict, _) = oneshot::channel();
        queue.push(Job::Commit(Group { changes: vec![change("large", vec![0; size])], verdict }))
    };
    let most = 64 * 1024 * 1024;
    push(2 * most).expect("even the largest change is taken if it is the only one");
    let error = push(1).unwrap_err().to_string();
    assert!(error.ends_with("the disk does not keep up with what is to be stored"), "{error}");
    assert_eq!(queue.take().unwrap().len(), 1);
    push(most / 2).unwrap();
    push(most).unwrap_err();
    push(most / 4).unwrap();
}

#[test]
fn nobody_waits_for_a_thread_that_has_gone() {
    let queue = Queue::default();
    let working = queue.worked_off();
    let (verdict, mut given) = oneshot::channel();
    queue.push(Job::Commit(Group { changes: Vec::new(), verdict })).unwrap();
    drop(working);
    assert_eq!(given.try_recv().unwrap_err(), oneshot::error::TryRecvError::Closed);
    let (verdict, _) = oneshot::channel();
    queue.push(Job::Commit(Group { changes: Vec::new(), verdict })).unwrap_err();
}
