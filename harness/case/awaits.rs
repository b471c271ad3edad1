//! Cases that differ only in how many awaits an op has: `await-k=16` is the case `await-k` with 16.
//!
//! The number stands in the name, so that results tell without the manifest which cases make one
//! line: what an op takes longer for each await more is the cost of one.

/// What stands between the folder's name and the number. No folder of a case may have it in its name.
pub(super) const BETWEEN: char = '=';

/// The name of the case in the folder `family` whose ops have `awaits` awaits.
#[must_use]
pub(super) fn name(family: &str, awaits: u32) -> String {
    format!("{family}{BETWEEN}{awaits}")
}

/// The folder's name and the awaits of an op, if the case is one of several with different numbers.
#[must_use]
pub fn family(case: &str) -> Option<(&str, u32)> {
    let (family, awaits) = case.rsplit_once(BETWEEN)?;
    let is_number = awaits.bytes().all(|byte| byte.is_ascii_digit());
    Some((family, awaits.parse().ok()?)).filter(|_| is_number && !family.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_family_and_number() {
        assert_eq!(name("await-k", 16), "await-k=16");
        assert_eq!(family("await-k=16"), Some(("await-k", 16)));
        for other in ["await-two", "await-16", "await=", "=4", "a=+4", "a=x", "a=99999999999"] {
            assert_eq!(family(other), None, "{other}");
        }
    }
}
