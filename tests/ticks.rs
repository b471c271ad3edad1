//! The microtask ticks of an await on real versions: exact numbers, each checked by hand in a plain
//! `node` with a `.then` chain beside the op.

#![cfg(target_os = "linux")]

use awaitbench::facade::{Case, Catalogue};
use awaitbench::facade::{Deadlines, Session, Workload};
use awaitbench::facade::{Runtime, Settings};

use crate::support::provided;

async fn ticks(runtime: &Runtime, catalogue: &Catalogue, case: &Case, variant: &str) -> u64 {
    let driver = catalogue.driver("node");
    let workload = Workload::of(case, case.variant(variant).unwrap(), &driver, Settings::NONE);
    let mut session = Session::start(runtime, workload, Deadlines::default()).await.unwrap();
    let ticks = session.ticks().await.unwrap().unwrap();
    assert_eq!(session.ticks().await.unwrap(), Some(ticks), "the same again");
    session.run(10).await.unwrap();
    session.close().await;
    ticks
}

/// Node 10 and 11 took three ticks for a native await, as the specification of then had it. Node 8
/// and 9 took one, by a defect of V8; from 12 on it is one by the specification. TypeScript's
/// `__awaiter` of today adopts a promise as it is, and takes one everywhere.
#[tokio::test]
async fn an_await_takes_three_ticks_on_node_10_and_11_and_one_elsewhere() {
    let catalogue = Catalogue::locate();
    for (version, native) in
        [("8.17.0", 1), ("10.20.1", 3), ("11.15.0", 3), ("12.16.2", 1), ("24.21.0", 1)]
    {
        let runtime = provided("node", version).await;
        for awaits in [1, 4, 64] {
            let case = catalogue.find(&format!("await-k={awaits}")).unwrap();
            let of = async |variant| ticks(&runtime, &catalogue, &case, variant).await;
            assert_eq!(of("async").await, native * awaits, "{version}, {awaits} awaits, async");
            assert_eq!(of("generator").await, awaits, "{version}, {awaits} awaits, generator");
        }
        let two = catalogue.find("await-two").unwrap();
        assert_eq!(ticks(&runtime, &catalogue, &two, "async").await, 2 * native, "{version}");
        assert_eq!(ticks(&runtime, &catalogue, &two, "generator").await, 2, "{version}");
    }
}

/// An op that waits for a timer has no number of ticks, and goes on working.
#[tokio::test]
async fn what_waits_for_more_than_promises_has_no_ticks() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("slow");
    std::fs::create_dir(&folder).unwrap();
    let manifest =
        "title = \"t\"\nshape = \"callback\"\nvariants = [\"a\"]\ncheck = { per_op = 1 }\n";
    std::fs::write(folder.join("case.toml"), manifest).unwrap();
    std::fs::write(folder.join("a.js"), "exports.op = d => setTimeout(() => d(1), 5);").unwrap();
    let catalogue = Catalogue::locate();
    let case = catalogue.find(&folder.display().to_string()).unwrap();
    let driver = catalogue.driver("node");
    let workload = Workload::of(&case, &case.variants[0], &driver, Settings::NONE);
    let runtime = provided("node", "12.16.2").await;
    let mut session = Session::start(&runtime, workload, Deadlines::default()).await.unwrap();
    assert_eq!(session.ticks().await.unwrap(), None);
    assert_eq!(session.run(2).await.unwrap().n, 2);
    session.close().await;
}
