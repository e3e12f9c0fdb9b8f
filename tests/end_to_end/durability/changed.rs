//! A function that one client changes at random, and what may be left of it at any moment.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Debug;
use std::hash::{BuildHasher, RandomState};
use std::io::{Write, stderr};

use aws_sdk_lambda::Client;
use aws_sdk_lambda::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_lambda::types::{Environment, FunctionCode, PackageType};
use serde_json::Value;
use tokio::sync::watch;

/// What all choices of a test follow from. It is said if the test fails.
pub(super) struct Seed(u64);

impl Seed {
    pub(super) fn new() -> Self {
        Self(match std::env::var("MANIFOLD_SEED") {
            Ok(seed) => seed.parse().expect("MANIFOLD_SEED is a number"),
            Err(_) => RandomState::new().hash_one("seed"),
        })
    }

    pub(super) fn dice(&self) -> Dice {
        Dice(self.0)
    }
}

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let _ = writeln!(stderr(), "to choose the same again: MANIFOLD_SEED={}", self.0);
        }
    }
}

/// A source of choices: `SplitMix64`.
pub(super) struct Dice(u64);

impl Dice {
    /// A number from 0 up to `end`, which is not reached.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }

    fn split(&mut self) -> Self {
        Self(self.below(u64::MAX))
    }
}

/// What a client may see of a function.
#[derive(Clone, Debug, PartialEq)]
struct State {
    /// What its description, its timeout and its variables are made from.
    number: u64,
    /// The statements of its policy.
    statements: BTreeSet<String>,
}

/// Something that a client asks for.
#[derive(Clone, Copy, Debug)]
enum Change {
    Create(u64),
    Configure(u64),
    Permit(u64),
    Delete,
}

impl Change {
    fn apply(self, state: &mut Option<State>) {
        match (self, state) {
            (Self::Create(number), state) => {
                *state = Some(State { number, statements: BTreeSet::new() });
            }
            (Self::Configure(number), Some(state)) => state.number = number,
            (Self::Permit(number), Some(state)) => {
                state.statements.insert(format!("statement-{number}"));
            }
            (Self::Delete, state) => *state = None,
            (change, None) => panic!("{change:?} needs a function"),
        }
    }
}

/// One client's function.
pub(super) struct Changed {
    name: String,
    dice: Dice,
    /// As answered.
    known: Option<State>,
    /// What was asked for without an answer.
    pending: Option<Change>,
}

impl Changed {
    pub(super) fn new(name: String, dice: &mut Dice) -> Self {
        Self { name, dice: dice.split(), known: None, pending: None }
    }

    /// Looks at the function, which must be as it was answered or, if a request was not, as that would
    /// have made it. From there it goes on.
    pub(super) async fn is_as_it_may_be(&mut self, lambda: &Client) {
        let mut allowed = vec![self.known.clone()];
        if let Some(change) = self.pending.take() {
            let mut made = self.known.clone();
            change.apply(&mut made);
            allowed.push(made);
        }
        let found = found(lambda, &self.name).await;
        assert!(allowed.contains(&found), "{} is {found:?}, not one of {allowed:?}", self.name);
        self.known = found;
    }

    /// Makes one change after the other, and counts them in `answered`, until there is no answer.
    pub(super) async fn change_until_the_end(
        &mut self,
        lambda: &Client,
        answered: &watch::Sender<u64>,
    ) {
        loop {
            // Large enough not to come up twice: two statements have no id in common.
            let number = self.dice.below(1 << 60);
            let change = match (&self.known, self.dice.below(10)) {
                (None, _) => Change::Create(number),
                (Some(_), 0) => Change::Delete,
                (Some(_), 1..4) => Change::Permit(number),
                (Some(_), _) => Change::Configure(number),
            };
            self.pending = Some(change);
            if !ask(lambda, &self.name, change).await {
                return;
            }
            change.apply(&mut self.known);
            self.pending = None;
            answered.send_modify(|count| *count += 1);
        }
    }
}

/// Asks for a change; whether that was answered.
async fn ask(lambda: &Client, name: &str, change: Change) -> bool {
    match change {
        Change::Create(number) => {
            let code = FunctionCode::builder().image_uri("manifold:latest").build();
            let create = lambda
                .create_function()
                .function_name(name)
                .role("arn:aws:iam::000000000000:role/tests")
                .code(code);
            let create = create.package_type(PackageType::Image).description(description(number));
            let create = create.timeout(timeout(number)).environment(environment(number));
            is_answered(create.send().await)
        }
        Change::Configure(number) => {
            let configure = lambda.update_function_configuration().function_name(name);
            let configure = configure.description(description(number)).timeout(timeout(number));
            is_answered(configure.environment(environment(number)).send().await)
        }
        Change::Permit(number) => {
            let permit = lambda.add_permission().function_name(name);
            let permit = permit.statement_id(format!("statement-{number}")).principal("*");
            is_answered(permit.action("lambda:InvokeFunction").send().await)
        }
        Change::Delete => is_answered(lambda.delete_function().function_name(name).send().await),
    }
}

/// Whether there was an answer, which must not be a refusal.
fn is_answered<T, E: Debug, R: Debug>(answer: Result<T, SdkError<E, R>>) -> bool {
    match answer {
        Ok(_) => true,
        Err(error) => match error.as_service_error() {
            Some(refusal) => panic!("this should not have been refused: {refusal:?}"),
            None => false,
        },
    }
}

fn description(number: u64) -> String {
    format!("number {number}")
}

fn timeout(number: u64) -> i32 {
    i32::try_from(number % 900).expect("it is small") + 1
}

/// Of different sizes, so that rows move about in their file.
fn environment(number: u64) -> Environment {
    let padding = "x".repeat(usize::try_from(number % 3000).expect("it is small"));
    Environment::builder()
        .variables("NUMBER", number.to_string())
        .variables("PADDING", padding)
        .build()
}

/// The function as it is there, which must not be made of two.
async fn found(lambda: &Client, name: &str) -> Option<State> {
    let found = match lambda.get_function_configuration().function_name(name).send().await {
        Ok(found) => found,
        Err(error) if error.code() == Some("ResourceNotFoundException") => return None,
        Err(error) => panic!("{name} cannot be looked at: {error:?}"),
    };
    let variables: HashMap<_, _> = found.environment.unwrap().variables.unwrap_or_default();
    let number = variables["NUMBER"].parse().unwrap();
    assert_eq!(found.description, Some(description(number)));
    assert_eq!(found.timeout, Some(timeout(number)));
    assert_eq!(Some(variables), environment(number).variables);
    Some(State { number, statements: statements(lambda, name).await })
}

async fn statements(lambda: &Client, name: &str) -> BTreeSet<String> {
    let policy = match lambda.get_policy().function_name(name).send().await {
        Ok(found) => found.policy.unwrap(),
        Err(error) if error.code() == Some("ResourceNotFoundException") => return BTreeSet::new(),
        Err(error) => panic!("the policy of {name} cannot be looked at: {error:?}"),
    };
    let policy: Value = serde_json::from_str(&policy).unwrap();
    let statements = policy["Statement"].as_array().unwrap();
    statements.iter().map(|statement| statement["Sid"].as_str().unwrap().to_owned()).collect()
}
