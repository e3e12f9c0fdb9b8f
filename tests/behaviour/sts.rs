//! Who one is.

use tests::Handler;

use crate::{Test, World, tests};

pub(crate) const TESTS: &[Test] = tests![get_caller_identity_is_the_account_that_arns_name];

async fn get_caller_identity_is_the_account_that_arns_name(world: &World) {
    let identity = world.sts().get_caller_identity().send().await.unwrap();
    let account = identity.account().unwrap();
    assert!(identity.arn().unwrap().contains(&format!("::{account}:")), "{identity:?}");
    let name = world.name("greeter");
    let created = world.deploy(&name, Handler::CustomEvent).request().send().await.unwrap();
    let arn = created.function_arn().unwrap();
    assert!(arn.ends_with(&format!(":{account}:function:{name}")), "{arn}");
}
