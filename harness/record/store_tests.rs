//! What is written is read, and nothing else is touched.

use super::*;
use crate::key::Key;
use crate::measure::Cell;
use crate::record::Status;

fn machine() -> Machine {
    Machine { title: "Test CPU, 1 core".to_owned(), ..Machine::default() }
}

fn key(run: &str) -> Cell {
    Cell {
        key: Key { engine_version: "7.8".to_owned(), ..Key::node("await-two", "async", "12.16.2") },
        run: run.to_owned(),
    }
}

fn sample(run: &str, n: u64) -> SampleRow {
    key(run).sample(0, 0, Kind::Batch).with(|row| {
        row.n = Some(n);
        row.elapsed_ns = Some(10);
    })
}

fn cell(run: &str, detail: &str) -> CellRow {
    key(run).row(Status::Ok, detail).with(|row| {
        row.ns_per_op = Some(0.1 + 0.2);
        row.ops_per_sec = Some(4_567_163.0);
        row.heap_before_bytes = Some(0);
        row.bytes_per_op = Some(-1.5);
    })
}

fn invocation(run: &str) -> InvocationRow {
    key(run).invocation(0).with(|row| row.stolen_share = Some(0.25))
}

#[test]
fn what_is_written_is_read_and_missing_is_not_zero() {
    let results = tempfile::tempdir().unwrap();
    let folder = MachineFolder::open(results.path(), &machine()).unwrap();
    let row = cell("t1", "comma, \"quote\"\nand a second line");
    folder.publish(&row).unwrap();
    assert_eq!(folder.cells().unwrap(), [row]);
    assert_eq!(folder.machine().unwrap(), machine());
    assert_eq!(find_machines(results.path()).unwrap()[0].name(), "test-cpu-1-core");
}

#[test]
fn a_new_run_replaces_the_cell_and_its_samples_and_no_other() {
    let results = tempfile::tempdir().unwrap();
    let folder = MachineFolder::open(results.path(), &machine()).unwrap();
    let mut other = sample("t1", 5);
    other.key.variant = "generator".to_owned();
    folder.append(&[sample("t1", 1), other.clone()]).unwrap();
    folder.publish(&cell("t1", "")).unwrap();
    folder.append(&[sample("t2", 2)]).unwrap();
    assert_eq!(folder.samples().unwrap().len(), 3);
    folder.publish(&cell("t2", "")).unwrap();
    assert_eq!(folder.samples().unwrap(), [other, sample("t2", 2)]);
    assert_eq!(folder.cells().unwrap(), [cell("t2", "")]);
}

#[test]
fn rows_of_invocations_come_and_go_with_their_run() {
    let results = tempfile::tempdir().unwrap();
    let folder = MachineFolder::open(results.path(), &machine()).unwrap();
    folder.append(&[sample("t1", 1)]).unwrap();
    folder.conclude(&[invocation("t1")]).unwrap();
    assert_eq!(folder.invocations().unwrap(), [invocation("t1")]);
    let mut repeated = invocation("t2");
    repeated.role = Role::Repeated;
    folder.append(&[sample("t2", 2)]).unwrap();
    folder.conclude(&[repeated.clone()]).unwrap();
    let kinds: Vec<Kind> = folder.samples().unwrap().iter().map(|row| row.kind).collect();
    assert_eq!(kinds, [Kind::Batch, Kind::Disturbed]);
    folder.publish(&cell("t2", "")).unwrap();
    assert_eq!(folder.invocations().unwrap(), [repeated]);
}

#[test]
fn what_is_abandoned_stays_and_counts_in_nothing() {
    let results = tempfile::tempdir().unwrap();
    let folder = MachineFolder::open(results.path(), &machine()).unwrap();
    folder.append(&[sample("t1", 1)]).unwrap();
    folder.conclude(&[invocation("t1")]).unwrap();
    folder.abandon(&key("t1").key, |_| true, |_| true).unwrap();
    assert_eq!(folder.samples().unwrap()[0].kind, Kind::Abandoned);
    assert_eq!(folder.invocations().unwrap()[0].role, Role::Abandoned);
}

