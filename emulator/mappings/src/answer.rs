//! A function's answer to a batch, where it may report which records it failed on.
//!
//! Source: `ReportBatchItemFailures` in the Lambda Developer Guide, and answers recorded on Lambda.

use emulator_kinesis::SequenceNumber;
use serde_json::Value;

use crate::retry::Verdict;

/// What the answer says of the batch, whose numbers rise.
pub(crate) fn read(answer: &[u8], batch: &[SequenceNumber]) -> Verdict {
    let Ok(answer) = serde_json::from_slice(answer) else { return Verdict::Failed };
    let Some(reported) = reported(&answer) else { return Verdict::Failed };
    let place = |identifier: &str| batch.binary_search(&identifier.parse().ok()?).ok();
    // One report that means nothing spoils the others: what else the function meant is not known.
    let places: Option<Vec<_>> = reported.into_iter().map(place).collect();
    match places.map(|places| places.into_iter().min()) {
        Some(None) => Verdict::Done,
        Some(Some(lowest)) => Verdict::FailedFrom(lowest),
        None => Verdict::Failed,
    }
}

/// The identifiers in a report; `None` if it is not one.
fn reported(answer: &Value) -> Option<Vec<&str>> {
    let nothing = Some(Vec::new());
    match answer {
        Value::Null => nothing,
        Value::String(text) if text.is_empty() => nothing,
        Value::Array(list) if list.is_empty() => nothing,
        Value::Object(members) => match members.get("batchItemFailures") {
            None | Some(Value::Null) => nothing,
            Some(Value::Array(items)) => {
                items.iter().map(|item| item.get("itemIdentifier")?.as_str()).collect()
            }
            Some(_) => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three numbers of one shard, as a stream gives them.
    const NUMBERS: [&str; 3] = [
        "49591161933145417361401850720487798879165334783271108610",
        "49591161933145417361401850720489007804984949412445814786",
        "49591161933145417361401850720490216730804564041620520962",
    ];

    #[track_caller]
    fn check(answer: &str, expected: Verdict) {
        let batch = NUMBERS.map(|number| number.parse().unwrap());
        let [first, second, third] = NUMBERS;
        let answer = answer.replace("<1>", first).replace("<2>", second).replace("<3>", third);
        assert_eq!(read(answer.as_bytes(), &batch), expected, "{answer}");
    }

    #[test]
    fn every_form_of_nothing_is_a_complete_success() {
        for nothing in [
            r#"{"batchItemFailures":[]}"#,
            r#"{"batchItemFailures":null}"#,
            "{}",
            "null",
            r#""""#,
            "[]",
            r#"{"processed":3}"#,
        ] {
            check(nothing, Verdict::Done);
        }
    }

    #[test]
    fn a_batch_is_done_up_to_the_lowest_record_that_is_reported() {
        let one = |number| format!(r#"{{"batchItemFailures":[{{"itemIdentifier":"{number}"}}]}}"#);
        check(&one("<1>"), Verdict::FailedFrom(0));
        check(&one("<2>"), Verdict::FailedFrom(1));
        check(&one("<3>"), Verdict::FailedFrom(2));
        check(
            r#"{"batchItemFailures":[{"itemIdentifier":"<3>"},{"itemIdentifier":"<2>"}]}"#,
            Verdict::FailedFrom(1),
        );
        check(
            r#"{"batchItemFailures":[{"itemIdentifier":"<2>","reason":"not UTF-8"}],"processed":1}"#,
            Verdict::FailedFrom(1),
        );
    }

    #[test]
    fn a_report_that_cannot_be_read_is_a_complete_failure() {
        for bad in [
            r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":123}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":"123"}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":"<2>"},{"itemIdentifier":"123"}]}"#,
            r#"{"batchItemFailures":[{"foo":1}]}"#,
            r#"{"batchItemFailures":[{}]}"#,
            r#"{"batchItemFailures":["<2>"]}"#,
            r#"{"batchItemFailures":{"itemIdentifier":"<2>"}}"#,
            r#"{"batchItemFailures":"<2>"}"#,
            r#"["<2>"]"#,
            r#""<2>""#,
            "7",
            "true",
            "",
            "{",
        ] {
            check(bad, Verdict::Failed);
        }
    }
}
