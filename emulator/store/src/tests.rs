//! What services may rely on, whatever the medium.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use crate::{LoadError, Store, Table};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Stream {
    pub(crate) shards: u32,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Bucket {
    region: String,
}

pub(crate) const HOME: &[(&str, &str)] = &[("region", "us-east-1"), ("account", "000000000000")];

pub(crate) fn streams(store: &Store) -> Table<Stream> {
    store.table("streams")
}

/// Rows as a table loads them.
pub(crate) fn rows<const N: usize>(rows: [(&str, u32); N]) -> Vec<(String, Stream)> {
    rows.map(|(key, shards)| (key.to_owned(), Stream { shards })).into()
}

/// Each of these is a test on every medium.
macro_rules! on_every_medium {
    ($($behaviour:ident)*) => {
        mod in_memory {
            $(#[tokio::test]
            async fn $behaviour() {
                super::$behaviour(&crate::Store::in_memory()).await;
            })*
        }

        mod in_files {
            $(#[tokio::test]
            async fn $behaviour() {
                let folder = tempfile::TempDir::new().unwrap();
                let store = crate::Store::open(folder.path(), super::HOME).unwrap();
                super::$behaviour(&store).await;
            })*
        }
    };
}

on_every_medium! {
    what_one_clone_of_a_store_commits_every_other_loads
    a_row_is_replaced_and_removed_by_its_key
    tables_do_not_meet
    a_row_that_cannot_be_read_is_named
    a_change_that_nobody_waits_for_is_made
    changes_are_made_in_the_order_of_the_calls_whatever_is_awaited_first
    many_rows_are_written_and_removed_at_once
    rows_take_the_place_of_others_at_once
    nothing_is_written_at_once
    a_key_may_be_any_text_and_a_row_of_any_size
}

async fn what_one_clone_of_a_store_commits_every_other_loads(store: &Store) {
    let table = streams(&store.clone());
    table.put("orders", &Stream { shards: 2 }).await.unwrap();
    table.put("bills", &Stream { shards: 1 }).await.unwrap();
    assert_eq!(streams(store).load().unwrap(), rows([("bills", 1), ("orders", 2)]));
}

async fn a_row_is_replaced_and_removed_by_its_key(store: &Store) {
    let table = streams(store);
    table.put("orders", &Stream { shards: 2 }).await.unwrap();
    table.put("orders", &Stream { shards: 3 }).await.unwrap();
    assert_eq!(table.load().unwrap(), rows([("orders", 3)]));
    table.remove("orders").await.unwrap();
    table.remove("orders").await.unwrap();
    assert_eq!(table.load().unwrap(), []);
}

async fn tables_do_not_meet(store: &Store) {
    streams(store).put("orders", &Stream { shards: 2 }).await.unwrap();
    assert_eq!(store.table::<Bucket>("buckets").load().unwrap(), []);
}

async fn a_row_that_cannot_be_read_is_named(store: &Store) {
    streams(store).put("orders", &Stream { shards: 2 }).await.unwrap();
    let error = store.table::<Bucket>("streams").load().unwrap_err();
    assert!(matches!(&error, LoadError::Row { table: "streams", key, .. } if key == "orders"));
    assert!(error.to_string().starts_with("row `orders` of table `streams` cannot be read"));
}

async fn a_change_that_nobody_waits_for_is_made(store: &Store) {
    let table = streams(store);
    drop(table.put("orders", &Stream { shards: 2 }));
    assert_eq!(table.load().unwrap(), rows([("orders", 2)]));
}

async fn changes_are_made_in_the_order_of_the_calls_whatever_is_awaited_first(store: &Store) {
    let table = streams(store);
    let first = table.put("orders", &Stream { shards: 2 });
    let second = table.remove("orders");
    let third = table.put("orders", &Stream { shards: 3 });
    third.await.unwrap();
    second.await.unwrap();
    first.await.unwrap();
    assert_eq!(table.load().unwrap(), rows([("orders", 3)]));
}

