//! Why a scene is not as expected, and how an error is told with its causes.

use std::error::Error;
use std::fmt;
use std::iter;
use std::time::Duration;

use crate::aws::AwsError;

/// A scene that is not as expected.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) reason: Failure,
    /// What its function has logged.
    pub(crate) log: String,
}

/// Why a scene is not as expected.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(
        "no handler of this image is called `{handler}`, only {present} (hint: it is built with \
         `--features {handler}`, which is on by default)"
    )]
    NotInImage { handler: &'static str, present: String },
    #[error(transparent)]
    Aws(#[from] AwsError),
    #[error("`{expected}` should have come back, and `{found}` did")]
    OtherAnswer { expected: &'static str, found: String },
    #[error("`{0}` should have been logged")]
    NotLogged(&'static str),
    #[error("its REPORT line is not whole")]
    NoReport,
    #[error("nothing had come of it after {} s", .0.as_secs())]
    Quiet(Duration),
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&chain(&self.reason))?;
        if self.log.is_empty() { Ok(()) } else { write!(f, "\nIts function logged:\n{}", self.log) }
    }
}

/// An error and all its causes, on one line.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let chain = iter::successors(Some(error), |&error| error.source());
    chain.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
