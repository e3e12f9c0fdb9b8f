//! The environment variables that Lambda sets for image functions, and the one that it does not.
//!
//! Two that Lambda has set since 2026 are left out, `AWS_LAMBDA_METADATA_API` and
//! `AWS_LAMBDA_METADATA_TOKEN`: there is no metadata endpoint here, and they would point at nothing.
//! `AWS_EXECUTION_ENV` and `_HANDLER` are not set either. On Lambda the runtimes and base images that it
//! offers set them; whether its platform does for other images is unverified.

use std::collections::BTreeMap;
use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::Launch;
use crate::launch::LogFormat;

/// What Lambda tells the runtime and not the extensions.
///
/// Source: "Differences between Lambda and Lambda extensions" in the Lambda Developer Guide.
const NOT_FOR_EXTENSIONS: [&str; 10] = [
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_XRAY_CONTEXT_MISSING",
    "AWS_XRAY_DAEMON_ADDRESS",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
    "_AWS_XRAY_DAEMON_ADDRESS",
    "_AWS_XRAY_DAEMON_PORT",
    "_HANDLER",
];

/// What a sandbox calls, as it reaches it.
pub(crate) struct Apis {
    /// Host and port.
    pub(crate) runtime: String,
    /// AWS's, as a URL.
    pub(crate) endpoint: String,
}

/// Everything that a sandbox finds in its environment. What the platform sets wins over what the
/// function's configuration sets, but for the few that Lambda lets a function override.
///
/// Source: "Defined runtime environment variables" in the Lambda Developer Guide.
pub(crate) fn of(launch: &Launch, log_stream: &str, apis: &Apis) -> Vec<(String, String)> {
    let mut variables = launch.variables.clone();
    for (name, value) in overridable() {
        variables.entry(name.to_owned()).or_insert_with(|| value.to_owned());
    }
    // So that an unchanged AWS SDK calls back here. AWS does not set it; a function may set its own.
    variables.entry("AWS_ENDPOINT_URL".to_owned()).or_insert_with(|| apis.endpoint.clone());
    platform(&mut variables, launch, log_stream, &apis.runtime);
    variables.into_iter().collect()
}

/// What an extension finds, given what the function's runtime does: less of what the platform sets, and
/// all that the function's configuration sets.
pub(crate) fn of_extension(
    launch: &Launch,
    of_runtime: &[(String, String)],
) -> Vec<(String, String)> {
    let told = |name: &str| {
        launch.variables.contains_key(name) && is_default(name)
            || !NOT_FOR_EXTENSIONS.contains(&name)
    };
    of_runtime.iter().filter(|(name, _)| told(name)).cloned().collect()
}

/// Whether Lambda sets `name` only where nobody else does: neither the function nor its image.
pub(crate) fn is_default(name: &str) -> bool {
    overridable().iter().any(|(overridable, _)| *overridable == name)
}

fn overridable() -> [(&'static str, &'static str); 8] {
    [
        ("LANG", "en_US.UTF-8"),
        ("TZ", ":UTC"),
        ("PATH", "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin"),
        (
            "LD_LIBRARY_PATH",
            "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
        ),
        ("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR"),
        // Nobody listens there; without active tracing nobody does on Lambda.
        ("AWS_XRAY_DAEMON_ADDRESS", "169.254.100.1:2000"),
        ("_AWS_XRAY_DAEMON_ADDRESS", "169.254.100.1"),
        ("_AWS_XRAY_DAEMON_PORT", "2000"),
    ]
}

