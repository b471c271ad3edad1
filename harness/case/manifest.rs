//! Reads `case.toml`: one case, or one for each number of awaits.

use std::path::Path;

use serde::Deserialize;

use super::needs::Needs;
use super::{Case, CaseError, Check, Shape, Unhandled, Variant, read, toml_reason};
use crate::key::{BETWEEN, member};

/// The largest number in a check: the sum of a batch stays exact.
const LARGEST: f64 = 1e6;

/// `case.toml` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    title: String,
    #[serde(default)]
    about: String,
    source: Option<String>,
    shape: Shape,
    variants: Vec<String>,
    /// The numbers of awaits that an op may have.
    #[serde(default)]
    awaits: Vec<u32>,
    check: Sum,
    #[serde(default)]
    flags: Vec<String>,
    concurrency: Option<u32>,
    #[serde(default)]
    unhandled: Unhandled,
    #[serde(default)]
    needs: Needs,
}

/// What the values of ops must add up to, as it is written.
#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sum {
    per_op: Option<f64>,
    per_await: Option<f64>,
    #[serde(default)]
    base: f64,
}

/// The most ops that are under way at the same time: a batch has at least as many.
const MOST_AT_ONCE: u32 = 10_000;

/// The most awaits of an op: batches are to last 20 ms, and an op must fit.
const MOST_AWAITS: u32 = 10_000;

/// Reads the cases in `folder`: one for each number in `awaits`, or the one.
pub fn read_cases(folder: &Path) -> Result<Vec<Case>, CaseError> {
    let path = folder.join("case.toml");
    let wrong = |reason: String| CaseError::Manifest { path: path.clone(), reason };
    let text = read(&path)?;
    let manifest: Manifest =
        toml::from_str(&text).map_err(|error| wrong(toml_reason(&text, &error)))?;
    let folder = folder
        .canonicalize()
        .map_err(|source| CaseError::Read { path: folder.to_owned(), source })?;
    let name = folder
        .file_name()
        .and_then(|name| name.to_str())
        .ok_or_else(|| wrong("the folder's name is not UTF-8: rename it".to_owned()))?
        .to_owned();
    if manifest.variants.is_empty() {
        return Err(wrong("`variants` is empty: name at least one".to_owned()));
    }
    if name.chars().any(char::is_control) {
        return Err(wrong("the folder's name has a control character: rename it".to_owned()));
    }
    if name.contains(BETWEEN) {
        return Err(wrong(format!(
            "the folder's name has a \"{}\", which stands before a number of awaits: rename it",
            BETWEEN
        )));
    }
    check_awaits(&manifest.awaits).map_err(wrong)?;
    check_concurrency(manifest.concurrency, manifest.shape).map_err(wrong)?;
    manifest.needs.check(&manifest.variants).map_err(wrong)?;
    let numbers: Vec<Option<u32>> = if manifest.awaits.is_empty() {
        vec![None]
    } else {
        manifest.awaits.iter().copied().map(Some).collect()
    };
    let checks: Vec<Check> = numbers
        .iter()
        .map(|awaits| manifest.check.of(*awaits))
        .collect::<Result<_, _>>()
        .map_err(wrong)?;
    let mut variants: Vec<Variant> = Vec::new();
    for name in manifest.variants {
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        {
            return Err(wrong(format!(
                "variant \"{name}\": use letters, digits, `-`, `_` and `.` only"
            )));
        }
        if variants.iter().any(|earlier| earlier.name == name) {
            return Err(wrong(format!("variant \"{name}\" stands twice in `variants`")));
        }
        let file = folder.join(format!("{name}.js"));
        if !file.is_file() {
            return Err(wrong(format!("variant \"{name}\" has no file \"{}\"", file.display())));
        }
        let needs = manifest.needs.of(&name);
        variants.push(Variant { name, file, needs });
    }
    let case = |awaits: Option<u32>, check: Check| Case {
        name: awaits.map_or_else(|| name.clone(), |awaits| member(&name, awaits)),
        title: manifest.title.clone(),
        about: manifest.about.clone(),
        source: manifest.source.as_ref().map(|file| folder.join(file)),
        shape: manifest.shape,
        awaits,
        check,
        flags: manifest.flags.clone(),
        concurrency: manifest.concurrency.unwrap_or(1),
        unhandled: manifest.unhandled,
        variants: variants.clone(),
    };
    Ok(numbers.into_iter().zip(checks).map(|(awaits, check)| case(awaits, check)).collect())
}

fn check_awaits(awaits: &[u32]) -> Result<(), String> {
    for (at, number) in awaits.iter().enumerate() {
        if !(1..=MOST_AWAITS).contains(number) {
            return Err(format!("`awaits` has {number}: use numbers from 1 to {MOST_AWAITS}"));
        }
        if awaits[..at].contains(number) {
            return Err(format!("{number} stands twice in `awaits`"));
        }
    }
    Ok(())
}

fn check_concurrency(concurrency: Option<u32>, shape: Shape) -> Result<(), String> {
    match concurrency {
        Some(number) if !(1..=MOST_AT_ONCE).contains(&number) => {
            Err(format!("`concurrency` is {number}: use a number from 1 to {MOST_AT_ONCE}"))
        }
        Some(number) if number > 1 && !matches!(shape, Shape::Callback | Shape::Promise) => Err(
            format!("`concurrency` is for `callback` and `promise`, not for `{}`", shape.word()),
        ),
        _ => Ok(()),
    }
}

