//! What the bootstrap is told from outside: variables, and one argument.

use std::env;

use http::Uri;

/// Where the Runtime API listens, as `host:port`.
const RUNTIME_API: &str = "AWS_LAMBDA_RUNTIME_API";
const FUNCTION_NAME: &str = "AWS_LAMBDA_FUNCTION_NAME";
const FUNCTION_VERSION: &str = "AWS_LAMBDA_FUNCTION_VERSION";
/// In MB.
const FUNCTION_MEMORY_SIZE: &str = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE";

/// The variables and the argument that the bootstrap reads. One that is empty counts as absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// `HANDLER`: the handler to run.
    pub handler: Option<String>,
    /// The first argument: `--list`, `--version`, or the handler to run if HANDLER is not set.
    pub argument: Option<String>,
    /// `AWS_LAMBDA_RUNTIME_API`: where events come from, as `host:port`.
    pub runtime_api: Option<String>,
    /// `AWS_LAMBDA_FUNCTION_NAME`
    pub function_name: Option<String>,
    /// `AWS_LAMBDA_FUNCTION_VERSION`
    pub function_version: Option<String>,
    /// `AWS_LAMBDA_FUNCTION_MEMORY_SIZE`, in MB.
    pub function_memory_size: Option<String>,
    /// `AWS_LAMBDA_LOG_FORMAT`: `Text` or `JSON`.
    pub log_format: Option<String>,
    /// `AWS_LAMBDA_LOG_LEVEL`, which Lambda sets, or else `LOG_LEVEL`, which is free to be set.
    pub log_level: Option<String>,
}

/// Why no event can be asked for.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvironmentError {
    /// A variable is absent that Lambda always sets.
    #[error("{0} is not set (hint: Lambda sets it; on this machine the emulator does)")]
    Unset(&'static str),
    /// The address is not one.
    #[error("{RUNTIME_API} is `{0}`; it must be like `127.0.0.1:9001`")]
    RuntimeApi(String),
    /// The memory size is not a number.
    #[error("{FUNCTION_MEMORY_SIZE} is `{0}`; it must be a number of MB, like `128`")]
    MemorySize(String),
}

impl Environment {
    /// Reads this process's environment.
    pub fn read() -> Self {
        Self {
            handler: variable("HANDLER"),
            argument: env::args_os().nth(1).map(|argument| argument.to_string_lossy().into_owned()),
            runtime_api: variable(RUNTIME_API),
            function_name: variable(FUNCTION_NAME),
            function_version: variable(FUNCTION_VERSION),
            function_memory_size: variable(FUNCTION_MEMORY_SIZE),
            log_format: variable("AWS_LAMBDA_LOG_FORMAT"),
            log_level: variable("AWS_LAMBDA_LOG_LEVEL").or_else(|| variable("LOG_LEVEL")),
        }
    }

    /// The name of the handler to run.
    pub(crate) fn handler_name(&self) -> Option<&str> {
        self.handler.as_deref().or(self.argument.as_deref())
    }

    /// Where the Runtime API listens.
    pub(crate) fn runtime_api(&self) -> Result<Uri, EnvironmentError> {
        let address = self.runtime_api.as_deref().ok_or(EnvironmentError::Unset(RUNTIME_API))?;
        let uri = address.parse().ok().filter(|uri: &Uri| uri.authority().is_some());
        uri.ok_or_else(|| EnvironmentError::RuntimeApi(address.into()))
    }

    /// Holds that everything is there that `lambda_runtime` reads for itself, and panics without.
    pub(crate) fn check(&self) -> Result<(), EnvironmentError> {
        let set = |value: &Option<String>, name| value.clone().ok_or(EnvironmentError::Unset(name));
        self.runtime_api()?;
        set(&self.function_name, FUNCTION_NAME)?;
        set(&self.function_version, FUNCTION_VERSION)?;
        let memory_size = set(&self.function_memory_size, FUNCTION_MEMORY_SIZE)?;
        memory_size.parse::<i32>().map(drop).map_err(|_| EnvironmentError::MemorySize(memory_size))
    }
}

fn variable(name: &str) -> Option<String> {
    let value = env::var_os(name)?;
    (!value.is_empty()).then(|| value.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment() -> Environment {
        let set = |value: &str| Some(value.to_owned());
        Environment {
            handler: None,
            argument: None,
            runtime_api: set("127.0.0.1:9001"),
            function_name: set("hello"),
            function_version: set("$LATEST"),
            function_memory_size: set("128"),
            log_format: None,
            log_level: None,
        }
    }

    #[test]
    fn handler_comes_before_the_argument() {
        let (handler, argument) = (Some("s3".to_owned()), Some("kinesis".to_owned()));
        for (handler, argument, expected) in [
            (&handler, &argument, Some("s3")),
            (&handler, &None, Some("s3")),
            (&None, &argument, Some("kinesis")),
            (&None, &None, None),
        ] {
            let environment = Environment {
                handler: handler.clone(),
                argument: argument.clone(),
                ..environment()
            };
            assert_eq!(environment.handler_name(), expected);
        }
    }

    #[test]
    fn what_lambda_sets_must_be_there() {
        use EnvironmentError as E;
        type Field = fn(&mut Environment) -> &mut Option<String>;

        let refused = |field: Field, value: Option<&str>| {
            let mut environment = environment();
            *field(&mut environment) = value.map(str::to_owned);
            environment.check()
        };
        assert_eq!(environment().check(), Ok(()));
        assert_eq!(refused(|e| &mut e.runtime_api, None), Err(E::Unset("AWS_LAMBDA_RUNTIME_API")));
        assert_eq!(
            refused(|e| &mut e.function_name, None),
            Err(E::Unset("AWS_LAMBDA_FUNCTION_NAME"))
        );
        assert_eq!(
            refused(|e| &mut e.function_version, None),
            Err(E::Unset("AWS_LAMBDA_FUNCTION_VERSION"))
        );
        assert_eq!(
            refused(|e| &mut e.function_memory_size, None),
            Err(E::Unset("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"))
        );
        assert_eq!(
            refused(|e| &mut e.runtime_api, Some("/a b")),
            Err(E::RuntimeApi("/a b".into()))
        );
        assert_eq!(
            refused(|e| &mut e.function_memory_size, Some("1G")),
            Err(E::MemorySize("1G".into()))
        );
    }
}