fn platform(
    variables: &mut BTreeMap<String, String>,
    launch: &Launch,
    log_stream: &str,
    runtime_api: &str,
) {
    let mut set = |name: &str, value: String| variables.insert(name.to_owned(), value);
    set("AWS_LAMBDA_FUNCTION_NAME", launch.function.clone());
    set("AWS_LAMBDA_FUNCTION_VERSION", launch.version.clone());
    set("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", launch.memory.megabytes().to_string());
    set("AWS_LAMBDA_LOG_GROUP_NAME", launch.log_group.clone());
    set("AWS_LAMBDA_LOG_STREAM_NAME", log_stream.to_owned());
    set("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned());
    set("AWS_LAMBDA_RUNTIME_API", runtime_api.to_owned());
    set("AWS_REGION", launch.region.clone());
    set("AWS_DEFAULT_REGION", launch.region.clone());
    set("LAMBDA_TASK_ROOT", "/var/task".to_owned());
    set("LAMBDA_RUNTIME_DIR", "/var/runtime".to_owned());
    // Whether Lambda sets them for text too is unverified.
    if let LogFormat::Json { application, .. } = launch.log_format {
        set("AWS_LAMBDA_LOG_FORMAT", "JSON".to_owned());
        set("AWS_LAMBDA_LOG_LEVEL", application.as_str().to_owned());
    }
    let credentials = credentials(log_stream, runtime_api);
    set("AWS_ACCESS_KEY_ID", format!("ASIA{}", credentials[..16].to_uppercase()));
    set("AWS_SECRET_ACCESS_KEY", credentials[16..56].to_owned());
    set("AWS_SESSION_TOKEN", credentials);
}

/// Made up, as any credentials are accepted here. The same for the life of an environment, also when its
/// process is started again, and those of no other.
fn credentials(log_stream: &str, runtime_api: &str) -> String {
    let hash = Sha256::digest(format!("{log_stream} {runtime_api}"));
    let mut hex = String::with_capacity(64);
    for byte in hash {
        write!(hex, "{byte:02x}").expect("a String takes whatever is written to it");
    }
    hex
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::LogLevel;

    fn launch(set: &[(&str, &str)]) -> Launch {
        let mut launch = crate::process::tests::launch(&[]);
        launch.region = "eu-west-1".to_owned();
        let owned = |&(name, value): &(&str, &str)| (name.to_owned(), value.to_owned());
        launch.variables = set.iter().map(owned).collect();
        launch
    }

    fn of(launch: &Launch) -> Vec<(String, String)> {
        super::of(launch, "2026/01/02/[$LATEST]0123", &apis())
    }

    fn apis() -> Apis {
        Apis { runtime: "127.0.0.1:9001".to_owned(), endpoint: "http://127.0.0.1:4566".to_owned() }
    }

    fn lines(variables: &[(String, String)]) -> String {
        variables.iter().flat_map(|(name, value)| [name, "=", value, "\n"]).collect()
    }

    #[track_caller]
    fn check(set: &[(&str, &str)], name: &str, expected: Option<&str>) {
        let variables = of(&launch(set));
        let found = variables.iter().find(|(found, _)| found == name);
        assert_eq!(found.map(|(_, value)| value.as_str()), expected, "{name}");
    }

    #[test]
    fn a_function_finds_what_lambda_sets_and_where_the_emulator_is() {
        assert_snapshot!(lines(&of(&launch(&[]))), @r"
        AWS_ACCESS_KEY_ID=ASIA08E1A0276419CDB7
        AWS_DEFAULT_REGION=eu-west-1
        AWS_ENDPOINT_URL=http://127.0.0.1:4566
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128
        AWS_LAMBDA_FUNCTION_NAME=hello
        AWS_LAMBDA_FUNCTION_VERSION=$LATEST
        AWS_LAMBDA_INITIALIZATION_TYPE=on-demand
        AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/hello
        AWS_LAMBDA_LOG_STREAM_NAME=2026/01/02/[$LATEST]0123
        AWS_LAMBDA_RUNTIME_API=127.0.0.1:9001
        AWS_REGION=eu-west-1
        AWS_SECRET_ACCESS_KEY=6f12414bb781dc7e21bd69796a6cccf6f12ec722
        AWS_SESSION_TOKEN=08e1a0276419cdb76f12414bb781dc7e21bd69796a6cccf6f12ec722dcdd2f55
        AWS_XRAY_CONTEXT_MISSING=LOG_ERROR
        AWS_XRAY_DAEMON_ADDRESS=169.254.100.1:2000
        LAMBDA_RUNTIME_DIR=/var/runtime
        LAMBDA_TASK_ROOT=/var/task
        LANG=en_US.UTF-8
        LD_LIBRARY_PATH=/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib
        PATH=/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin
        TZ=:UTC
        _AWS_XRAY_DAEMON_ADDRESS=169.254.100.1
        _AWS_XRAY_DAEMON_PORT=2000
        ");
    }

    #[test]
    fn a_json_log_has_a_format_and_a_level() {
        let mut launch = launch(&[("AWS_LAMBDA_LOG_LEVEL", "mine")]);
        launch.log_format =
            LogFormat::Json { application: LogLevel::Debug, system: LogLevel::Warn };
        let variables = of(&launch);
        let of_logs = |(name, _): &&(String, String)| {
            name == "AWS_LAMBDA_LOG_FORMAT" || name == "AWS_LAMBDA_LOG_LEVEL"
        };
        let found: Vec<_> = variables.iter().filter(of_logs).cloned().collect();
        assert_eq!(lines(&found), "AWS_LAMBDA_LOG_FORMAT=JSON\nAWS_LAMBDA_LOG_LEVEL=DEBUG\n");
    }

    #[test]
    fn the_platform_wins_over_the_function_and_the_function_over_defaults() {
        check(&[("AWS_REGION", "mars-1")], "AWS_REGION", Some("eu-west-1"));
        check(&[("LAMBDA_TASK_ROOT", "/x")], "LAMBDA_TASK_ROOT", Some("/var/task"));
        check(&[("TZ", "Europe/Berlin")], "TZ", Some("Europe/Berlin"));
        check(&[("PATH", "/x")], "PATH", Some("/x"));
        check(&[("AWS_XRAY_CONTEXT_MISSING", "x")], "AWS_XRAY_CONTEXT_MISSING", Some("x"));
        check(&[("AWS_ENDPOINT_URL", "http://x")], "AWS_ENDPOINT_URL", Some("http://x"));
        check(&[("HANDLER", "s3")], "HANDLER", Some("s3"));
        check(&[], "HANDLER", None);
    }

    #[test]
    fn an_extension_finds_less_of_lambdas_and_all_of_the_functions() {
        let launch = launch(&[("HANDLER", "s3"), ("AWS_XRAY_CONTEXT_MISSING", "x")]);
        let of_runtime = of(&launch);
        let of_extension = of_extension(&launch, &of_runtime);
        let missing: Vec<_> = of_runtime
            .iter()
            .filter(|variable| !of_extension.contains(variable))
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(
            missing,
            [
                "AWS_LAMBDA_LOG_GROUP_NAME",
                "AWS_LAMBDA_LOG_STREAM_NAME",
                "AWS_XRAY_DAEMON_ADDRESS",
                "LAMBDA_RUNTIME_DIR",
                "LAMBDA_TASK_ROOT",
                "_AWS_XRAY_DAEMON_ADDRESS",
                "_AWS_XRAY_DAEMON_PORT",
            ]
        );
        assert!(of_extension.iter().all(|variable| of_runtime.contains(variable)));
    }

    #[test]
    fn credentials_stay_the_same_for_one_environment_and_differ_for_another() {
        let of = |stream| super::of(&launch(&[]), stream, &apis());
        assert_eq!(of("one"), of("one"));
        let key = |stream| of(stream).into_iter().find(|(name, _)| name == "AWS_ACCESS_KEY_ID");
        assert_ne!(key("one"), key("two"));
    }
}
