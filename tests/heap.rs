//! `awaitbench heap` as a user sees it, and its numbers beside those of the real DevTools worker.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

fn seed(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(name)
}

fn heap(arguments: &[&str], files: &[&Path]) -> assert_cmd::assert::Assert {
    let mut command = Command::cargo_bin("awaitbench").unwrap();
    command.arg("heap").args(arguments).args(files).assert()
}

fn json(arguments: &[&str], files: &[&Path]) -> Value {
    let mut all = arguments.to_vec();
    all.extend(["--format", "json"]);
    let output = heap(&all, files).success().get_output().stdout.clone();
    serde_json::from_slice(&output).unwrap()
}

fn stdout(arguments: &[&str], files: &[&Path]) -> String {
    String::from_utf8(heap(arguments, files).success().get_output().stdout.clone()).unwrap()
}

fn stderr_of_failure(arguments: &[&str], files: &[&Path]) -> String {
    String::from_utf8(heap(arguments, files).code(1).get_output().stderr.clone()).unwrap()
}

/// Numbers that the DevTools worker (chrome-devtools-frontend 1.0.1705227) printed for the seeds.
#[test]
fn groups_equal_devtools() {
    let expected: Value = serde_json::from_str(include_str!("heap/devtools.json")).unwrap();
    for (name, expected) in expected.as_object().unwrap() {
        let found = json(&["summary"], &[&seed(name)]);
        assert_eq!(found["total_bytes"], expected["total_bytes"], "{name}");
        let key = |row: &Value| {
            let name = row["name"].as_str().unwrap();
            match row["location"].as_str() {
                Some(place) => format!("{},{name}", place.replace(':', ",")),
                None => format!(",{name}"),
            }
        };
        let mut rows: Vec<Value> = found["groups"].as_array().unwrap().clone();
        for row in &mut rows {
            let key = key(row);
            let row = row.as_object_mut().unwrap();
            row.remove("name");
            row.remove("location");
            row.remove("source");
            row.insert("key".to_owned(), key.into());
        }
        let mut expected = expected["groups"].as_array().unwrap().clone();
        let by_key = |row: &Value| row["key"].as_str().unwrap().to_owned();
        rows.sort_by_key(by_key);
        expected.sort_by_key(by_key);
        assert_eq!(rows, expected, "{name}");
    }
}

#[test]
fn the_article_s_leak_in_words() {
    let found = json(&["suspects"], &[&seed("all-kinds.json")]);
    let suspect = &found["suspects"][0];
    assert_eq!(suspect["name"], "Generator");
    assert_eq!(suspect["known_cause"]["id"], "v8-prototype-users");
    let path: Vec<&str> =
        suspect["path"].as_array().unwrap().iter().map(|s| s["edge"].as_str().unwrap()).collect();
    assert_eq!(path[path.len() - 3..], ["map", "prototype_info", "2"]);
    let text = stdout(&["suspects"], &[&seed("all-kinds.json")]);
    let unwrapped = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        unwrapped.contains("Generator → map → prototype_info → prototype users: 14.6 MB"),
        "{text}"
    );
    heap(&["suspects", "--check"], &[&seed("all-kinds.json")]).code(1);
    heap(&["suspects", "--check"], &[&seed("orphans.json")]).code(0);
}

#[test]
fn paths_are_collapsed() {
    let found = json(&["path"], &[&seed("chain.json"), Path::new("83")]);
    let path = found["paths"][0].as_array().unwrap();
    assert_eq!(path.len(), 2);
    assert_eq!((&path[1]["name"], &path[1]["times"]), (&"PromiseReaction".into(), &40.into()));
    let text = stdout(&["path"], &[&seed("chain.json"), Path::new("@83")]);
    assert!(text.contains("PromiseReaction @5, 40 B × 40"), "{text}");
}

#[test]
fn formats() {
    let file = seed("chain.json");
    let csv = stdout(&["summary", "--format", "csv"], &[&file]);
    assert_eq!(
        csv,
        "name,location,source,distance,count,shallow_bytes,retained_bytes\n\
         Queue,,,1,1,8,1608\n\
         PromiseReaction,,,2,40,1600,1600\n"
    );
    let markdown = stdout(&["summary", "--format", "markdown", "--limit", "1"], &[&file]);
    assert!(markdown.starts_with("| Class"), "{markdown}");
    assert!(!markdown.contains("PromiseReaction"), "{markdown}");
    let objects = stdout(
        &["summary", "--format", "csv", "--class", "PromiseReaction", "--limit", "1"],
        &[&file],
    );
    assert_eq!(
        objects,
        "id,name,distance,shallow_bytes,retained_bytes\n5,PromiseReaction,2,40,1600\n"
    );
}

