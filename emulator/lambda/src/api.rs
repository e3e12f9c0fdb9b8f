//! The Lambda API, in the order of its reference, and Lambda's way to write an error.

mod add_permission;
mod create_alias;
mod create_function;
mod delete_alias;
mod delete_function;
mod delete_function_concurrency;
mod get_account_settings;
mod get_alias;
pub(crate) mod get_function;
mod get_function_concurrency;
mod get_function_configuration;
mod get_function_recursion_config;
mod get_policy;
mod invoke;
mod invoke_async;
mod invoke_with_response_stream;
mod list_aliases;
mod list_functions;
mod list_tags;
mod list_versions_by_function;
mod publish_version;
mod put_function_concurrency;
mod put_function_recursion_config;
mod remove_permission;
mod tag_resource;
mod untag_resource;
mod update_alias;
mod update_function_code;
mod update_function_configuration;

mod alias_configuration;
mod architecture;
mod function_configuration;
mod paging;
mod settings;
mod taggable;

use std::sync::Arc;

use emulator_front::{Api, Fault};
use serde_json::{Value, json};

use crate::functions::Functions;
use add_permission::AddPermission;
use create_alias::CreateAlias;
use create_function::CreateFunction;
use delete_alias::DeleteAlias;
use delete_function::DeleteFunction;
use delete_function_concurrency::DeleteFunctionConcurrency;
use get_account_settings::GetAccountSettings;
use get_alias::GetAlias;
use get_function::GetFunction;
use get_function_concurrency::GetFunctionConcurrency;
use get_function_configuration::GetFunctionConfiguration;
use get_function_recursion_config::GetFunctionRecursionConfig;
use get_policy::GetPolicy;
use invoke::Invoke;
use invoke_async::InvokeAsync;
use invoke_with_response_stream::InvokeWithResponseStream;
use list_aliases::ListAliases;
use list_functions::ListFunctions;
use list_tags::ListTags;
use list_versions_by_function::ListVersionsByFunction;
use publish_version::PublishVersion;
use put_function_concurrency::PutFunctionConcurrency;
use put_function_recursion_config::PutFunctionRecursionConfig;
use remove_permission::RemovePermission;
use tag_resource::TagResource;
use untag_resource::UntagResource;
use update_alias::UpdateAlias;
use update_function_code::UpdateFunctionCode;
use update_function_configuration::UpdateFunctionConfiguration;

/// Every operation on functions. Event source mappings are added by their own crate.
pub fn api(functions: &Arc<Functions>) -> Api {
    Api::rest_json("lambda", error_body)
        .on::<AddPermission>(functions)
        .on::<CreateAlias>(functions)
        .on::<CreateFunction>(functions)
        .on::<DeleteAlias>(functions)
        .on::<DeleteFunction>(functions)
        .on::<DeleteFunctionConcurrency>(functions)
        .on::<GetAccountSettings>(functions)
        .on::<GetAlias>(functions)
        .on::<GetFunction>(functions)
        .on::<GetFunctionConcurrency>(functions)
        .on::<GetFunctionConfiguration>(functions)
        .on::<GetFunctionRecursionConfig>(functions)
        .on::<GetPolicy>(functions)
        .on::<Invoke>(functions)
        .on::<InvokeAsync>(functions)
        .on::<InvokeWithResponseStream>(functions)
        .on::<ListAliases>(functions)
        .on::<ListFunctions>(functions)
        .on::<ListTags>(functions)
        .on::<ListVersionsByFunction>(functions)
        .on::<PublishVersion>(functions)
        .on::<PutFunctionConcurrency>(functions)
        .on::<PutFunctionRecursionConfig>(functions)
        .on::<RemovePermission>(functions)
        .on::<TagResource>(functions)
        .on::<UntagResource>(functions)
        .on::<UpdateAlias>(functions)
        .on::<UpdateFunctionCode>(functions)
        .on::<UpdateFunctionConfiguration>(functions)
}

/// Lambda's error document. Which errors spell `Message` with a capital, and which name a type, is
/// observed on Lambda and in its service model.
pub fn error_body(fault: &Fault) -> Value {
    let spelling = match fault.code {
        "ResourceNotFoundException"
        | "ResourceInUseException"
        | "ServiceException"
        | "RecursiveInvocationException"
        | "SerializationException" => "Message",
        _ => "message",
    };
    let mut document = fault.members.clone();
    document.insert(spelling.to_owned(), json!(fault.message));
    match fault.code {
        // Spelled both ways, and of no type.
        "AccessDeniedException" => {
            document.insert("Message".to_owned(), json!(fault.message));
        }
        "ValidationException" | "RequestEntityTooLargeException" => {}
        _ => {
            let side = if fault.status.is_server_error() { "Service" } else { "User" };
            document.entry("Type").or_insert_with(|| json!(side));
        }
    }
    // An error that has no type, unlike others of its code, says null.
    document.retain(|_, value| !value.is_null());
    Value::Object(document)
}
