//! Findings made up for tests of how they are shown.

use std::collections::BTreeMap;

use node_semver::Version;

use super::answer::{Answer, Target};
use super::price::Price;
use crate::scan::{
    Dependent, Entry, FileFinding, Findings, Loader, Loads, PackageFinding, Skip, Style,
};

fn findings() -> Findings {
    let entry = |loader, file: &str, call_sites| Entry {
        loader,
        file: Some(file.to_owned()),
        call_sites,
        leaking_call_sites: call_sites,
    };
    let dependent = |name: &str| Dependent {
        name: name.to_owned(),
        version: Some("1.0.0".to_owned()),
        path: format!("node_modules/{name}"),
    };
    let slow = PackageFinding {
        name: "@scope/slow-client".to_owned(),
        version: Some("3.4.0".to_owned()),
        path: "node_modules/@scope/slow-client".to_owned(),
        files: 1,
        call_sites: 1234,
        leaking_call_sites: 1234,
        styles: vec![Style::TypescriptAwaiter],
        loaded_call_sites: 1234,
        loaded_leaking_call_sites: 1234,
        loaded: Loads::Yes,
        own: false,
        entries: vec![
            entry(Loader::Require, "dist/index.js", 1234),
            entry(Loader::Import, "esm/index.mjs", 0),
        ],
        dependents: vec![dependent("app"), dependent("b"), dependent("c")],
        file_list: vec![FileFinding {
            path: "dist/index.js".to_owned(),
            call_sites: 1234,
            leaking_call_sites: 1234,
            styles: BTreeMap::from([(Style::TypescriptAwaiter, 1234)]),
            loaded_by: vec![Loader::Require],
        }],
    };
    let old = PackageFinding {
        name: "old-tool".to_owned(),
        version: None,
        path: "packages/old-tool".to_owned(),
        files: 2,
        call_sites: 3,
        leaking_call_sites: 0,
        styles: vec![Style::BabelAsyncToGenerator, Style::Regenerator],
        loaded_call_sites: 2,
        loaded_leaking_call_sites: 0,
        loaded: Loads::Yes,
        own: true,
        entries: vec![entry(Loader::Require, "index.js", 2)],
        dependents: Vec::new(),
        file_list: Vec::new(),
    };
    Findings {
        packages: vec![slow, old],
        packages_seen: 310,
        files_seen: 12_345,
        files_parsed: 67,
        skipped: vec![Skip {
            path: "node_modules/x/a.js".to_owned(),
            reason: "permission denied".to_owned(),
        }],
    }
}

pub(super) fn answer() -> Answer {
    let price = Price {
        machine: "some-machine".to_owned(),
        runtime: "node".to_owned(),
        version: "12.15.0".to_owned(),
        ns_per_call: 1565.4,
        ns_per_call_low: Some(1515.0),
        ns_per_call_high: Some(1615.0),
    };
    let target = |version: &str, price| Target {
        runtime: "node".to_owned(),
        version: Version::parse(version).unwrap(),
        price,
    };
    Answer {
        folder: "app".to_owned(),
        findings: findings(),
        targets: vec![target("12.15.0", Some(price)), target("24.21.0", None)],
        newer: BTreeMap::new(),
        files: true,
    }
}
