//! Places of one kind beside each other are one suspect: seven lists of timers are one mistake.

use super::suspect::Suspect;

/// So many are one suspect; two may be chance.
const FEWEST: usize = 3;

/// Merges suspects of one name whose ways differ in the last step only; the first of them stays and
/// gets the sums. `total` is the size of the heap.
pub(super) fn merge(found: &mut Vec<Suspect>, total: u64) {
    let mut merged: Vec<Suspect> = Vec::new();
    let all = std::mem::take(found);
    for suspect in &all {
        if merged.iter().any(|known| are_alike(known, suspect)) {
            continue;
        }
        let alike: Vec<&Suspect> = all.iter().filter(|other| are_alike(suspect, other)).collect();
        if alike.len() < FEWEST {
            // Each stays for itself.
            merged.extend(alike.into_iter().cloned());
        } else {
            merged.push(sum(&alike, total));
        }
    }
    *found = merged;
}

fn are_alike(a: &Suspect, b: &Suspect) -> bool {
    let above = |suspect: &Suspect| {
        let at = suspect.path.iter().position(|step| step.id == suspect.id)?;
        Some(suspect.path[at.checked_sub(1)?].id)
    };
    let held = |suspect: &Suspect| suspect.holds.as_ref().map(|holds| holds.name.clone());
    a.name == b.name
        && (a.id == b.id || above(a).is_some() && above(a) == above(b))
        && held(a) == held(b)
}

fn sum(alike: &[&Suspect], total: u64) -> Suspect {
    let mut all = alike[0].clone();
    all.alike = alike.len() as u64;
    for other in &alike[1..] {
        all.retained_bytes += other.retained_bytes;
        all.shallow_bytes += other.shallow_bytes;
        all.own_bytes = all.own_bytes.saturating_add(other.own_bytes);
        for (step, more) in all.growth_steps.iter_mut().zip(&other.growth_steps) {
            *step = step.saturating_add(*more);
        }
        all.growth_bytes =
            all.growth_bytes.zip(other.growth_bytes).map(|(a, b)| a.saturating_add(b));
        if let (Some(holds), Some(more)) = (&mut all.holds, &other.holds) {
            holds.count += more.count;
            holds.retained_bytes += more.retained_bytes;
        }
    }
    let share = |bytes: u64| bytes as f64 / total.max(1) as f64;
    all.retained_share = share(all.retained_bytes);
    all.shallow_share = share(all.shallow_bytes);
    all
}
