//! What is asked of the engine for one container.

use std::collections::HashMap;

use bollard::models::{
    ContainerCreateBody, ContainerUpdateBody, HealthConfig, HostConfig, HostConfigLogConfig,
    ImageConfig, ResourcesUlimits,
};

use super::image::{self, Plan};
use super::leftovers::LABEL;
use crate::launch::{Launch, Memory};
use crate::variables;

/// The user and group that every function runs as, whatever its image says.
///
/// Source: `id` in a function on Lambda shows `sbx_user1051`, with these numbers.
const USER: u32 = 993;
const GROUP: u32 = 990;

/// Processes and threads, and open files.
///
/// Source: the Lambda quotas page.
const MAX_PROCESSES: i64 = 1024;
const MAX_OPEN_FILES: i64 = 1024;

/// Bytes of locked memory, and of the main thread's stack. Core dumps are left as the engine has them: to
/// allow more than it may itself would keep a container of an engine without root from starting.
///
/// Source: `/proc/self/limits` of a function on Lambda.
const MAX_LOCKED: i64 = 64 * 1024;
const STACK: i64 = 8 * 1024 * 1024;
const UNLIMITED: i64 = -1;

/// How much memory comes with one processor, in MB.
///
/// Source: "Configure Lambda function memory" in the Lambda Developer Guide.
const MEMORY_PER_PROCESSOR: i64 = 1769;

/// In which time a processor's share is counted, in microseconds: the kernel's own default.
const PERIOD: i64 = 100_000;

/// What all containers of an emulator have in common.
pub(super) struct Common {
    /// As the label [`LABEL`].
    pub(super) mark: String,
    /// Whether the engine's init is process 1.
    pub(super) has_init: bool,
}

pub(super) fn create(
    launch: &Launch,
    variables: Vec<(String, String)>,
    config: &ImageConfig,
    common: &Common,
) -> ContainerCreateBody {
    let Plan { entry_point, command, .. } = Plan::of(config, launch);
    let replaces_entry_point = !launch.entry_point.is_empty();
    // With another entry point the engine would forget the image's command.
    let replaces_command = !launch.command.is_empty() || replaces_entry_point;
    let labels = [(LABEL, &*common.mark), ("manifold.function", &launch.function)];
    // Lambda asks no function for its health.
    let unasked = HealthConfig { test: Some(vec!["NONE".to_owned()]), ..HealthConfig::default() };
    ContainerCreateBody {
        healthcheck: Some(unasked),
        image: Some(image::id(&launch.image)),
        entrypoint: replaces_entry_point.then_some(entry_point),
        cmd: replaces_command.then_some(command),
        working_dir: launch.working_directory.clone(),
        env: Some(environment(launch, variables, config)),
        user: Some(format!("{USER}:{GROUP}")),
        labels: Some(labels.map(|(name, value)| (name.to_owned(), value.to_owned())).into()),
        host_config: Some(HostConfig {
            init: Some(common.has_init),
            ..confinement(launch.memory, launch.storage)
        }),
        ..ContainerCreateBody::default()
    }
}

/// How much of the processors a function with this much memory has.
pub(super) fn processors(memory: Memory) -> ContainerUpdateBody {
    ContainerUpdateBody {
        cpu_period: Some(PERIOD),
        cpu_quota: Some(i64::from(memory.megabytes()) * PERIOD / MEMORY_PER_PROCESSOR),
        ..ContainerUpdateBody::default()
    }
}

fn confinement(memory: Memory, storage: u32) -> HostConfig {
    let bytes = i64::try_from(memory.bytes()).ok();
    // As Lambda gives it: programs may be run from it. Some engines give it the mode of the image's own
    // `/tmp` instead, and then it has to be the function's.
    let tmp = format!("rw,exec,nosuid,nodev,size={storage}m,mode=1777,uid={USER},gid={GROUP}");
    HostConfig {
        memory: bytes,
        // Memory and swap together: the same number leaves no swap.
        memory_swap: bytes,
        pids_limit: Some(MAX_PROCESSES),
        ulimits: Some(vec![
            limit("nofile", MAX_OPEN_FILES, MAX_OPEN_FILES),
            limit("memlock", MAX_LOCKED, MAX_LOCKED),
            limit("stack", STACK, UNLIMITED),
        ]),
        readonly_rootfs: Some(true),
        tmpfs: Some(HashMap::from([("/tmp".to_owned(), tmp)])),
        // Also leaves out /dev/shm, as Lambda does.
        ipc_mode: Some("none".to_owned()),
        cap_drop: Some(vec!["ALL".to_owned()]),
        security_opt: Some(vec!["no-new-privileges".to_owned()]),
        // What it prints is read as it comes; the engine need not keep it.
        log_config: Some(HostConfigLogConfig { typ: Some("none".to_owned()), config: None }),
        // Removed by its sandbox: the engine would take the exit code away with it.
        auto_remove: Some(false),
        ..HostConfig::default()
    }
}

