//! The option of `awaitbench heap` that chooses the rules of a DevTools version.

use clap::Args;

use crate::heap::rules::Rules;

#[derive(Clone, Copy, Debug, Args)]
pub(super) struct RulesOption {
    /// Sizes and names as in Chrome 70 to 80, with exact dominators
    #[arg(long)]
    classic: bool,
}

impl RulesOption {
    pub(super) fn rules(self) -> Rules {
        if self.classic { Rules::Classic } else { Rules::Today }
    }

    pub(super) fn name(self) -> &'static str {
        if self.classic { "classic" } else { "today" }
    }
}
