//! A program that could not be run: whether it is one.
//!
//! The engine's init gives what is no program of this machine's to the image's shell, as `execvp` does. In
//! an image without a shell it then says that there is no such file. What the kernel had said first is
//! found out here, from how the file begins.

use std::path::Path;

use bollard::Docker;

use super::archive::{self, BLOCK};
use super::image::Plan;

/// Where a file's header says what it is, and what it says of a plain one.
///
/// Source: `typeflag` in tar(5).
const KIND: usize = 156;
const PLAIN: u8 = b'0';

/// Where the header of a program says for which machine it is.
///
/// Source: `e_machine` in elf(5).
const MACHINE: usize = 18;

/// Whether what `plan` was to run is a file, but no program that this machine's kernel runs.
pub(super) async fn is_none(docker: &Docker, container: &str, plan: &Plan) -> bool {
    let program = plan.program();
    if !program.contains('/') {
        // It was looked for in many places.
        return false;
    }
    let path = Path::new(&plan.working_directory).join(program).display().to_string();
    let archive = archive::beginning(docker, container, &path).await;
    archive.get(KIND) == Some(&PLAIN) && !is_program(&archive[BLOCK..])
}

/// Whether a file that begins so is a program for this machine, or a script with an interpreter.
fn is_program(file: &[u8]) -> bool {
    file.starts_with(b"#!")
        || (file.starts_with(b"\x7fELF")
            && file.get(MACHINE..MACHINE + 2) == Some(&machine().to_le_bytes()))
}

/// Source: `EM_X86_64` and `EM_AARCH64` in elf.h, the machines that Lambda has.
fn machine() -> u16 {
    if cfg!(target_arch = "aarch64") { 183 } else { 62 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_for_this_machine_or_has_an_interpreter() {
        let elf =
            |machine: u16| [&b"\x7fELF\x02\x01\x01"[..], &[0; 11], &machine.to_le_bytes()].concat();
        assert!(is_program(b"#!/bin/sh\n"));
        assert!(is_program(&elf(machine())));
        assert!(is_program(&std::fs::read("/proc/self/exe").unwrap()));
        assert!(!is_program(&elf(8)), "for another");
        assert!(!is_program(b"\x7fELF"), "cut off");
        assert!(!is_program(b"echo hello\n"));
        assert!(!is_program(b""));
    }
}