impl Sum {
    /// What must hold for a case with this number of awaits in an op, or what is wrong with it.
    fn of(self, awaits: Option<u32>) -> Result<Check, String> {
        let of_awaits = match (self.per_await, awaits) {
            (None, _) => 0.0,
            (Some(each), Some(awaits)) => each * f64::from(awaits),
            (Some(_), None) => {
                return Err("`per_await` needs `awaits`, the numbers of awaits in an op".to_owned());
            }
        };
        if self.per_op.is_none() && self.per_await.is_none() {
            return Err("`check` says nothing of an op: give it `per_op`".to_owned());
        }
        let check = Check { per_op: self.per_op.unwrap_or(0.0) + of_awaits, base: self.base };
        if !(check.per_op.abs() <= LARGEST && check.base.abs() <= LARGEST) {
            return Err(format!("`check` must be made of numbers up to {LARGEST}"));
        }
        if check.per_op == 0.0 {
            return Err("`per_op` is 0, which does not show that ops were executed".to_owned());
        }
        Ok(check)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const GOOD: &str =
        "title = \"t\"\nshape = \"promise\"\nvariants = [\"async\"]\ncheck = { per_op = 1 }\n";

    fn cases_in(name: &str, manifest: &str) -> Result<Vec<Case>, CaseError> {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join(name);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("case.toml"), manifest).unwrap();
        fs::write(folder.join("async.js"), "").unwrap();
        read_cases(&folder)
    }

    fn case_with(manifest: &str) -> Result<Case, CaseError> {
        cases_in("my-case", manifest).map(|mut cases| cases.remove(0))
    }

    #[test]
    fn each_number_of_awaits_is_a_case_with_its_own_check() {
        let manifest = GOOD.replace("check = { per_op = 1 }", "awaits = [1, 16]")
            + "check = { per_op = 2, per_await = 3, base = 1 }\n";
        let cases = cases_in("my-case", &manifest).unwrap();
        let found: Vec<_> =
            cases.iter().map(|case| (&*case.name, case.awaits, case.check.per_op)).collect();
        assert_eq!(found, [("my-case=1", Some(1), 5.0), ("my-case=16", Some(16), 50.0)]);
        assert!(cases.iter().all(|case| case.check.base == 1.0));
    }

    #[test]
    fn a_folder_that_looks_like_a_number_of_awaits_is_refused() {
        let error = cases_in("my=4", GOOD).unwrap_err().to_string();
        assert!(error.contains("rename"), "{error}");
    }

    #[test]
    fn the_folder_names_the_case() {
        let case = case_with(GOOD).unwrap();
        assert_eq!(case.name, "my-case");
        assert_eq!(case.shape, Shape::Promise);
        assert!(case.variants[0].file.is_absolute());
    }

    #[test]
    fn a_case_says_how_it_is_executed() {
        let usual = case_with(GOOD).unwrap();
        assert_eq!((usual.concurrency, usual.unhandled), (1, Unhandled::Fail));
        assert!(usual.flags.is_empty() && usual.variants[0].needs.is_empty());
        let more = "flags = [\"--no-opt\"]\nconcurrency = 64\nunhandled = \"ignore\"\n";
        for (needs, names) in [
            ("needs = \"fetch\"", ["fetch"].as_slice()),
            ("needs = [\"fetch\", \"events.on\"]", &["fetch", "events.on"]),
            ("needs.async = \"fetch\"", &["fetch"]),
            ("[needs]\n", &[]),
        ] {
            let case = case_with(&format!("{more}{GOOD}{needs}\n")).unwrap();
            assert_eq!(case.variants[0].needs, names, "{needs}");
            assert_eq!((case.concurrency, case.unhandled), (64, Unhandled::Ignore));
            assert_eq!(case.flags, ["--no-opt"]);
        }
    }

    #[test]
    fn each_mistake_is_named() {
        for (manifest, words) in [
            (GOOD.replace("promise", "guess"), "unknown variant `guess`"),
            (GOOD.replace("\"async\"", "\"async\", \"other\""), "variant \"other\" has no file"),
            (GOOD.replace("\"async\"", "\"async\", \"async\""), "stands twice"),
            (GOOD.replace("\"async\"", ""), "`variants` is empty"),
            (GOOD.replace("\"async\"", "\"../async\""), "letters, digits"),
            (GOOD.replace("1 }", "nan }"), "numbers up to"),
            (GOOD.replace("1 }", "0 }"), "`per_op` is 0"),
            (GOOD.replace("title", "titel"), "unknown field `titel`"),
            (GOOD.replace("per_op = 1 ", ""), "says nothing of an op"),
            (GOOD.replace("per_op = 1 ", "per_await = 1 "), "`per_await` needs `awaits`"),
            (format!("awaits = [4, 4]\n{GOOD}"), "4 stands twice"),
            (format!("awaits = [0]\n{GOOD}"), "`awaits` has 0"),
            (format!("concurrency = 0\n{GOOD}"), "`concurrency` is 0"),
            (format!("concurrency = 2\n{}", GOOD.replace("promise", "sync")), "not for `sync`"),
            (format!("unhandled = \"warn\"\n{GOOD}"), "unknown variant `warn`"),
            (format!("needs = 3\n{GOOD}"), "`needs` must be a name"),
            (format!("needs = \"\"\n{GOOD}"), "empty name"),
            (format!("{GOOD}[needs]\nasink = \"fetch\"\n"), "names \"asink\""),
        ] {
            let error = case_with(&manifest).unwrap_err().to_string();
            assert!(error.contains(words), "{manifest}\n{error}");
        }
    }
}
