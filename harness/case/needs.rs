//! What a variant needs of a runtime, as `case.toml` says it: for all variants, or for each by its name.

use std::collections::BTreeMap;

use serde::Deserialize;

/// `needs = "diagnostics_channel"`, `needs = ["fetch", "events.on"]`, or a table with one of them per variant.
#[derive(Default, Deserialize)]
#[serde(
    untagged,
    expecting = "`needs` must be a name, a list of names, or a table of them by variant"
)]
pub(super) enum Needs {
    #[default]
    Nothing,
    All(Names),
    Each(BTreeMap<String, Names>),
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Names {
    One(String),
    Many(Vec<String>),
}

impl Names {
    fn list(&self) -> Vec<String> {
        match self {
            Self::One(name) => vec![name.clone()],
            Self::Many(names) => names.clone(),
        }
    }
}

impl Needs {
    pub(super) fn of(&self, variant: &str) -> Vec<String> {
        match self {
            Self::Nothing => Vec::new(),
            Self::All(names) => names.list(),
            Self::Each(each) => each.get(variant).map_or_else(Vec::new, Names::list),
        }
    }

    /// What is wrong with it, given the variants that there are.
    pub(super) fn check(&self, variants: &[String]) -> Result<(), String> {
        let is_known = |name: &&String| !variants.contains(name);
        if let Self::Each(each) = self
            && let Some(unknown) = each.keys().find(is_known)
        {
            return Err(format!("`needs` names \"{unknown}\", which is not among `variants`"));
        }
        if variants.iter().flat_map(|variant| self.of(variant)).any(|name| name.is_empty()) {
            return Err("`needs` has an empty name: write a module or a global".to_owned());
        }
        Ok(())
    }
}
