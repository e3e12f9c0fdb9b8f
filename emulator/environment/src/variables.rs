//! The environment variables that Lambda sets for image functions, and the one that it does not.

use std::net::SocketAddr;

use uuid::Uuid;

use crate::Launch;

/// Everything that a sandbox finds in its environment. What the platform sets wins over what the
/// function's configuration sets, but for the few that Lambda lets a function override.
///
/// Source: "Defined runtime environment variables" in the Lambda Developer Guide.
pub(crate) fn of(
    launch: &Launch,
    log_stream: &str,
    runtime_api: SocketAddr,
) -> Vec<(String, String)> {
    let mut variables = launch.variables.clone();
    for (name, value) in overridable() {
        variables.entry(name.to_owned()).or_insert_with(|| value.to_owned());
    }
    // So that an unchanged AWS SDK calls back here. AWS does not set it; a function may set its own.
    variables.entry("AWS_ENDPOINT_URL".to_owned()).or_insert_with(|| launch.endpoint.clone());
    variables.extend(
        platform(launch, log_stream, runtime_api).map(|(name, value)| (name.to_owned(), value)),
    );
    variables.into_iter().collect()
}

/// Whether Lambda sets `name` only where nobody else does: neither the function nor its image.
pub(crate) fn is_default(name: &str) -> bool {
    overridable().iter().any(|(overridable, _)| *overridable == name)
}

fn overridable() -> [(&'static str, &'static str); 7] {
    [
        ("LANG", "en_US.UTF-8"),
        ("TZ", ":UTC"),
        ("PATH", "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin"),
        (
            "LD_LIBRARY_PATH",
            "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
        ),
        ("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR"),
        ("AWS_XRAY_DAEMON_ADDRESS", "169.254.100.1:2000"),
        ("_AWS_XRAY_DAEMON_PORT", "2000"),
    ]
}

fn platform(
    launch: &Launch,
    log_stream: &str,
    runtime_api: SocketAddr,
) -> impl Iterator<Item = (&'static str, String)> {
    let credentials = Uuid::new_v4().simple().to_string();
    [
        ("AWS_LAMBDA_FUNCTION_NAME", launch.function.clone()),
        ("AWS_LAMBDA_FUNCTION_VERSION", launch.version.clone()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", launch.memory.megabytes().to_string()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", launch.log_group.clone()),
        ("AWS_LAMBDA_LOG_STREAM_NAME", log_stream.to_owned()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
        ("AWS_LAMBDA_RUNTIME_API", runtime_api.to_string()),
        ("AWS_REGION", launch.region.clone()),
        ("AWS_DEFAULT_REGION", launch.region.clone()),
        // Made up, as any credentials are accepted here, in the shape of a role's temporary ones.
        ("AWS_ACCESS_KEY_ID", format!("ASIA{}", credentials[..16].to_uppercase())),
        ("AWS_SECRET_ACCESS_KEY", format!("{credentials}{}", &credentials[..8])),
        ("AWS_SESSION_TOKEN", credentials),
        ("LAMBDA_TASK_ROOT", "/var/task".to_owned()),
        ("LAMBDA_RUNTIME_DIR", "/var/runtime".to_owned()),
    ]
    .into_iter()
}
