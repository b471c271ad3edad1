//! Plain objects sorted by what properties they have, as DevTools does it since Chrome 121.
//!
//! A heap with a million objects called `Object` says nothing. So lists of properties that many of
//! them begin with become definitions, named `{id, name}`, and each plain object goes to the
//! definition with the most properties all of which it has. A comparison applies the newer
//! snapshot's definitions to both.
//!
//! Many objects share one list of properties, so lists are interned first and everything else is
//! done once a list.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::layout::LinkKind;
use super::snapshot::Snapshot;
use super::text::utf16_length;

/// A definition's name grows to this many characters; then further properties are left out.
const NAME_LENGTH: usize = 120;
/// A definition that matches one object groups nothing.
const FEWEST_OBJECTS: u64 = 2;
/// A definition must describe at least one plain object in so many.
const SHARE: f64 = 1000.0;

/// A shape that objects can have, in a form that holds for any snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// `{id, name}`, in WTF-8.
    pub name: Vec<u8>,
    /// The properties that an object must have, in WTF-8.
    pub properties: Vec<Vec<u8>>,
}

/// The lists of properties that plain objects have.
#[derive(Debug, Default)]
pub struct Shapes {
    /// All lists one behind the other, as numbers of strings.
    names: Vec<u32>,
    lists: Vec<List>,
    /// Each plain object and the number of its list.
    pub members: Vec<(u32, u32)>,
}

#[derive(Debug)]
struct List {
    start: usize,
    end: usize,
    objects: u64,
}

impl Shapes {
    /// Collects the lists of all plain objects, in the order of the file.
    pub fn collect(snapshot: &Snapshot) -> Self {
        let mut shapes = Self::default();
        let Some(plain) = snapshot.strings.find(b"Object") else { return shapes };
        let proto = snapshot.strings.find(b"__proto__");
        let mut known: HashMap<u64, Vec<u32>, Unhashed> = HashMap::default();
        for node in snapshot.ordinals() {
            if snapshot.kind(node) != snapshot.types.object
                || snapshot.names[node as usize] != plain
            {
                continue;
            }
            let start = shapes.names.len();
            let mut hash = 0u64;
            for link in snapshot.links_of(node) {
                let name = snapshot.link_names[link];
                if snapshot.links[link].kind() == LinkKind::Property && Some(name) != proto {
                    shapes.names.push(name);
                    hash =
                        (hash.rotate_left(5) ^ u64::from(name)).wrapping_mul(0x517c_c1b7_2722_0a95);
                }
            }
            let list = shapes.intern(start, known.entry(hash));
            shapes.members.push((node, list));
        }
        shapes
    }

    /// Makes the names from `start` a list, or finds the equal one.
    fn intern(&mut self, start: usize, entry: Entry<'_, u64, Vec<u32>>) -> u32 {
        let same_hash = entry.or_default();
        let (before, fresh) = self.names.split_at(start);
        for &number in same_hash.iter() {
            let list = &mut self.lists[number as usize];
            if before[list.start..list.end] == *fresh {
                list.objects += 1;
                self.names.truncate(start);
                return number;
            }
        }
        let number = self.lists.len() as u32;
        self.lists.push(List { start, end: self.names.len(), objects: 1 });
        same_hash.push(number);
        number
    }

    fn list(&self, list: &List) -> &[u32] {
        &self.names[list.start..list.end]
    }

    /// The definitions that describe enough objects, the most frequent first.
    pub fn infer(&self, snapshot: &Snapshot) -> Vec<Definition> {
        let mut candidates: Vec<(Definition, u64)> = Vec::new();
        let mut by_name: HashMap<Vec<u8>, usize> = HashMap::new();
        for list in &self.lists {
            let Some(definition) = define(snapshot, self.list(list)) else { continue };
            match by_name.entry(definition.name.clone()) {
                Entry::Occupied(entry) => candidates[*entry.get()].1 += list.objects,
                Entry::Vacant(entry) => {
                    entry.insert(candidates.len());
                    candidates.push((definition, list.objects));
                }
            }
        }
        let fewest = (self.members.len() as f64 / SHARE).max(FEWEST_OBJECTS as f64);
        candidates.retain(|(_, objects)| *objects as f64 >= fewest);
        // Stable: of two that are equally frequent the one that was met first comes first.
        candidates.sort_by_key(|(_, objects)| std::cmp::Reverse(*objects));
        candidates.into_iter().map(|(definition, _)| definition).collect()
    }

