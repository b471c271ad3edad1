//! Which services the options name, on which runtimes.

use std::path::{Path, PathBuf};

use crate::article::{LEAKING, SERVICE};
use crate::case::{Catalogue, Variant};
use crate::cli::outcome::WrongUsage;
use crate::cli::selection::have;
use crate::cli::{Common, ProgressBars};
use crate::load::{ServiceCase, read_service};
use crate::measure::Target;
use crate::runtime::{Environment, Resolver, Spec};

/// What is measured when no runtime is named: the last release that leaks, and what is current.
const RUNTIMES: [&str; 2] = [LEAKING, "node@lts"];

/// The service that `--case` names, with the variants asked for.
pub(super) fn service_case(common: &Common) -> anyhow::Result<ServiceCase> {
    let catalogue = Catalogue::locate();
    let folder = match common.cases.as_slice() {
        [] => catalogue.folder(SERVICE),
        [one] if Path::new(one).join("service.toml").is_file() => PathBuf::from(one),
        [one] => {
            let folder = catalogue.folder(one);
            if !folder.join("service.toml").is_file() {
                let words = format!(
                    "no service and no folder with a service.toml \"{one}\": the catalogue has \"{SERVICE}\""
                );
                return Err(WrongUsage(words).into());
            }
            folder
        }
        _ => return Err(WrongUsage("one --case at a time".to_owned()).into()),
    };
    let mut case = read_service(&folder)?;
    for wanted in &common.variants {
        if !case.variants.iter().any(|variant| variant.name == *wanted) {
            let words = format!("the service has no variant \"{wanted}\"");
            return Err(WrongUsage(words).into());
        }
    }
    let is_wanted =
        |variant: &Variant| common.variants.is_empty() || common.variants.contains(&variant.name);
    case.variants.retain(is_wanted);
    Ok(case)
}

/// The runtimes asked for, installed, and how many could not be had.
pub(super) async fn targets(common: &Common) -> anyhow::Result<(Vec<Target>, usize)> {
    let specs: Vec<Spec> = if common.runtimes.is_empty() {
        RUNTIMES.iter().map(|spec| spec.parse()).collect::<Result<_, _>>()?
    } else {
        common.runtimes.clone()
    };
    if let Some(spec) = specs.iter().find(|spec| spec.family.name != "node") {
        let words = format!("\"{spec}\": only Node.js is put under load by name; use --command");
        return Err(WrongUsage(words).into());
    }
    let bars = ProgressBars::new(common.quiet);
    let resolver = Resolver::open(Environment::current(), common.offline).await;
    let (targets, missing) = have(&specs, &resolver, &bars).await?;
    if targets.is_empty() {
        anyhow::bail!("no runtime is left to put under load");
    }
    Ok((targets, missing))
}
