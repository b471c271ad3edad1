//! A suspect in plain words.

use super::{Holding, Suspect};
use crate::amount::{Bytes, thousands};
use crate::path::Step;

/// What a suspect is, where the bytes are, and what to do if that is known.
pub(super) fn sentence(suspect: &Suspect) -> String {
    let one = suspect.alike == 1;
    let mut text = format!(
        "{} {} {} alive, {:.1} % of the heap, and {} {} {}",
        suspect.title(),
        if one { "keeps" } else { "keep" },
        Bytes(suspect.retained_bytes),
        suspect.retained_share * 100.0,
        if one { "is" } else { "are" },
        Bytes(suspect.shallow_bytes),
        if one { "itself" } else { "themselves" },
    );
    if let Some(growth) = suspect.growth_bytes {
        let they = if one { "it" } else { "they" };
        text += &format!("; {they} grew by {}", Bytes(growth.unsigned_abs()));
    }
    text += &format!("; {}.", suspect.whereabouts());
    if let Some(cause) = &suspect.known_cause {
        text += &format!(" {}. Cure: {}.", cause.explanation, cause.cure);
    }
    if let Some(advice) = &suspect.advice {
        text += &format!(" {advice}.");
    }
    text
}

impl Suspect {
    /// What it is: `Generator`, or ``3 × Map (`store.sessions` in app.js)``.
    #[must_use]
    pub fn title(&self) -> String {
        let many = match self.alike {
            1 => String::new(),
            many => format!("{} × ", thousands(many)),
        };
        format!("{many}{}{}", self.name, place(self))
    }

    /// Where its bytes are: `most of it is 40,200 × Timeout (12.5 MB)`, or `the bytes are at Generator →
    /// map → prototype_info → prototype users: 14.6 MB`.
    #[must_use]
    pub fn whereabouts(&self) -> String {
        match &self.holds {
            Some(holds) => format!("most of it is {}", content(holds)),
            None => format!("the bytes are at {}", way(self)),
        }
    }
}

/// `40,200 × Timeout (12.5 MB), which call poll() at /srv/app.js:7:3`.
fn content(holds: &Holding) -> String {
    let mut text = format!("{} × {}", thousands(holds.count), holds.name);
    if let Some(chain) = &holds.chain {
        text = format!("a chain of {text}, each held by the one before as {chain}");
    }
    let mut details = vec![Bytes(holds.retained_bytes).to_string()];
    details.extend(holds.source.clone());
    text += &format!(" ({})", details.join(", "));
    if let Some(calls) = &holds.calls {
        text += &format!(", which call {calls}");
    }
    text
}

/// What the program calls the suspect, and in which file.
fn place(suspect: &Suspect) -> String {
    match (&suspect.variable, &suspect.declared_in) {
        (Some(variable), Some(file)) => format!(" (`{variable}` in {file})"),
        (Some(variable), None) => format!(" (`{variable}`)"),
        (None, _) => String::new(),
    }
}

/// The way from the suspect to the bytes: `Generator → map → prototype_info → prototype users:
/// 14.6 MB`.
pub(super) fn way(suspect: &Suspect) -> String {
    let from = suspect.path.iter().position(|step| step.id == suspect.id);
    let behind = from.map_or(&[][..], |from| &suspect.path[from + 1..]);
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
