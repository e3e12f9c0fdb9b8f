//! Every operation that the emulator declares has a test, here or among those of behaviour, that carries its name.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use tests::World;
use tests::command::root;

#[tokio::test]
async fn every_operation_has_a_test_that_carries_its_name() {
    let world = World::start().await;
    let operations: BTreeSet<_> = world.operations().into_iter().map(snake_case).collect();
    world.close().await;
    assert!(operations.contains("get_function_configuration"), "{operations:#?}");

    let tests = names_of_tests();
    let carried = tests.iter().flat_map(|test| carried_by(test, &operations)).collect();
    let missing: Vec<_> = operations.difference(&carried).collect();
    assert!(missing.is_empty(), "no test carries the name of {missing:#?}");
}

/// The names of all tests in this binary, and of those in the lists of the behaviour tests.
fn names_of_tests() -> Vec<String> {
    let list = Command::new(std::env::current_exe().unwrap())
        .args(["--list", "--format", "terse"])
        .output();
    let list = String::from_utf8(list.unwrap().stdout).unwrap();
    let name = |line: &str| line.strip_suffix(": test")?.rsplit("::").next().map(str::to_owned);
    list.lines().filter_map(name).chain(names_of_behaviour_tests()).collect()
}

fn names_of_behaviour_tests() -> Vec<String> {
    let modules = fs::read_dir(root().join("tests/behaviour")).unwrap();
    let texts = modules.map(|module| fs::read_to_string(module.unwrap().path()).unwrap());
    let names = texts.filter_map(|text| {
        let (_, list) = text.split_once("TESTS: &[Test] = tests![")?;
        let (list, _) = list.split_once(']')?;
        Some(list.split(',').map(|name| name.trim().to_owned()).collect::<Vec<_>>())
    });
    names.flatten().collect()
}

/// The operations that a test's name holds. A longer name wins: `get_function_configuration` does not
/// hold `get_function`.
fn carried_by(test: &str, operations: &BTreeSet<String>) -> Vec<String> {
    let mut longest_first: Vec<_> = operations.iter().collect();
    longest_first.sort_by_key(|operation| std::cmp::Reverse(operation.len()));
    let mut rest = format!("_{test}_");
    let mut carried = Vec::new();
    for operation in longest_first {
        let word = format!("_{operation}_");
        if rest.contains(&word) {
            carried.push(operation.clone());
            rest = rest.replace(&word, "_|_");
        }
    }
    carried
}

/// `GetFunction` as `get_function`; `ListObjectsV2` as `list_objects_v2`.
fn snake_case(operation: &str) -> String {
    let mut name = String::new();
    for letter in operation.chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    name
}
