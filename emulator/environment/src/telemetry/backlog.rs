//! What an init has told so far, for extensions that have not subscribed yet. Bounded, for a function may
//! print whatever it likes before anybody has subscribed, or if nobody ever does.

use time::UtcDateTime;

use super::Record;

/// Most records that are kept. Ours.
const MAX_RECORDS: usize = 1000;

/// Most bytes of printed lines that are kept: the largest buffer that a subscriber may ask for.
const MAX_BYTES: usize = 1_048_576;

/// The first records of an init.
#[derive(Default)]
pub(super) struct Backlog {
    records: Vec<(UtcDateTime, Record)>,
    /// Of the lines among them.
    bytes: usize,
}

impl Backlog {
    /// Takes a record in if there is room for it.
    pub(super) fn push(&mut self, time: UtcDateTime, record: Record) {
        let bytes = self.bytes + record.printed().map_or(0, str::len);
        if self.records.len() < MAX_RECORDS && bytes <= MAX_BYTES {
            self.bytes = bytes;
            self.records.push((time, record));
        }
    }

    pub(super) fn records(&self) -> &[(UtcDateTime, Record)] {
        &self.records
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, printed: usize, expected: usize) {
        let mut backlog = Backlog::default();
        for _ in 0..printed {
            backlog.push(UtcDateTime::UNIX_EPOCH, Record::Function(line.into()));
        }
        assert_eq!(backlog.records().len(), expected);
    }

    #[test]
    fn neither_many_lines_nor_long_ones_are_all_kept() {
        check("short\n", 7, 7);
        check("short\n", MAX_RECORDS + 1, MAX_RECORDS);
        check(&"x".repeat(MAX_BYTES / 2), 3, 2);
    }
}
