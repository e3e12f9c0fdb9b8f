//! Where events of other services go, by ARN: so far, to functions.

use std::fmt::Display;
use std::sync::Arc;

use emulator_deliver::{Deliver, Delivery, Refused, Source};
use emulator_lambda::{Cause, Functions, Invocation, Target};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

/// Everything that can be reached by ARN.
pub(crate) struct Targets {
    pub(crate) functions: Arc<Functions>,
}

impl Targets {
    /// The function under an ARN, whether it is there or not.
    fn named(&self, arn: &str) -> Result<Target, Refused> {
        if !arn.starts_with("arn:aws:lambda:") {
            return Err(Refused::NotEmulated(arn.to_owned()));
        }
        Target::read(arn, None, self.functions.home())
            .map_err(|_| Refused::NotAuthorized(arn.to_owned()))
    }

    fn permitted(&self, target: &Target, arn: &str, source: &Source) -> Result<(), Refused> {
        let permitted = self.functions.permits(target, source);
        if permitted { Ok(()) } else { Err(Refused::NotAuthorized(arn.to_owned())) }
    }
}

impl Deliver for Targets {
    fn permits(&self, target: &str, source: &Source) -> Result<(), Refused> {
        self.permitted(&self.named(target)?, target, source)
    }

    fn deliver(&self, delivery: Delivery) -> BoxFuture<'_, Result<(), Refused>> {
        async move {
            let Delivery { target: arn, source, event, in_flight } = delivery;
            let unreachable = |reason: &dyn Display| Refused::Unreachable {
                target: arn.clone(),
                reason: reason.to_string(),
            };
            let target = self.named(&arn)?;
            self.functions.role(&target).map_err(|error| unreachable(&error))?;
            self.permitted(&target, &arn, &source)?;
            let cause = Cause::Service { principal: source.principal };
            let accepted = self.functions.accept(Invocation::by(cause, target, event)).await;
            // The queue holds a guard of its own by now.
            drop(in_flight);
            accepted.map_err(|error| unreachable(&error))
        }
        .boxed()
    }
}
