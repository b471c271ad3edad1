//! Which rate to try next: doubling until one is too much, then halving what lies between.

/// The search ends when the lowest rate that was too much is at most this many times the highest that
/// was sustained.
pub const CLOSE_ENOUGH: f64 = 1.05;

/// The first rate, in requests per second: a service that does less is halved down to.
const FIRST: f64 = 500.0;

/// A search for the highest sustained rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Search {
    sustained: Option<f64>,
    too_much: Option<f64>,
    least: f64,
    most: f64,
}

impl Search {
    /// A search among rates from 1 to `most`.
    pub const fn new(most: f64) -> Self {
        Self { sustained: None, too_much: None, least: 1.0, most }
    }

    /// The rate to try next, a whole number; `None` if the search is over.
    pub fn next(&self) -> Option<f64> {
        match (self.sustained, self.too_much) {
            (None, None) => Some(FIRST.min(self.most)),
            (Some(low), None) if low >= self.most => None,
            (Some(low), None) => Some((low * 2.0).min(self.most)),
            (None, Some(high)) if high <= self.least => None,
            (None, Some(high)) => Some((high / 2.0).round().max(self.least)),
            (Some(low), Some(high)) => {
                // Their geometric mean: the same share is left on both sides.
                let middle = (low * high).sqrt().round();
                let is_between = low < middle && middle < high;
                (high / low > CLOSE_ENOUGH && is_between).then_some(middle)
            }
        }
    }

    /// Notes how a rate went.
    pub fn note(&mut self, rate: f64, sustained: bool) {
        if sustained {
            self.sustained = Some(self.sustained.map_or(rate, |known| known.max(rate)));
        } else {
            self.too_much = Some(self.too_much.map_or(rate, |known| known.min(rate)));
        }
    }

    /// The highest rate that was sustained.
    pub const fn sustained(&self) -> Option<f64> {
        self.sustained
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Searches for a service that sustains exactly `limit`.
    fn search(limit: f64, most: f64) -> (Option<f64>, usize) {
        let mut search = Search::new(most);
        let mut tries = 0;
        while let Some(rate) = search.next() {
            assert!(rate.fract() == 0.0 && (1.0..=most).contains(&rate), "{rate}");
            search.note(rate, rate <= limit);
            tries += 1;
            assert!(tries < 40, "no end for {limit}");
        }
        (search.sustained(), tries)
    }

    #[test]
    fn the_limit_is_found_from_either_side() {
        for limit in [1.0, 2.0, 3.0, 7.0, 499.0, 500.0, 501.0, 4_321.0, 99_999.0] {
            let (found, tries) = search(limit, 100_000.0);
            let found = found.unwrap();
            assert!(
                found <= limit && limit < (found * CLOSE_ENOUGH).max(found + 1.0),
                "{limit}: {found}"
            );
            assert!(tries <= 14, "{limit}: {tries}");
        }
    }

    #[test]
    fn what_sustains_nothing_or_everything_is_said() {
        assert_eq!(search(0.5, 100_000.0).0, None);
        assert_eq!(search(1e9, 2_000.0).0, Some(2_000.0));
        assert_eq!(search(1e9, 100.0).0, Some(100.0));
    }
}
