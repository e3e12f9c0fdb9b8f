//! What is run for a function, and where: the image's program, or what `ImageConfig` names instead.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};
use rustix::io::Errno;

use crate::executor::Obstacle;
use crate::launch::Launch;

/// Where the image has its program. Here that is a file somewhere on this machine.
const BOOTSTRAP: &str = "/var/runtime/bootstrap";

/// A program with its name, as its function calls it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) program: PathBuf,
    /// The entry point, word by word; at least one.
    pub(super) words: Vec<String>,
}

impl Entry {
    /// Without `ImageConfig.EntryPoint`, the `image`'s own program. Otherwise its first word names what is
    /// run: that program, by the path that it has in the image or here, or something else on this machine.
    pub(super) fn of(launch: &Launch, image: &Path, variables: &[(String, String)]) -> Self {
        let Some(first) = launch.entry_point.first() else {
            return Self { program: image.to_owned(), words: vec![image.display().to_string()] };
        };
        let words = launch.entry_point.clone();
        let named = Path::new(first);
        let program = if first == BOOTSTRAP || named.canonicalize().is_ok_and(|path| path == image)
        {
            image.to_owned()
        } else if first.contains('/') {
            // Seen from where it is run.
            Path::new(launch.working_directory.as_deref().unwrap_or_default()).join(named)
        } else {
            let path = variables.iter().find(|(name, _)| name == "PATH");
            let folders = path.map(|(_, folders)| folders.as_str()).unwrap_or_default();
            // A path, so that nobody looks for it elsewhere.
            found_in(folders, first).unwrap_or_else(|| Path::new("/").join(first))
        };
        Self { program, words }
    }

    /// Why it could not be run.
    pub(super) fn obstacle(&self, error: &io::Error) -> Obstacle {
        if is_ours(error) {
            return Obstacle::Machine(error.to_string());
        }
        Obstacle::EntryPoint { program: self.words[0].clone(), reason: reason(error) }
    }
}

/// Looks at where a function is to be run before it is, for the error of a failed start does not tell the
/// directory from the program.
pub(super) fn look_at_directory(launch: &Launch) -> Result<(), Obstacle> {
    let Some(directory) = &launch.working_directory else { return Ok(()) };
    let usable = match fs::metadata(directory) {
        Ok(metadata) if !metadata.is_dir() => Err(Errno::NOTDIR.into()),
        Ok(_) => access(directory, Access::EXEC_OK).map_err(io::Error::from),
        Err(error) => Err(error),
    };
    usable.map_err(|error| Obstacle::WorkingDirectory {
        directory: directory.clone(),
        reason: reason(&error),
    })
}

fn found_in(folders: &str, name: &str) -> Option<PathBuf> {
    let mut files = folders.split(':').map(|folder| Path::new(folder).join(name));
    files.find(|file| file.is_file() && access(file, Access::EXEC_OK).is_ok())
}

/// Whether the machine had not enough left to start anything.
fn is_ours(error: &io::Error) -> bool {
    let errno = Errno::from_io_error(error);
    let scarce = [Errno::MFILE, Errno::NFILE, Errno::NOMEM, Errno::AGAIN, Errno::NOSPC, Errno::IO];
    errno.is_some_and(|errno| scarce.contains(&errno))
}

/// An operating system error in Go's words, which are Lambda's: lower case, without the number.
fn reason(error: &io::Error) -> String {
    match (error.kind(), Errno::from_io_error(error)) {
        (ErrorKind::NotFound, _) => "no such file or directory".to_owned(),
        (ErrorKind::PermissionDenied, _) => "permission denied".to_owned(),
        (_, Some(Errno::NOEXEC)) => "exec format error".to_owned(),
        (_, Some(Errno::NOTDIR)) => "not a directory".to_owned(),
        (_, Some(Errno::TXTBSY)) => "text file busy".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::tests::launch;

    #[track_caller]
    fn check(entry_point: &[&str], working_directory: Option<&str>, program: &str) {
        let mut launch = launch(&[]);
        launch.entry_point = entry_point.iter().map(|&word| word.to_owned()).collect();
        launch.working_directory = working_directory.map(str::to_owned);
        let variables = [("PATH".to_owned(), "/nowhere:/usr/bin:/bin".to_owned())];
        let entry = Entry::of(&launch, Path::new("/images/program"), &variables);
        assert_eq!(entry.program, Path::new(program));
        let expected = if entry_point.is_empty() { &["/images/program"] } else { entry_point };
        assert_eq!(entry.words, expected);
    }

    #[test]
    fn an_entry_point_names_the_program_of_the_image_or_one_of_this_machine() {
        check(&[], None, "/images/program");
        check(&["/var/runtime/bootstrap", "-v"], None, "/images/program");
        check(&["/opt/wrapper", "/var/runtime/bootstrap"], None, "/opt/wrapper");
        check(&["bin/wrapper"], Some("/srv"), "/srv/bin/wrapper");
        check(&["env"], None, "/usr/bin/env");
        check(&["no-such-program"], None, "/no-such-program");
    }

    #[test]
    fn an_entry_point_may_be_the_path_of_the_program_here() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut launch = launch(&[]);
        launch.entry_point = vec![file.path().display().to_string()];
        let image = file.path().canonicalize().unwrap();
        assert_eq!(Entry::of(&launch, &image, &[]).program, image);
    }

    #[test]
    fn a_machine_that_has_run_out_of_something_is_not_the_functions_fault() {
        let entry =
            Entry { program: PathBuf::from("/images/program"), words: vec!["/program".to_owned()] };
        let obstacle = |errno: Errno| entry.obstacle(&errno.into());
        for errno in [Errno::MFILE, Errno::NFILE, Errno::NOMEM, Errno::AGAIN] {
            assert!(matches!(obstacle(errno), Obstacle::Machine(_)), "{errno}");
        }
        for (errno, expected) in [
            (Errno::NOENT, "fork/exec /program: no such file or directory"),
            (Errno::ACCESS, "fork/exec /program: permission denied"),
            (Errno::NOEXEC, "fork/exec /program: exec format error"),
        ] {
            assert_eq!(obstacle(errno).to_string(), expected);
        }
    }
}
