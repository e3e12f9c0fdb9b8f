//! Where events of other services go, by ARN: so far, to functions.

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
    fn function(&self, arn: &str, source: &Source) -> Result<Target, Refused> {
        if !arn.starts_with("arn:aws:lambda:") {
            return Err(Refused::NotEmulated(arn.to_owned()));
        }
        Target::read(arn, None, self.functions.home())
            .ok()
            .filter(|target| self.functions.permits(target, source))
            .ok_or_else(|| Refused::NotAuthorized(arn.to_owned()))
    }
}

impl Deliver for Targets {
    fn permits(&self, target: &str, source: &Source) -> Result<(), Refused> {
        self.function(target, source).map(drop)
    }

    fn deliver(&self, delivery: Delivery) -> BoxFuture<'_, Result<(), Refused>> {
        async move {
            let Delivery { target: arn, source, event, in_flight } = delivery;
            let target = self.function(&arn, &source)?;
            let cause = Cause::Service { principal: source.principal };
            let accepted = self.functions.accept(Invocation::by(cause, target, event)).await;
            // The queue holds a guard of its own by now.
            drop(in_flight);
            accepted.map_err(|error| {
                tracing::warn!(%error, arn, "an event was not accepted");
                Refused::NotAuthorized(arn)
            })
        }
        .boxed()
    }
}
