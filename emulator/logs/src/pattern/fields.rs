//! The fields of a line, which blanks separate: `[ip, user, ..., status = 4*, bytes > 1000]`.

use super::PatternError;
use super::comparison::{Comparison, Subject, as_number};
use super::scanner::Scanner;
use super::tree::Tree;

/// What stands where in a line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fields(Vec<Place>);

#[derive(Clone, Debug, PartialEq)]
enum Place {
    /// One field, whatever it holds.
    Any,
    /// One field of which something is asked.
    Asked(Tree<Comparison>),
    /// Any number of fields.
    Rest,
}

impl Fields {
    pub(super) fn read(scanner: &mut Scanner<'_>) -> Result<Self, PatternError> {
        scanner.demand("[")?;
        let mut places = Vec::new();
        loop {
            places.push(Place::read(scanner)?);
            if scanner.take("]") {
                return Ok(Self(places));
            }
            scanner.demand(",")?;
        }
    }

    /// Goes through the places and keeps track of how many fields they may have used up so far.
    pub(super) fn match_message(&self, message: &str) -> bool {
        let fields = split(message);
        let mut used_up = vec![false; fields.len() + 1];
        used_up[0] = true;
        for place in &self.0 {
            used_up = match place {
                Place::Rest => {
                    let first = used_up.iter().position(|reached| *reached);
                    (0..used_up.len())
                        .map(|number| first.is_some_and(|first| first <= number))
                        .collect()
                }
                Place::Any => behind(&used_up, |_| true),
                Place::Asked(asked) => behind(&used_up, |number| holds(asked, fields[number])),
            };
        }
        used_up[fields.len()]
    }
}

impl Place {
    /// Reads a name, `...`, or conditions on one name.
    fn read(scanner: &mut Scanner<'_>) -> Result<Self, PatternError> {
        if scanner.take("...") {
            return Ok(Self::Rest);
        }
        let mut named: Option<String> = None;
        let mut read_one = |scanner: &mut Scanner<'_>| {
            let name = name(scanner)?;
            // Our reading: what stands at one place is about what stands there.
            if *named.get_or_insert_with(|| name.to_owned()) != *name {
                return Err(PatternError::Expected {
                    expected: "one name for each field",
                    found: format!("`{name}`"),
                });
            }
            Comparison::read(scanner)
        };
        let tree = Tree::read(scanner, &mut read_one)?;
        match tree {
            Tree::One(None) => Ok(Self::Any),
            tree => complete(tree).map(Self::Asked).ok_or_else(|| scanner.expected("a comparison")),
        }
    }
}

/// Where one more field may end, if the field with that number is `wanted`.
fn behind(used_up: &[bool], wanted: impl Fn(usize) -> bool) -> Vec<bool> {
    let mut next = vec![false; used_up.len()];
    for number in 1..used_up.len() {
        next[number] = used_up[number - 1] && wanted(number - 1);
    }
    next
}

fn holds(asked: &Tree<Comparison>, field: &str) -> bool {
    let subject = Subject { text: field.into(), number: as_number(field), is_text: true };
    asked.holds(&|comparison| comparison.holds(&subject))
}

/// The same conditions, if a comparison stands in each.
fn complete(tree: Tree<Option<Comparison>>) -> Option<Tree<Comparison>> {
    let each = |trees: Vec<_>| trees.into_iter().map(complete).collect::<Option<Vec<_>>>();
    match tree {
        Tree::One(comparison) => comparison.map(Tree::One),
        Tree::All(all) => each(all).map(Tree::All),
        Tree::Any(any) => each(any).map(Tree::Any),
    }
}

fn name<'a>(scanner: &mut Scanner<'a>) -> Result<&'a str, PatternError> {
    scanner.peek();
    let name = scanner.run(|letter| letter.is_alphanumeric() || "_-".contains(letter));
    if name.is_empty() { Err(scanner.expected("a field's name or ...")) } else { Ok(name) }
}

/// The fields of a line. What stands in brackets or quotation marks is one field, without them; our
/// reading is that one which is not closed is a character like any other.
fn split(line: &str) -> Vec<&str> {
    let mut fields = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        let closing = match first {
            '[' => Some(']'),
            '"' => Some('"'),
            _ => None,
        };
        let end = closing.and_then(|closing| rest[1..].find(closing));
        let (field, after) = match end {
            Some(end) => (&rest[1..=end], &rest[end + 2..]),
            None => rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len())),
        };
        fields.push(field);
        rest = after.trim_start();
    }
    fields
}
