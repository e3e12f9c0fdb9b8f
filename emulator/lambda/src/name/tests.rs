//! The forms of a name, and what is none.

use super::*;

#[track_caller]
fn check(text: &str, beside: Option<&str>, expected: Result<(&str, Option<&str>), &str>) {
    let read = Target::read(text, beside, &Home::default());
    let read =
        read.map(|target| (target.function.0, target.qualifier)).map_err(|error| error.to_string());
    let expected = expected
        .map(|(name, qualifier)| (name.to_owned(), qualifier.map(str::to_owned)))
        .map_err(str::to_owned);
    assert_eq!(read, expected);
}

#[test]
fn a_function_is_known_by_every_form_of_its_name() {
    check("greeter", None, Ok(("greeter", None)));
    check("greeter:7", None, Ok(("greeter", Some("7"))));
    check("greeter:$LATEST", Some("$LATEST"), Ok(("greeter", Some("$LATEST"))));
    check("greeter", Some("live"), Ok(("greeter", Some("live"))));
    check("function:greeter", None, Ok(("greeter", None)));
    check("function", None, Ok(("function", None)));
    check("function:$LATEST", None, Ok(("function", Some("$LATEST"))));
    check("arn", None, Ok(("arn", None)));
    check("my-fn-1", None, Ok(("my-fn-1", None)));
    check("my-fn-1:live", None, Ok(("my-fn-1", Some("live"))));
    check("123456789012", None, Ok(("123456789012", None)));
    check("000000000000:function:greeter:live", None, Ok(("greeter", Some("live"))));
    check("us-east-1:000000000000:function:greeter", None, Ok(("greeter", None)));
    check(
        "arn:aws:lambda:us-east-1:000000000000:function:greeter:live",
        None,
        Ok(("greeter", Some("live"))),
    );
}

#[test]
fn what_is_not_here_or_not_a_name_is_refused_in_lambdas_words() {
    check(
        "greeter:1",
        Some("2"),
        Err("The derived qualifier from the function name does not match the specified qualifier."),
    );
    check(
        "arn:aws:lambda:eu-west-1:000000000000:function:greeter",
        None,
        Err("Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"),
    );
    assert!(matches!(
        Target::read("111111111111:function:greeter", None, &Home::default()),
        Err(NameError::OtherAccount { .. })
    ));
    for bad in ["", "a b", "greeter:1:2", "greeter:$1", "arn:aws:s3:::bucket", "ümlaut"] {
        let error = Target::read(bad, None, &Home::default()).unwrap_err();
        assert!(error.to_string().contains("regular expression pattern"), "{bad}: {error}");
    }
}
