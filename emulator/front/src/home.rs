//! Where the emulator says it is: the region and account that stand in every ARN.

/// The region and account that every ARN of this emulator names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    /// A region's name, such as `us-east-1`.
    pub region: String,
    /// Twelve digits.
    pub account: String,
}

impl Home {
    /// The ARN of `resource` in `service`, in this region and account.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:aws:{service}:{}:{}:{resource}", self.region, self.account)
    }
}

impl Default for Home {
    /// `us-east-1` and `000000000000`: what local AWS tools have agreed on.
    fn default() -> Self {
        Self { region: "us-east-1".to_owned(), account: "000000000000".to_owned() }
    }
}
