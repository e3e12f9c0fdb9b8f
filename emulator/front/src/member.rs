//! What becomes of an operation's input members, said beside the operation and checked from outside.
//!
//! Names are those of AWS's service model, which are also those of the API reference: `FunctionName`,
//! `Code.ImageUri`, and across lists `Delete.Objects.Key`. What is said of a member holds for all below
//! it that are not named themselves. `GET /_emulator/operations` shows the declarations; a test reads
//! them there and compares them with the model, member by member.
//!
//! ```
//! use emulator_front::{Members, applied, inert, only, refused};
//!
//! const MEMBERS: &[Members] = &[
//!     applied(&["StreamName", "StreamARN"], "kinesis::put_record_answers_growing_sequence_numbers"),
//!     only(&["ParallelizationFactor"], &["1"], "mappings::shards_do_not_wait_for_each_other"),
//!     inert(&["StreamId"], "reserved for future use, on AWS as well"),
//!     refused(&["WarmThroughputMiBps"]),
//! ];
//! assert_eq!(MEMBERS[1].handling.name(), "only");
//! ```

/// Members of one operation that meet the same fate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Members {
    /// Their names in the service model.
    pub names: &'static [&'static str],
    /// What becomes of them.
    pub handling: Handling,
}

/// What becomes of an input member. There is no fourth fate: nothing is only stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handling {
    /// It has the effect that it has on AWS.
    Applied {
        /// The test that shows it.
        shown_by: &'static str,
    },
    /// Some values have their effect; every other is refused by name.
    Only {
        /// The values that are applied.
        values: &'static [&'static str],
        /// The test that shows it.
        shown_by: &'static str,
    },
    /// It is accepted, and there is nothing here for it to have an effect on.
    Inert {
        /// Why that is so.
        because: &'static str,
    },
    /// It is refused, and the text of the error names it.
    Refused,
}

impl Handling {
    /// The word for it: `applied`, `only`, `inert` or `refused`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Applied { .. } => "applied",
            Self::Only { .. } => "only",
            Self::Inert { .. } => "inert",
            Self::Refused => "refused",
        }
    }
}

/// Members that are applied, as the test `shown_by` shows: `functions::create_function_takes_a_name_once`
/// for one of the end-to-end tests, `emulator_kinesis::tests::put::…` for one of a crate.
pub const fn applied(names: &'static [&'static str], shown_by: &'static str) -> Members {
    Members { names, handling: Handling::Applied { shown_by } }
}

/// Members of which these `values` are applied and all others are refused by name.
pub const fn only(
    names: &'static [&'static str],
    values: &'static [&'static str],
    shown_by: &'static str,
) -> Members {
    Members { names, handling: Handling::Only { values, shown_by } }
}

/// Members that are accepted and change nothing, `because` there is nothing here that they could change.
pub const fn inert(names: &'static [&'static str], because: &'static str) -> Members {
    Members { names, handling: Handling::Inert { because } }
}

/// The rows of an operation and those that it shares with another, as one list of `N`.
///
/// # Panics
///
/// While it is compiled, if there are not `N` rows.
pub const fn joined<const N: usize>(own: &[Members], shared: &[Members]) -> [Members; N] {
    assert!(own.len() + shared.len() == N, "N is the number of all rows");
    let mut rows = [refused(&[]); N];
    let mut row = 0;
    while row < N {
        rows[row] = if row < own.len() { own[row] } else { shared[row - own.len()] };
        row += 1;
    }
    rows
}

/// Members that are refused by name.
pub const fn refused(names: &'static [&'static str]) -> Members {
    Members { names, handling: Handling::Refused }
}
