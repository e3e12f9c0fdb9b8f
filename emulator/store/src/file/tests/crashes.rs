//! What is on the disk at any instant: all that was answered for, and nothing half.
//!
//! A process that is killed leaves its files as they are. So does a copy of them that is made while the
//! writer goes on, as long as nothing moves from the log into the database meanwhile: the log only grows
//! then, and the copy ends somewhere in it. The copy's end is then cut or overwritten, as a power cut may
//! do to what was being written. (That rows survive the move into the database is shown end to end, by
//! killing whole emulators.)

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{Seek, SeekFrom, Write};

use futures_util::FutureExt;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;
use crate::tests::{Step, step};
use crate::{Committed, Table};

/// How the copied log ends.
#[derive(Clone, Copy, Debug)]
enum End {
    /// Where the copy ended.
    Copied,
    /// Cut, this far between what was there for sure and where the copy ended.
    Cut(f64),
    /// Overwritten with noise from there on.
    Noise(f64),
}

fn end() -> impl Strategy<Value = End> {
    prop_oneof![Just(End::Copied), (0.0..1.0).prop_map(End::Cut), (0.0..1.0).prop_map(End::Noise),]
}

#[test]
fn a_copy_made_while_a_writer_commits_holds_all_that_was_answered_for_and_nothing_half() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let stories = (prop::collection::vec(step(), 0..60), end());
    let config = Config { cases: 64, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&stories, |(steps, end)| {
            runtime.block_on(crash(&steps, end));
            Ok(())
        })
        .unwrap();
}

/// Groups that were asked for, and how many of them, from the first, have been answered for.
struct Writer {
    table: Table<Stream>,
    under_way: Vec<Committed>,
    asked: usize,
    answered: usize,
}

impl Writer {
    async fn take(&mut self, step: &Step) {
        let committed = match step {
            Step::Put(rows) => {
                let rows: Vec<_> =
                    rows.iter().map(|(key, shards)| (key, Stream { shards: *shards })).collect();
                self.table.put_all(rows.iter().map(|(key, row)| (*key, row)))
            }
            Step::Remove(keys) => self.table.remove_all(keys),
            Step::Await => {
                if let Some(last) = self.under_way.pop() {
                    last.await.unwrap();
                    self.answered = self.asked;
                    self.under_way.clear();
                }
                return;
            }
            Step::Drop => return,
        };
        self.asked += 1;
        self.under_way.push(committed);
    }

    /// Counts what has been answered for though nobody waited.
    fn look(&mut self) {
        let first = self.asked - self.under_way.len();
        let made = self.under_way.iter_mut().map(|committed| committed.now_or_never().is_some());
        let made = made.collect::<Vec<_>>().iter().rposition(|made| *made);
        self.answered = self.answered.max(made.map_or(0, |last| first + last + 1));
    }
}

async fn crash(steps: &[Step], end: End) {
    let folder = TempDir::new().unwrap();
    let store = open(&folder.path().join("data"));
    let mut writer =
        Writer { table: streams(&store), under_way: Vec::new(), asked: 0, answered: 0 };
    for step in steps {
        writer.take(step).await;
    }
    writer.look();
    let copy = copied(&folder, end);
    let found = streams(&open(&copy)).load().unwrap();

    let mut model = BTreeMap::new();
    let groups = steps.iter().filter(|step| matches!(step, Step::Put(_) | Step::Remove(_)));
    let mut states = vec![Vec::new()];
    for group in groups {
        group.apply(&mut model);
        states.push(model.clone().into_iter().collect());
    }
    let Writer { asked, answered, .. } = writer;
    assert!(
        states[answered..].contains(&found),
        "of {asked} groups {answered} were answered for; this is not after one of them: {found:?}"
    );
}

/// The files as they are now, or were while they were copied.
fn copied(folder: &TempDir, end: End) -> std::path::PathBuf {
    let copy = folder.path().join("copy");
    fs::create_dir(&copy).unwrap();
    let file = |name| (folder.path().join("data").join(name), copy.join(name));
    let (log, log_copy) = file("store.sqlite-wal");
    let sure = fs::metadata(&log).unwrap().len();
    let (database, database_copy) = file("store.sqlite");
    fs::copy(database, database_copy).unwrap();
    let length = fs::copy(log, &log_copy).unwrap();

    let mut log = OpenOptions::new().write(true).open(log_copy).unwrap();
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "anywhere between the two will do"
    )]
    let at = |share: f64| sure + ((length - sure) as f64 * share) as u64;
    match end {
        End::Copied => {}
        End::Cut(share) => log.set_len(at(share)).unwrap(),
        End::Noise(share) => {
            log.seek(SeekFrom::Start(at(share))).unwrap();
            let noise = usize::try_from(length - at(share)).unwrap();
            log.write_all(&vec![0xA5; noise]).unwrap();
        }
    }
    copy
}