#[test]
fn rows_are_sorted_filtered_and_limited() {
    let file = seed("all-kinds.json");
    let rows = |arguments: &[&str]| {
        let answer = json(&[&["summary"], arguments].concat(), &[&file]);
        answer["groups"].as_array().unwrap().clone()
    };
    let all = rows(&[]);
    assert!(all.len() > 10, "{all:?}");
    for (order, field, rises) in [
        ("retained", "retained_bytes", false),
        ("shallow", "shallow_bytes", false),
        ("count", "count", false),
        ("distance", "distance", true),
    ] {
        let sorted = rows(&["--sort", order]);
        // What nothing reaches has no distance and comes last.
        let values: Vec<u64> =
            sorted.iter().map(|row| row[field].as_u64().unwrap_or(u64::MAX)).collect();
        let in_order = values.is_sorted_by(|a, b| if rises { a <= b } else { a >= b });
        assert!(in_order && values.first() != values.last(), "{order}: {values:?}");
        assert_eq!(sorted.len(), all.len());
        assert_eq!(rows(&["--sort", order, "--limit", "3"]), sorted[..3]);
    }
    let names = |rows: &[Value]| -> Vec<String> {
        rows.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    };
    assert!(names(&rows(&["--sort", "name"])).is_sorted());
    let wanted: Vec<String> =
        names(&all).into_iter().filter(|name| name.to_lowercase().contains("gen")).collect();
    assert!(!wanted.is_empty() && wanted.len() < all.len());
    assert_eq!(names(&rows(&["--filter", "GEN"])), wanted);
    assert_eq!(rows(&["--limit", "0"]).len(), all.len());
}

/// The names of Chrome 70 to 80, and the sizes of the file.
#[test]
fn classic_rules_are_those_of_the_article_s_pictures() {
    let file = seed("all-kinds.json");
    let names = |arguments: &[&str]| -> Vec<String> {
        let answer = json(arguments, &[&file]);
        let rows = answer["groups"].as_array().unwrap();
        rows.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    };
    let (today, classic) = (names(&["summary"]), names(&["summary", "--classic"]));
    let has = |list: &[String], name: &str| list.iter().any(|known| known == name);
    assert!(has(&classic, "(closure)") && !has(&classic, "Function"), "{classic:?}");
    assert!(has(&today, "Function") && !has(&today, "(closure)"), "{today:?}");
    assert!(has(&classic, "Object") && !classic.iter().any(|name| name.starts_with('{')));
    let total = |arguments: &[&str]| json(arguments, &[&file])["total_bytes"].clone();
    assert_eq!(total(&["summary"]), total(&["summary", "--classic"]));
}

#[test]
fn a_snapshot_does_not_differ_from_itself() {
    let file = seed("all-kinds.json");
    let diff = json(&["diff"], &[&file, &file]);
    assert_eq!(diff["matched_by"], "id");
    assert_eq!(diff["groups"].as_array().unwrap().len(), 0);
    let diff = json(&["diff", "--by", "class"], &[&seed("orphans.json"), &file]);
    assert_eq!(diff["matched_by"], "class");
    assert!(diff["groups"][0]["new_count"].is_null());
}

#[test]
fn errors_name_what_and_where_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing.heapsnapshot");
    let error = stderr_of_failure(&["summary"], &[&missing]);
    assert!(error.contains("missing.heapsnapshot") && error.contains("check the path"), "{error}");

    let half = folder.path().join("half.heapsnapshot");
    let whole = std::fs::read(seed("all-kinds.json")).unwrap();
    std::fs::write(&half, &whole[..1500]).unwrap();
    let error = stderr_of_failure(&["summary"], &[&half]);
    assert!(error.contains("byte 1500") && error.contains("take the snapshot again"), "{error}");
    assert_eq!(error.matches("truncated").count(), 1, "said once: {error}");

    let foreign = folder.path().join("package.json");
    std::fs::write(&foreign, "{\"name\": \"x\"}").unwrap();
    let error = stderr_of_failure(&["diff"], &[&half, &foreign]);
    assert!(error.contains("not a V8 heap snapshot"), "{error}");

    let error = stderr_of_failure(&["summary", "--class", "Rek"], &[&seed("all-kinds.json")]);
    assert!(error.contains("\"Rek\"") && error.contains("heap summary"), "{error}");
    let error = stderr_of_failure(&["path"], &[&seed("chain.json"), Path::new("4")]);
    assert!(error.contains("id 4"), "{error}");
    heap(&["path"], &[&seed("chain.json"), Path::new("four")]).code(2);
    heap(&["suspects"], &[]).code(2);
    for share in ["nan", "inf", "2", "-0.1", "x"] {
        let option = format!("--min-share={share}");
        let failed = heap(&["suspects", &option], &[&seed("all-kinds.json")]).code(2);
        let error = String::from_utf8_lossy(&failed.get_output().stderr).into_owned();
        assert!(error.contains("give a number from 0 to 1"), "{share}: {error}");
    }
    for share in ["0", "1"] {
        heap(&["suspects", "--min-share", share], &[&seed("all-kinds.json")]).code(0);
    }
}

