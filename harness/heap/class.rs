//! What each node is called in a list of groups.
//!
//! DevTools today groups objects by constructor, and by where the constructor stands in its script
//! if that is known, since two scripts may have classes of one name; functions are one group, and
//! so is each kind that has no constructor. The classic rules know no locations and no shapes.

use std::collections::HashMap;

use super::bits::Bits;
use super::rules::Rules;
use super::shape::{Definition, Shapes};
use super::snapshot::{Location, Snapshot};

/// A group's identity, which holds in any snapshot of the same process.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Class {
    /// The name, in WTF-8.
    pub name: Vec<u8>,
    /// Where the constructor is, if the objects say so.
    pub location: Option<Location>,
}

/// The class of each node.
#[derive(Debug)]
pub struct Classes {
    /// By ordinal, a position in `list`.
    pub of_node: Vec<u32>,
    /// All classes. Two may have the same name: DevTools shows the later one only.
    pub list: Vec<Class>,
}

/// Stands for a class that was not made yet.
const NONE: u32 = u32::MAX;

impl Classes {
    /// Names the nodes by today's rules; `definitions` are the shapes of plain objects.
    pub fn today(
        snapshot: &Snapshot,
        shapes: &Shapes,
        definitions: &[Definition],
        detached: Option<&Bits>,
    ) -> Self {
        let mut naming = Naming::new(snapshot, Rules::Today);
        for node in snapshot.ordinals() {
            let renamed = detached.is_some_and(|detached| detached.get(node));
            let class = if renamed { naming.detached(node) } else { naming.class(node) };
            naming.of_node.push(class);
        }
        naming.apply_shapes(shapes, definitions);
        naming.apply_locations();
        Self { of_node: naming.of_node, list: naming.list }
    }

    /// Names the nodes as Chrome 70 to 80 did.
    pub fn classic(snapshot: &Snapshot) -> Self {
        let mut naming = Naming::new(snapshot, Rules::Classic);
        for node in snapshot.ordinals() {
            let class = naming.class(node);
            naming.of_node.push(class);
        }
        Self { of_node: naming.of_node, list: naming.list }
    }
}

/// Classes while they are being found.
struct Naming<'a> {
    snapshot: &'a Snapshot,
    rules: Rules,
    of_node: Vec<u32>,
    list: Vec<Class>,
    /// For kinds whose nodes are all in one class.
    of_kind: [u32; 256],
    /// By a name's number, for kinds that are grouped by name.
    of_string: Vec<u32>,
    /// Names that DevTools makes up.
    of_text: HashMap<Vec<u8>, u32>,
    of_detached: HashMap<u32, u32>,
}

impl<'a> Naming<'a> {
    fn new(snapshot: &'a Snapshot, rules: Rules) -> Self {
        Self {
            snapshot,
            rules,
            of_node: Vec::with_capacity(snapshot.len()),
            list: Vec::new(),
            of_kind: [NONE; 256],
            of_string: vec![NONE; snapshot.strings.len()],
            of_text: HashMap::new(),
            of_detached: HashMap::new(),
        }
    }

    fn add(&mut self, name: Vec<u8>, location: Option<Location>) -> u32 {
        self.list.push(Class { name, location });
        (self.list.len() - 1) as u32
    }

    fn class_of_text(&mut self, name: Vec<u8>) -> u32 {
        if let Some(&class) = self.of_text.get(&name) {
            return class;
        }
        let class = self.add(name.clone(), None);
        self.of_text.insert(name, class);
        class
    }

    #[inline]
    fn class(&mut self, node: u32) -> u32 {
        let kind = self.snapshot.kind(node);
        let types = &self.snapshot.types;
        if kind == types.object || kind == types.native {
            let name = self.snapshot.names[node as usize];
            let known = self.of_string[name as usize];
            return if known == NONE { self.class_of_name(name) } else { known };
        }
        let known = self.of_kind[usize::from(kind)];
        if known == NONE { self.class_of_kind(kind) } else { known }
    }

    #[cold]
    fn class_of_kind(&mut self, kind: u8) -> u32 {
        let types = &self.snapshot.types;
        let today = self.rules == Rules::Today;
        let name = match kind {
            kind if kind == types.hidden => "(system)".to_owned(),
            kind if kind == types.code => "(compiled code)".to_owned(),
            kind if kind == types.closure && today => "Function".to_owned(),
            kind if kind == types.regexp && today => "RegExp".to_owned(),
            // What DevTools shows for the symbols of Node 8, whose type the file doesn't declare.
            kind => format!("({})", types.name(kind).unwrap_or("undefined")),
        };
        let class = self.class_of_text(name.into_bytes());
        self.of_kind[usize::from(kind)] = class;
        class
    }

    #[cold]
    fn class_of_name(&mut self, name: u32) -> u32 {
        let text = self.snapshot.strings.get(name);
        let element = if self.rules == Rules::Today { element_class(text) } else { None };
        let class = match element {
            Some(text) => self.class_of_text(text),
            None => self.add(text.to_vec(), None),
        };
        self.of_string[name as usize] = class;
        class
    }

