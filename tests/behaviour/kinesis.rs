//! Kinesis streams: created, described, written to.

use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::{PutRecordsRequestEntry, Shard, StreamStatus};
use tests::refusal;

use crate::{Test, World, tests};

pub(crate) const TESTS: &[Test] = tests![
    create_stream_takes_a_name_once,
    describe_stream_shows_shards_that_share_out_all_keys,
    describe_stream_summary_counts_and_knows_no_stream_that_is_not_there,
    put_record_answers_growing_sequence_numbers,
    put_records_says_for_each_where_it_went,
];

/// A stream of one shard.
async fn orders(world: &World) -> String {
    let stream = world.name("orders");
    world.stream(&stream).await;
    stream
}

async fn create_stream_takes_a_name_once(world: &World) {
    let stream = &orders(world).await;
    let again = world.kinesis().create_stream().stream_name(stream).shard_count(1).send().await;
    let account = world.number();
    assert_eq!(
        refusal(again),
        format!(
            "400 ResourceInUseException: Stream {stream} under account {account} already exists."
        ),
    );
}

async fn describe_stream_shows_shards_that_share_out_all_keys(world: &World) {
    let stream = &world.name("orders");
    world.stream_of(stream, 2).await;
    let described = world.kinesis().describe_stream().stream_name(stream).send().await.unwrap();
    let description = described.stream_description().unwrap();
    assert_eq!(description.stream_arn(), world.stream_arn(stream));
    assert_eq!(description.stream_status(), &StreamStatus::Active);
    let shards: Vec<_> = description.shards().iter().map(Shard::shard_id).collect();
    assert_eq!(shards, ["shardId-000000000000", "shardId-000000000001"]);
    let ranges = description.shards().iter().filter_map(|shard| shard.hash_key_range());
    let ranges: Vec<_> =
        ranges.map(|range| (range.starting_hash_key(), range.ending_hash_key())).collect();
    assert_eq!(
        ranges,
        [
            ("0", "170141183460469231731687303715884105727"),
            ("170141183460469231731687303715884105728", "340282366920938463463374607431768211455"),
        ],
    );
}

async fn describe_stream_summary_counts_and_knows_no_stream_that_is_not_there(world: &World) {
    let describe = |name: &str| world.kinesis().describe_stream_summary().stream_name(name).send();
    let summary = describe(&orders(world).await).await.unwrap();
    assert_eq!(summary.stream_description_summary().unwrap().open_shard_count(), 1);
    let (nothing, account) = (&world.name("nothing"), world.number());
    assert_eq!(
        refusal(describe(nothing).await),
        format!(
            "400 ResourceNotFoundException: Stream {nothing} under account {account} not found."
        ),
    );
}

async fn put_record_answers_growing_sequence_numbers(world: &World) {
    let stream = &orders(world).await;
    let first = world.put_record(stream, b"one").await;
    let second = world.put_record(stream, b"two").await;
    assert_eq!((first.len(), second.len()), (56, 56), "so that they compare as text");
    assert!(first < second, "{first} {second}");
}

async fn put_records_says_for_each_where_it_went(world: &World) {
    let entry = |key: &str| {
        let entry = PutRecordsRequestEntry::builder().partition_key(key).data(Blob::new(key));
        entry.build().unwrap()
    };
    let put = world.kinesis().put_records().stream_name(orders(world).await);
    let put = put.records(entry("a")).records(entry("b")).send().await.unwrap();
    assert_eq!(put.failed_record_count(), Some(0));
    let shards: Vec<_> = put.records().iter().map(|record| record.shard_id().unwrap()).collect();
    assert_eq!(shards, ["shardId-000000000000"; 2]);
}
