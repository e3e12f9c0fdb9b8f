//! The engine's init, which is process 1 of a container in its function's place.
//!
//! To process 1 a signal of its own does nothing; a function on Lambda is never that. The init runs the
//! function, hands signals on to it, and ends as it does. But what cannot be run is no longer the engine's
//! trouble when it starts the container: the init says so where the function would print, and ends.

use bollard::models::SystemInfo;

/// The longest complaint, in bytes: the path of a program, and a sentence around it.
///
/// Source: `PATH_MAX` in limits.h, for the path.
const LONGEST: usize = 4096 + 256;

/// How the init that Docker brings, which is tini, begins to complain.
pub(super) const BEGINNING: &str = "[FATAL tini (";

/// Whether this engine has one, and one that we understand.
pub(super) fn is_there(info: &SystemInfo) -> bool {
    // What an engine says of one that it cannot find, or that is not tini.
    let unknown = |id: &String| id == "N/A";
    let commit = info.init_commit.as_ref().and_then(|commit| commit.id.as_ref());
    info.init_binary.as_ref().is_some_and(|name| !name.is_empty()) && !commit.is_some_and(unknown)
}

/// What may be the init's complaint. Kept back from the function's output until it is certain that the
/// function runs: the init says nothing else, and has nothing to say once it does.
pub(super) struct Complaint(Option<Vec<u8>>);

impl Complaint {
    pub(super) fn awaited() -> Self {
        Self(Some(Vec::new()))
    }

    /// What of this output can only be the function's.
    pub(super) fn sift(&mut self, printed: Vec<u8>) -> Vec<u8> {
        let Some(mut kept) = self.0.take() else { return printed };
        kept.extend(printed);
        if may_be_complaint(&kept) {
            self.0 = Some(kept);
            return Vec::new();
        }
        kept
    }

    /// What was kept back, once nothing more can come.
    pub(super) fn rest(self) -> Vec<u8> {
        self.0.unwrap_or_default()
    }
}

/// Whether this is one line at most, and begins as a complaint does.
fn may_be_complaint(text: &[u8]) -> bool {
    let compared = text.len().min(BEGINNING.len());
    let (beginning, line) = (&text[..compared], text.strip_suffix(b"\n").unwrap_or(text));
    BEGINNING.as_bytes().starts_with(beginning) && !line.contains(&b'\n') && line.len() <= LONGEST
}

#[cfg(test)]
mod tests {
    use bollard::models::Commit;

    use super::*;

    #[test]
    fn only_an_init_that_the_engine_can_find_and_names_is_there() {
        let check = |binary: Option<&str>, commit: Option<&str>, expected: bool| {
            let info = SystemInfo {
                init_binary: binary.map(str::to_owned),
                init_commit: Some(Commit { id: commit.map(str::to_owned) }),
                ..SystemInfo::default()
            };
            assert_eq!(is_there(&info), expected, "{binary:?} {commit:?}");
        };
        check(Some("docker-init"), Some("de40ad0"), true);
        // As Docker 20.10.24 said it of Debian's tini.
        check(Some("docker-init"), Some(""), true);
        check(Some("docker-init"), Some("N/A"), false);
        check(Some(""), None, false);
        check(None, None, false);
    }

    /// What comes through of these pieces, and what is kept back.
    #[track_caller]
    fn check(pieces: &[&str], through: &str, kept: &str) {
        let mut complaint = Complaint::awaited();
        let sifted: Vec<u8> =
            pieces.iter().flat_map(|piece| complaint.sift(piece.as_bytes().to_vec())).collect();
        assert_eq!(String::from_utf8(sifted).unwrap(), through);
        assert_eq!(String::from_utf8(complaint.rest()).unwrap(), kept);
    }

    #[test]
    fn only_a_first_line_that_begins_as_a_complaint_is_kept_back() {
        let complaint = "[FATAL tini (7)] exec /nope failed: No such file or directory\n";
        check(&[complaint], "", complaint);
        check(&["[FATAL", " tini (7)] exec"], "", "[FATAL tini (7)] exec");
        check(&["", "hello\n", complaint], &format!("hello\n{complaint}"), "");
        check(&["[FATAL", " error]\n", "more"], "[FATAL error]\nmore", "");
        check(&[complaint, "more"], &format!("{complaint}more"), "");
        let endless = format!("{BEGINNING}{}", "x".repeat(LONGEST));
        check(&[&endless], &endless, "");
    }
}
