//! A form of the query protocol as a tree: `MetricData.member.1.Unit=Count` is a member of a structure in
//! a list.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::members::Member;
use crate::request::Malformed;

/// How deep a name may lead. Ours: the deepest input of any emulated operation has eight steps.
const MAX_DEPTH: usize = 32;

/// The members of one level, by name.
pub(crate) type Level = BTreeMap<String, Member>;

/// # Errors
///
/// [`Malformed`] names the pair that says something else than another, or leads too deep.
pub(super) fn tree(pairs: Vec<(Cow<'static, str>, String)>) -> Result<Level, Malformed> {
    let mut tree = Level::new();
    for (name, text) in pairs {
        let steps: Vec<_> = name.splitn(MAX_DEPTH + 1, '.').collect();
        if steps.len() > MAX_DEPTH {
            return Err(Malformed::new(format_args!("`{name}` leads too deep")));
        }
        insert(&mut tree, &steps, text)
            .map_err(|()| Malformed::new(format_args!("`{name}` is given twice")))?;
    }
    Ok(tree)
}

fn insert(level: &mut Level, steps: &[&str], text: String) -> Result<(), ()> {
    match (steps, level.entry(steps[0].to_owned())) {
        ([_], Entry::Vacant(place)) => {
            place.insert(Member::Text(text));
            Ok(())
        }
        ([_], Entry::Occupied(_)) => Err(()),
        ([_, below @ ..], place) => match place.or_insert_with(|| Member::Form(Level::new())) {
            Member::Form(level) => insert(level, below, text),
            _ => Err(()),
        },
        ([], _) => unreachable!("a name has at least one step"),
    }
}
