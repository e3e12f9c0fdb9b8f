//! `deploy/template.yaml`, held by SAM's own tools against the handlers in the image.

use libtest_mimic::Trial;
use tests::command::{output, probed, root};
use tests::programs;
use tests::requirement::{Required, Tool};
use tokio::process::Command;

use crate::command::block_on;

pub(crate) fn trial(required: &Required) -> Trial {
    let name = "the_template_is_clean_and_deploys_exactly_the_handlers_in_the_image";
    required.trial(name, Tool::Sam, find(), |()| {
        block_on(async {
            let mut check = Command::new("python3");
            check.arg(root().join("deploy/check_template.py")).arg(programs::bootstrap());
            output(check).await;
        });
    })
}

fn find() -> Result<(), String> {
    if probed("cfn-lint", &["--version"]).is_none() {
        return Err("there is no `cfn-lint`".to_owned());
    }
    match probed("python3", &["-c", "import samtranslator"]) {
        Some(_) => Ok(()),
        None => Err("python3 has no `aws-sam-translator`".to_owned()),
    }
}
