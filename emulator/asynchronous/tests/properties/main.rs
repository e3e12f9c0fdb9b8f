//! Whatever happens to a function's environments, and in whatever order: every accepted invocation is
//! settled exactly once, no more of them run at once than may, and none runs in an environment of what
//! the function was before.
//!
//! Everything here is real, down to the Runtime API's sockets, but for the processes: those are tasks that
//! do as their events say, and can be killed at any moment.

#[cfg(test)]
mod actors;
#[cfg(test)]
mod steps;
#[cfg(test)]
mod theatre;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::Config;

    use crate::steps::{Case, case};
    use crate::theatre::Theatre;

    /// Four of these run side by side, so there are 10,000 cases in all.
    const CASES: u32 = 2_500;

    fn config() -> Config {
        Config { cases: CASES, failure_persistence: None, ..Config::default() }
    }

    fn play(case: &Case) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut theatre = Theatre::open(case.reserved).await;
            for step in &case.steps {
                theatre.take(step).await;
            }
            theatre.close().await;
        });
    }

    #[tokio::test]
    async fn who_has_an_answer_may_invoke_again_at_once() {
        let mut theatre = Theatre::open(Some(1)).await;
        theatre.invoke_in_turn(5).await;
        theatre.close().await;
    }

    proptest! {
        #![proptest_config(config())]

        #[test]
        fn invocations_alone_are_settled_once(case in case(4, false, false)) {
            play(&case);
        }

        #[test]
        fn invocations_are_settled_once_while_processes_are_killed(case in case(6, true, false)) {
            play(&case);
        }

        #[test]
        fn invocations_are_settled_once_while_the_function_changes(case in case(6, false, true)) {
            play(&case);
        }

        #[test]
        fn invocations_are_settled_once_whatever_happens(case in case(8, true, true)) {
            play(&case);
        }
    }
}
