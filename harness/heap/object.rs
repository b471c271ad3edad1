//! One object: what it refers to, and all that refers to it.

use serde::Serialize;

use super::analysis::Analysis;
use super::dominators::Flow;
use super::path::{node_name, source, step};
use super::script::Scripts;
use super::step::Step;
use super::text::to_text;

/// An object and its neighbours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Object {
    /// Its id.
    pub id: u32,
    /// Its name for people: plain objects by their shape, strings shortened.
    pub name: String,
    /// Its type in the file: `object`, `closure`, `array`.
    pub kind: String,
    /// Of a string the text, as far as the snapshot has it.
    pub text: Option<String>,
    /// `file:line:column` of its constructor, or of a function itself, if the snapshot says so.
    pub source: Option<String>,
    /// How many links it is away from the roots; `None` if nothing leads to it.
    pub distance: Option<u32>,
    /// Its own size as V8 gives it, in bytes.
    pub shallow_bytes: u64,
    /// What it keeps alive, itself included, in bytes.
    pub retained_bytes: u64,
    /// What it refers to, in the file's order.
    pub content: Vec<Neighbour>,
    /// What refers to it, the nearest to the roots first.
    pub retainers: Vec<Neighbour>,
}

/// A link and the object at its other end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Neighbour {
    /// The link's name, or its index.
    pub edge: String,
    /// `property`, `element`, `context`, `internal`, `hidden`, `shortcut` or `weak`.
    pub edge_kind: &'static str,
    /// The other object's name for people.
    pub name: String,
    /// Its type in the file.
    pub kind: String,
    /// Its id.
    pub id: u32,
    /// Its own size as V8 gives it, in bytes.
    pub self_bytes: u64,
    /// What it keeps alive, in bytes.
    pub retained_bytes: u64,
    /// How many links it is away from the roots; `None` if nothing leads to it.
    pub distance: Option<u32>,
    /// Whether the link keeps what it leads to alive.
    pub retains: bool,
}

/// Describes the object of an ordinal.
pub fn object(analysis: &Analysis, node: u32) -> Object {
    let snapshot = &analysis.snapshot;
    let kind = snapshot.kind(node);
    let scripts = Scripts::of(snapshot);
    let neighbour = |link: usize, other: u32| neighbour(analysis, link, other);
    let content =
        snapshot.links_of(node).map(|link| neighbour(link, snapshot.links[link].target()));
    let to_it = (0..snapshot.links.len()).filter(|&link| snapshot.links[link].target() == node);
    let mut retainers: Vec<Neighbour> =
        to_it.map(|link| neighbour(link, source(analysis, link))).collect();
    retainers.sort_by_key(|other| (!other.retains, other.distance.unwrap_or(u32::MAX)));
    Object {
        id: snapshot.ids[node as usize],
        name: node_name(analysis, node),
        kind: snapshot.types.name(kind).unwrap_or("undeclared").to_owned(),
        text: (kind == snapshot.types.string).then(|| to_text(snapshot.name(node)).into_owned()),
        source: snapshot.location_of(node).and_then(|at| scripts.place(at)),
        distance: analysis.reach.distance(node),
        shallow_bytes: snapshot.self_sizes.get(node),
        retained_bytes: analysis.retained_bytes(node),
        content: content.collect(),
        retainers,
    }
}

fn neighbour(analysis: &Analysis, link: usize, other: u32) -> Neighbour {
    let Step { edge, edge_kind, .. } = step(analysis, link);
    let snapshot = &analysis.snapshot;
    Neighbour {
        edge,
        edge_kind,
        name: node_name(analysis, other),
        kind: snapshot.types.name(snapshot.kind(other)).unwrap_or("undeclared").to_owned(),
        id: snapshot.ids[other as usize],
        self_bytes: snapshot.self_sizes.get(other),
        retained_bytes: analysis.retained_bytes(other),
        distance: analysis.reach.distance(other),
        retains: analysis.flow().follow(source(analysis, link), link).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;
    use crate::specimen::Specimen;

    #[test]
    fn content_and_all_retainers_the_nearest_first() {
        let mut s = Specimen::new();
        let global = s.node("object", "global", 8);
        let a = s.node("object", "A", 8);
        let text = s.node("string", "hello", 24);
        let far = s.node("object", "Far", 8);
        s.link(0, "shortcut", "global", global);
        s.link(global, "property", "a", a);
        s.link(a, "property", "far", far);
        s.link(far, "element", 3, text);
        s.link(global, "weak", "cached", text);
        s.link(a, "property", "text", text);
        let analysis = Analysis::new(s.read(), Rules::Today);
        let found = object(&analysis, text);
        assert_eq!((found.text.as_deref(), found.distance), (Some("hello"), Some(3)));
        let told: Vec<_> =
            found.retainers.iter().map(|r| (&r.edge[..], &r.name[..], r.retains)).collect();
        assert_eq!(told, [("text", "A", true), ("3", "Far", true), ("cached", "global", false)]);
        let content: Vec<_> = object(&analysis, a)
            .content
            .into_iter()
            .map(|c| (c.edge, c.id, c.retained_bytes))
            .collect();
        assert_eq!(content, [("far".to_owned(), 9, 8), ("text".to_owned(), 7, 24)]);
    }
}
