//! What a mapping needs of Lambda: the way into a function, and the role it has there.

use std::time::Duration;

use emulator_lambda::{Functions, Invocation, InvokeError, Outcome, Target};
use futures_util::future::BoxFuture;

/// The functions that mappings invoke.
pub trait Invoke: Send + Sync + 'static {
    /// Calls a function and waits for what comes of it.
    ///
    /// # Errors
    ///
    /// [`InvokeError`] if the function was not reached. A function that fails is an [`Outcome`].
    fn invoke(&self, invocation: Invocation) -> BoxFuture<'_, Result<Outcome, InvokeError>>;

    /// Notes how old the last record of a batch is that is sent to a function.
    fn iterates(&self, target: &Target, age: Duration);

    /// The ARN of the role that the function has; `None` if there is no such function.
    fn role(&self, target: &Target) -> Option<String>;
}

impl Invoke for Functions {
    fn invoke(&self, invocation: Invocation) -> BoxFuture<'_, Result<Outcome, InvokeError>> {
        Box::pin(Functions::invoke(self, invocation))
    }

    fn iterates(&self, target: &Target, age: Duration) {
        Functions::iterates(self, target, age);
    }

    fn role(&self, target: &Target) -> Option<String> {
        Functions::role(self, target).ok()
    }
}
