//! `GetFunction`, `GetFunctionConfiguration` and `ListFunctions`.

use insta::assert_json_snapshot;

use super::*;

#[tokio::test]
async fn a_function_is_active_for_whoever_looks_at_it() {
    let world = World::new();
    world.create(plain("greeter")).await;
    let found = world.finds("GET /2015-03-31/functions/greeter").await;
    let configuration = world.finds("GET /2015-03-31/functions/greeter/configuration").await;
    assert_eq!(found["Configuration"], configuration);
    assert_json_snapshot!(found["Code"], @r#"
    {
      "ImageUri": "manifold:latest",
      "RepositoryType": "ECR",
      "ResolvedImageUri": "manifold@sha256:0000000000000000000000000000000000000000000000000000000000000000"
    }
    "#);
    assert_json_snapshot!(settled(configuration), @r#"
    {
      "Architectures": "[this machine's]",
      "CodeSha256": "0000000000000000000000000000000000000000000000000000000000000000",
      "CodeSize": 0,
      "Description": "",
      "EphemeralStorage": {
        "Size": 512
      },
      "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:greeter",
      "FunctionName": "greeter",
      "LastModified": "2030-01-01T12:00:00.250+0000",
      "LastUpdateStatus": "Successful",
      "LoggingConfig": {
        "LogFormat": "Text",
        "LogGroup": "/aws/lambda/greeter"
      },
      "MemorySize": 128,
      "PackageType": "Image",
      "RevisionId": "[revision]",
      "Role": "arn:aws:iam::000000000000:role/lambda",
      "SnapStart": {
        "ApplyOn": "None",
        "OptimizationStatus": "Off"
      },
      "State": "Active",
      "Timeout": 3,
      "TracingConfig": {
        "Mode": "PassThrough"
      },
      "Version": "$LATEST"
    }
    "#);
}

#[tokio::test]
async fn becoming_active_gives_a_function_another_revision() {
    let world = World::new();
    let created = world.create(plain("greeter")).await;
    let found = world.finds("GET /2015-03-31/functions/greeter/configuration").await;
    assert_ne!(created["RevisionId"], found["RevisionId"]);
    let again = world.finds("GET /2015-03-31/functions/greeter/configuration").await;
    assert_eq!(again["RevisionId"], found["RevisionId"]);
}

#[tokio::test]
async fn a_function_is_found_by_every_form_of_its_name_and_by_its_version() {
    let world = World::with_greeter().await;
    for (form, arn) in [
        ("function%3Agreeter", ARN.to_owned()),
        ("arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Agreeter", ARN.to_owned()),
        ("greeter%3A%24LATEST", format!("{ARN}:$LATEST")),
        ("greeter?Qualifier=%24LATEST", format!("{ARN}:$LATEST")),
    ] {
        let found = world.finds(&format!("GET /2015-03-31/functions/{form}")).await;
        assert_eq!(found["Configuration"]["FunctionArn"], arn, "{form}");
    }
}

#[tokio::test]
async fn a_function_that_is_not_there_is_named_as_it_was_asked_for() {
    let world = World::with_greeter().await;
    let missing = "arn:aws:lambda:us-east-1:000000000000:function:missing";
    for (form, arn) in [
        ("missing", missing.to_owned()),
        ("missing.yet", format!("{missing}.yet")),
        ("missing?Qualifier=live", format!("{missing}:live")),
        ("greeter?Qualifier=1", format!("{ARN}:1")),
        ("greeter?Qualifier=%24latest", format!("{ARN}:$latest")),
    ] {
        let answer = world.call(&format!("GET /2015-03-31/functions/{form}"), "").await;
        let message = format!("Function not found: {arn}");
        answer.is_refused("ResourceNotFoundException", &message);
        assert_eq!(answer.document, json!({ "Type": "User", "Message": message }));
    }
}

#[tokio::test]
async fn a_name_or_qualifier_that_cannot_be_one_is_refused() {
    let world = World::new();
    let differ =
        "The derived qualifier from the function name does not match the specified qualifier.";
    let answer = world.call("GET /2015-03-31/functions/greeter:1?Qualifier=2", "").await;
    answer.is_refused("InvalidParameterValueException", differ);

    let answer = world.call("GET /2015-03-31/functions/a%20b?Qualifier=c%20d", "").await;
    let name = r"Value 'a b' at 'functionName' must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?";
    let qualifier = r"Value 'c d' at 'qualifier' must satisfy regular expression pattern: \$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+";
    answer.is_refused("ValidationException", &invalid(&[name, qualifier]));
    assert_eq!(answer.document.as_object().unwrap().len(), 1, "a message and no type");
}

#[tokio::test]
async fn functions_are_listed_by_name_without_their_state() {
    let world = World::with_greeter().await;
    world.create(plain("archiver")).await;
    let listed = world.finds("GET /2015-03-31/functions").await;
    assert_eq!(listed.get("NextMarker"), None);
    let functions = listed["Functions"].as_array().unwrap();
    let names: Vec<_> = functions.iter().map(|each| &each["FunctionName"]).collect();
    assert_eq!(names, ["archiver", "greeter"]);

    let mut found = world.finds("GET /2015-03-31/functions/greeter/configuration").await;
    found.as_object_mut().unwrap().retain(|name, _| name != "State" && name != "LastUpdateStatus");
    assert_eq!(functions[1], found);

    let versions = world.finds("GET /2015-03-31/functions/?FunctionVersion=ALL").await;
    assert_eq!(versions["Functions"][1]["FunctionArn"], format!("{ARN}:$LATEST"));
}

#[tokio::test]
async fn a_long_list_comes_in_pages_of_at_most_fifty() {
    let world = World::new();
    for number in 0..52 {
        world.create(plain(&format!("f{number:02}"))).await;
    }
    let first = world.finds("GET /2015-03-31/functions?MaxItems=1000").await;
    assert_eq!(first["Functions"].as_array().unwrap().len(), 50);
    let marker = first["NextMarker"].as_str().unwrap();
    let second = format!("GET /2015-03-31/functions?Marker={marker}&MaxItems=1");
    let second = world.finds(&second).await;
    assert_eq!(second["Functions"][0]["FunctionName"], "f50");
    let marker = second["NextMarker"].as_str().unwrap();
    let last = world.finds(&format!("GET /2015-03-31/functions?Marker={marker}")).await;
    assert_eq!(last["Functions"].as_array().unwrap().len(), 1);
    assert_eq!(last.get("NextMarker"), None);
    let nowhere = world.call("GET /2015-03-31/functions?Marker=nowhere", "").await;
    let message = "Invalid Marker: nowhere";
    nowhere.is_refused("InvalidParameterValueException", message);
}

#[tokio::test]
async fn a_page_has_at_least_one_function_and_a_version_is_all_or_none() {
    let world = World::new();
    let answer = world.call("GET /2015-03-31/functions?MaxItems=0&FunctionVersion=1", "").await;
    let reasons = [
        "Value '0' at 'maxItems' must have value greater than or equal to 1",
        "Value '1' at 'functionVersion' must satisfy enum value set: [ALL]",
    ];
    answer.is_refused("ValidationException", &invalid(&reasons));
}
