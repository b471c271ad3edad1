//! The answer for programs.

use serde::Serialize;

use super::answer::{Answer, Target};
use super::page::page;
use super::price::Price;
use crate::scan::{AffectedRange, Cure, PackageFinding, Skip, WINDOWS};
use crate::show::{self, Page, ShowError, csv_under};

#[derive(Serialize)]
struct Document<'a> {
    folder: &'a str,
    packages: Vec<PackageRow<'a>>,
    packages_seen: u64,
    files_seen: u64,
    files_parsed: u64,
    runtimes: Vec<TargetRow<'a>>,
    leak_windows: &'static [AffectedRange],
    skipped: &'a [Skip],
}

#[derive(Serialize)]
struct TargetRow<'a> {
    runtime: &'a str,
    version: String,
    price: Option<&'a Price>,
}

#[derive(Serialize)]
struct PackageRow<'a> {
    #[serde(flatten)]
    package: &'a PackageFinding,
    effects: Vec<EffectRow<'a>>,
    cures: Vec<Cure>,
}

#[derive(Serialize)]
struct EffectRow<'a> {
    runtime: &'a str,
    version: String,
    effect: &'static str,
}

impl show::Answer for Answer {
    fn schema(&self) -> &'static str {
        "awaitbench/scan/1"
    }

    fn pages(&self) -> Vec<Page> {
        vec![page(self)]
    }

    /// Lists are separated by spaces, and cures by ` | `.
    fn csv(&self) -> Result<String, ShowError> {
        csv_under(&COLUMNS, self.findings.packages.iter().map(|package| line(self, package)))
    }

    fn json(&self) -> impl Serialize {
        document(self)
    }
}

fn document(answer: &Answer) -> Document<'_> {
    let findings = &answer.findings;
    let effect = |target: &'_ Target, package: &PackageFinding| target.effect(package).word();
    let package = |package| PackageRow {
        package,
        effects: answer
            .targets
            .iter()
            .map(|target| EffectRow {
                runtime: &target.runtime,
                version: target.version.to_string(),
                effect: effect(target, package),
            })
            .collect(),
        cures: answer.cures(package),
    };
    let target = |target: &'_ Target| target.version.to_string();
    Document {
        folder: &answer.folder,
        packages: findings.packages.iter().map(package).collect(),
        packages_seen: findings.packages_seen,
        files_seen: findings.files_seen,
        files_parsed: findings.files_parsed,
        runtimes: answer
            .targets
            .iter()
            .map(|it| TargetRow {
                runtime: &it.runtime,
                version: target(it),
                price: it.price.as_ref(),
            })
            .collect(),
        leak_windows: WINDOWS,
        skipped: &findings.skipped,
    }
}

#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    version: Option<&'a str>,
    path: &'a str,
    files: u64,
    call_sites: u64,
    leaking_call_sites: u64,
    loaded_call_sites: u64,
    loaded_leaking_call_sites: u64,
    styles: String,
    dependents: String,
    effects: String,
    cures: String,
}

fn line<'a>(answer: &Answer, package: &'a PackageFinding) -> Line<'a> {
    let list = |words: Vec<String>| words.join(" ");
    Line {
        name: &package.name,
        version: package.version.as_deref(),
        path: &package.path,
        files: package.files,
        call_sites: package.call_sites,
        leaking_call_sites: package.leaking_call_sites,
        loaded_call_sites: package.loaded_call_sites,
        loaded_leaking_call_sites: package.loaded_leaking_call_sites,
        styles: list(package.styles.iter().map(ToString::to_string).collect()),
        dependents: list(package.dependents.iter().map(|it| it.name.clone()).collect()),
        effects: list(
            answer
                .targets
                .iter()
                .map(|it| format!("{}@{}:{}", it.runtime, it.version, it.effect(package).word()))
                .collect(),
        ),
        cures: answer.cures(package).iter().map(Cure::words).collect::<Vec<_>>().join(" | "),
    }
}

/// The header, there even if no package is.
const COLUMNS: [&str; 12] = [
    "name",
    "version",
    "path",
    "files",
    "call_sites",
    "leaking_call_sites",
    "loaded_call_sites",
    "loaded_leaking_call_sites",
    "styles",
    "dependents",
    "effects",
    "cures",
];

#[cfg(test)]
mod tests {
    use super::super::sample;
    use crate::show::{Answer as _, value};

    #[test]
    fn json_has_the_published_names() {
        let value = value(&sample::answer()).unwrap();
        assert_eq!(value["packages"][0]["styles"][0], "typescript-awaiter");
        insta::assert_snapshot!(serde_json::to_string_pretty(&value).unwrap());
    }

    #[test]
    fn csv_has_one_row_a_package() {
        insta::assert_snapshot!(sample::answer().csv().unwrap());
    }
}
