//! How much is suspicious.

/// How much is suspicious.
#[derive(Clone, Copy, Debug)]
pub struct Thresholds {
    /// The least that a suspect keeps alive, or grew by.
    pub min_bytes: u64,
    /// The least part of the heap that a suspect keeps alive when there is nothing to compare with.
    pub min_share: f64,
    /// The least part of the heap that a suspect grew by.
    pub min_growth_share: f64,
    /// At most so many suspects.
    pub most: usize,
}

impl Default for Thresholds {
    /// A bare Node holds up to 1.3 MB in one list after a million calls of a generator, without
    /// leaking: entries are reused only after a full collection. Below 2 MB nothing can be told.
    fn default() -> Self {
        Self { min_bytes: 2_000_000, min_share: 0.1, min_growth_share: 0.02, most: 10 }
    }
}

/// Whether something that keeps `bytes`, and grew by so many if that is known, is as much.
pub(super) fn is_suspicious(
    bytes: u64,
    growth: Option<i64>,
    total: u64,
    limits: &Thresholds,
) -> bool {
    let share = |bytes: u64| bytes as f64 / total.max(1) as f64;
    match growth {
        Some(growth) => {
            let grown = u64::try_from(growth).unwrap_or(0);
            grown >= limits.min_bytes && share(grown) >= limits.min_growth_share
        }
        None => bytes >= limits.min_bytes && share(bytes) >= limits.min_share,
    }
}
