//! The architecture that functions run on: this machine's, whatever is asked for.

use emulator_front::{Constraints, Rule, WireError};

/// Source: `Architecture` in the Lambda service model, 2015-03-31.
const KNOWN: [&str; 2] = ["x86_64", "arm64"];

/// An architecture that is not this machine's.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("this machine runs {here} and not {asked} (hint: leave Architectures out, or say {here})", here = here())]
pub(crate) struct OtherArchitecture {
    asked: String,
}

impl WireError for OtherArchitecture {
    fn shape(&self) -> (u16, &'static str) {
        (400, "InvalidParameterValueException")
    }
}

/// Lambda's word for the architecture of this machine.
pub(crate) fn here() -> &'static str {
    if std::env::consts::ARCH == "aarch64" { "arm64" } else { "x86_64" }
}

/// Notes what is wrong with `Architectures` on any machine.
pub(crate) fn constrain(asked: Option<&[String]>, constraints: &mut Constraints) {
    let Some(asked) = asked else { return };
    let told = format!("[{}]", asked.join(", "));
    constraints.check(!asked.is_empty(), "architectures", &told, Rule::LengthAtLeast(1));
    constraints.check(asked.len() <= 1, "architectures", &told, Rule::LengthAtMost(1));
    let known = asked.iter().all(|each| KNOWN.contains(&each.as_str()));
    constraints.check(known, "architectures", &told, Rule::EachOneOf(&KNOWN));
}

/// Refuses what this machine does not run.
pub(crate) fn check(asked: Option<&[String]>) -> Result<(), OtherArchitecture> {
    match asked.into_iter().flatten().find(|asked| **asked != here()) {
        Some(asked) => Err(OtherArchitecture { asked: asked.clone() }),
        None => Ok(()),
    }
}
