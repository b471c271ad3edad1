//! What a report says, held against the story that it is told from. Used by the unit tests of the report too.

use awaitbench::facade::Bytes;
use awaitbench::facade::quantity;
use serde_json::Value;

/// A number, which must be one.
pub(super) fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// Not only are the numbers of the report somewhere in the story: each stands where it belongs.
pub(super) fn sentences_say_their_fields(report: &str, story: &Value) {
    let bytes = |value: &Value| Bytes(value.as_u64().unwrap()).to_string();
    let kept = |load: &Value| {
        let [value, low, high] = ["", "_low", "_high"]
            .map(|bound| quantity(number(&load[format!("bytes_per_request{bound}")])));
        format!("{value} [{low}, {high}]")
    };
    let milliseconds = |value: &Value| format!("{} ms", quantity(number(value) / 1e6));
    let (growth, cure) = (&story["growth"]["found"], &story["cure"]["found"]);
    let heap = &story["heap"]["found"];
    let suspect = &heap["suspects"][0];
    let versions = &story["versions"]["found"];
    // One line names them all, in this order; its words are its own.
    let told = |figures: &[String]| {
        let is_told = |line: &str| {
            let rest = figures.iter().try_fold(line, |rest, figure| {
                rest.find(figure.as_str()).map(|at| &rest[at + figure.len()..])
            });
            rest.is_some()
        };
        assert!(report.lines().any(is_told), "{figures:?}\nin: {report}");
    };
    let words = |value: &Value| value.as_str().unwrap().to_owned();
    told(&[words(&growth["version"]), kept(growth)]);
    for load in [growth, cure] {
        told(&[bytes(&load["heap_before_bytes"]), bytes(&load["heap_after_bytes"]), kept(load)]);
    }
    let fixed = story["fixed"].as_array().unwrap().iter().filter_map(|step| step.get("found"));
    for load in [growth, cure].into_iter().chain(fixed) {
        told(&[
            words(&load["variant"]),
            bytes(&load["heap_before_bytes"]),
            bytes(&load["heap_after_bytes"]),
            kept(load),
            milliseconds(&load["p50_ns"]),
            milliseconds(&load["p99_ns"]),
            milliseconds(&load["p999_ns"]),
            bytes(&load["peak_rss_bytes"]),
            words(&load["verdict"]),
        ]);
    }
    told(&[
        bytes(&growth["heap_after_bytes"]),
        kept(growth),
        Bytes(number(&growth["bytes_a_day"]) as u64).to_string(),
    ]);
    told(&[milliseconds(&growth["p50_ns"]), milliseconds(&growth["p99_ns"])]);
    let share = number(&heap["explained_share"]) * 100.0;
    let explained = if share.round() > 100.0 { String::new() } else { format!("{share:.0} %") };
    told(&[
        bytes(&heap["before_bytes"]),
        bytes(&heap["after_bytes"]),
        words(&suspect["name"]),
        bytes(&suspect["shallow_bytes"]),
        bytes(&suspect["retained_bytes"]),
        format!("{:.1} %", number(&suspect["retained_share"]) * 100.0),
        bytes(&suspect["growth_bytes"]),
        explained,
    ]);
    let counts = ["versions_asked", "versions_listed", "probes"];
    told(&counts.map(|name| versions[name].to_string()));
}

/// The parts of a story that was measured fit one another.
pub(super) fn figures_agree(story: &Value) {
    let [growth, cure] = ["growth", "cure"].map(|step| &story[step]["found"]);
    let fixed = story["fixed"].as_array().unwrap().iter().filter_map(|step| step.get("found"));
    for load in [growth, cure].into_iter().chain(fixed) {
        let of = |name: &str| number(&load[name]);
        let gained = of("heap_after_bytes") - of("heap_before_bytes");
        assert!((gained / of("requests") - of("bytes_per_request")).abs() < 1e-6, "{load:#}");
        assert!(of("bytes_per_request_low") <= of("bytes_per_request"), "{load:#}");
        assert!(of("bytes_per_request") <= of("bytes_per_request_high"), "{load:#}");
        assert_eq!(of("requests"), of("rate") * of("duration_s"), "{load:#}");
        let leaks = load["verdict"] == "leaks";
        assert_eq!((load["space"].is_string(), load["bytes_a_day"].is_number()), (leaks, leaks));
    }
    let heap = &story["heap"]["found"];
    let suspect = &heap["suspects"][0];
    assert!(number(&suspect["retained_bytes"]) <= number(&heap["after_bytes"]), "{heap:#}");
    let gained = number(&growth["heap_after_bytes"]) - number(&growth["heap_before_bytes"]);
    let explained = number(&suspect["growth_bytes"]) / gained;
    assert!((number(&heap["explained_share"]) - explained).abs() < 1e-9, "{heap:#}");
    for scanned in ["service", "app"] {
        for package in story[scanned]["found"]["packages"].as_array().unwrap() {
            let files = package["files"].as_array().unwrap().iter();
            let sites: f64 = files.map(|file| number(&file["call_sites"])).sum();
            assert_eq!(sites, number(&package["call_sites"]), "{package:#}");
            for part in ["loaded_call_sites", "leaking_call_sites"] {
                assert!(number(&package[part]) <= sites, "{part}: {package:#}");
            }
        }
    }
}
