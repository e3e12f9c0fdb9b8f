//! What services may rely on, whatever the medium.

use serde::{Deserialize, Serialize};

use crate::{LoadError, Store, Table};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Stream {
    shards: u32,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Bucket {
    region: String,
}

fn streams(store: &Store) -> Table<Stream> {
    store.table("streams")
}

#[tokio::test]
async fn what_one_clone_of_a_store_commits_every_other_loads() {
    let store = Store::in_memory();
    let table = streams(&store.clone());
    table.put("orders", &Stream { shards: 2 }).await.unwrap();
    table.put("bills", &Stream { shards: 1 }).await.unwrap();
    let loaded = streams(&store).load().unwrap();
    let expected = [("bills", Stream { shards: 1 }), ("orders", Stream { shards: 2 })];
    assert_eq!(loaded, expected.map(|(key, row)| (key.to_owned(), row)));
}

#[tokio::test]
async fn a_row_is_replaced_and_removed_by_its_key() {
    let store = Store::in_memory();
    let table = streams(&store);
    table.put("orders", &Stream { shards: 2 }).await.unwrap();
    table.put("orders", &Stream { shards: 3 }).await.unwrap();
    assert_eq!(table.load().unwrap(), [("orders".to_owned(), Stream { shards: 3 })]);
    table.remove("orders").await.unwrap();
    table.remove("orders").await.unwrap();
    assert_eq!(table.load().unwrap(), []);
}

#[tokio::test]
async fn tables_do_not_meet() {
    let store = Store::in_memory();
    streams(&store).put("orders", &Stream { shards: 2 }).await.unwrap();
    assert_eq!(store.table::<Bucket>("buckets").load().unwrap(), []);
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_named() {
    let store = Store::in_memory();
    streams(&store).put("orders", &Stream { shards: 2 }).await.unwrap();
    let error = store.table::<Bucket>("streams").load().unwrap_err();
    assert!(matches!(&error, LoadError::Row { table: "streams", key, .. } if key == "orders"));
    assert!(error.to_string().starts_with("row `orders` of table `streams` cannot be read"));
}
