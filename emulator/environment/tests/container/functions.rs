//! What a function in a container sees, and what its caller does.

use std::path::PathBuf;
use std::time::Duration;

use bollard::errors::Error;
use bollard::models::{ContainerCreateBody, NetworkCreateRequest};
use bollard::query_parameters::{
    CreateContainerOptions, InspectContainerOptions, InspectNetworkOptions,
};
use emulator_environment::{Launch, Memory};
use futures_util::future::{join, join_all};
use probe::{Echo, Rendezvous, Signal, Step};
use serde_json::{Value, json};

use crate::image;
use crate::world::{World, engine, invoke};

pub(crate) async fn a_function_runs_from_the_image_and_stays_warm() {
    let world = World::start().await;
    let environment = world.environment().await;

    let cold = invoke(&environment, [Step::Echo]).await;
    let warm = invoke(&environment, [Step::Echo]).await;

    assert_eq!(cold.json::<Echo>().arguments, ["from", "the image"]);
    assert_eq!(warm.json::<Echo>().invocation, 2);
    assert!(cold.init_duration() >= 1.0, "{}", cold.log);
    assert!(!warm.log.contains("Init Duration: "));
    world.shut_down().await;
}

pub(crate) async fn a_function_finds_what_lambda_gives_it() {
    let world = World::start().await;
    let environment = world
        .environment_with(|launch| {
            launch.variables.insert("HANDLER".to_owned(), "s3".to_owned());
        })
        .await;

    let found = invoke(&environment, [Step::Echo]).await.json::<Echo>();
    assert_eq!(found.environment["HANDLER"], "s3");

    let status = invoke(&environment, [Step::Read("/proc/self/status".into())]).await;
    let status = status.json::<String>();
    for expected in
        ["Uid:\t993\t", "Gid:\t990\t", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2"]
    {
        assert!(status.contains(expected), "{expected} in {status}");
    }
    let limits =
        invoke(&environment, [Step::Read("/proc/self/limits".into())]).await.json::<String>();
    assert!(limits.contains("Max open files            1024                 1024"), "{limits}");

    world.shut_down().await;
}

pub(crate) async fn a_command_of_the_functions_replaces_that_of_the_image() {
    let world = World::start().await;
    let environment =
        world.environment_with(|launch| launch.command = vec!["mine".to_owned()]).await;
    assert_eq!(invoke(&environment, [Step::Echo]).await.json::<Echo>().arguments, ["mine"]);
    world.shut_down().await;
}

pub(crate) async fn an_entry_point_of_the_functions_replaces_that_of_the_image_and_keeps_its_command()
 {
    let world = World::start().await;
    let environment = world
        .environment_with(|launch| {
            launch.entry_point = vec!["/probe".to_owned(), "mine".to_owned()];
        })
        .await;
    let echo = invoke(&environment, [Step::Echo]).await.json::<Echo>();
    assert_eq!(echo.arguments, ["mine", "from", "the image"]);
    world.shut_down().await;
}

pub(crate) async fn a_working_directory_of_the_functions_is_where_it_runs_if_the_image_has_it() {
    let world = World::start().await;
    let environment =
        world.environment_with(|launch| launch.working_directory = Some("/tmp".to_owned())).await;
    let write = Step::Write { path: PathBuf::from("relative"), text: "x".to_owned() };
    let written = invoke(&environment, [write]).await;
    assert!(!written.failed, "{written:?}");
    let read = Step::Read("/tmp/relative".into());
    assert_eq!(invoke(&environment, [read]).await.json::<String>(), "x");

    let nowhere = |launch: &mut Launch| launch.working_directory = Some("/no/where".to_owned());
    let answer = invoke(&world.environment_with(nowhere).await, [Step::Echo]).await;
    let error: Value = serde_json::from_slice(&answer.payload).unwrap();
    assert_eq!(error["errorType"], "Runtime.InvalidWorkingDir");
    let message = error["errorMessage"].as_str().unwrap();
    assert!(message.ends_with("Error: chdir /no/where: no such file or directory"), "{error}");
    let line = "\tEntrypoint: [/probe]\tCmd: [from,the image]\tWorkingDir: [/no/where]\n";
    assert!(answer.log.contains(line), "{}", answer.log);
    world.shut_down().await;
}

pub(crate) async fn processors_and_room_in_tmp_are_as_the_function_asks() {
    let world = World::start().await;
    let environment = world
        .environment_with(|launch| {
            launch.memory = Memory::try_from(256).unwrap();
            launch.storage = 600;
        })
        .await;
    let mounts = invoke(&environment, [Step::Read("/proc/self/mounts".into())]).await;
    let mounts = mounts.json::<String>();
    let tmp = mounts.lines().find(|line| line.starts_with("tmpfs /tmp ")).unwrap();
    assert!(tmp.contains("size=614400k"), "{tmp}");
    assert_eq!(world.processors().await, (14_471, 100_000));
    world.shut_down().await;
}

pub(crate) async fn a_frozen_container_stands_still_and_can_be_ended() {
    let world = World::start_frozen().await;
    let environment = world.environment().await;
    for invocation in 1..=2 {
        let echo = invoke(&environment, [Step::Echo]).await.json::<Echo>();
        assert_eq!(echo.invocation, invocation);
        world.is_frozen().await;
    }
    world.shut_down().await;
}

pub(crate) async fn every_line_stands_between_start_and_end_of_its_invocation() {
    let world = World::start().await;
    let environment = world.environment().await;
    invoke(&environment, [Step::Echo]).await;
    for round in 0..20 {
        let line = format!("line {round}");
        let logged =
            invoke(&environment, [Step::Log(vec![line.clone()]), Step::Answer(json!(1))]).await;
        let order = logged.order();
        assert_eq!(order, ["START RequestId", &line, "END RequestId", "REPORT RequestId"]);
    }
    let many = Step::LogLines { count: 100, text: "a line".to_owned() };
    let order = invoke(&environment, [many, Step::Answer(json!(1))]).await;
    assert_eq!(order.order().iter().filter(|line| line.starts_with("a line ")).count(), 100);
    world.shut_down().await;
}

pub(crate) async fn the_lines_of_a_cold_start_stand_before_its_invocation() {
    let world = World::start().await;
    let environment = world
        .environment_with(|launch| {
            launch.variables.insert("PROBE_INIT".to_owned(), "log:hello from init".to_owned());
        })
        .await;
    let order = invoke(&environment, [Step::Answer(json!(1))]).await;
    assert_eq!(
        order.order(),
        ["hello from init", "START RequestId", "END RequestId", "REPORT RequestId"]
    );
    world.shut_down().await;
}

pub(crate) async fn an_exit_and_a_crash_have_lambdas_words() {
    let world = World::start().await;
    let environment = world.environment().await;
    let endings = [
        (Step::Exit(0), "Runtime exited without providing a reason"),
        (Step::Exit(3), "Runtime exited with error: exit status 3"),
        (Step::Abort, "Runtime exited with error: signal: aborted"),
        (
            Step::Kill(Signal::SegmentationFault),
            "Runtime exited with error: signal: segmentation fault",
        ),
        (Step::Kill(Signal::Terminate), "Runtime exited with error: signal: terminated"),
        (Step::Kill(Signal::Kill), "Runtime exited with error: signal: killed"),
    ];
    for (step, expected) in endings {
        let last_words = Step::Log(vec!["last words".to_owned()]);
        let answer = invoke(&environment, [last_words, step]).await;
        let error: Value = serde_json::from_slice(&answer.payload).unwrap();
        assert_eq!(error["errorType"], "Runtime.ExitError");
        assert!(error["errorMessage"].as_str().unwrap().ends_with(expected), "{error}");
        let order = answer.order();
        assert_eq!(order[..2], ["START RequestId", "last words"], "{order:?}");
        assert_eq!(order[order.len() - 2..], ["END RequestId", "REPORT RequestId"], "{order:?}");
    }
    world.shut_down().await;
}

pub(crate) async fn a_function_that_takes_too_much_memory_is_ended_and_says_so() {
    let world = World::start().await;
    let environment = world.environment().await;
    let answer = invoke(&environment, [Step::AllocateMb(200)]).await;
    let error: Value = serde_json::from_slice(&answer.payload).unwrap();
    assert_eq!(error["errorType"], "Runtime.OutOfMemory");
    assert!(error["errorMessage"].as_str().unwrap().ends_with("signal: killed"), "{error}");
    assert_eq!(answer.memory_used(), 128);
    assert!(!invoke(&environment, [Step::Echo]).await.failed, "the next one has a new container");
    world.shut_down().await;
}

pub(crate) async fn the_most_memory_that_was_used_is_reported() {
    let world = World::start().await;
    let environment =
        world.environment_with(|launch| launch.memory = Memory::try_from(256).unwrap()).await;
    let before = invoke(&environment, [Step::Echo]).await.memory_used();
    let after = invoke(&environment, [Step::AllocateMb(100), Step::Free, Step::Echo]).await;
    assert!((1..50).contains(&before), "{before} MB");
    assert!((100..150).contains(&after.memory_used()), "{} MB", after.memory_used());
    world.shut_down().await;
}

pub(crate) async fn a_timeout_ends_the_container() {
    let world = World::start().await;
    let environment =
        world.environment_with(|launch| launch.timeout = Duration::from_secs(1)).await;
    let last_words = Step::Log(vec!["last words".to_owned()]);
    let answer = invoke(&environment, [last_words, Step::PastDeadlineMs(60_000)]).await;
    let error = String::from_utf8_lossy(&answer.payload).into_owned();
    assert!(error.contains("Task timed out after 1.00 seconds"), "{error}");
    assert!(answer.log.contains("last words"), "{}", answer.log);
    assert!(answer.log.contains("Status: timeout"), "{}", answer.log);
    assert_eq!(world.containers().await, 0);
    world.shut_down().await;
}

pub(crate) async fn an_image_that_cannot_be_run_is_named_with_the_reason() {
    let cases = [
        ("missing", "/nowhere", "fork/exec /nowhere: no such file or directory"),
        ("forbidden", "/etc/hosts", "fork/exec /etc/hosts: permission denied"),
        ("nonsense", "/nonsense", "fork/exec /nonsense: exec format error"),
    ];
    for (tag, entry_point, expected) in cases {
        let world = World::with_image(&image::with_entry_point(tag, entry_point).await).await;
        let answer = invoke(&world.environment().await, [Step::Echo]).await;
        let error: Value = serde_json::from_slice(&answer.payload).unwrap();
        assert_eq!(error["errorType"], "Runtime.InvalidEntrypoint");
        assert!(error["errorMessage"].as_str().unwrap().ends_with(expected), "{error}");
        let line = format!(
            "IMAGE\tLaunch error: {expected}\tEntrypoint: [{entry_point}]\tCmd: [from,the image]\tWorkingDir: "
        );
        assert!(answer.log.contains(&line), "{}", answer.log);
        assert!(!answer.log.contains("tini"), "{}", answer.log);
        world.shut_down().await;
    }
}

pub(crate) async fn an_image_that_is_not_here_is_refused() {
    let world = World::start().await;
    let refused = world.executor().resolve("manifold-test-probe:nowhere").await.unwrap_err();
    let engine = engine().await.version().await.unwrap().version.unwrap();
    let expected = format!(
        "Source image manifold-test-probe:nowhere does not exist. Provide a valid source image. (Docker \
         {engine} at /var/run/docker.sock has no such image, and none is pulled; hint: build it or tag it \
         as manifold-test-probe:nowhere, or serve --pull)"
    );
    assert_eq!(refused.to_string(), expected);
    world.shut_down().await;
}

pub(crate) async fn containers_start_side_by_side_and_none_is_left() {
    const ENVIRONMENTS: usize = 4;
    let world = World::start().await;
    let reachable = world.executor().route(&world.image().await).listen;
    let place = Rendezvous::open_at(reachable).await.unwrap();
    let init = probe::script([Step::Hold(place.address().unwrap())]);
    let start = || {
        world.environment_with(|launch| {
            launch.variables.insert("PROBE_INIT".to_owned(), init.clone());
        })
    };
    let environments = join_all((0..ENVIRONMENTS).map(|_| start())).await;

    let invocations = environments.iter().map(|environment| invoke(environment, [Step::Echo]));
    // Each is held until the last has arrived: one after the other, none would.
    let all_are_here = async {
        let held = join_all((0..ENVIRONMENTS).map(|_| place.arrival())).await;
        held.into_iter().map(|held| held.unwrap().request_id).collect::<Vec<_>>()
    };
    let (answers, arrived) = join(join_all(invocations), all_are_here).await;

    assert_eq!(arrived, ["init"; ENVIRONMENTS]);
    assert!(answers.iter().all(|answer| !answer.failed), "{answers:#?}");
    world.shut_down().await;
}

pub(crate) async fn what_a_killed_emulator_left_is_removed_by_the_next_one() {
    let namespace = std::fs::read_link("/proc/self/ns/pid").unwrap();
    let namespace =
        namespace.to_str().unwrap().replace(|letter: char| !letter.is_ascii_digit(), "");
    // The same process id, but not the same process: it started at another time.
    let mark = format!("{namespace}.{}.1", std::process::id());
    let left_over = ContainerCreateBody {
        image: Some(image::probe().await.to_owned()),
        labels: Some([("manifold.emulator".to_owned(), mark.clone())].into()),
        ..ContainerCreateBody::default()
    };
    let engine = engine().await;
    let left_over =
        engine.create_container(None::<CreateContainerOptions>, left_over).await.unwrap();

    let request = NetworkCreateRequest {
        name: format!("manifold-test-{}", std::process::id()),
        labels: Some([("manifold.emulator".to_owned(), mark)].into()),
        ..NetworkCreateRequest::default()
    };
    let network = engine.create_network(request).await.unwrap().id;

    World::start().await.shut_down().await;

    let found = engine.inspect_network(&network, None::<InspectNetworkOptions>).await;
    assert!(matches!(found, Err(Error::DockerResponseServerError { status_code: 404, .. })));
    let found = engine.inspect_container(&left_over.id, None::<InspectContainerOptions>).await;
    assert!(matches!(found, Err(Error::DockerResponseServerError { status_code: 404, .. })));
}
