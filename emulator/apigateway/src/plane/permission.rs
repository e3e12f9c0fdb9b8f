//! Whether a function's resource policy lets API Gateway call it.

use emulator_deliver::Source;
use emulator_front::Home;

use crate::address::Address;

/// Service principal that policies know API Gateway by.
pub(super) const PRINCIPAL: &str = "apigateway.amazonaws.com";

/// A method that is called, as policies know it: `…:{api}/{stage}/{verb}/{path of the resource}`.
pub(super) fn source(address: &Address<'_>, verb: &str, path: &str, home: &Home) -> Source {
    let Address { api, stage, .. } = address;
    Source {
        principal: PRINCIPAL,
        arn: home.arn("execute-api", &format!("{api}/{stage}/{verb}{path}")),
        account: home.account.clone(),
    }
}

/// What to do about a permission that is missing: the most common mistake with REST APIs, and on AWS,
/// too, the client is not told of it.
pub(super) fn hint(function: &str, source: &Source) -> String {
    let (api, _) = source.arn.split_once('/').unwrap_or((&source.arn, ""));
    format!(
        "aws lambda add-permission --function-name {function} --statement-id apigateway \
         --action lambda:InvokeFunction --principal {PRINCIPAL} --source-arn '{api}/*'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_is_the_method_and_the_hint_permits_the_whole_api() {
        let address = Address { api: "abc".to_owned(), stage: "dev", path: "/pets/7" };
        let source = source(&address, "GET", "/pets/{id}", &Home::default());
        let arn = "arn:aws:execute-api:us-east-1:000000000000:abc/dev/GET/pets/{id}";
        assert_eq!(source.arn, arn);
        assert_eq!(
            hint("greeter", &source),
            "aws lambda add-permission --function-name greeter --statement-id apigateway \
             --action lambda:InvokeFunction --principal apigateway.amazonaws.com \
             --source-arn 'arn:aws:execute-api:us-east-1:000000000000:abc/*'",
        );
    }
}
