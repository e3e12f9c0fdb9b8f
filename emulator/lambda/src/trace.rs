//! The trace header that every invocation carries, with the lineage that tells loops from chains.
//!
//! Form observed on Lambda, also without active tracing:
//! `Root=1-<8 hex>-<24 hex>;Parent=<16 hex>;Sampled=0;Lineage=1:<8 hex>:0`. An AWS SDK inside a function
//! passes the header on, so a function that causes itself to be invoked is seen to come back.
//!
//! What the parts of a lineage count is not documented. Here each entry is a function, by a hash of its
//! name, with how often it has been invoked before in the same chain; entries are parted by `|`.

use std::fmt;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::name::FunctionName;

/// How often a function may be invoked in one chain before that counts as a loop.
///
/// Source: "Use Lambda recursive loop detection" in the Lambda Developer Guide: approximately 16 times.
pub(crate) const LOOP: u32 = 16;

/// The trace of one invocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trace {
    /// All parts of the header but the lineage.
    parts: String,
    /// Functions of this chain, by hash, and how often each was invoked before.
    lineage: Vec<(String, u32)>,
    /// How often the function that is invoked now was invoked before.
    times: u32,
}

impl Trace {
    /// Continues the trace of whoever led to this invocation, or begins one.
    pub(crate) fn continued(given: Option<String>) -> Self {
        match given.filter(|given| given.contains("Root=")) {
            Some(given) => Self::read(&given),
            None => Self { parts: begun(), lineage: Vec::new(), times: 0 },
        }
    }

    fn read(header: &str) -> Self {
        let (lineage, parts): (Vec<_>, Vec<_>) =
            header.split(';').partition(|part| part.trim_start().starts_with("Lineage="));
        let entries = lineage.iter().filter_map(|part| Some(part.split_once('=')?.1));
        let lineage = entries.flat_map(|list| list.split('|')).filter_map(entry).collect();
        Self { parts: parts.join(";"), lineage, times: 0 }
    }

    /// The trace as the invoked function sees it, and passes it on.
    pub(crate) fn entering(mut self, function: &FunctionName) -> Self {
        let hash = hash(function);
        let known = self.lineage.iter_mut().find(|(each, _)| *each == hash);
        if let Some((_, times)) = known {
            *times = times.saturating_add(1);
            self.times = *times;
        } else {
            self.lineage.push((hash, 0));
            self.times = 0;
        }
        self
    }

    /// Whether the function that is entered has been there too often.
    pub(crate) fn is_a_loop(&self) -> bool {
        self.times >= LOOP
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.parts)?;
        let mut separator = ";Lineage=";
        for (hash, times) in &self.lineage {
            write!(formatter, "{separator}1:{hash}:{times}")?;
            separator = "|";
        }
        Ok(())
    }
}

/// `1:<hash>:<times>`.
fn entry(text: &str) -> Option<(String, u32)> {
    let (hash, times) = text.trim().strip_prefix("1:")?.split_once(':')?;
    Some((hash.to_owned(), times.parse().ok()?))
}

/// Eight hexadecimal digits.
fn hash(function: &FunctionName) -> String {
    let digest = Sha256::digest(function.as_str());
    format!("{:02x}{:02x}{:02x}{:02x}", digest[0], digest[1], digest[2], digest[3])
}

fn begun() -> String {
    let (one, two) = (Uuid::new_v4().as_u128(), Uuid::new_v4().as_u128());
    // The root's first eight digits are a time on AWS; nothing reads them.
    format!(
        "Root=1-{:08x}-{:024x};Parent={:016x};Sampled=0",
        one >> 96,
        one & ((1 << 96) - 1),
        two >> 64,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> FunctionName {
        FunctionName::stored(text.to_owned())
    }

    #[test]
    fn a_trace_is_begun_in_lambdas_form_and_then_continued() {
        let begun = Trace::continued(None).entering(&name("a")).to_string();
        let lengths: Vec<_> = begun.split(';').map(str::len).collect();
        assert_eq!(lengths, [40, 23, 9, 20], "{begun}");
        assert_eq!(Trace::continued(Some(begun.clone())).to_string(), begun);
    }

    #[test]
    fn a_chain_of_functions_is_no_loop_and_a_function_that_comes_back_is_one() {
        let mut header = None;
        for times in 0..=LOOP {
            let trace = Trace::continued(header).entering(&name("a"));
            assert_eq!((trace.times, trace.is_a_loop()), (times, times == LOOP));
            let onwards = Trace::continued(Some(trace.to_string())).entering(&name("b"));
            assert_eq!(onwards.lineage.len(), 2);
            header = Some(onwards.to_string());
        }
    }

    #[test]
    fn a_lineage_that_cannot_be_read_begins_anew() {
        let trace = Trace::continued(Some("Root=1-0-0;Lineage=7|1:x|1:abc:many".to_owned()));
        assert_eq!(trace.to_string(), "Root=1-0-0");
    }
}
