//! Another repository's `main`: the same dispatch, with handlers of its own.

use std::{convert::Infallible, process::ExitCode};

use bootstrap::{Environment, Function, Handler, Handlers, Image};

const IMAGE: Image = Image {
    version: env!("CARGO_PKG_VERSION"),
    handlers: Handlers::new(&[
        Handler::new("shout", || Function::event(shout)),
        Handler::new("divide", || Function::event(divide)),
    ]),
};

async fn shout(words: String) -> Result<String, Infallible> {
    Ok(words.to_uppercase())
}

/// Panics if the divisor is 0: that invocation fails, and the next one is served.
async fn divide((dividend, divisor): (i32, i32)) -> Result<i32, Infallible> {
    Ok(dividend / divisor)
}

fn main() -> ExitCode {
    bootstrap::exit_code(bootstrap::run(&IMAGE, &Environment::read()))
}
