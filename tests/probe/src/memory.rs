//! Memory that the probe takes because it was asked to.

use std::collections::TryReserveError;

const MIB: usize = 1024 * 1024;

/// What is held, block by block.
#[derive(Default)]
pub(crate) struct Ballast(Vec<Vec<u8>>);

impl Ballast {
    /// Takes `mb` MiB more and touches every page of them.
    pub(crate) fn take(&mut self, mb: usize) -> Result<(), TryReserveError> {
        let bytes = mb.saturating_mul(MIB);
        let mut block = Vec::new();
        block.try_reserve_exact(bytes)?;
        // Not zero, which the allocator could promise without a page behind it; and in pieces, for the
        // probe may have a small part of a processor, and be built without optimization.
        let piece = [1; 16 * 1024];
        while block.len() < bytes {
            block.extend_from_slice(&piece[..piece.len().min(bytes - block.len())]);
        }
        self.0.push(block);
        Ok(())
    }

    /// Gives everything back.
    pub(crate) fn drop_all(&mut self) {
        self.0 = Vec::new();
    }
}
