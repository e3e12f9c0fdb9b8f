//! What becomes of an environment whose caller goes away.

use emulator_clock::Clock;
use emulator_environment::{Booking, Image, RunsAs};
use emulator_front::{Home, RequestId};
use futures_util::poll;
use tokio::sync::oneshot;
use tokio_util::task::TaskTracker;

use super::*;
use crate::configuration::Configuration;
use crate::name::FunctionName;
use crate::tests::ground;
use crate::tests::images::{Images, SLOW};

#[derive(Debug)]
struct Unbooked;

impl Booking for Unbooked {
    fn closed(&mut self, _: Duration, _: bool) {}
}

fn call(clock: &Clock) -> Call {
    let (reply, _) = oneshot::channel();
    Call {
        id: RequestId::fresh(),
        payload: "{}".into(),
        function_arn: String::new(),
        trace: String::new(),
        client_context: None,
        tail: false,
        in_flight: clock.hold("an invocation"),
        booking: Box::new(Unbooked),
        stream: None,
        reply,
    }
}

#[tokio::test]
async fn an_environment_is_free_again_if_its_caller_goes_away_before_it_has_the_call() {
    let clock = Clock::virtual_from(UtcDateTime::UNIX_EPOCH);
    let ground = ground(&Arc::new(Images::new()), &clock, &TaskTracker::new());
    let image = Image { runs_as: RunsAs::Process, uri: SLOW.to_owned(), digest: "0".repeat(64) };
    let name = FunctionName::stored("f".to_owned());
    let launch = Configuration::of(name, image, clock.now()).launch(&Home::default());
    let pool = Pool::new(launch, Uuid::nil(), ground);

    let started = Environment::start(&pool.ground, pool.launch.clone(), pool.clone());
    let environment = started.await.unwrap();
    // As many calls as find room while it starts.
    loop {
        let mut invoke = Box::pin(environment.invoke(call(&clock)));
        if poll!(&mut invoke).is_pending() {
            break;
        }
    }
    pool.is_free(environment, false);
    let mut given = Box::pin(pool.give(call(&clock)));
    assert!(poll!(&mut given).is_pending());
    assert_eq!(pool.kept().free.len(), 0);
    drop(given);
    assert_eq!(pool.kept().free.len(), 1);
}