    /// The class of a DOM node that is detached from its document.
    fn detached(&mut self, node: u32) -> u32 {
        let name = self.snapshot.names[node as usize];
        if let Some(&class) = self.of_detached.get(&name) {
            return class;
        }
        let mut text = b"Detached ".to_vec();
        text.extend_from_slice(self.snapshot.strings.get(name));
        let class = match element_class(&text) {
            Some(text) => self.class_of_text(text),
            None => self.add(text, None),
        };
        self.of_detached.insert(name, class);
        class
    }

    fn apply_shapes(&mut self, shapes: &Shapes, definitions: &[Definition]) {
        let assigned = shapes.assign(self.snapshot, definitions);
        let mut classes = vec![NONE; definitions.len()];
        for &(node, list) in &shapes.members {
            let Some(definition) = assigned[list as usize] else { continue };
            let class = &mut classes[definition as usize];
            if *class == NONE {
                self.list.push(Class {
                    name: definitions[definition as usize].name.clone(),
                    location: None,
                });
                *class = (self.list.len() - 1) as u32;
            }
            self.of_node[node as usize] = *class;
        }
    }

    fn apply_locations(&mut self) {
        let mut known: HashMap<(Location, u32), u32> = HashMap::new();
        let mut by_name: HashMap<(Location, Vec<u8>), u32> = HashMap::new();
        for (i, &(node, location)) in self.snapshot.locations.iter().enumerate() {
            // Of several locations of one node the last one counts.
            if self.snapshot.locations.get(i + 1).is_some_and(|(next, _)| *next == node)
                || self.snapshot.kind(node) != self.snapshot.types.object
            {
                continue;
            }
            let plain = self.of_node[node as usize];
            let class = *known.entry((location, plain)).or_insert_with(|| {
                let name = self.list[plain as usize].name.clone();
                *by_name.entry((location, name.clone())).or_insert_with(|| {
                    self.list.push(Class { name, location: Some(location) });
                    (self.list.len() - 1) as u32
                })
            });
            self.of_node[node as usize] = class;
        }
    }
}

/// The class of a DOM element: `<div id="a">` is one of the `<div>`s, detached or not.
fn element_class(name: &[u8]) -> Option<Vec<u8>> {
    let search_from = match name {
        [b'<', ..] => 0,
        _ if name.starts_with(b"Detached <") => 10,
        _ => return None,
    };
    let space = name[search_from..].iter().position(|&byte| byte == b' ');
    Some(match space {
        Some(space) => [&name[..search_from + space], b">"].concat(),
        None => name.to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::specimen::Specimen;

    fn names(snapshot: &Snapshot, classes: &Classes) -> Vec<String> {
        let name = |class: u32| String::from_utf8(classes.list[class as usize].name.clone());
        (0..snapshot.len()).map(|node| name(classes.of_node[node]).unwrap()).collect()
    }

    #[test]
    fn both_sets_of_names() {
        let mut s = Specimen::new();
        s.node("hidden", "system / Map", 8);
        s.node("code", "(a)", 8);
        s.node("closure", "run", 8);
        s.node("regexp", "/a/", 8);
        s.node("object", "Generator", 8);
        s.node("native", "<div id=\"a\">", 8);
        s.node("native", "Detached <p class=\"b\">", 8);
        s.node("undeclared", "sym", 8);
        s.node("array", "(x)", 8);
        let detached = s.node("native", "<b id=\"c\">", 8);
        s.detachedness(detached, 2);
        let snapshot = s.read();
        let detached = crate::detached::detached_nodes(&snapshot);
        let today = Classes::today(&snapshot, &Shapes::default(), &[], detached.as_ref());
        assert_eq!(
            names(&snapshot, &today),
            [
                "(synthetic)",
                "(system)",
                "(compiled code)",
                "Function",
                "RegExp",
                "Generator",
                "<div>",
                "Detached <p>",
                "(undefined)",
                "(array)",
                "Detached <b>"
            ]
        );
        let classic = Classes::classic(&snapshot);
        assert_eq!(
            names(&snapshot, &classic)[3..8],
            ["(closure)", "(regexp)", "Generator", "<div id=\"a\">", "Detached <p class=\"b\">"]
        );
    }

    #[test]
    fn classes_of_one_name_in_two_places_differ() {
        let mut s = Specimen::new();
        let a = s.node("object", "Rec", 8);
        let b = s.node("object", "Rec", 8);
        let c = s.node("object", "Rec", 8);
        let closure = s.node("closure", "f", 8);
        s.location(a, 1, 2, 3);
        s.location(b, 1, 2, 4);
        s.location(c, 1, 2, 3);
        s.location(closure, 1, 2, 3);
        let classes = Classes::today(&s.read(), &Shapes::default(), &[], None);
        let of = |node: u32| classes.of_node[node as usize];
        assert_eq!(of(a), of(c));
        assert_ne!(of(a), of(b));
        assert_eq!(classes.list[of(closure) as usize].location, None);
    }
}
