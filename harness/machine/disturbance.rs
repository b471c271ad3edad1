//! What makes an invocation worth repeating: that the machine did something else meanwhile.
//!
//! Decided by what the machine did and never by what was measured: to repeat what looks slow would
//! pull every figure towards fast. The thresholds are well above what a shared virtual machine with
//! nothing else to do had in a run of ten invocations (0 to 0.55 % stolen, 0 to 0.84 % used by others; see
//! docs/METHODOLOGY.md), since what always fires says nothing.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Noise;

/// Share of the CPU time of all cores. Invocations here had 0 to 1.1 % stolen while eight others
/// compiled on the same two cores; at 3 % of both, the one core that measures has lost up to 6 %.
pub const MOST_STOLEN: f64 = 0.03;

/// Share of the CPU time of all cores that others may use: on two cores, a third of one. The
/// variants take turns, so that more than one core is busy only while helper threads collect.
pub const MOST_OTHERS: f64 = 0.15;

/// Pages swapped in and out during an invocation, 1 MiB where a page has 4 KiB: a system that rests
/// may write back a few.
pub const MOST_SWAPPED_PAGES: u64 = 256;

/// Something that disturbed an invocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Disturbance {
    /// The hypervisor gave CPU time to others.
    Stolen,
    /// Other programs used the CPU.
    Load,
    Swapping,
    /// A core was throttled because of heat.
    Throttled,
}

impl Disturbance {
    pub const ALL: [Self; 4] = [Self::Stolen, Self::Load, Self::Swapping, Self::Throttled];

    /// The word for it in records.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Stolen => "stolen",
            Self::Load => "load",
            Self::Swapping => "swapping",
            Self::Throttled => "throttled",
        }
    }

    /// What in `noise` is beyond its threshold. What the system does not tell disturbs nothing.
    pub fn in_noise(noise: &Noise) -> Vec<Self> {
        let swapped = noise.swapped_in_pages.unwrap_or(0) + noise.swapped_out_pages.unwrap_or(0);
        let is_there = |disturbance: &Self| match disturbance {
            Self::Stolen => noise.stolen_share.is_some_and(|share| share > MOST_STOLEN),
            Self::Load => noise.others_share.is_some_and(|share| share > MOST_OTHERS),
            Self::Swapping => swapped > MOST_SWAPPED_PAGES,
            Self::Throttled => noise.throttled.is_some_and(|count| count > 0),
        };
        Self::ALL.into_iter().filter(is_there).collect()
    }
}

/// All that disturbed an invocation. In records: its words, separated by spaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disturbances(pub Vec<Disturbance>);

impl Serialize for Disturbances {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let words: Vec<&str> = self.0.iter().map(|one| one.word()).collect();
        to.serialize_str(&words.join(" "))
    }
}

impl<'de> Deserialize<'de> for Disturbances {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let words = String::deserialize(from)?;
        let named = |word: &str| Disturbance::ALL.into_iter().find(|one| one.word() == word);
        let all = words.split_whitespace().map(|word| {
            named(word).ok_or_else(|| de::Error::custom(format!("\"{word}\" is not a disturbance")))
        });
        all.collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for Disturbance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_that_rests_or_tells_nothing_disturbs_nothing() {
        assert!(Disturbance::in_noise(&Noise::default()).is_empty());
        let calm = Noise {
            stolen_share: Some(MOST_STOLEN),
            others_share: Some(MOST_OTHERS),
            swapped_in_pages: Some(200),
            swapped_out_pages: Some(56),
            throttled: Some(0),
            ..Noise::default()
        };
        assert!(Disturbance::in_noise(&calm).is_empty());
    }

    #[test]
    fn each_threshold_is_of_its_own() {
        let over = |noise: Noise| Disturbance::in_noise(&noise);
        let none = Noise::default;
        assert_eq!(over(Noise { stolen_share: Some(0.04), ..none() }), [Disturbance::Stolen]);
        assert_eq!(over(Noise { others_share: Some(0.2), ..none() }), [Disturbance::Load]);
        assert_eq!(over(Noise { swapped_out_pages: Some(300), ..none() }), [Disturbance::Swapping]);
        assert_eq!(over(Noise { throttled: Some(1), ..none() }), [Disturbance::Throttled]);
    }
}
