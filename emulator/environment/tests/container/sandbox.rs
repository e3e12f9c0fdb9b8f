//! What a function in a container cannot do, and whom it reaches.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use bollard::errors::Error;
use bollard::query_parameters::InspectNetworkOptions;
use emulator_environment::container::Door;
use emulator_environment::{Environment, Launch, Memory};
use emulator_front::http::{Request, Response};
use emulator_front::{Body, Serve, serve};
use probe::{Echo, Step};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::world::{World, engine, invoke};

pub(crate) async fn the_root_cannot_be_written_to_and_tmp_takes_what_it_has_room_for() {
    let world = World::start().await;
    let environment = world.environment_with(large).await;
    let write = |path: &str| Step::Write { path: PathBuf::from(path), text: "x".to_owned() };
    for path in ["/file", "/etc/hosts.new"] {
        assert_fails(&environment, write(path), "Read-only file system").await;
    }
    assert_fails(&environment, write("/dev/shm/file"), "").await;
    assert!(!invoke(&environment, [write("/tmp/file")]).await.failed);
    let fill = Step::WriteMb { path: PathBuf::from("/tmp/full"), mb: 600 };
    assert_fails(&environment, fill, "No space left on device").await;
    world.shut_down().await;
}

pub(crate) async fn there_are_as_many_processes_as_on_lambda() {
    let world = World::start().await;
    let environment = world.environment_with(large).await;
    assert!(!invoke(&environment, [Step::Threads(900)]).await.failed);
    assert_fails(&environment, Step::Threads(200), "Resource temporarily unavailable").await;
    world.shut_down().await;
}

pub(crate) async fn a_runtime_api_answers_its_own_function_and_nobody_else() {
    let world = World::start().await;
    let (one, other) = (world.environment().await, world.environment().await);
    let api = runtime_api(&one).await;
    let next = format!("http://{api}/2018-06-01/runtime/invocation/next");
    let nonsense = format!("http://{api}/nonsense");

    assert_fails(&other, Step::Fetch(next), "").await;
    assert_eq!(closed_at_once(&api).await, "");
    let answered = invoke(&one, [Step::Fetch(nonsense)]).await.json::<Value>();
    assert_eq!(answered["status"], 404);
    world.shut_down().await;
}

pub(crate) async fn functions_do_not_reach_each_other() {
    let world = World::start().await;
    let one = world.environment().await;
    invoke(&one, [Step::Echo]).await;
    let settings = world.only_container().await.network_settings.unwrap();
    let address = settings.networks.unwrap().into_values().next().unwrap().ip_address.unwrap();

    // Nobody listens there, which would be said at once if it could be heard: as this machine says it.
    let other = world.environment_with(|launch| launch.timeout = SECOND).await;
    let api = runtime_api(&other).await;
    let (here, _) = api.rsplit_once(':').unwrap();
    assert_fails(&other, Step::Fetch(format!("http://{here}:9/")), "Connection refused").await;
    let answer = invoke(&other, [Step::Fetch(format!("http://{address}:9/"))]).await;
    let payload = String::from_utf8_lossy(&answer.payload).into_owned();
    assert!(payload.contains("Task timed out after 1.00 seconds"), "{payload}");
    world.shut_down().await;
}

pub(crate) async fn the_door_to_the_emulator_is_open_to_functions_alone() {
    let mut world = World::start().await;
    let environment = world.environment().await;
    let Some(Door { listener, admission }) = world.door.take() else {
        return world.shut_down().await;
    };
    let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
    let served = TaskTracker::new();
    served.spawn(serve(listener, admission, Arc::new(Hello), stop.clone()));

    let endpoint = format!("http://{address}");
    let echo = invoke(&environment, [Step::Echo]).await.json::<Echo>();
    assert_eq!(echo.environment["AWS_ENDPOINT_URL"], endpoint);
    let answered = invoke(&environment, [Step::Fetch(endpoint)]).await.json::<Value>();
    assert_eq!(answered["body"], "hello");
    assert_eq!(closed_at_once(&address.to_string()).await, "");

    stop.cancel();
    served.close();
    served.wait().await;
    world.shut_down().await;
}

pub(crate) async fn the_network_goes_with_the_emulator() {
    let world = World::start().await;
    let environment = world.environment().await;
    invoke(&environment, [Step::Echo]).await;
    let settings = world.only_container().await.network_settings.unwrap();
    let network = settings.networks.unwrap().into_keys().next().unwrap();
    world.shut_down().await;

    let found = engine().await.inspect_network(&network, None::<InspectNetworkOptions>).await;
    assert!(
        matches!(found, Err(Error::DockerResponseServerError { status_code: 404, .. })),
        "{found:?}"
    );
}

const SECOND: std::time::Duration = std::time::Duration::from_secs(1);

/// With room for what is in `/tmp`, which counts as memory here, and a whole processor.
fn large(launch: &mut Launch) {
    launch.memory = Memory::try_from(1769).unwrap();
}

async fn assert_fails(environment: &Environment, step: Step, reason: &str) {
    let answer = invoke(environment, [step]).await;
    let error: Value = serde_json::from_slice(&answer.payload).unwrap();
    assert_eq!(error["errorType"], "Function.StepFailed", "{error}");
    let message = error["errorMessage"].as_str().unwrap();
    assert!(message.contains(reason), "{message}");
}

async fn runtime_api(environment: &Environment) -> String {
    let echo = invoke(environment, [Step::Echo]).await.json::<Echo>();
    echo.environment["AWS_LAMBDA_RUNTIME_API"].clone()
}

/// What somebody on this machine is told there who is no function.
async fn closed_at_once(address: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request =
        format!("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: {address}\r\n\r\n");
    let mut answer = String::new();
    // It may be closed before any of this.
    let _ = stream.write_all(request.as_bytes()).await;
    let _ = stream.read_to_string(&mut answer).await;
    answer
}

struct Hello;

impl Serve for Hello {
    async fn serve(&self, _: Request<Body>, _: SocketAddr) -> Response<Body> {
        Response::new(Body::from("hello"))
    }
}
