//! What is read: how many bytes each space holds after how many ops.

use crate::record::Space;
use crate::session::Reading;
use crate::units::Nanos;

/// Bytes held in each space. `None`: this runtime does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    pub heap: Option<u64>,
    pub external: Option<u64>,
    pub array_buffers: Option<u64>,
    pub resident: Option<u64>,
}

impl Held {
    /// What is held in `space`.
    pub const fn of(&self, space: Space) -> Option<u64> {
        match space {
            Space::Heap => self.heap,
            Space::External => self.external,
            Space::ArrayBuffers => self.array_buffers,
            Space::Resident => self.resident,
        }
    }

    /// Heap and external memory together: what the program's objects keep.
    pub fn by_objects(&self) -> u64 {
        self.heap.unwrap_or(0).saturating_add(self.external.unwrap_or(0))
    }
}

impl From<&Reading> for Held {
    fn from(reading: &Reading) -> Self {
        let resident = reading.rss_bytes.map(|rss| {
            let in_heap = reading.heap_total_bytes.unwrap_or(0);
            rss.saturating_sub(in_heap).saturating_sub(reading.external_bytes.unwrap_or(0))
        });
        Self {
            heap: reading
                .heap_used_bytes
                .map(|used| used.saturating_sub(reading.code_bytes.unwrap_or(0))),
            external: reading.external_bytes,
            array_buffers: reading.array_buffers_bytes,
            resident,
        }
    }
}

/// One reading after a forced collection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checkpoint {
    /// Ops that the process has executed so far, warm-up included.
    pub ops: u64,
    /// How long those took, without the collections that were forced between them.
    pub elapsed: Nanos,
    /// How long the process has been alive, collections included.
    pub wall: Nanos,
    pub held: Held,
}

/// What was gained in heap and external memory since the first reading, in bytes.
pub(super) fn gained(series: &[Checkpoint]) -> u64 {
    let held = |checkpoint: Option<&Checkpoint>| checkpoint.map_or(0, |it| it.held.by_objects());
    held(series.last()).saturating_sub(held(series.first()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resident_set_is_counted_without_what_the_other_spaces_have() {
        let reading = Reading {
            rss_bytes: Some(100),
            heap_used_bytes: Some(20),
            heap_total_bytes: Some(30),
            external_bytes: Some(5),
            ..Reading::default()
        };
        let held = Held::from(&reading);
        assert_eq!((held.heap, held.resident, held.array_buffers), (Some(20), Some(65), None));
        assert_eq!(held.by_objects(), 25);
        let coded = Reading { code_bytes: Some(8), ..reading };
        assert_eq!(Held::from(&coded).heap, Some(12));
        // A heap that is reserved and was never touched is not resident.
        let untouched = Reading { heap_total_bytes: Some(300), ..reading };
        assert_eq!(Held::from(&untouched).resident, Some(0));
    }
}
