//! The event loop has its turn within a batch, on real versions: collections that an engine ends by a task there
//! are part of what ops cost.

#![cfg(target_os = "linux")]

use awaitbench::facade::Catalogue;
use awaitbench::facade::Settings;
use awaitbench::facade::{Deadlines, Session, Workload};

use crate::support::{case_of, provided};

/// A case that counts turns by itself. Its thousandth op fails the check unless there were seven since the first:
/// one after each slice but the last.
const COUNTING: &str = "
    var turns = 0, ops = 0, first = 0;
    function turn() { turns += 1; setImmediate(turn); }
    turn();
    function value() {
      if (ops % 1000 === 0) first = turns;
      ops += 1;
      return ops % 1000 === 0 && turns - first < 7 ? 0 : 1;
    }
";

const SHAPES: [(&str, &str); 4] = [
    ("sync", "exports.op = value;"),
    ("callback", "exports.op = function (done) { Promise.resolve(value()).then(done); };"),
    ("promise", "exports.op = function () { return Promise.resolve(value()); };"),
    (
        "loop",
        "exports.loop = function (n) {
           var sum = 0;
           for (var i = 0; i < n; i++) sum += value();
           return Promise.resolve(sum);
         };",
    ),
];

#[tokio::test]
async fn the_event_loop_has_its_turn_within_a_batch_of_every_shape() {
    let driver = Catalogue::locate().driver("node");
    for version in ["8.17.0", "24.21.0"] {
        let runtime = provided("node", version).await;
        for (shape, op) in SHAPES {
            let folder = tempfile::tempdir().unwrap();
            let case = case_of(folder.path(), shape, &format!("{COUNTING}{op}"));
            let workload = Workload::of(&case, &case.variants[0], &driver, Settings::NONE);
            let session = Session::start(&runtime, workload, Deadlines::default()).await;
            let mut session = session.unwrap();
            for _ in 0..2 {
                let batch = session.run(1000).await;
                assert!(batch.is_ok(), "{version} {shape}: {batch:?}");
            }
            session.close().await;
        }
    }
}
