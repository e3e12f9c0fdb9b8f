//! Whether a text is the ARN of a Lambda function: `arn:aws:lambda:REGION:ACCOUNT:function:NAME`, with a
//! version or alias behind it if one is meant.

/// Only its shape; whether the function exists is for others to say.
pub(super) fn is_function(arn: &str) -> bool {
    let parts: Vec<&str> = arn.split(':').collect();
    let ["arn", partition, "lambda", region, account, "function", name @ ..] = parts.as_slice()
    else {
        return false;
    };
    let is_number = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    let is_named = matches!(name.len(), 1 | 2) && name.iter().all(|part| !part.is_empty());
    partition.starts_with("aws") && !region.is_empty() && is_number && is_named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_functions_arn_is_one() {
        for (arn, expected) in [
            ("arn:aws:lambda:us-east-1:000000000000:function:f", true),
            ("arn:aws:lambda:us-east-1:000000000000:function:f:live", true),
            ("arn:aws-cn:lambda:cn-north-1:000000000000:function:f", true),
            ("arn:aws:lambda:us-east-1:000000000000:function:", false),
            ("arn:aws:lambda:us-east-1:000000000000:function:f:1:2", false),
            ("arn:aws:lambda:us-east-1:0:function:f", false),
            ("arn:aws:lambda:us-east-1:000000000000:layer:l", false),
            ("arn:aws:sqs:us-east-1:000000000000:q", false),
            ("f", false),
            ("", false),
        ] {
            assert_eq!(is_function(arn), expected, "{arn}");
        }
    }
}
