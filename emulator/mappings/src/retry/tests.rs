//! The policy as tables, and against a model of what becomes of each record.

use super::Verdict::{Done, Failed, FailedFrom, Unreached};
use super::*;
use insta::assert_snapshot;
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::fmt::Write;

const ENDLESS: Policy = Policy { retries: None, bisect: false };

/// Nine records in batches of four, and what the policy makes of these verdicts on them, in order.
fn told(policy: Policy, verdicts: &[Verdict]) -> String {
    let mut progress = Progress::new();
    let mut head = 1;
    let mut told = String::new();
    for &verdict in verdicts {
        let length = progress.batch((head..=9).take(4));
        let batch: Vec<_> = (head..=9).take(length).collect();
        let next = progress.settle(&batch, verdict, policy);
        if let Next::Advance(past) | Next::GiveUp(past) = next {
            head = past + 1;
        }
        writeln!(told, "{batch:?} {verdict:?}: {next:?}").unwrap();
    }
    told
}

#[test]
fn a_batch_that_is_done_makes_way_for_the_next() {
    assert_snapshot!(told(ENDLESS, &[Done, Done, Done]), @"
    [1, 2, 3, 4] Done: Advance(4)
    [5, 6, 7, 8] Done: Advance(8)
    [9] Done: Advance(9)
    ");
}

#[test]
fn a_batch_that_fails_is_tried_again_as_it_is_and_later_each_time() {
    assert_snapshot!(told(ENDLESS, &[Failed; 11]), @"
    [1, 2, 3, 4] Failed: Retry(250ms)
    [1, 2, 3, 4] Failed: Retry(500ms)
    [1, 2, 3, 4] Failed: Retry(1s)
    [1, 2, 3, 4] Failed: Retry(2s)
    [1, 2, 3, 4] Failed: Retry(4s)
    [1, 2, 3, 4] Failed: Retry(8s)
    [1, 2, 3, 4] Failed: Retry(16s)
    [1, 2, 3, 4] Failed: Retry(32s)
    [1, 2, 3, 4] Failed: Retry(60s)
    [1, 2, 3, 4] Failed: Retry(60s)
    [1, 2, 3, 4] Failed: Retry(60s)
    ");
}

#[test]
fn a_batch_is_given_up_after_its_retries_and_the_next_has_its_own() {
    let twice = Policy { retries: Some(2), ..ENDLESS };
    assert_snapshot!(told(twice, &[Failed, Failed, Failed, Failed, Done]), @"
    [1, 2, 3, 4] Failed: Retry(250ms)
    [1, 2, 3, 4] Failed: Retry(500ms)
    [1, 2, 3, 4] Failed: GiveUp(4)
    [5, 6, 7, 8] Failed: Retry(250ms)
    [5, 6, 7, 8] Done: Advance(8)
    ");
    let never = Policy { retries: Some(0), ..ENDLESS };
    assert_snapshot!(told(never, &[Failed, Failed]), @"
    [1, 2, 3, 4] Failed: GiveUp(4)
    [5, 6, 7, 8] Failed: GiveUp(8)
    ");
}

#[test]
fn what_does_not_reach_the_function_uses_up_no_retries() {
    let once = Policy { retries: Some(1), ..ENDLESS };
    assert_snapshot!(told(once, &[Failed, Unreached, Unreached, Failed]), @"
    [1, 2, 3, 4] Failed: Retry(250ms)
    [1, 2, 3, 4] Unreached: Retry(500ms)
    [1, 2, 3, 4] Unreached: Retry(1s)
    [1, 2, 3, 4] Failed: GiveUp(4)
    ");
}

#[test]
fn what_is_behind_a_reported_record_is_a_batch_of_its_own_with_its_own_retries() {
    let once = Policy { retries: Some(1), ..ENDLESS };
    let verdicts = [Failed, FailedFrom(2), FailedFrom(0), FailedFrom(0), Done];
    assert_snapshot!(told(once, &verdicts), @"
    [1, 2, 3, 4] Failed: Retry(250ms)
    [1, 2, 3, 4] FailedFrom(2): Advance(2)
    [3, 4] FailedFrom(0): Retry(250ms)
    [3, 4] FailedFrom(0): GiveUp(4)
    [5, 6, 7, 8] Done: Advance(8)
    ");
}

#[test]
fn a_batch_that_is_bisected_is_halved_until_a_record_fails_alone() {
    let bisect = Policy { retries: Some(1), bisect: true };
    let verdicts = [Failed, Failed, Done, Failed, Failed, Done, Done];
    assert_snapshot!(told(bisect, &verdicts), @"
    [1, 2, 3, 4] Failed: Retry(250ms)
    [1, 2] Failed: Retry(500ms)
    [1] Done: Advance(1)
    [2] Failed: Retry(250ms)
    [2] Failed: GiveUp(2)
    [3, 4] Done: Advance(4)
    [5, 6, 7, 8] Done: Advance(8)
    ");
}

#[test]
fn a_batch_whose_records_expire_is_forgotten_with_its_failures() {
    let once = Policy { retries: Some(1), ..ENDLESS };
    let mut progress = Progress::new();
    let batch = |progress: &mut Progress<_>, from: i32| progress.batch((from..=9).take(4));

    assert_eq!(batch(&mut progress, 1), 4);
    assert_eq!(progress.settle(&[1, 2, 3, 4], Failed, once), Next::Retry(FIRST_DELAY));
    assert_eq!(batch(&mut progress, 3), 2, "what is left of it is still the batch");
    assert_eq!(batch(&mut progress, 5), 4);
    let next = progress.settle(&[5, 6, 7, 8], Failed, once);
    assert_eq!(next, Next::Retry(2 * FIRST_DELAY), "the retry is its own");
    assert_eq!(progress.batch([]), 0);
}

#[test]
fn eight_attempts_are_made_within_a_minute() {
    let mut progress = Progress::new();
    let mut waited = Duration::ZERO;
    let mut attempts = 0;
    while waited <= Duration::from_mins(1) {
        attempts += 1;
        match progress.settle(&[1], Failed, ENDLESS) {
            Next::Retry(delay) => waited += delay,
            next => panic!("an endless policy says {next:?}"),
        }
    }
    assert_eq!(attempts, 8);
}

/// A function that fails on some records, and whose caller does not always get through.
#[derive(Clone, Debug)]
struct World {
    records: u32,
    batch_size: usize,
    bad: BTreeSet<u32>,
    /// Whether the function reports the records it fails on, or only fails.
    reports: bool,
    policy: Policy,
    /// Which attempts do not reach the function; all later ones do.
    outages: Vec<bool>,
}

fn worlds() -> impl Strategy<Value = World> {
    let policy = (0..3_u32, any::<bool>())
        .prop_map(|(retries, bisect)| Policy { retries: Some(retries), bisect });
    let bad = btree_set(0..40_u32, 0..8);
    (0..40_u32, 1..12_usize, bad, any::<bool>(), policy, vec(any::<bool>(), 0..20)).prop_map(
        |(records, batch_size, bad, reports, policy, outages)| World {
            records,
            batch_size,
            bad,
            reports,
            policy,
            outages,
        },
    )
}

impl World {
    /// The model: whether the function ever takes this record.
    fn is_taken(&self, record: u32) -> bool {
        let batch_size = u32::try_from(self.batch_size).unwrap();
        let start = record / batch_size * batch_size;
        let is_spoilt_by = |bad: &u32| match (self.policy.bisect, self.reports) {
            (true, _) => *bad == record,
            (false, true) => (start..=record).contains(bad),
            (false, false) => (start..start + batch_size).contains(bad) && *bad < self.records,
        };
        !self.bad.iter().any(is_spoilt_by)
    }

    fn verdict(&self, batch: &[u32], attempt: usize) -> Verdict {
        if self.outages.get(attempt) == Some(&true) {
            return Unreached;
        }
        match batch.iter().position(|record| self.bad.contains(record)) {
            None => Done,
            Some(place) if self.reports => FailedFrom(place),
            Some(_) => Failed,
        }
    }

    /// What becomes of every record, in order; and how often each batch that was given up had failed.
    fn run(&self) -> (Vec<bool>, Vec<u32>) {
        let mut progress = Progress::new();
        let mut taken = Vec::new();
        let mut failures = Vec::new();
        let mut failed = Vec::new();
        let mut attempt = 0;
        let mut head = 0;
        while head < self.records {
            let length = progress.batch((head..self.records).take(self.batch_size));
            let batch: Vec<_> = (head..self.records).take(length).collect();
            let verdict = self.verdict(&batch, attempt);
            if matches!(verdict, Failed | FailedFrom(0)) {
                failed.push(batch.clone());
            }
            let next = progress.settle(&batch, verdict, self.policy);
            if let Next::Advance(past) | Next::GiveUp(past) = next {
                taken.extend((head..=past).map(|_| matches!(next, Next::Advance(_))));
                head = past + 1;
            }
            if let Next::GiveUp(_) = next {
                let times = failed.iter().filter(|each| **each == batch).count();
                failures.push(u32::try_from(times).unwrap());
            }
            attempt += 1;
        }
        (taken, failures)
    }
}

proptest! {
    #[test]
    fn each_record_is_taken_or_given_up_as_the_model_says_and_never_before_its_retries(world in worlds()) {
        let (taken, failures) = world.run();
        let expected: Vec<_> = (0..world.records).map(|record| world.is_taken(record)).collect();
        prop_assert_eq!(taken, expected);
        let attempts = world.policy.retries.unwrap() + 1;
        prop_assert!(failures.iter().all(|times| *times == attempts), "{:?}", failures);
    }
}
