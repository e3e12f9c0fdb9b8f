//! The table of handlers, and the choice of one by its name.

use std::fmt;

use crate::{Function, InitError, failure::Failure, function::Started, panics};

/// A name, and how the function of that name is made.
#[derive(Clone, Copy)]
pub struct Handler {
    name: &'static str,
    make: fn() -> Function,
}

impl Handler {
    /// Binds a name to a function that is made only if that name is chosen.
    ///
    /// What a function keeps from one event to the next, such as a client, is for [`Function::event_with`].
    pub const fn new(name: &'static str, make: fn() -> Function) -> Self {
        Self { name, make }
    }

    /// Makes the function, and what it keeps. A panic is a failure like another.
    pub(crate) async fn start(&self) -> Result<Started, InitError> {
        let started = panics::caught(async { (self.make)().start().await }).await;
        let started = started.unwrap_or_else(|message| Err(Failure::panicked(&message).into()));
        started.map_err(InitError::Handler)
    }
}

impl fmt::Debug for Handler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Handler").field(&self.name).finish()
    }
}

/// The handlers of an image, in the order in which they are listed.
#[derive(Debug, Clone, Copy)]
pub struct Handlers(
    /// Names are in kebab-case, and none is there twice: `new` holds it.
    &'static [Handler],
);

/// Why no handler could be chosen.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectError {
    /// Neither HANDLER nor an argument is there.
    #[error("HANDLER is not set, nor is there an argument (hint: this image holds {holds})")]
    Unset {
        /// The names that would have been right, for people.
        holds: String,
    },
    /// The name names nothing in this image.
    #[error("no handler is called `{name}` (hint: this image holds {holds})")]
    Unknown {
        /// What was asked for.
        name: String,
        /// The names that would have been right, for people.
        holds: String,
    },
}

impl Handlers {
    /// Checks a table of handlers. In a constant, a wrong table does not compile:
    ///
    /// ```compile_fail
    /// # use bootstrap::{Function, Handler, Handlers};
    /// # async fn echo(event: String) -> Result<String, std::convert::Infallible> { Ok(event) }
    /// const TWICE: Handlers = Handlers::new(&[
    ///     Handler::new("echo", || Function::event(echo)),
    ///     Handler::new("echo", || Function::event(echo)),
    /// ]);
    /// ```
    ///
    /// # Panics
    ///
    /// If a name is not in kebab-case (`a-z`, `0-9`, and `-` between them) or is there twice.
    pub const fn new(table: &'static [Handler]) -> Self {
        let mut row = 0;
        while row < table.len() {
            assert!(is_kebab_case(table[row].name), "the name of a handler must be in kebab-case");
            let mut above = 0;
            while above < row {
                assert!(
                    !is_same(table[above].name, table[row].name),
                    "two handlers have the same name"
                );
                above += 1;
            }
            row += 1;
        }
        Self(table)
    }

    /// The names, in the table's order.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|handler| handler.name)
    }

    /// Finds the handler of that name.
    ///
    /// # Errors
    ///
    /// [`SelectError`] lists the names that can be chosen.
    pub(crate) fn select(&self, name: Option<&str>) -> Result<&Handler, SelectError> {
        let name = name.ok_or_else(|| SelectError::Unset { holds: self.holds() })?;
        self.0
            .iter()
            .find(|handler| handler.name == name)
            .ok_or_else(|| SelectError::Unknown { name: name.to_owned(), holds: self.holds() })
    }

    fn holds(&self) -> String {
        if self.0.is_empty() {
            return "no handler".into();
        }
        self.names().collect::<Vec<_>>().join(", ")
    }
}

// Strings can be compared in a constant only byte by byte.

const fn is_kebab_case(name: &str) -> bool {
    let bytes = name.as_bytes();
    let mut at = 0;
    let mut after_hyphen = true;
    while at < bytes.len() {
        match bytes[at] {
            b'a'..=b'z' | b'0'..=b'9' => after_hyphen = false,
            b'-' if !after_hyphen => after_hyphen = true,
            _ => return false,
        }
        at += 1;
    }
    !after_hyphen
}

const fn is_same(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len() != right.len() {
        return false;
    }
    let mut at = 0;
    while at < left.len() {
        if left[at] != right[at] {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use std::{convert::Infallible, panic};

    use futures_util::FutureExt as _;

    use super::*;

    async fn echo(event: String) -> Result<String, Infallible> {
        Ok(event)
    }

    const fn named(name: &'static str) -> Handler {
        Handler::new(name, || Function::event(echo))
    }

    const TWO: Handlers = Handlers::new(&[named("s3"), named("custom-event")]);

    #[track_caller]
    fn check(name: Option<&str>, expected: Result<&str, &str>) {
        let selected =
            TWO.select(name).map(|handler| handler.name).map_err(|error| error.to_string());
        assert_eq!(selected, expected.map_err(str::to_owned));
    }

    #[test]
    fn a_name_selects_its_handler() {
        check(Some("s3"), Ok("s3"));
        check(Some("custom-event"), Ok("custom-event"));
    }

    #[test]
    fn what_selects_nothing_is_told_what_would_have() {
        check(
            Some("S3"),
            Err("no handler is called `S3` (hint: this image holds s3, custom-event)"),
        );
        check(
            Some("s3 "),
            Err("no handler is called `s3 ` (hint: this image holds s3, custom-event)"),
        );
        check(
            None,
            Err(
                "HANDLER is not set, nor is there an argument (hint: this image holds s3, custom-event)",
            ),
        );
        let nothing = Handlers::new(&[]).select(Some("s3")).unwrap_err().to_string();
        assert_eq!(nothing, "no handler is called `s3` (hint: this image holds no handler)");
    }

    #[test]
    fn a_panic_before_the_first_event_is_told_with_its_message() {
        let handler = Handler::new("echo", || panic!("no roots"));
        let started = handler.start().now_or_never().expect("it waits for nothing");
        let message = started.err().map(|error| error.to_string());
        assert_eq!(message.as_deref(), Some("the handler panicked: no roots"));
    }

    #[test]
    fn a_table_with_a_wrong_name_is_refused() {
        const fn one(name: &'static str) -> [Handler; 1] {
            [named(name)]
        }
        static WRONG: [[Handler; 1]; 6] =
            [one(""), one("-"), one("a-"), one("-a"), one("a--b"), one("S3")];
        for table in &WRONG {
            let refused = panic::catch_unwind(|| Handlers::new(table)).unwrap_err();
            assert_eq!(
                *refused.downcast::<&str>().unwrap(),
                "the name of a handler must be in kebab-case"
            );
        }
    }

    #[test]
    fn a_table_with_a_name_twice_is_refused() {
        static TWICE: [Handler; 3] = [named("a"), named("b"), named("a")];
        let refused = panic::catch_unwind(|| Handlers::new(&TWICE)).unwrap_err();
        assert_eq!(*refused.downcast::<&str>().unwrap(), "two handlers have the same name");
    }
}
