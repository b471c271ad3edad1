//! A value and how sure it is.

use serde::{Deserialize, Serialize};

/// A value with its 95 % confidence interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The point estimate, in the unit of the data.
    pub value: f64,
    /// The lower bound, in the same unit.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
}

impl Estimate {
    /// An estimate of its parts, if all are there.
    pub fn of(value: Option<f64>, low: Option<f64>, high: Option<f64>) -> Option<Self> {
        Some(Self { value: value?, low: low?, high: high? })
    }

    /// The estimate of `scale ÷ x` for an estimate of `x > 0`: ops/s out of ns/op, say.
    pub fn reciprocal(self, scale: f64) -> Self {
        Self { value: scale / self.value, low: scale / self.high, high: scale / self.low }
    }

    /// Half the interval's width divided by the value: the `±` of Benchmark.js.
    pub fn relative_margin(self) -> f64 {
        (self.high - self.low) / 2.0 / self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reciprocal_swaps_the_bounds() {
        let ns = Estimate { value: 250.0, low: 200.0, high: 400.0 };
        let ops = ns.reciprocal(1e9);
        assert_eq!((ops.value, ops.low, ops.high), (4e6, 2.5e6, 5e6));
        assert!((ops.relative_margin() - 0.3125).abs() < 1e-12);
    }
}
