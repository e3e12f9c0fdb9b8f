//! What a function may be set up with, and what is said about the rest.

use serde_json::json;

use super::*;

#[track_caller]
fn check(settings: Value, expected: Result<(), &str>) {
    let settings: Settings = serde_json::from_value(settings).unwrap();
    let mut constraints = Constraints::default();
    settings.constrain(&mut constraints);
    let checked = constraints.verdict().map_err(Into::into).and_then(|()| settings.check());
    assert_eq!(checked.map_err(|error| error.to_string()), expected.map_err(str::to_owned));
}

#[test]
fn what_is_applied_or_inert_is_accepted() {
    check(
        json!({
            "Role": "arn:aws:iam::000000000000:role/lambda", "Timeout": 900, "MemorySize": 128,
            "Environment": {"Variables": {"HANDLER": "s3"}}, "ImageConfig": {"Command": ["s3"]},
            "VpcConfig": {"SubnetIds": ["subnet-1"]}, "TracingConfig": {"Mode": "Active"},
            "Layers": [], "EphemeralStorage": {"Size": 512}, "LoggingConfig": {"LogGroup": "g"},
        }),
        Ok(()),
    );
}

#[test]
fn what_is_not_applied_is_refused_by_name() {
    let zip = "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.";
    check(json!({"Handler": "index.handler"}), Err(zip));
    for (settings, name) in [
        (json!({"DeadLetterConfig": {"TargetArn": "arn"}}), "DeadLetterConfig"),
        (json!({"Invented": 1}), "Invented"),
    ] {
        let text = format!("`{name}` is not emulated (hint: leave it out here)");
        check(settings, Err(&text));
    }
}

#[test]
fn a_level_is_for_json() {
    let logging = |logging: Value| json!({ "LoggingConfig": logging });
    check(logging(json!({"LogFormat": "JSON", "SystemLogLevel": "WARN"})), Ok(()));
    let text = "LogLevel is not supported when LogFormat is set to \"Text\". Remove LogLevel from your \
                request or change the LogFormat to \"JSON\" and try again.";
    check(logging(json!({"LogFormat": "Text", "SystemLogLevel": "WARN"})), Err(text));
    check(logging(json!({"ApplicationLogLevel": "WARN"})), Err(text));
}

#[test]
fn several_bad_values_are_told_at_once() {
    check(
        json!({"Timeout": 0, "MemorySize": 64}),
        Err("2 validation errors detected: Value '0' at 'timeout' failed to satisfy constraint: \
             Member must have value greater than or equal to 1; Value '64' at 'memorySize' failed \
             to satisfy constraint: Member must have value greater than or equal to 128"),
    );
}

#[test]
fn an_environment_has_a_size_and_reserved_names() {
    let fits = "x".repeat(4096 - r#"{"AB":""}"#.len());
    check(json!({"Environment": {"Variables": {"AB": fits}}}), Ok(()));
    let too_large = json!({"Environment": {"Variables": {"AB": format!("{fits}x")}}});
    let error = serde_json::from_value::<Settings>(too_large).unwrap().check().unwrap_err();
    assert!(matches!(error, SettingsError::EnvironmentTooLarge(_)));
    let reserved =
        json!({"Environment": {"Variables": {"LAMBDA_TASK_ROOT": "x", "AWS_REGION": "y"}}});
    let error = serde_json::from_value::<Settings>(reserved).unwrap().check().unwrap_err();
    assert!(error.to_string().ends_with("used in this request: AWS_REGION, LAMBDA_TASK_ROOT"));
}