/// Summaries of awaitbench 0.1.0 lack the columns that came later.
#[test]
fn older_summaries_are_read_with_what_they_lack_missing() {
    let results = tempfile::tempdir().unwrap();
    let folder = MachineFolder::open(results.path(), &machine()).unwrap();
    let header = "case,variant,runtime,version,engine_version,flags,status,detail,invocations,samples,ns_per_op,ns_per_op_low,ns_per_op_high,ops_per_sec,ops_per_sec_low,ops_per_sec_high,relative_margin,heap_before_bytes,heap_after_bytes,bytes_per_op,peak_rss_bytes,started_at,harness_version\n";
    let row = "noop,promise,node,8.17.0,6.2,,ok,,10,86,93.5,,,10695187.2,,,,,,,38268928,t1,0.1.0\n";
    fs::write(folder.path().join("node-8.17.0.csv"), format!("{header}{row}")).unwrap();
    let cells = folder.cells().unwrap();
    assert_eq!((cells[0].samples, cells[0].flat, cells[0].disturbed), (Some(86), None, None));
    let unknown = format!("{header}{row}").replacen("detail", "details", 1);
    fs::write(folder.path().join("node-8.17.0.csv"), unknown).unwrap();
    assert!(folder.cells().unwrap_err().to_string().contains("details"));
}

/// A file that awaitbench 0.1.0 wrote has no column for the semi-space.
#[test]
fn samples_are_appended_to_those_of_an_earlier_version() {
    let results = tempfile::tempdir().unwrap();
    let folder = MachineFolder::open(results.path(), &machine()).unwrap();
    folder.append(&[sample("t1", 1)]).unwrap();
    let file = folder.file(SAMPLES, &key("t1").key);
    let text = fs::read_to_string(&file).unwrap().replace(",semi_space_bytes", "");
    let cut: Vec<&str> = text.lines().map(|line| line.strip_suffix(',').unwrap_or(line)).collect();
    fs::write(&file, format!("{}\n", cut.join("\n"))).unwrap();
    drop(folder);
    let folder = MachineFolder::open(results.path(), &machine()).unwrap();
    assert_eq!(folder.samples().unwrap(), [sample("t1", 1)]);
    folder.append(&[sample("t1", 2)]).unwrap();
    assert_eq!(folder.samples().unwrap(), [sample("t1", 1), sample("t1", 2)]);
}

#[test]
fn a_line_cut_off_half_way_is_mended() {
    let results = tempfile::tempdir().unwrap();
    let folder = MachineFolder::open(results.path(), &machine()).unwrap();
    folder.append(&[sample("t1", 1), sample("t1", 2)]).unwrap();
    let file = folder.file(SAMPLES, &key("t1").key);
    let whole = fs::read(&file).unwrap();
    fs::write(&file, &whole[..whole.len() - 7]).unwrap();
    assert_eq!(folder.samples().unwrap(), [sample("t1", 1)]);
    drop(folder);
    let folder = MachineFolder::open(results.path(), &machine()).unwrap();
    folder.append(&[sample("t1", 3)]).unwrap();
    assert_eq!(folder.samples().unwrap(), [sample("t1", 1), sample("t1", 3)]);
}

#[test]
fn only_one_may_write() {
    let results = tempfile::tempdir().unwrap();
    let first = MachineFolder::open(results.path(), &machine()).unwrap();
    let second = MachineFolder::open(results.path(), &machine());
    assert!(matches!(second, Err(RecordError::Busy(_))));
    drop(first);
    assert!(MachineFolder::open(results.path(), &machine()).is_ok());
}

#[test]
fn a_row_that_is_wrong_is_named_by_its_line() {
    let results = tempfile::tempdir().unwrap();
    let folder = MachineFolder::open(results.path(), &machine()).unwrap();
    folder.publish(&cell("t1", "")).unwrap();
    let file = folder.path().join("node-12.16.2.csv");
    let text = fs::read_to_string(&file).unwrap().replace("4567163", "many");
    fs::write(&file, text).unwrap();
    let error = folder.cells().unwrap_err().to_string();
    assert!(error.contains("node-12.16.2.csv") && error.contains("line: 2"), "{error}");
}

#[test]
fn no_results_is_said() {
    let results = tempfile::tempdir().unwrap();
    let missing = results.path().join("nowhere");
    assert!(matches!(find_machines(&missing), Err(RecordError::Empty(_))));
    assert!(matches!(find_machines(results.path()), Err(RecordError::Empty(_))));
}

#[test]
fn a_file_in_the_place_of_the_folder_is_said() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("results");
    fs::write(&file, "somebody's").unwrap();
    for out in [file.clone(), file.join("below")] {
        let error = MachineFolder::open(&out, &machine()).unwrap_err();
        let expected = format!("\"{}\" is a file, and results need a folder", file.display());
        assert!(error.to_string().starts_with(&expected), "{error}");
    }
    assert!(matches!(find_machines(&file), Err(RecordError::NotAFolder(_))));
}