    /// For each list the definition that its objects belong to.
    pub fn assign(&self, snapshot: &Snapshot, definitions: &[Definition]) -> Vec<Option<u32>> {
        let mut numbers: HashMap<&[u8], u32> = HashMap::new();
        for &name in &self.names {
            numbers.entry(snapshot.strings.get(name)).or_insert(name);
        }
        let tree = Tree::new(definitions, &numbers);
        let mut sorted = Vec::new();
        let assign = |list: &List| {
            sorted.clear();
            sorted.extend(self.list(list).iter().filter(|name| tree.mentions(**name)));
            sorted.sort_unstable();
            tree.best(&sorted)
        };
        self.lists.iter().map(assign).collect()
    }
}

/// The definition that an object with these properties suggests.
fn define(snapshot: &Snapshot, names: &[u32]) -> Option<Definition> {
    let mut name = b"{".to_vec();
    let mut length = 1;
    let mut properties = Vec::new();
    for &property in names {
        let property = snapshot.strings.get(property);
        let formatted = format_property(property);
        let more = utf16_length(&formatted);
        if length > 1 && length + more > NAME_LENGTH {
            break;
        }
        if length != 1 {
            name.extend_from_slice(b", ");
            length += 2;
        }
        name.extend_from_slice(&formatted);
        length += more;
        properties.push(property.to_vec());
    }
    name.push(b'}');
    (!properties.is_empty()).then_some(Definition { name, properties })
}

/// A property's name as it appears in a definition's: quoted if it could be misread.
pub(crate) fn format_property(name: &[u8]) -> Vec<u8> {
    if !name.iter().any(|byte| b",'\"{}".contains(byte)) {
        return name.to_vec();
    }
    let mut quoted = vec![b'"'];
    let mut rest = name;
    while let Some((&byte, behind)) = rest.split_first() {
        // A lone surrogate in WTF-8: 0xED, then a byte from 0xA0.
        if let [0xed, second @ 0xa0..=0xbf, third, ..] = *rest {
            let unit = 0xd000 | (u32::from(second) & 0x3f) << 6 | u32::from(third) & 0x3f;
            quoted.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
            rest = &rest[3..];
            continue;
        }
        match byte {
            b'"' | b'\\' => quoted.extend_from_slice(&[b'\\', byte]),
            0x08 => quoted.extend_from_slice(b"\\b"),
            0x0c => quoted.extend_from_slice(b"\\f"),
            b'\n' => quoted.extend_from_slice(b"\\n"),
            b'\r' => quoted.extend_from_slice(b"\\r"),
            b'\t' => quoted.extend_from_slice(b"\\t"),
            0..0x20 => quoted.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => quoted.push(byte),
        }
        rest = behind;
    }
    quoted.push(b'"');
    quoted
}

/// Definitions as a tree: each step adds a property, in the order of their numbers.
struct Tree {
    steps: HashMap<(u32, u32), u32>,
    mentioned: HashSet<u32>,
    /// The largest property behind each node of the tree.
    largest: Vec<Option<u32>>,
    /// The definition that ends at each node, and its number of properties.
    ends: Vec<Option<(u32, usize)>>,
}

impl Tree {
    fn new(definitions: &[Definition], numbers: &HashMap<&[u8], u32>) -> Self {
        let mut tree = Self {
            steps: HashMap::new(),
            mentioned: HashSet::new(),
            largest: vec![None],
            ends: vec![None],
        };
        for (i, definition) in definitions.iter().enumerate() {
            let properties = definition.properties.iter();
            let path: Option<Vec<u32>> =
                properties.map(|name| numbers.get(&name[..]).copied()).collect();
            // With a property that no object has it matches none.
            let Some(mut path) = path else { continue };
            path.sort_unstable();
            tree.mentioned.extend(&path);
            tree.insert(&path, i as u32);
        }
        tree
    }

