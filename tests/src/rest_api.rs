//! A REST API in front of a function: made, and called as a browser would.

use aws_sdk_apigateway::types::IntegrationType;
use http::Request;

use crate::Account;
use crate::web::{Page, fetch};

/// A REST API with the stage `prod`.
pub struct RestApi {
    id: String,
    /// The URL of its stage, without a slash at the end.
    stage: String,
}

impl Account {
    /// Creates a REST API that calls `function` for every path and method.
    pub async fn rest_api(&self, function: &str) -> RestApi {
        let client = self.apigateway();
        let api = client.create_rest_api().name(function).send().await.expect("an API is created");
        let api = api.id().expect("an API has an id").to_owned();
        let resources =
            client.get_resources().rest_api_id(&api).send().await.expect("it has a root");
        let root = resources.items()[0].id().expect("a resource has an id");
        let proxy =
            client.create_resource().rest_api_id(&api).parent_id(root).path_part("{proxy+}");
        let proxy = proxy.send().await.expect("a resource is created");
        let proxy = proxy.id().expect("a resource has an id");

        let method = client.put_method().rest_api_id(&api).resource_id(proxy).http_method("ANY");
        method.authorization_type("NONE").send().await.expect("a method is put");
        let integration = client.put_integration().rest_api_id(&api).resource_id(proxy);
        let integration = integration.http_method("ANY").integration_http_method("POST");
        let integration = integration.r#type(IntegrationType::AwsProxy);
        let integration = integration.uri(self.integration_uri(function));
        integration.send().await.expect("an integration is put");
        let deployment = client.create_deployment().rest_api_id(&api).stage_name("prod");
        deployment.send().await.expect("an API is deployed");
        let source = self.arn_of("execute-api", &format!("{api}/*"));
        self.permit(function, "apigateway.amazonaws.com", &source).await;
        RestApi { stage: self.stage_url(&api), id: api }
    }

    /// What a method is integrated with, to call a function.
    pub fn integration_uri(&self, function: &str) -> String {
        let (region, arn) = (self.region(), self.arn(function));
        format!("arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations")
    }

    fn stage_url(&self, api: &str) -> String {
        match self.endpoint() {
            Some(endpoint) => format!("{endpoint}/restapis/{api}/prod/_user_request_"),
            None => format!("https://{api}.execute-api.{}.amazonaws.com/prod", self.region()),
        }
    }
}

impl RestApi {
    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Fetches a path of the stage.
    pub async fn get(&self, path: &str) -> Page {
        fetch(Request::get(self.url(path)).body(String::new()).expect("a path")).await
    }

    /// Posts a text, which may be JSON, to a path of the stage.
    pub async fn post(&self, path: &str, text: String) -> Page {
        let request = Request::post(self.url(path)).header("content-type", "application/json");
        fetch(request.body(text).expect("a path")).await
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.stage)
    }
}
