//! A suspect in plain words.

use super::Suspect;
use crate::heap::path::Step;
use crate::units::Bytes;

/// What a suspect is, where the bytes are, and what to do if that is known.
pub(super) fn sentence(suspect: &Suspect) -> String {
    let mut text = format!(
        "{}{} keeps {} alive, {:.1} % of the heap, and is {} itself",
        suspect.name,
        place(suspect),
        Bytes(suspect.retained_bytes),
        suspect.retained_share * 100.0,
        Bytes(suspect.shallow_bytes),
    );
    if let Some(growth) = suspect.growth_bytes {
        text += &format!("; it grew by {}", Bytes(growth.unsigned_abs()));
    }
    match &suspect.holds {
        Some(holds) => {
            text += &format!(
                "; most of it is {} × {} ({})",
                thousands(holds.count),
                holds.name,
                Bytes(holds.retained_bytes)
            );
        }
        None => text += &format!("; the bytes are at {}", way(suspect)),
    }
    text.push('.');
    if let Some(cause) = &suspect.known_cause {
        text += &format!(" {}. Cure: {}.", cause.explanation, cause.cure);
    }
    text
}

/// What the program calls the suspect: the nearest property or variable on the way to it.
fn place(suspect: &Suspect) -> String {
    let at = suspect.path.iter().position(|step| step.id == suspect.id);
    let step = at.map(|at| &suspect.path[at]);
    let step = step.filter(|step| matches!(step.edge_kind, "property" | "context"));
    step.map(|step| format!(" (`{}`)", step.edge)).unwrap_or_default()
}

/// The way from the suspect to the bytes: `Generator → map → prototype_info → prototype users:
/// 14.6 MB`.
pub(super) fn way(suspect: &Suspect) -> String {
    let from = suspect.path.iter().position(|step| step.id == suspect.id);
    let behind = from.map_or(&suspect.path[..], |from| &suspect.path[from + 1..]);
    let mut parts = vec![suspect.name.clone()];
    for (i, step) in behind.iter().enumerate() {
        let last = i + 1 == behind.len();
        parts.push(if last && suspect.known_cause.is_some() {
            "prototype users".to_owned()
        } else {
            edge(step)
        });
    }
    let bytes = suspect.path.last().map_or(suspect.shallow_bytes, |step| step.self_bytes);
    format!("{}: {}", parts.join(" → "), Bytes(bytes))
}

fn edge(step: &Step) -> String {
    // An index alone says nothing.
    let name = match step.edge_kind {
        "element" | "hidden" => format!("[{}] {}", step.edge, step.name),
        _ => step.edge.clone(),
    };
    if step.times > 1 { format!("{name} × {}", thousands(step.times)) } else { name }
}

/// `1203441` as `1,203,441`.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
