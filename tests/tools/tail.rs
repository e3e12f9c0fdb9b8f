//! `aws logs tail`, which only version 2 of the CLI has: it looks for events again and again.

use std::process::Stdio;

use aws_sdk_cloudwatchlogs::types::InputLogEvent;
use libtest_mimic::Trial;
use tests::command::output;
use tests::requirement::{Required, Tool};
use tests::{World, soon};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use crate::command::{block_on, clean};
use crate::transcript::{Cli, Version};

const GROUP: &str = "/ours/app";

pub(crate) fn trials(required: &Required) -> [Trial; 2] {
    let found = || Cli::find(Version::Two);
    [
        required.trial("tail_shows_the_events_that_are_asked_for", Tool::AwsCli, found(), |cli| {
            block_on(tail(cli));
        }),
        required.trial(
            "tail_follows_a_group_and_shows_what_is_written_later",
            Tool::AwsCli,
            found(),
            |cli| block_on(follow(cli)),
        ),
    ]
}

/// A world in real time, for `--since` counts back from that, with a group to write to.
async fn world() -> World {
    let world = World::on_the_wall_clock().await;
    world.logs().create_log_group().log_group_name(GROUP).send().await.unwrap();
    let stream = world.logs().create_log_stream().log_group_name(GROUP).log_stream_name("s");
    stream.send().await.unwrap();
    world
}

/// Writes an event that happened so many minutes ago.
async fn put(world: &World, minutes_ago: i64, message: &str) {
    let then = (world.clock().now().unix_timestamp() - 60 * minutes_ago) * 1000;
    let event = InputLogEvent::builder().timestamp(then).message(message).build().unwrap();
    let put = world.logs().put_log_events().log_group_name(GROUP).log_stream_name("s");
    put.log_events(event).send().await.unwrap();
}

fn aws(cli: &Cli, world: &World, arguments: &[&str]) -> Command {
    let mut command = clean(&cli.path, world.folder());
    command.args(["--endpoint-url", world.endpoint(), "logs", "tail", GROUP]).args(arguments);
    command
}

async fn tail(cli: Cli) {
    let world = world().await;
    put(&world, 60, "an hour ago: ERROR").await;
    put(&world, 5, "lately: ERROR").await;
    put(&world, 4, "{\"level\": \"INFO\"}").await;
    let messages = async |arguments: &[&str]| -> Vec<String> {
        let told = output(aws(&cli, &world, &[&["--format", "short"], arguments].concat())).await;
        // Each line starts with the time, without blanks.
        told.lines().map(|line| line.split_once(' ').unwrap().1.to_owned()).collect()
    };
    let all = ["an hour ago: ERROR", "lately: ERROR", "{\"level\": \"INFO\"}"];
    assert_eq!(messages(&[]).await, all[1..], "the last ten minutes");
    assert_eq!(messages(&["--since", "2h"]).await, all);
    assert_eq!(messages(&["--since", "2h", "--filter-pattern", "ERROR"]).await, all[..2]);
    let json = "{ $.level = \"INFO\" }";
    assert_eq!(messages(&["--filter-pattern", json, "--log-stream-names", "s"]).await, all[2..]);

    let detailed = output(aws(&cli, &world, &["--since", "2h"])).await;
    assert!(detailed.lines().next().unwrap().ends_with(" s an hour ago: ERROR"), "{detailed}");
    world.close().await;
}

async fn follow(cli: Cli) {
    let world = world().await;
    put(&world, 1, "written before").await;
    let mut command = aws(&cli, &world, &["--follow", "--format", "short"]);
    // Python keeps lines back that go into a pipe, unless it is told not to.
    command.env("PYTHONUNBUFFERED", "1").stdout(Stdio::piped());
    let mut tail = command.spawn().unwrap();
    let mut lines = BufReader::new(tail.stdout.take().unwrap()).lines();
    let mut next = async || {
        let line = soon("a line of aws logs tail", lines.next_line()).await.unwrap();
        line.expect("it goes on until it is ended")
    };
    let first = next().await;
    assert!(first.ends_with(" written before"), "{first}");
    put(&world, 0, "written later").await;
    let second = next().await;
    assert!(second.ends_with(" written later"), "{second}");
    tail.kill().await.unwrap();
    world.close().await;
}
