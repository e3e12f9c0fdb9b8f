//! What a test needs of the machine, and what becomes of it where that is absent.

use std::collections::BTreeSet;

use libtest_mimic::{Completion, Trial};

/// Tools that tests need, by the names that `MANIFOLD_REQUIRE` takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// The AWS CLI, with `curl` beside it.
    AwsCli,
    /// AWS's runtime client for Python.
    Awslambdaric,
    /// A Docker engine that answers.
    Docker,
    /// `botocore` in the version that `tests/conformance/requirements.txt` names.
    Botocore,
    /// Debian's `docker-registry`, for tests that need an engine too.
    Registry,
    /// AWS's Runtime Interface Emulator, with a Docker engine and `curl` beside it.
    Rie,
    /// `cfn-lint` and `aws-sam-translator`.
    Sam,
}

/// The variable that says which tools must be there.
const VARIABLE: &str = "MANIFOLD_REQUIRE";

/// What tests of other crates need, by the same variable.
const ELSEWHERE: [&str; 1] = ["cgroup"];

/// The tools that must be there.
pub struct Required(BTreeSet<String>);

impl Tool {
    const ALL: [Self; 7] = [
        Self::AwsCli,
        Self::Awslambdaric,
        Self::Botocore,
        Self::Docker,
        Self::Registry,
        Self::Rie,
        Self::Sam,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::AwsCli => "awscli",
            Self::Awslambdaric => "awslambdaric",
            Self::Botocore => "botocore",
            Self::Docker => "docker",
            Self::Registry => "registry",
            Self::Rie => "rie",
            Self::Sam => "sam",
        }
    }
}

impl Required {
    /// Reads the variable. A tool that it misspells would never be missed, so that is an error.
    pub fn read() -> Self {
        let text = std::env::var(VARIABLE).unwrap_or_default();
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        let names: BTreeSet<_> = names.map(str::to_owned).collect();
        let known = [&Tool::ALL.map(Tool::name)[..], &ELSEWHERE].concat();
        for name in &names {
            let is_known = known.contains(&name.as_str());
            assert!(is_known, "{VARIABLE} names `{name}` (hint: {})", known.join(", "));
        }
        Self(names)
    }

    /// A test that runs with what was found, or says what was not.
    pub fn trial<T: Send + 'static>(
        &self,
        name: &str,
        tool: Tool,
        found: Result<T, String>,
        test: impl FnOnce(T) + Send + 'static,
    ) -> Trial {
        let is_required = self.0.contains(tool.name());
        Trial::ignorable_test(name, move || match found {
            Ok(found) => {
                test(found);
                Ok(Completion::Completed)
            }
            Err(missing) if is_required => {
                Err(format!("{missing}, and {VARIABLE} asks for `{}`", tool.name()).into())
            }
            Err(missing) => Ok(Completion::ignored_with(missing)),
        })
        .with_kind(tool.name())
    }
}
