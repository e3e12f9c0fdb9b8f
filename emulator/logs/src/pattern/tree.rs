//! Conditions joined by `&&`, `||` and parentheses, which bind in the order parentheses, `&&`, `||`.

use super::PatternError;
use super::scanner::Scanner;

/// How deep parentheses may be in one another. It is ours: a pattern of AWS's 1,024 characters has no
/// use for more.
const MAX_DEPTH: usize = 50;

/// Conditions of one kind, joined.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tree<T> {
    One(T),
    All(Vec<Self>),
    Any(Vec<Self>),
}

impl<T> Tree<T> {
    /// Reads conditions, each of them with `read_one`.
    pub(super) fn read(
        scanner: &mut Scanner<'_>,
        read_one: &mut impl FnMut(&mut Scanner<'_>) -> Result<T, PatternError>,
    ) -> Result<Self, PatternError> {
        Self::any(scanner, read_one, MAX_DEPTH)
    }

    pub(super) fn holds(&self, one_holds: &impl Fn(&T) -> bool) -> bool {
        match self {
            Self::One(one) => one_holds(one),
            Self::All(all) => all.iter().all(|tree| tree.holds(one_holds)),
            Self::Any(any) => any.iter().any(|tree| tree.holds(one_holds)),
        }
    }

    fn any(
        scanner: &mut Scanner<'_>,
        read_one: &mut impl FnMut(&mut Scanner<'_>) -> Result<T, PatternError>,
        depth: usize,
    ) -> Result<Self, PatternError> {
        let mut any = vec![Self::all(scanner, read_one, depth)?];
        while scanner.take("||") {
            any.push(Self::all(scanner, read_one, depth)?);
        }
        Ok(if any.len() == 1 { any.remove(0) } else { Self::Any(any) })
    }

    fn all(
        scanner: &mut Scanner<'_>,
        read_one: &mut impl FnMut(&mut Scanner<'_>) -> Result<T, PatternError>,
        depth: usize,
    ) -> Result<Self, PatternError> {
        let mut all = vec![Self::one(scanner, read_one, depth)?];
        while scanner.take("&&") {
            all.push(Self::one(scanner, read_one, depth)?);
        }
        Ok(if all.len() == 1 { all.remove(0) } else { Self::All(all) })
    }

    fn one(
        scanner: &mut Scanner<'_>,
        read_one: &mut impl FnMut(&mut Scanner<'_>) -> Result<T, PatternError>,
        depth: usize,
    ) -> Result<Self, PatternError> {
        if !scanner.take("(") {
            return read_one(scanner).map(Self::One);
        }
        let deeper = depth.checked_sub(1).ok_or(PatternError::TooDeep(MAX_DEPTH))?;
        let inside = Self::any(scanner, read_one, deeper)?;
        scanner.demand(")")?;
        Ok(inside)
    }
}
