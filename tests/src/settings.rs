//! What is set on a function besides its configuration, one verb each.

use crate::World;

impl World {
    /// Publishes a function as it is now; answers the number of the version.
    pub async fn publish(&self, function: &str) -> String {
        let published = self.lambda().publish_version().function_name(function).send().await;
        let published = published.expect("a version is published");
        published.version().expect("a version has a number").to_owned()
    }

    /// Sets apart how many invocations of a function may run at once.
    pub async fn reserve(&self, function: &str, executions: i32) {
        let put = self.lambda().put_function_concurrency().function_name(function);
        let put = put.reserved_concurrent_executions(executions).send().await;
        put.expect("a reservation is made");
    }
}
