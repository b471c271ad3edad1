//! A suspect, and what it is in plain words.

use std::fmt;

use serde::{Serialize, Serializer};

use super::holding::Holding;
use super::known::Cause;
use crate::amount::{Bytes, thousands};
use crate::step::Step;
use crate::text::printable;

/// A place that keeps suspiciously much alive.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(remote = "Self")]
pub struct Suspect {
    /// The nearest object with a name that says something.
    pub name: String,
    /// That object's id, which stays the same within a session.
    pub id: u32,
    /// What it keeps alive, in bytes, itself included.
    pub retained_bytes: u64,
    /// The same as a part of the heap, 0 to 1.
    pub retained_share: f64,
    /// Its own size, in bytes.
    pub shallow_bytes: u64,
    /// The same as a part of the heap, 0 to 1.
    pub shallow_share: f64,
    /// By how much it keeps more than in the older snapshot; `None` without one.
    pub growth_bytes: Option<i64>,
    /// By how much it grew from each snapshot to the next, if there are more than two.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub growth_steps: Vec<i64>,
    /// What of its growth, or of what it keeps, no suspect behind it explains: what suspects are ordered by.
    #[serde(skip)]
    pub own_bytes: i64,
    /// The way from the roots to where the bytes are.
    pub path: Vec<Step>,
    /// What the program calls it: `store.sessions`, from the nearest variable or global on.
    pub variable: Option<String>,
    /// The file that the variable is in.
    pub declared_in: Option<String>,
    /// A function of the program that sees the variable, and where it is.
    pub seen_by: Option<String>,
    /// How many such places there are beside each other, all of them in the sizes above.
    pub alike: u64,
    /// What most of the bytes are, if they are many objects of one class.
    pub holds: Option<Holding>,
    /// What usually makes such a place grow, and what to do about it.
    pub advice: Option<String>,
    /// The cause, if it is a known one.
    pub known_cause: Option<Cause>,
}

/// With its sentence as the last field.
impl Serialize for Suspect {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Told<'a> {
            #[serde(flatten, serialize_with = "Suspect::serialize")]
            suspect: &'a Suspect,
            sentence: String,
        }
        Told { suspect: self, sentence: self.sentence() }.serialize(serializer)
    }
}

/// The sentence for people: nothing in it that a terminal would obey.
impl fmt::Display for Suspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&printable(&self.sentence()))
    }
}

impl Suspect {
    /// What it is, where the bytes are, and what to do if that is known, with names as the snapshot has them.
    pub fn sentence(&self) -> String {
        let one = self.alike == 1;
        let mut text = format!(
            "{} {} {} alive, {:.1} % of the heap, and {} {} {}",
            title(self),
            if one { "keeps" } else { "keep" },
            Bytes(self.retained_bytes),
            self.retained_share * 100.0,
            if one { "is" } else { "are" },
            Bytes(self.shallow_bytes),
            if one { "itself" } else { "themselves" },
        );
        if let Some(growth) = self.growth_bytes {
            let they = if one { "it" } else { "they" };
            text += &format!("; {they} grew by {}", Bytes(growth.unsigned_abs()));
        }
        if !self.growth_steps.is_empty() {
            let steps = self.growth_steps.iter().map(|step| Bytes(step.unsigned_abs()).to_string());
            text += &format!(" ({})", steps.collect::<Vec<_>>().join(", then "));
        }
        text += &format!("; {}.", whereabouts(self));
        if let Some(function) = &self.seen_by {
            text += &format!(" The variable is seen by {function}.");
        }
        if let Some(cause) = &self.known_cause {
            text += &format!(" {}. Cure: {}.", cause.explanation, cause.cure);
        }
        if let Some(advice) = &self.advice {
            text += &format!(" {advice}.");
        }
        text
    }

    /// Every text that comes out of the snapshot: names of files among them, and strings of the program.
    pub fn each_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        let Self { name, path, variable, declared_in, seen_by, holds, advice, .. } = self;
        visit(name);
        let links = path.iter_mut().flat_map(|step| [&mut step.name, &mut step.edge]);
        links.for_each(&mut *visit);
        [variable, declared_in, seen_by, advice].into_iter().flatten().for_each(&mut *visit);
        if let Some(Holding { name, source, calls, chain, .. }) = holds {
            visit(name);
            [source, calls, chain].into_iter().flatten().for_each(visit);
        }
    }

    /// What it is, for people: `Generator`, or ``3 × Map (`store.sessions` in app.js)``.
    pub fn title(&self) -> String {
        printable(&title(self)).into_owned()
    }

    /// Where its bytes are, for people: `most of it is 40,200 × Timeout (12.5 MB)`, or `the bytes are at
    /// Generator → map → prototype_info → prototype users: 14.6 MB`.
    pub fn whereabouts(&self) -> String {
        printable(&whereabouts(self)).into_owned()
    }
}

fn title(suspect: &Suspect) -> String {
    let many = match suspect.alike {
        1 => String::new(),
        many => format!("{} × ", thousands(many)),
    };
    format!("{many}{}{}", suspect.name, place(suspect))
}

fn whereabouts(suspect: &Suspect) -> String {
    match &suspect.holds {
        Some(holds) => format!("most of it is {}", content(holds)),
        None => format!("the bytes are at {}", way(suspect)),
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
fn way(suspect: &Suspect) -> String {
    let from = suspect.path.iter().position(|step| step.id == suspect.id);
    let behind = from.map_or(&[][..], |from| &suspect.path[from + 1..]);
    let mut parts = vec![suspect.name.clone()];
    for (i, step) in behind.iter().enumerate() {
        let last = i + 1 == behind.len();
        parts.push(
            if last && suspect.known_cause.is_some_and(|cause| cause.is_prototype_users()) {
                "prototype users".to_owned()
            } else {
                edge(step)
            },
        );
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
