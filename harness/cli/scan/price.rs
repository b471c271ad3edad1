//! What a call costs, out of results: the time of `await-two` as generator, less that as async.

use serde::Serialize;

use crate::record::{CellRow, Status};

/// The case whose two variants are compared: an async function with two awaits.
const CASE: &str = "await-two";

/// What each call of a down-levelled async function costs more than the function itself would.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Price {
    /// The machine's folder under `results/`.
    pub(super) machine: String,
    /// The runtime family.
    pub(super) runtime: String,
    /// The runtime's version.
    pub(super) version: String,
    /// Nanoseconds a call.
    pub(super) ns_per_call: f64,
    /// Lower bound of the 95 % interval.
    pub(super) ns_per_call_low: Option<f64>,
    /// Upper bound of the 95 % interval.
    pub(super) ns_per_call_high: Option<f64>,
}

/// The price on one runtime version, out of the cells of one machine; none if they lack it.
pub(super) fn price(
    machine: &str,
    cells: &[CellRow],
    runtime: &str,
    version: &str,
) -> Option<Price> {
    let cell = |variant: &str| {
        cells.iter().rev().find(|cell| {
            (cell.key.case.as_str(), cell.key.variant.as_str()) == (CASE, variant)
                && (cell.key.runtime.as_str(), cell.key.version.as_str()) == (runtime, version)
                && cell.key.flags.is_empty()
                && cell.status == Status::Ok
        })
    };
    let (generator, native) = (cell("generator")?, cell("async")?);
    let difference = generator.ns_per_op? - native.ns_per_op?;
    let half = margin(generator).zip(margin(native)).map(|(a, b)| a.hypot(b));
    Some(Price {
        machine: machine.to_owned(),
        runtime: runtime.to_owned(),
        version: version.to_owned(),
        ns_per_call: difference,
        ns_per_call_low: half.map(|half| difference - half),
        ns_per_call_high: half.map(|half| difference + half),
    })
}

/// Half the width of the interval of a cell's time. The two cells' errors are taken for independent,
/// which makes the price's interval rather too wide: they were measured side by side.
fn margin(cell: &CellRow) -> Option<f64> {
    Some((cell.ns_per_op_high? - cell.ns_per_op_low?) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Key;
    use crate::record::{CellFigures, Keyed};

    fn cell(variant: &str, ns: f64, half: f64) -> CellRow {
        let row = CellFigures {
            ns_per_op: Some(ns),
            ns_per_op_low: Some(ns - half),
            ns_per_op_high: Some(ns + half),
            ..CellFigures::default()
        };
        Keyed { key: Key::node("await-two", variant, "12.16.2"), row }
    }

    #[test]
    fn it_is_the_difference_with_both_margins() {
        let cells = [cell("generator", 1658.0, 30.0), cell("async", 93.0, 40.0)];
        let price = price("m", &cells, "node", "12.16.2").unwrap();
        assert_eq!(price.ns_per_call, 1565.0);
        assert_eq!(price.ns_per_call_low, Some(1515.0));
        assert_eq!(price.ns_per_call_high, Some(1615.0));
        assert!(super::price("m", &cells, "node", "12.16.3").is_none());
        assert!(super::price("m", &cells[..1], "node", "12.16.2").is_none());
    }
}
