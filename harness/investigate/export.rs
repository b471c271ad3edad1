//! The story as rows, for programs that read no JSON.

use serde::Serialize;

use super::story::{Browser, Culprits, Load, Step, Story, Subject};

/// One thing that was found out, or why it was not.
#[derive(Debug, Default, Serialize)]
struct Row {
    step: &'static str,
    /// `found`, `failed` or `skipped`.
    outcome: &'static str,
    runtime: String,
    version: String,
    engine_version: String,
    /// The variant, the suspect, the package or the release line.
    name: String,
    verdict: String,
    /// Bytes a request or a call, bytes kept alive, or call sites.
    value: Option<f64>,
    value_low: Option<f64>,
    value_high: Option<f64>,
    /// What the value counts.
    unit: &'static str,
    detail: String,
}

/// The story as CSV with a header: one row for each load, suspect, package, window and browser, and for each
/// step that found nothing.
///
/// # Errors
/// The csv writer's.
pub fn csv(story: &Story) -> Result<String, csv::Error> {
    let mut rows = Vec::new();
    take(&mut rows, "growth", &story.growth, |load| vec![of_load(load)]);
    take(&mut rows, "heap", &story.heap, |heap| {
        let suspects = heap.suspects.iter().map(|suspect| Row {
            name: suspect.name.clone(),
            value: Some(suspect.retained_bytes as f64),
            unit: "retained_bytes",
            detail: suspect.sentence.clone(),
            ..Row::default()
        });
        suspects.collect()
    });
    take(&mut rows, "service", &story.service, of_tree);
    take(&mut rows, "app", &story.app, of_tree);
    take(&mut rows, "versions", &story.versions, |versions| {
        let windows = versions.windows.iter().map(|window| Row {
            runtime: "node".to_owned(),
            version: window.first_leaking.clone(),
            name: window.line.clone(),
            verdict: "leaks".to_owned(),
            detail: match &window.fixed_in {
                Some(fixed_in) => format!("to {}, fixed in {fixed_in}", window.last_leaking),
                None => format!("to {}", window.last_leaking),
            },
            ..Row::default()
        });
        windows.collect()
    });
    take(&mut rows, "cure", &story.cure, |load| vec![of_load(load)]);
    for step in &story.fixed {
        take(&mut rows, "fixed", step, |load| vec![of_load(load)]);
    }
    for step in &story.browsers {
        take(&mut rows, "browsers", step, |browser| vec![of_browser(browser)]);
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.serialize(row)?;
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn take<T>(
    rows: &mut Vec<Row>,
    step: &'static str,
    outcome: &Step<T>,
    of: impl Fn(&T) -> Vec<Row>,
) {
    match outcome {
        Step::Found(found) => {
            rows.extend(of(found).into_iter().map(|row| Row { step, outcome: "found", ..row }));
        }
        Step::Failed(why) => {
            rows.push(Row { step, outcome: "failed", detail: why.clone(), ..Row::default() });
        }
        Step::Skipped(why) => {
            rows.push(Row { step, outcome: "skipped", detail: why.clone(), ..Row::default() });
        }
    }
}

fn of_subject(subject: &Subject) -> Row {
    Row {
        runtime: subject.runtime.clone(),
        version: subject.version.clone(),
        engine_version: subject.engine_version.clone(),
        ..Row::default()
    }
}

fn of_load(load: &Load) -> Row {
    Row {
        name: load.variant.clone(),
        verdict: load.verdict.clone(),
        value: Some(load.bytes_per_request.value),
        value_low: Some(load.bytes_per_request.low),
        value_high: Some(load.bytes_per_request.high),
        unit: "bytes_per_request",
        detail: load.reason.clone(),
        ..of_subject(&load.subject)
    }
}

fn of_tree(found: &Culprits) -> Vec<Row> {
    let packages = found.packages.iter().map(|package| Row {
        name: package.name.clone(),
        version: package.version.clone().unwrap_or_default(),
        value: Some(package.call_sites as f64),
        unit: "call_sites",
        detail: package.styles.join(" "),
        ..Row::default()
    });
    packages.collect()
}

fn of_browser(browser: &Browser) -> Row {
    let rate = browser.bytes_per_op;
    Row {
        name: browser.case.clone(),
        verdict: browser.verdict.clone(),
        value: rate.map(|rate| rate.value),
        value_low: rate.map(|rate| rate.low),
        value_high: rate.map(|rate| rate.high),
        unit: "bytes_per_op",
        detail: browser.reason.clone(),
        ..of_subject(&browser.subject)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn each_finding_is_a_row() {
        insta::assert_snapshot!(csv(&sample::story()).unwrap());
    }

    #[test]
    fn so_is_each_step_that_found_nothing() {
        let mut story = sample::story();
        story.growth = Step::Failed("it broke".to_owned());
        story.browsers = vec![Step::Skipped("nobody asked".to_owned())];
        let text = csv(&story).unwrap();
        assert!(text.contains("growth,failed,,,,,,,,,,it broke\n"), "{text}");
        assert!(text.contains("browsers,skipped,,,,,,,,,,nobody asked\n"), "{text}");
    }
}