async fn many_rows_are_written_and_removed_at_once(store: &Store) {
    let table = streams(store);
    let [one, two] = [Stream { shards: 1 }, Stream { shards: 2 }];
    table.put_all([("bills", &one), ("orders", &two), ("returns", &one)]).await.unwrap();
    assert_eq!(table.load().unwrap(), rows([("bills", 1), ("orders", 2), ("returns", 1)]));
    table.remove_all(["bills", "gone before", "returns"]).await.unwrap();
    assert_eq!(table.load().unwrap(), rows([("orders", 2)]));
}

async fn rows_take_the_place_of_others_at_once(store: &Store) {
    let table = streams(store);
    let [one, two] = [Stream { shards: 1 }, Stream { shards: 2 }];
    table.put_all([("bills", &one), ("orders", &one)]).await.unwrap();
    table.replace([("orders", &two), ("returns", &one)], ["bills"]).await.unwrap();
    assert_eq!(table.load().unwrap(), rows([("orders", 2), ("returns", 1)]));
}

async fn nothing_is_written_at_once(store: &Store) {
    let table = streams(store);
    table.put_all(Vec::<(String, &Stream)>::new()).await.unwrap();
    table.remove_all(Vec::<String>::new()).await.unwrap();
    assert_eq!(table.load().unwrap(), []);
}

async fn a_key_may_be_any_text_and_a_row_of_any_size(store: &Store) {
    let table = store.table::<String>("texts");
    let large = "x".repeat(3 * 1024 * 1024);
    let texts =
        [("", ""), ("\0", "nul"), ("a'b", "quote"), ("über", "later than z"), ("z", &large)];
    let texts = texts.map(|(key, text)| (key.to_owned(), text.to_owned()));
    table.put_all(texts.iter().map(|(key, text)| (key, text))).await.unwrap();
    assert_eq!(table.load().unwrap(), BTreeMap::from(texts).into_iter().collect::<Vec<_>>());
}

/// What a service may do to a table, and when it waits.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Put(Vec<(String, u32)>),
    Remove(Vec<String>),
    /// Waits for the oldest change that nobody has waited for.
    Await,
    /// Does not wait for the oldest one.
    Drop,
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    let key = "[a-dé]{0,2}";
    prop_oneof![
        4 => prop::collection::vec((key, any::<u32>()), 0..4).prop_map(Step::Put),
        2 => prop::collection::vec(key, 0..3).prop_map(Step::Remove),
        2 => Just(Step::Await),
        1 => Just(Step::Drop),
    ]
}

impl Step {
    /// What it does to the rows of a model.
    pub(crate) fn apply(&self, model: &mut BTreeMap<String, Stream>) {
        match self {
            Self::Put(rows) => {
                let rows = rows.iter().map(|(key, shards)| (key.clone(), *shards));
                model.extend(rows.map(|(key, shards)| (key, Stream { shards })));
            }
            Self::Remove(keys) => model.retain(|key, _| !keys.contains(key)),
            Self::Await | Self::Drop => {}
        }
    }
}

#[test]
fn both_media_hold_what_a_map_would_hold() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let steps = prop::collection::vec(step(), 0..40);
    let same = |steps: Vec<Step>| {
        let folder = TempDir::new().unwrap();
        for store in [Store::in_memory(), Store::open(folder.path(), HOME).unwrap()] {
            runtime.block_on(agree(&store, &steps));
        }
        Ok(())
    };
    let config = Config { cases: 32, failure_persistence: None, ..Config::default() };
    TestRunner::new(config).run(&steps, same).unwrap();
}

async fn agree(store: &Store, steps: &[Step]) {
    let table = streams(store);
    let mut model = BTreeMap::new();
    let mut under_way = Vec::new();
    for step in steps {
        step.apply(&mut model);
        match step {
            Step::Put(rows) => {
                let rows: Vec<_> =
                    rows.iter().map(|(key, shards)| (key, Stream { shards: *shards })).collect();
                under_way.push(table.put_all(rows.iter().map(|(key, row)| (*key, row))));
            }
            Step::Remove(keys) => under_way.push(table.remove_all(keys)),
            Step::Await if !under_way.is_empty() => under_way.remove(0).await.unwrap(),
            Step::Drop if !under_way.is_empty() => drop(under_way.remove(0)),
            Step::Await | Step::Drop => {}
        }
    }
    assert_eq!(table.load().unwrap(), model.into_iter().collect::<Vec<_>>());
}
