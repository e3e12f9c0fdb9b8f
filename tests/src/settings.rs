//! What is done to a function besides calling it, one verb each.

use aws_sdk_lambda::client::Waiters;
use aws_sdk_lambda::types::Environment;

use crate::Account;
use crate::deployment::Deployment;
use crate::handler::Handler;
use crate::patience::PATIENCE;

impl Account {
    /// Creates a function from the image of this repository, with HANDLER set.
    pub fn deploy(&self, function: &str, handler: Handler) -> Deployment {
        Deployment::of(self, function, &self.images().handlers).variable("HANDLER", handler.name())
    }

    /// Creates a function that does what its events ask.
    pub fn deploy_probe(&self, function: &str) -> Deployment {
        Deployment::of(self, function, &self.images().probe)
    }

    /// Sets the variable COLOUR, and no other, and waits until that holds.
    pub async fn paint(&self, function: &str, colour: &str) {
        let environment = Environment::builder().variables("COLOUR", colour).build();
        let update = self.lambda().update_function_configuration().function_name(function);
        update.environment(environment).send().await.expect("a configuration is updated");
        self.updated(function).await;
    }

    /// Waits until a function is what it was last made.
    pub async fn updated(&self, function: &str) {
        let lambda = self.lambda();
        let updated = lambda.wait_until_function_updated_v2().function_name(function);
        updated.wait(PATIENCE).await.expect("an update comes to its end");
    }

    /// Publishes a function as it is now, and waits until it can be called; answers the number of the
    /// version.
    pub async fn publish(&self, function: &str) -> String {
        let lambda = self.lambda();
        let published = lambda.publish_version().function_name(function).send().await;
        let published = published.expect("a version is published");
        let version = published.version().expect("a version has a number");
        let active = lambda.wait_until_published_version_active().function_name(function);
        active.qualifier(version).wait(PATIENCE).await.expect("a version becomes active");
        version.to_owned()
    }

    /// Sets apart how many invocations of a function may run at once.
    pub async fn reserve(&self, function: &str, executions: i32) {
        let put = self.lambda().put_function_concurrency().function_name(function);
        let put = put.reserved_concurrent_executions(executions).send().await;
        put.expect("a reservation is made");
    }
}
