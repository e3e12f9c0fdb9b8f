//! Who one is.

use tests::World;

#[tokio::test]
async fn get_caller_identity_is_the_account_that_arns_name() {
    let world = World::start().await;
    let identity = world.sts().get_caller_identity().send().await.unwrap();
    assert_eq!(identity.account(), Some("000000000000"));
    assert_eq!(identity.arn(), Some("arn:aws:iam::000000000000:root"));
    world.close().await;
}

#[tokio::test]
async fn another_region_and_account_stand_in_every_arn() {
    let world = World::start_with(|config| {
        config.home.region = "eu-west-1".to_owned();
        config.home.account = "123456789012".to_owned();
    })
    .await;
    assert_eq!(
        world.sts().get_caller_identity().send().await.unwrap().account(),
        Some("123456789012")
    );
    let created = world.deploy_probe("probe").request().send().await.unwrap();
    let arn = "arn:aws:lambda:eu-west-1:123456789012:function:probe";
    assert_eq!(created.function_arn(), Some(arn));
    world.close().await;
}