    fn insert(&mut self, path: &[u32], definition: u32) {
        let mut at = 0u32;
        for &property in path {
            let fresh = self.ends.len() as u32;
            let next = *self.steps.entry((at, property)).or_insert(fresh);
            if next == fresh {
                self.ends.push(None);
                self.largest.push(None);
            }
            let largest = &mut self.largest[at as usize];
            *largest = (*largest).max(Some(property));
            at = next;
        }
        // Of definitions with the same properties in another order the first one counts.
        self.ends[at as usize].get_or_insert((definition, path.len()));
    }

    /// Whether any definition contains the property.
    fn mentions(&self, property: u32) -> bool {
        self.mentioned.contains(&property)
    }

    /// The definition with the most properties, all among the sorted `properties`; the first one if
    /// there are several.
    fn best(&self, properties: &[u32]) -> Option<u32> {
        let mut best: Option<(u32, usize)> = None;
        let mut states = vec![0u32];
        for &property in properties {
            for i in 0..states.len() {
                let Some(&next) = self.steps.get(&(states[i], property)) else { continue };
                if states.contains(&next) {
                    continue;
                }
                states.push(next);
                let Some((definition, count)) = self.ends[next as usize] else { continue };
                let better = |&(known, most): &(u32, usize)| {
                    count > most || (count == most && definition < known)
                };
                if best.as_ref().is_none_or(better) {
                    best = Some((definition, count));
                }
            }
            // What has no larger step can't go on.
            states.retain(|&state| {
                self.largest[state as usize].is_some_and(|largest| largest >= property)
            });
        }
        best.map(|(definition, _)| definition)
    }
}

/// Hashes that are hashes already.
#[derive(Clone, Copy, Debug, Default)]
struct Unhashed;

impl std::hash::BuildHasher for Unhashed {
    type Hasher = Identity;
    fn build_hasher(&self) -> Identity {
        Identity(0)
    }
}

/// Gives back the one number that it was given.
#[derive(Clone, Copy, Debug)]
struct Identity(u64);

impl std::hash::Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.wrapping_mul(0x100).wrapping_add(u64::from(byte));
        }
    }
    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::specimen::Specimen;

    fn objects(lists: &[&[&str]]) -> (Snapshot, Vec<Definition>, Vec<Option<String>>) {
        let mut s = Specimen::new();
        let value = s.node("number", "1", 8);
        for list in lists {
            let object = s.node("object", "Object", 8);
            s.link(object, "property", "__proto__", value);
            for name in *list {
                s.link(object, "property", *name, value);
            }
        }
        let snapshot = s.read();
        let shapes = Shapes::collect(&snapshot);
        let definitions = shapes.infer(&snapshot);
        let assigned = shapes.assign(&snapshot, &definitions);
        let name = |definition: u32| {
            String::from_utf8(definitions[definition as usize].name.clone()).unwrap()
        };
        let names =
            shapes.members.iter().map(|&(_, list)| assigned[list as usize].map(name)).collect();
        (snapshot, definitions, names)
    }

    #[test]
    fn objects_go_to_the_longest_definition_that_they_match() {
        let (_, definitions, names) = objects(&[
            &["id", "name"],
            &["id"],
            &["id"],
            &["name", "id"],
            &["id", "name"],
            &["id", "extra", "name"],
            &["other"],
            &[],
        ]);
        let of = |i: usize| names[i].as_deref();
        // Equally frequent: the order in the file decides.
        assert_eq!(definitions.len(), 2);
        assert_eq!(definitions[0].name, b"{id, name}");
        assert_eq!(of(0), Some("{id, name}"));
        assert_eq!(of(1), Some("{id}"));
        assert_eq!(of(3), Some("{id, name}"));
        assert_eq!(of(5), Some("{id, name}"));
        assert_eq!((of(6), of(7)), (None, None));
    }

    #[test]
    fn names_stay_short_and_unambiguous() {
        let long = "x".repeat(130);
        let list: &[&str] = &[&long, "a"];
        let (_, definitions, _) = objects(&[list, list]);
        assert_eq!(definitions[0].properties.len(), 1);
        assert_eq!(format_property(b"a,b"), b"\"a,b\"");
        assert_eq!(format_property(b"{\n\"\x01"), b"\"{\\n\\\"\\u0001\"");
        assert_eq!(format_property(&[b',', 0xed, 0xa0, 0xbd]), b"\",\\ud83d\"");
        assert_eq!(format_property(b"a-b c"), b"a-b c");
    }
}
