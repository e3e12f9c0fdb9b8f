//! What the binary answers without Lambda.

use bootstrap::IMAGE;

use crate::process::{bootstrap, output, own_handlers};

#[tokio::test]
async fn list_prints_the_names_of_the_table_one_a_line() {
    let output = output(bootstrap().arg("--list")).await;
    assert_eq!((output.status, output.stderr.as_str()), (Some(0), ""));
    assert_eq!(
        output.stdout.lines().collect::<Vec<_>>(),
        IMAGE.handlers.names().collect::<Vec<_>>()
    );
    assert_eq!(output.stdout, "api-gateway\ns3\nkinesis\ncustom-event\ncaller\n");
}

#[tokio::test]
async fn list_does_not_mind_which_handler_is_set() {
    let output = output(bootstrap().arg("--list").env("HANDLER", "s3")).await;
    assert_eq!(output.stdout, "api-gateway\ns3\nkinesis\ncustom-event\ncaller\n");
}

#[tokio::test]
async fn version_says_the_version_and_the_revision() {
    let output = output(bootstrap().arg("--version")).await;
    assert_eq!(output.status, Some(0));
    assert_eq!(output.stdout, format!("bootstrap {}\n", IMAGE.version));
    let revision = IMAGE.version.strip_prefix(concat!(env!("CARGO_PKG_VERSION"), " ("));
    let revision =
        revision.and_then(|rest| rest.strip_suffix(")")).expect("the revision is in brackets");
    assert!(!revision.is_empty());
}

#[tokio::test]
async fn an_image_of_its_own_lists_its_own_handlers() {
    assert_eq!(output(own_handlers().arg("--list")).await.stdout, "shout\ndivide\n");
}
