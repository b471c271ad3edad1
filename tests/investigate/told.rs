//! What a report says, held against the story that it is told from.

use awaitbench::report::format::quantity;
use awaitbench::units::Bytes;
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
    let has = |text: String| assert!(report.contains(&text), "{text}\nin: {report}");
    has(format!(
        "A service that TypeScript compiled to ES2015 leaks on Node.js 12.15.0: {} bytes a request are left behind.",
        kept(growth)
    ));
    has(format!(
        "its heap was {} before the load and {} after it: {} bytes left behind for each request. It **leaks**. At \
         this rate that is {} a day.",
        bytes(&growth["heap_before_bytes"]),
        bytes(&growth["heap_after_bytes"]),
        kept(growth),
        Bytes(number(&growth["bytes_a_day"]) as u64),
    ));
    has(format!(
        "Half of them were answered within {}, 99 % within {}.",
        milliseconds(&growth["p50_ns"]),
        milliseconds(&growth["p99_ns"])
    ));
    has(format!(
        "{} before the load and {} after it, were compared. `Generator`, itself only {}, keeps {} alive, \
         {:.1} % of the heap",
        bytes(&heap["before_bytes"]),
        bytes(&heap["after_bytes"]),
        bytes(&suspect["shallow_bytes"]),
        bytes(&suspect["retained_bytes"]),
        number(&suspect["retained_share"]) * 100.0
    ));
    let share = number(&heap["explained_share"]) * 100.0;
    let growth_of_it = bytes(&suspect["growth_bytes"]);
    if share.round() > 100.0 {
        has(format!("It grew by {growth_of_it}: more than the heap gained as a whole"));
    } else {
        has(format!("It grew by {growth_of_it}: {share:.0} % of what the heap gained"));
    }
    has(format!(
        "was executed on {} of the {} versions in that range, in {} fresh processes",
        versions["versions_asked"], versions["versions_listed"], versions["probes"]
    ));
    has(format!(
        "its heap was {} before the load and {} after it: a gain of {} bytes for each request. It **is stable**.",
        bytes(&cure["heap_before_bytes"]),
        bytes(&cure["heap_after_bytes"]),
        kept(cure)
    ));
    for (load, target) in [(growth, "ES2015"), (cure, "ES2017")] {
        has(format!(
            "| {} | {target} | {} | {} | {} | {} | {} | {} | {} | {} |",
            load["variant"].as_str().unwrap(),
            bytes(&load["heap_before_bytes"]),
            bytes(&load["heap_after_bytes"]),
            kept(load),
            milliseconds(&load["p50_ns"]),
            milliseconds(&load["p99_ns"]),
            milliseconds(&load["p999_ns"]),
            bytes(&load["peak_rss_bytes"]),
            load["verdict"].as_str().unwrap(),
        ));
    }
}
