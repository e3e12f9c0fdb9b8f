//! The Lambda API, in the order of its reference, and Lambda's way to write an error.

use std::sync::Arc;

use emulator_front::{Api, Fault};
use serde_json::{Value, json};

use crate::add_permission::AddPermission;
use crate::create_function::CreateFunction;
use crate::delete_function::DeleteFunction;
use crate::functions::Functions;
use crate::get_function::GetFunction;
use crate::get_function_configuration::GetFunctionConfiguration;
use crate::get_policy::GetPolicy;
use crate::invoke::Invoke;
use crate::list_functions::ListFunctions;
use crate::update_function_code::UpdateFunctionCode;
use crate::update_function_configuration::UpdateFunctionConfiguration;

/// Every operation on functions. Event source mappings are added by their own crate.
pub fn api(functions: &Arc<Functions>) -> Api {
    Api::rest_json("lambda", error_body)
        .on::<AddPermission>(functions)
        .on::<CreateFunction>(functions)
        .on::<DeleteFunction>(functions)
        .on::<GetFunction>(functions)
        .on::<GetFunctionConfiguration>(functions)
        .on::<GetPolicy>(functions)
        .on::<Invoke>(functions)
        .on::<ListFunctions>(functions)
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
            document.insert("Type".to_owned(), json!(side));
        }
    }
    Value::Object(document)
}
