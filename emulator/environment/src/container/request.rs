//! What is asked of the engine for one container.

use std::collections::HashMap;

use bollard::models::{
    ContainerCreateBody, HostConfig, HostConfigLogConfig, ImageConfig, ResourcesUlimits,
};

use super::image;
use super::leftovers::LABEL;
use crate::launch::{Launch, Memory};
use crate::variables;

/// The user and group that every function runs as, whatever its image says.
///
/// Source: `id` in a function on Lambda shows `sbx_user1051`, with these numbers.
const USER: &str = "993:990";

/// `/tmp` as Lambda gives it, 512 MB by default: writable, and programs may be run from it.
const TMP: &str = "rw,exec,nosuid,nodev,size=512m,mode=1777";

/// Processes and threads, and open files.
///
/// Source: the Lambda quotas page.
const MAX_PROCESSES: i64 = 1024;
const MAX_OPEN_FILES: i64 = 1024;

pub(super) fn create(
    launch: &Launch,
    variables: Vec<(String, String)>,
    config: &ImageConfig,
    mark: &str,
) -> ContainerCreateBody {
    let labels = [(LABEL, mark), ("manifold.function", &launch.function)];
    ContainerCreateBody {
        image: Some(image::id(&launch.image)),
        cmd: (!launch.command.is_empty()).then(|| launch.command.clone()),
        env: Some(environment(launch, variables, config)),
        user: Some(USER.to_owned()),
        labels: Some(labels.map(|(name, value)| (name.to_owned(), value.to_owned())).into()),
        host_config: Some(confinement(launch.memory)),
        ..ContainerCreateBody::default()
    }
}

fn confinement(memory: Memory) -> HostConfig {
    let bytes = i64::try_from(memory.bytes()).ok();
    HostConfig {
        memory: bytes,
        // Memory and swap together: the same number leaves no swap.
        memory_swap: bytes,
        pids_limit: Some(MAX_PROCESSES),
        ulimits: Some(vec![ResourcesUlimits {
            name: Some("nofile".to_owned()),
            soft: Some(MAX_OPEN_FILES),
            hard: Some(MAX_OPEN_FILES),
        }]),
        readonly_rootfs: Some(true),
        tmpfs: Some(HashMap::from([("/tmp".to_owned(), TMP.to_owned())])),
        // Also leaves out /dev/shm, as Lambda does.
        ipc_mode: Some("none".to_owned()),
        cap_drop: Some(vec!["ALL".to_owned()]),
        security_opt: Some(vec!["no-new-privileges".to_owned()]),
        network_mode: Some("host".to_owned()),
        // What it prints is read as it comes; the engine need not keep it.
        log_config: Some(HostConfigLogConfig { typ: Some("none".to_owned()), config: None }),
        // Removed by its sandbox: the engine would take the exit code away with it.
        auto_remove: Some(false),
        ..HostConfig::default()
    }
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
    use std::collections::BTreeMap;
    use std::time::Duration;

    use super::*;
    use crate::Image;

    fn launch(command: &[&str]) -> Launch {
        Launch {
            function: "hello".to_owned(),
            version: "$LATEST".to_owned(),
            image: Image { uri: "manifold:latest".to_owned(), digest: "0123".to_owned() },
            command: command.iter().map(|&word| word.to_owned()).collect(),
            variables: BTreeMap::from([("LANG".to_owned(), "C".to_owned())]),
            memory: Memory::DEFAULT,
            timeout: Duration::from_secs(3),
            log_group: "/aws/lambda/hello".to_owned(),
            region: "us-east-1".to_owned(),
            endpoint: "http://127.0.0.1:4566".to_owned(),
        }
    }

    fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    }

    #[test]
    fn a_container_is_confined_as_lambda_confines_a_function() {
        let variables = pairs([("AWS_REGION", "us-east-1"), ("HANDLER", "s3")]);
        let body = create(&launch(&[]), variables, &ImageConfig::default(), "mark");
        insta::with_settings!({ sort_maps => true }, {
            insta::assert_json_snapshot!(body, @r#"
            {
              "User": "993:990",
              "Env": [
                "AWS_REGION=us-east-1",
                "HANDLER=s3"
              ],
              "Image": "sha256:0123",
              "Labels": {
                "manifold.emulator": "mark",
                "manifold.function": "hello"
              },
              "HostConfig": {
                "Memory": 134217728,
                "MemorySwap": 134217728,
                "PidsLimit": 1024,
                "Ulimits": [
                  {
                    "Name": "nofile",
                    "Soft": 1024,
                    "Hard": 1024
                  }
                ],
                "LogConfig": {
                  "Type": "none"
                },
                "NetworkMode": "host",
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
                  "/tmp": "rw,exec,nosuid,nodev,size=512m,mode=1777"
                }
              }
            }
            "#);
        });
    }

    #[test]
    fn a_command_of_the_functions_replaces_that_of_the_image() {
        let body = create(&launch(&["s3", "-v"]), vec![], &ImageConfig::default(), "mark");
        assert_eq!(body.cmd, Some(vec!["s3".to_owned(), "-v".to_owned()]));
        assert_eq!(body.entrypoint, None);
    }

    #[test]
    fn lambdas_defaults_give_way_to_the_image_and_nothing_else_does() {
        let of_image = ["PATH=/opt/venv/bin", "LANG=de_DE", "AWS_REGION=mars-1"];
        let config =
            ImageConfig { env: Some(of_image.map(str::to_owned).into()), ..ImageConfig::default() };
        let variables =
            pairs([("PATH", "/bin"), ("TZ", ":UTC"), ("LANG", "C"), ("AWS_REGION", "us-east-1")]);
        assert_eq!(
            environment(&launch(&[]), variables, &config),
            ["TZ=:UTC", "LANG=C", "AWS_REGION=us-east-1"]
        );
    }
}
