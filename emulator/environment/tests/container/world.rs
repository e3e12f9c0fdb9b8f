//! The fixture: environments of the probe in containers, and what came of calling them.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bollard::Docker;
use bollard::models::{ContainerInspectResponse, ContainerSummary};
use bollard::query_parameters::{InspectContainerOptions, ListContainersOptionsBuilder};
use bytes::Bytes;
use emulator_clock::Clock;
use emulator_environment::auto::AutoExecutor;
use emulator_environment::container::{ContainerExecutor, Door, MovedTag};
use emulator_environment::process::ProcessExecutor;
use emulator_environment::{
    Booking, Call, Ended, Environment, Executor, Ground, Image, Keeper, Launch, LogFormat, Memory,
};
use emulator_front::{Home, RequestId};
use emulator_logs::Logs;
use probe::Step;
use serde::de::DeserializeOwned;
use tokio::sync::{broadcast, oneshot};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::image;

/// More than anything here takes, also on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// Where there is no emulator: these tests are about its environments.
pub(crate) const NOWHERE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 1);

pub(crate) struct World {
    ground: Ground,
    /// Where the emulator would answer.
    pub(crate) door: Option<Door>,
    pub(crate) uri: String,
    /// The function's name, which no other world has.
    function: String,
    moved: broadcast::Receiver<MovedTag>,
}

/// What an invocation answered, and its log.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) payload: Bytes,
    pub(crate) failed: bool,
    pub(crate) log: String,
}

/// Nobody has to be told: these tests know when an environment is free.
struct Nobody;

impl Keeper for Nobody {
    fn has_answered(&self) {}

    fn is_free(&self, _environment: Environment, _answered: bool) {}
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with_image(image::probe().await).await
    }

    /// Functions stand still between invocations.
    pub(crate) async fn start_frozen() -> Self {
        let mut world = Self::start().await;
        world.ground.freeze = true;
        world
    }

    /// What the engine has no image of is a process, and the probe.
    pub(crate) async fn start_with_processes() -> Self {
        let uri = image::probe().await;
        let (containers, door) = ContainerExecutor::connect(NOWHERE).await.unwrap();
        let processes = ProcessExecutor::new(&probe::linked_statically(), [], String::new());
        let moved = containers.moved_tags();
        let executor = AutoExecutor::of(Ok(containers), processes).unwrap();
        Self::of(Arc::new(executor), door, moved, uri)
    }

    pub(crate) async fn with_image(uri: &str) -> Self {
        let (executor, door) = ContainerExecutor::connect(NOWHERE).await.unwrap();
        let moved = executor.moved_tags();
        Self::of(Arc::new(executor), door, moved, uri)
    }

    fn of(
        executor: Arc<dyn Executor>,
        door: Option<Door>,
        moved: broadcast::Receiver<MovedTag>,
        uri: &str,
    ) -> Self {
        let clock = Clock::wall();
        let home = Home { region: "us-east-1".to_owned(), account: "000000000000".to_owned() };
        let ground = Ground {
            executor,
            logs: Logs::new(home, clock.clone()),
            clock,
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
            init_limit: emulator_environment::INIT_LIMIT,
            freeze: false,
        };
        let function = format!("probe-{}", Uuid::new_v4().simple());
        Self { ground, door, uri: uri.to_owned(), function, moved }
    }

    pub(crate) fn executor(&self) -> &dyn Executor {
        &*self.ground.executor
    }

    /// An environment that is as Lambda's defaults have it.
    pub(crate) async fn environment(&self) -> Environment {
        self.environment_with(|_| {}).await
    }

    pub(crate) async fn environment_with(&self, change: impl FnOnce(&mut Launch)) -> Environment {
        let mut launch = Launch {
            function: self.function.clone(),
            version: "$LATEST".to_owned(),
            image: self.image().await,
            entry_point: Vec::new(),
            command: vec![],
            working_directory: None,
            variables: BTreeMap::new(),
            memory: Memory::DEFAULT,
            storage: 512,
            timeout: Duration::from_secs(20),
            log_group: "/aws/lambda/probe".to_owned(),
            log_format: LogFormat::Text,
            region: "us-east-1".to_owned(),
        };
        change(&mut launch);
        Environment::start(&self.ground, Arc::new(launch), Arc::new(Nobody)).await.unwrap()
    }

    /// What its image URI names now.
    pub(crate) async fn image(&self) -> Image {
        self.executor().resolve(&self.uri).await.unwrap()
    }

    /// The next tag that has moved.
    pub(crate) async fn moved(&mut self) -> MovedTag {
        timeout(PATIENCE, self.moved.recv()).await.expect("a tag has moved in time").unwrap()
    }

    /// The one container of this world, as the engine knows it.
    pub(crate) async fn only_container(&self) -> ContainerInspectResponse {
        let [container] = self.list().await.try_into().expect("there is one container");
        let id = container.id.unwrap();
        engine().await.inspect_container(&id, None::<InspectContainerOptions>).await.unwrap()
    }

    /// Waits until this world's one container stands still, as it does soon after it has answered.
    pub(crate) async fn is_frozen(&self) {
        let frozen =
            async { while self.only_container().await.state.unwrap().paused != Some(true) {} };
        timeout(PATIENCE, frozen).await.expect("it stands still");
    }

    /// Quota and period of the processors of this world's one container, which may be set after it has
    /// answered.
    pub(crate) async fn processors(&self) -> (i64, i64) {
        let set = async {
            loop {
                let config = self.only_container().await.host_config.unwrap();
                if let (Some(quota @ 1..), Some(period)) = (config.cpu_quota, config.cpu_period) {
                    return (quota, period);
                }
            }
        };
        timeout(PATIENCE, set).await.expect("processors are shared out")
    }

    /// How many containers this world has in the engine, running or not.
    pub(crate) async fn containers(&self) -> usize {
        self.list().await.len()
    }

    async fn list(&self) -> Vec<ContainerSummary> {
        let label = format!("manifold.function={}", self.function);
        let filters = HashMap::from([("label", vec![label.as_str()])]);
        let options = ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
        engine().await.list_containers(Some(options)).await.unwrap()
    }

    /// Ends everything, waits for it, and sees that nothing is left.
    pub(crate) async fn shut_down(self) {
        self.ground.stop.cancel();
        self.ground.tasks.close();
        timeout(PATIENCE, self.ground.tasks.wait()).await.expect("the last container is gone");
        assert_eq!(self.containers().await, 0);
        self.executor().close().await;
    }
}