/// The seed of the chain, with a name and a link that a terminal would obey.
#[test]
fn names_out_of_a_snapshot_do_not_drive_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hostile.heapsnapshot");
    let chain = std::fs::read_to_string(seed("chain.json")).unwrap();
    let hostile = chain
        .replace("\"Queue\"", r#""Qu\u001b[2Jeue\n\u202e""#)
        .replace("\"next\"", r#""ne\u001b]0;xt\n""#);
    std::fs::write(&file, hostile).unwrap();
    for arguments in [&["suspects", "--min-bytes=1", "--min-share=0"][..], &["path"]] {
        let files = [&file, Path::new("5")];
        let files = if arguments[0] == "path" { &files[..] } else { &files[..1] };
        let text = stdout(arguments, files);
        let is_obeyed = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
        assert!(text.contains("Qu [2Jeue") && !text.contains(is_obeyed), "{text:?}");
        let json = stdout(&[arguments, &["--format", "json"]].concat(), files);
        assert!(json.contains(r"Qu\u001b[2Jeue\n"), "{json}");
    }
}

/// The header of 0.3.0 had one column more than the rows.
#[test]
fn a_difference_as_csv_has_a_row_for_each_class() {
    let files = [&*seed("chain.json"), &*seed("all-kinds.json")];
    let groups = json(&["diff"], &files)["groups"].as_array().unwrap().len();
    let text = stdout(&["diff", "--format", "csv"], &files);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert!(groups > 0 && rows.len() == groups, "{text}");
}

/// What comes through a pipe is read once, also where a file would be read twice.
#[cfg(unix)]
#[test]
fn pipes_are_read_once() {
    let (old, new) = (seed("chain.json"), seed("all-kinds.json"));
    let of_files = json(&["diff"], &[&old, &new]);
    let mut command = Command::cargo_bin("awaitbench").unwrap();
    command.args(["heap", "diff", "--format", "json", "-"]).arg(&new);
    let piped = command.pipe_stdin(&old).unwrap().assert().success().get_output().stdout.clone();
    let piped: Value = serde_json::from_slice(&piped).unwrap();
    assert_eq!(piped["matched_by"], "class");
    assert_eq!(piped["groups"], of_files["groups"]);
    let error = stderr_of_failure(&["diff"], &[Path::new("-"), Path::new("-")]);
    assert!(error.contains("only one"), "{error}");
}

#[test]
fn an_object_is_shown_with_its_neighbours() {
    let found = json(&["show"], &[&seed("chain.json"), Path::new("@5")]);
    assert_eq!((&found["id"], &found["name"]), (&5.into(), &"PromiseReaction".into()));
    assert_eq!((&found["content_count"], &found["retainer_count"]), (&1.into(), &1.into()));
    assert_eq!(found["retainers"][0]["name"], "Queue");
    assert_eq!(found["content"][0]["edge"], "next");
    let csv = stdout(&["show", "--format", "csv"], &[&seed("chain.json"), Path::new("5")]);
    assert_eq!(csv.lines().count(), 3, "{csv}");
    let text = stdout(&["show"], &[&seed("chain.json"), Path::new("5")]);
    assert!(text.contains("It refers to: 1") && text.contains("Referred to by: 1"), "{text}");
    let error = stderr_of_failure(&["show"], &[&seed("chain.json"), Path::new("4")]);
    assert!(error.contains("id 4"), "{error}");
}

#[test]
fn strings_that_are_there_twice() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("strings.heapsnapshot");
    let text = r#"{"snapshot": {"meta": {
        "node_fields": ["type", "name", "id", "self_size", "edge_count"],
        "node_types": [["synthetic", "string"]], "edge_fields": ["type", "name_or_index", "to_node"],
        "edge_types": [["element"]]}, "node_count": 4, "edge_count": 0},
        "nodes": [0, 0, 1, 0, 0,  1, 1, 3, 24, 0,  1, 1, 5, 40, 0,  1, 2, 7, 32, 0],
        "edges": [], "strings": ["", "twice", "once"]}"#;
    std::fs::write(&file, text).unwrap();
    let found = json(&["summary", "--strings"], &[&file]);
    assert_eq!((&found["text_count"], &found["duplicate_bytes"]), (&1.into(), &24.into()));
    let string = &found["strings"][0];
    assert_eq!(
        (&string["text"], &string["count"], &string["id"]),
        (&"twice".into(), &2.into(), &3.into())
    );
    let told = stdout(&["summary", "--strings"], &[&file]);
    assert!(told.contains("twice") && told.contains("would save 24 B"), "{told}");
}

#[test]
fn between_the_oldest_and_the_newest_there_may_be_others() {
    let file = seed("all-kinds.json");
    let found = json(&["suspects"], &[&file, &file, &file]);
    assert_eq!(found["between"].as_array().unwrap().len(), 1);
    assert_eq!((&found["suspects"], &found["classes"]), (&Value::Array(Vec::new()), &Value::Null));
    let pipes = stderr_of_failure(&["suspects"], &[Path::new("-"), Path::new("-"), &file]);
    assert!(pipes.contains("only one"), "{pipes}");
}
