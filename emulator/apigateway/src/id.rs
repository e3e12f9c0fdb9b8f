//! Ids as API Gateway gives them: short, lower-case, of letters and digits.

use uuid::Uuid;

const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// Characters in the id of an API or of a resource. Observed on AWS.
pub(crate) const LONG: usize = 10;

/// Characters in the id of a deployment. Observed on AWS.
pub(crate) const SHORT: usize = 6;

/// An id that nothing has yet.
pub(crate) fn fresh(length: usize) -> String {
    let mut random = Uuid::new_v4().as_u128();
    let mut id = String::with_capacity(length);
    for _ in 0..length {
        id.push(char::from(ALPHABET[(random % 36) as usize]));
        random /= 36;
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_its_length_and_is_not_given_twice() {
        let (one, other) = (fresh(LONG), fresh(LONG));
        assert_eq!((one.len(), fresh(SHORT).len()), (10, 6));
        assert!(one.bytes().all(|byte| ALPHABET.contains(&byte)), "{one}");
        assert_ne!(one, other);
    }
}