fn limit(name: &str, soft: i64, hard: i64) -> ResourcesUlimits {
    ResourcesUlimits { name: Some(name.to_owned()), soft: Some(soft), hard: Some(hard) }
}

/// `NAME=value` lines. A default of Lambda's gives way to what the image sets.
fn environment(
    launch: &Launch,
    variables: Vec<(String, String)>,
    config: &ImageConfig,
) -> Vec<String> {
    let of_image = |name: &str| {
        let lines = config.env.iter().flatten();
        lines.filter_map(|line| line.split_once('=')).any(|(set, _)| set == name)
    };
    let gives_way = |name: &str| {
        variables::is_default(name) && !launch.variables.contains_key(name) && of_image(name)
    };
    let kept = variables.into_iter().filter(|(name, _)| !gives_way(name));
    kept.map(|(name, value)| format!("{name}={value}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::tests::launch;

    fn common() -> Common {
        Common { mark: "mark".to_owned(), has_init: true }
    }

    fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    }

    #[test]
    fn a_container_is_confined_as_lambda_confines_a_function() {
        let variables = pairs([("AWS_REGION", "us-east-1"), ("HANDLER", "s3")]);
        let body = create(&launch(&[]), variables, &ImageConfig::default(), &common());
        insta::with_settings!({ sort_maps => true }, {
            insta::assert_json_snapshot!(body, @r#"
            {
              "User": "993:990",
              "Env": [
                "AWS_REGION=us-east-1",
                "HANDLER=s3"
              ],
              "Healthcheck": {
                "Test": [
                  "NONE"
                ]
              },
              "Image": "sha256:0123",
              "Labels": {
                "manifold.emulator": "mark",
                "manifold.function": "hello"
              },
              "HostConfig": {
                "Memory": 134217728,
                "MemorySwap": 134217728,
                "Init": true,
                "PidsLimit": 1024,
                "Ulimits": [
                  {
                    "Name": "nofile",
                    "Soft": 1024,
                    "Hard": 1024
                  },
                  {
                    "Name": "memlock",
                    "Soft": 65536,
                    "Hard": 65536
                  },
                  {
                    "Name": "stack",
                    "Soft": 8388608,
                    "Hard": -1
                  }
                ],
                "LogConfig": {
                  "Type": "none"
                },
                "AutoRemove": false,
                "CapDrop": [
                  "ALL"
                ],
                "IpcMode": "none",
                "ReadonlyRootfs": true,
                "SecurityOpt": [
                  "no-new-privileges"
                ],
                "Tmpfs": {
                  "/tmp": "rw,exec,nosuid,nodev,size=512m,mode=1777,uid=993,gid=990"
                }
              }
            }
            "#);
        });
    }

    #[test]
    fn a_command_of_the_functions_replaces_that_of_the_image() {
        let body = create(&launch(&["s3", "-v"]), vec![], &ImageConfig::default(), &common());
        assert_eq!(body.cmd, Some(vec!["s3".to_owned(), "-v".to_owned()]));
        assert_eq!(body.entrypoint, None);
        assert_eq!(body.working_dir, None);
    }

    #[test]
    fn an_entry_point_of_the_functions_keeps_the_command_of_the_image() {
        let mut launch = launch(&[]);
        launch.entry_point = vec!["/other".to_owned()];
        launch.working_directory = Some("/srv".to_owned());
        let config =
            ImageConfig { cmd: Some(vec!["from-image".to_owned()]), ..ImageConfig::default() };
        let body = create(&launch, vec![], &config, &common());
        assert_eq!(body.entrypoint, Some(vec!["/other".to_owned()]));
        assert_eq!(body.cmd, Some(vec!["from-image".to_owned()]));
        assert_eq!(body.working_dir.as_deref(), Some("/srv"));
    }

    #[test]
    fn processors_come_in_proportion_to_memory() {
        let quota = |megabytes| processors(Memory::try_from(megabytes).unwrap()).cpu_quota.unwrap();
        assert_eq!(quota(128), 7_235);
        assert_eq!(quota(1769), 100_000);
        assert_eq!(quota(10_240), 578_858);
    }

    #[test]
    fn lambdas_defaults_give_way_to_the_image_and_nothing_else_does() {
        let of_image = ["PATH=/opt/venv/bin", "LANG=de_DE", "AWS_REGION=mars-1"];
        let config =
            ImageConfig { env: Some(of_image.map(str::to_owned).into()), ..ImageConfig::default() };
        let variables =
            pairs([("PATH", "/bin"), ("TZ", ":UTC"), ("LANG", "C"), ("AWS_REGION", "us-east-1")]);
        let mut launch = launch(&[]);
        launch.variables.insert("LANG".to_owned(), "C".to_owned());
        assert_eq!(
            environment(&launch, variables, &config),
            ["TZ=:UTC", "LANG=C", "AWS_REGION=us-east-1"]
        );
    }
}
