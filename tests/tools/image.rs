//! The image, held against what it promises. That its functions do what they should, as containers of it, is
//! shown by the behaviour tests.

use std::sync::LazyLock;

use libtest_mimic::Trial;
use tests::command::output;
use tests::image;
use tests::requirement::{Required, Tool};
use tokio::process::Command;

use crate::command::block_on;

pub(crate) fn trials(required: &Required) -> [Trial; 2] {
    let trial = |name, test: fn(&str)| {
        required.trial(name, Tool::Docker, image::engine(), move |()| test(built()))
    };
    [
        trial("the_image_is_built_and_keeps_what_its_dockerfile_promises", |_tag| {}),
        trial("https_works_from_inside_the_image", https_works),
    ]
}

/// The tests of the image share one. If it cannot be built, the first of them says why, and the others
/// fail at once.
#[expect(clippy::print_stdout, reason = "sizes, times and digests are for a reader to judge")]
pub(crate) fn built() -> &'static str {
    static BUILT: LazyLock<()> =
        LazyLock::new(|| println!("{}", block_on(image::build_and_hold())));
    LazyLock::force(&BUILT);
    image::TAG
}

fn https_works(tag: &str) {
    let mut https = Command::new("python3");
    https.arg(image::script("https.py")).arg(tag);
    block_on(output(https));
}
