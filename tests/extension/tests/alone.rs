//! The extension without an environment. That there is a test here also has `cargo test --workspace` leave
//! the program where the end-to-end tests look for it.

use std::process::Command;

#[test]
fn an_extension_that_cannot_register_fails() {
    let extension = env!("CARGO_BIN_EXE_extension");
    // Nobody listens on the discard port.
    let output = Command::new(extension).env("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9").output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("Error: "), "{output:?}");
}
