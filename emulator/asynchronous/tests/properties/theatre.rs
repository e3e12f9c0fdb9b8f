//! One function, everything around it, and what has to hold of its invocations.

use std::sync::Arc;
use std::time::Duration;

use emulator_clock::Clock;
use emulator_environment::{Ground, INIT_LIMIT};
use emulator_front::http::request::Parts;
use emulator_front::http::{Request, Response};
use emulator_front::{Body, Front, Home, Plane, Serve};
use emulator_lambda::{Cause, Functions, Invocation, InvokeError, Outcome, Status, Target};
use emulator_logs::Logs;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use time::UtcDateTime;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::actors::{Actors, Stage};
use crate::steps::{Act, How, Step};

/// More than anything here takes.
const PATIENCE: Duration = Duration::from_mins(1);

/// Long enough, in virtual time, for every event that was not let in to be tried again, and for idle
/// environments to go.
const AFTERWARDS: Duration = Duration::from_mins(30);

pub(crate) struct Theatre {
    stage: Arc<Stage>,
    functions: Arc<Functions>,
    front: Front,
    clock: Clock,
    tasks: TaskTracker,
    stop: CancellationToken,
    reserved: Option<u32>,
    /// How often the function has been set up.
    generation: u64,
    invocations: JoinSet<Invoked>,
    /// Asynchronous ones, each with the generation at which it was accepted.
    events: Vec<(String, u64)>,
    /// How many events there have been: each is another.
    count: u64,
}

/// A synchronous invocation that has come back.
struct Invoked {
    event: String,
    act: Act,
    /// How often the function had been set up when it was made.
    since: u64,
    result: Result<Outcome, InvokeError>,
}

struct Nothing;

impl Plane for Nothing {
    fn claims(&self, _: &Parts) -> bool {
        false
    }

    fn answer(&self, _: Request<Body>, _: std::net::SocketAddr) -> BoxFuture<'_, Response<Body>> {
        panic!("every request here is for Lambda")
    }
}

impl Theatre {
    pub(crate) async fn open(reserved: Option<u32>) -> Self {
        let (stage, clock) =
            (Arc::<Stage>::default(), Clock::virtual_from(UtcDateTime::UNIX_EPOCH));
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let ground = Ground {
            executor: Arc::new(Actors(stage.clone())),
            logs: Logs::new(Home::default(), clock.clone()),
            clock: clock.clone(),
            tasks: tasks.clone(),
            stop: stop.clone(),
            init_limit: INIT_LIMIT,
            freeze: false,
        };
        let (functions, accepted) = Functions::new(Home::default(), ground);
        let functions = Arc::new(functions);
        tasks.spawn(emulator_asynchronous::run(functions.clone(), accepted, stop.clone()));
        let front = Front::builder().api(emulator_lambda::api(&functions)).otherwise(Nothing);
        let invocations = JoinSet::new();
        let theatre = Self {
            stage,
            functions,
            front,
            clock,
            tasks,
            stop,
            reserved,
            generation: 0,
            invocations,
            events: Vec::new(),
            count: 0,
        };
        let create = json!({
            "FunctionName": "f", "PackageType": "Image", "Code": { "ImageUri": "i" },
            "Role": "arn:aws:iam::000000000000:role/r", "Timeout": 900,
            "Environment": variables(0, true),
        });
        theatre.call("POST /2015-03-31/functions", create).await;
        if let Some(reserved) = reserved {
            let reserve = json!({ "ReservedConcurrentExecutions": reserved });
            theatre.call("PUT /2017-10-31/functions/f/concurrency", reserve).await;
        }
        theatre
    }

    pub(crate) async fn take(&mut self, step: &Step) {
        match *step {
            Step::Invoke { act, how } => self.invoke(act, how).await,
            Step::Update { starts } => {
                let environment = variables(self.generation + 1, starts);
                let update = json!({ "Environment": environment });
                self.call("PUT /2015-03-31/functions/f/configuration", update).await;
                self.generation += 1;
            }
            Step::Kill(which) => self.stage.kill(which),
            Step::Release => self.stage.release(),
            Step::Breathe => {
                for _ in 0..20 {
                    tokio::task::yield_now().await;
                }
            }
        }
    }

