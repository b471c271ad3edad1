//! Small snapshots made by hand, for tests: written as JSON in V8's form and read like any file.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::read::read;
use super::snapshot::Snapshot;

const NODE_TYPES: [&str; 15] = [
    "hidden",
    "array",
    "string",
    "object",
    "code",
    "closure",
    "regexp",
    "number",
    "native",
    "synthetic",
    "concatenated string",
    "sliced string",
    "symbol",
    "bigint",
    "object shape",
];
const EDGE_TYPES: [&str; 7] =
    ["context", "element", "property", "internal", "hidden", "shortcut", "weak"];

/// A link's name: a string, or an index.
#[derive(Clone, Debug)]
pub(crate) enum LinkName {
    Text(String),
    Index(u32),
}

impl From<&str> for LinkName {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for LinkName {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u32> for LinkName {
    fn from(index: u32) -> Self {
        Self::Index(index)
    }
}

struct Node {
    kind: usize,
    name: String,
    id: u32,
    size: u64,
    links: Vec<(usize, LinkName, u32)>,
    detachedness: u8,
}

/// A snapshot under construction. Node 0 is the root; ids are 1, 3, 5, … in order.
pub(crate) struct Specimen {
    nodes: Vec<Node>,
    locations: Vec<(u32, [u32; 3])>,
}

impl Specimen {
    pub(crate) fn new() -> Self {
        let mut specimen = Self { nodes: Vec::new(), locations: Vec::new() };
        specimen.node("synthetic", "", 0);
        specimen
    }

    /// Adds a node and returns its ordinal. A type that is not declared is written as 99.
    pub(crate) fn node(&mut self, kind: &str, name: &str, size: u64) -> u32 {
        let ordinal = self.nodes.len() as u32;
        let kind = NODE_TYPES.iter().position(|known| *known == kind).unwrap_or(99);
        let id = ordinal * 2 + 1;
        self.nodes.push(Node {
            kind,
            name: name.to_owned(),
            id,
            size,
            links: Vec::new(),
            detachedness: 0,
        });
        ordinal
    }

    pub(crate) fn id(&mut self, node: u32, id: u32) {
        self.nodes[node as usize].id = id;
    }

    pub(crate) fn link(&mut self, from: u32, kind: &str, name: impl Into<LinkName>, to: u32) {
        let kind = EDGE_TYPES.iter().position(|known| *known == kind).unwrap();
        self.nodes[from as usize].links.push((kind, name.into(), to));
    }

    pub(crate) fn detachedness(&mut self, node: u32, state: u8) {
        self.nodes[node as usize].detachedness = state;
    }

    pub(crate) fn location(&mut self, node: u32, script: u32, line: u32, column: u32) {
        self.locations.push((node, [script, line, column]));
    }

    /// The file's text.
    pub(crate) fn json(&self) -> String {
        let mut strings: Vec<String> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        let mut number = |text: &str| {
            *known.entry(text.to_owned()).or_insert_with(|| {
                strings.push(text.to_owned());
                strings.len() - 1
            })
        };
        let (mut nodes, mut edges) = (Vec::new(), Vec::new());
        for node in &self.nodes {
            let name = number(&node.name);
            nodes.push(format!(
                "{},{name},{},{},{},{}",
                node.kind,
                node.id,
                node.size,
                node.links.len(),
                node.detachedness
            ));
            for (kind, name, to) in &node.links {
                let name = match name {
                    LinkName::Text(text) => number(text),
                    LinkName::Index(index) => *index as usize,
                };
                edges.push(format!("{kind},{name},{}", to * 6));
            }
        }
        let locations = self.locations.iter();
        let locations = locations.map(|(node, [s, l, c])| format!("{},{s},{l},{c}", node * 6));
        let mut json = String::new();
        let _ = write!(
            json,
            r#"{{"snapshot":{{"meta":{{"node_fields":["type","name","id","self_size","edge_count","detachedness"],"node_types":[{},"string","number","number","number","number"],"edge_fields":["type","name_or_index","to_node"],"edge_types":[{},"string_or_number","node"],"location_fields":["object_index","script_id","line","column"]}},"node_count":{},"edge_count":{},"trace_function_count":0}},
"nodes":[{}],
"edges":[{}],
"trace_function_infos":[],
"trace_tree":[],
"samples":[],
"locations":[{}],
"strings":{}}}"#,
            serde_json::to_string(&NODE_TYPES).unwrap(),
            serde_json::to_string(&EDGE_TYPES).unwrap(),
            self.nodes.len(),
            edges.len(),
            nodes.join("\n,"),
            edges.join("\n,"),
            locations.collect::<Vec<_>>().join("\n,"),
            serde_json::to_string(&strings).unwrap(),
        );
        json
    }

    pub(crate) fn read(&self) -> Snapshot {
        let json = self.json();
        read(json.as_bytes(), Some(json.len() as u64)).unwrap()
    }
}
