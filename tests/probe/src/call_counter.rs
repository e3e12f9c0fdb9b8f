//! Counts calls in a file, so that a count outlives the process that made it.
//!
//! Each call appends a byte. The kernel moves an appending writer to the end and writes in one step,
//! so the offset after the write belongs to this call alone, however many processes count together.

use std::fs::OpenOptions;
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

/// The counter of one key.
pub(crate) struct CallCounter {
    file: PathBuf,
}

impl CallCounter {
    pub(crate) fn of(key: &str, directory: &Path) -> Self {
        Self { file: directory.join(format!("probe-{key}")) }
    }

    /// Counts a call and returns its number, from 1.
    pub(crate) fn count(&self) -> io::Result<u64> {
        let mut file = OpenOptions::new().append(true).create(true).open(&self.file)?;
        file.write_all(b".")?;
        file.stream_position()
    }
}

#[cfg(test)]
mod tests {
    use super::CallCounter;

    #[test]
    fn two_counters_of_one_key_continue_each_other() {
        let directory = tempfile::tempdir().unwrap();
        let count = |key| CallCounter::of(key, directory.path()).count().unwrap();

        assert_eq!([count("a"), count("a"), count("b"), count("a")], [1, 2, 1, 3]);
    }

    #[test]
    fn two_open_counters_never_give_one_number_twice() {
        let directory = tempfile::tempdir().unwrap();
        let counter = CallCounter::of("shared", directory.path());
        let mut numbers: Vec<u64> = std::thread::scope(|scope| {
            let threads = [(); 4].map(|()| {
                scope.spawn(|| (0..100).map(|_| counter.count().unwrap()).collect::<Vec<_>>())
            });
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        numbers.sort_unstable();

        assert_eq!(numbers, (1..=400).collect::<Vec<_>>());
    }
}