    async fn invoke(&mut self, act: Act, how: How) {
        self.count += 1;
        let event = format!("\"{act:?} {}\"", self.count);
        let target = Target::read("f", None, self.functions.home()).unwrap();
        let invocation = Invocation::by(Cause::Caller, target, event.clone());
        let since = self.generation;
        if how == How::Asynchronous {
            self.functions.accept(invocation).await.unwrap();
            self.events.push((event, since));
            return;
        }
        let functions = self.functions.clone();
        self.invocations.spawn(async move {
            let result = functions.invoke(invocation).await;
            Invoked { event, act, since, result }
        });
    }

    /// Somebody invokes it over and over, each time as soon as the answer is there.
    pub(crate) async fn invoke_in_turn(&mut self, times: usize) {
        for _ in 0..times {
            self.invoke(Act::Answer, How::Synchronous).await;
            let invoked = self.invocations.join_next().await.unwrap().unwrap();
            assert!(invoked.result.is_ok(), "{:?}", invoked.result);
            self.check(&invoked);
        }
    }

    /// Lets everything come to its end, and looks at what has become of it.
    pub(crate) async fn close(mut self) {
        let settled = tokio::time::timeout(PATIENCE, self.settle()).await;
        assert!(settled.is_ok(), "this does not end: {:?}", self.clock.unfinished());
        assert_eq!(self.clock.unfinished(), [""; 0]);
        assert_eq!(self.clock.waiting(), [], "an idle function waits for nothing");
        if let Some(reserved) = self.reserved {
            assert!(self.stage.most_running() <= reserved, "more ran at once than may");
        }
        for (event, since) in &self.events {
            self.check_served(event, *since);
        }
        self.stop.cancel();
        self.tasks.close();
        let gone = tokio::time::timeout(PATIENCE, self.tasks.wait()).await;
        assert!(gone.is_ok(), "an environment does not end");
    }

    async fn settle(&mut self) {
        while !self.invocations.is_empty() {
            tokio::select! {
                biased;
                Some(invoked) = self.invocations.join_next() => self.check(&invoked.unwrap()),
                () = tokio::task::yield_now() => self.stage.release(),
            }
        }
        let releasing = async {
            loop {
                self.stage.release();
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            biased;
            advanced = self.clock.advance(AFTERWARDS) => assert!(advanced.unwrap().settled()),
            () = releasing => {}
        }
    }

    fn check(&self, invoked: &Invoked) {
        let Invoked { event, act, since, result } = invoked;
        let served = self.check_served(event, *since);
        match result {
            Ok(outcome) => match (outcome.status, act) {
                (Status::Answered, Act::Answer | Act::AnswerAndExit | Act::Wait) => {
                    assert_eq!((&*outcome.payload, served), (event.as_bytes(), 1));
                }
                // Every process may be killed, or unable to start.
                (Status::Failed, _) => {}
                (Status::Answered, _) => panic!("{event} was answered"),
            },
            Err(InvokeError::Throttled(_)) => {
                assert_eq!(served, 0, "{event} was refused and served");
                assert!(self.reserved.is_some(), "{event} was refused without a limit");
            }
            Err(error) => panic!("{event}: {error}"),
        }
    }

    /// An event is served at most once, and by a configuration that the function had since.
    fn check_served(&self, event: &str, since: u64) -> usize {
        let served = self.stage.served(event);
        assert!(served.len() <= 1, "{event} was served by {served:?}");
        let current = since..=self.generation;
        assert!(served.iter().all(|by| current.contains(by)), "{event} by {served:?}");
        served.len()
    }

    async fn call(&self, request: &str, input: Value) {
        let (method, path) = request.split_once(' ').unwrap();
        let request = Request::builder().method(method).uri(path);
        let request = request.body(Body::from(input.to_string())).unwrap();
        let response = self.front.serve(request, ([127, 0, 0, 1], 1).into()).await;
        assert!(response.status().is_success(), "{method} {path}: {}", response.status());
    }
}

fn variables(generation: u64, starts: bool) -> Value {
    json!({ "Variables": { "GENERATION": generation.to_string(), "STARTS": starts.to_string() } })
}