/// The engine itself, past the executor.
pub(crate) async fn engine() -> Docker {
    let docker = Docker::connect_with_unix_defaults().unwrap();
    docker.negotiate_version().await.unwrap()
}

/// Asks for the steps to be done, and waits for the answer with its log.
pub(crate) async fn invoke(
    environment: &Environment,
    steps: impl IntoIterator<Item = Step>,
) -> Answer {
    let (reply, answer) = oneshot::channel();
    let call = Call {
        id: RequestId::fresh(),
        payload: probe::event(steps).to_string().into(),
        function_arn: "arn:aws:lambda:us-east-1:000000000000:function:probe".to_owned(),
        trace: "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0"
            .to_owned(),
        client_context: None,
        tail: true,
        in_flight: Clock::wall().hold("a test"),
        booking: Box::new(Uncounted),
        stream: None,
        reply,
    };
    let id = call.id.to_string();
    environment.invoke(call).await.expect("the environment is there");
    let answer = timeout(PATIENCE, answer).await.expect("an answer in time").expect("an answer");
    let Ended { payload, failed, log_tail, .. } = answer;
    let log = String::from_utf8_lossy(&log_tail.unwrap()).replace(&id, "ID");
    Answer { payload, failed, log }
}

impl Answer {
    pub(crate) fn json<T: DeserializeOwned>(&self) -> T {
        assert!(!self.failed, "{self:?}");
        serde_json::from_slice(&self.payload).unwrap()
    }

    /// The log, with every line's first two words and no numbers: what comes when.
    pub(crate) fn order(&self) -> Vec<&str> {
        self.log.lines().map(|line| line.split([':', '\t']).next().unwrap_or_default()).collect()
    }

    /// `Max Memory Used` of the REPORT line, in MB.
    pub(crate) fn memory_used(&self) -> u64 {
        self.reported("Max Memory Used: ").parse().unwrap()
    }

    /// `Init Duration` of the REPORT line, in milliseconds.
    pub(crate) fn init_duration(&self) -> f64 {
        self.reported("Init Duration: ").parse().unwrap()
    }

    fn reported(&self, field: &str) -> &str {
        let (_, report) = self.log.split_once(field).unwrap();
        report.split(' ').next().unwrap()
    }
}

/// Nobody counts invocations here.
#[derive(Debug)]
struct Uncounted;

impl Booking for Uncounted {
    fn closed(&mut self, _: Duration, _: bool) {}
}
