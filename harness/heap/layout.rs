//! What a snapshot's header declares: which number of a row means what.
//!
//! Fields are found by name, never by position: Node 8 to 14 write `trace_node_id`, 16 to 22 also
//! `detachedness`, 24 and later drop `trace_node_id`. Node 8 writes a node type that its header
//! doesn't declare (it is a symbol), so a type is a number and its name may be missing.

use serde::Deserialize;
use serde_json::Value;

/// More fields in a row than any V8 has ever written (seven).
pub(crate) const MAX_FIELDS: usize = 16;

/// Stands for a type that the header does not declare: no file can hold it, types are below 255.
pub(crate) const UNDECLARED: u8 = u8::MAX;

#[derive(Deserialize)]
struct Header {
    meta: Meta,
    node_count: u64,
    edge_count: u64,
    #[serde(default)]
    root_index: Option<u64>,
    #[serde(default)]
    extra_native_bytes: Option<u64>,
}

#[derive(Deserialize)]
struct Meta {
    node_fields: Vec<String>,
    node_types: Vec<Value>,
    edge_fields: Vec<String>,
    edge_types: Vec<Value>,
    #[serde(default)]
    location_fields: Vec<String>,
}

/// How the rows of one snapshot are laid out.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) node: NodeFields,
    pub(crate) edge: EdgeFields,
    pub(crate) location: Option<LocationFields>,
    pub(crate) types: NodeTypes,
    /// Which kind each edge type of the file is.
    pub(crate) link_kinds: Vec<LinkKind>,
    pub(crate) node_count: u64,
    pub(crate) edge_count: u64,
    /// The root's position among the nodes.
    pub(crate) root: u64,
    pub(crate) extra_native_bytes: u64,
}

/// Positions within a row of `nodes`.
#[derive(Debug)]
pub(crate) struct NodeFields {
    pub(crate) width: usize,
    pub(crate) kind: usize,
    pub(crate) name: usize,
    pub(crate) id: usize,
    pub(crate) self_size: usize,
    pub(crate) edge_count: usize,
    pub(crate) detachedness: Option<usize>,
}

/// Positions within a row of `edges`.
#[derive(Debug)]
pub(crate) struct EdgeFields {
    pub(crate) width: usize,
    pub(crate) kind: usize,
    pub(crate) name: usize,
    pub(crate) to_node: usize,
}

/// Positions within a row of `locations`.
#[derive(Debug)]
pub(crate) struct LocationFields {
    pub(crate) width: usize,
    pub(crate) object: usize,
    pub(crate) script: usize,
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// What an edge means, whatever number the file gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum LinkKind {
    /// A variable that a closure captured.
    Context = 0,
    /// An element of an array, named by its index.
    Element = 1,
    /// A property, named by its key.
    Property = 2,
    /// A link that JavaScript can't see, with a name.
    Internal = 3,
    /// A link that JavaScript can't see, with an index.
    Hidden = 4,
    /// A second way to something; at the root it marks a global object.
    Shortcut = 5,
    /// A link that keeps nothing alive.
    Weak = 6,
    /// An [`LinkKind::Internal`] link from a WeakMap's table or key to the key's value.
    Ephemeron = 7,
}

impl LinkKind {
    pub(crate) const ALL: [Self; 8] = [
        Self::Context,
        Self::Element,
        Self::Property,
        Self::Internal,
        Self::Hidden,
        Self::Shortcut,
        Self::Weak,
        Self::Ephemeron,
    ];

    fn from_name(name: &str) -> Self {
        match name {
            "context" => Self::Context,
            "element" => Self::Element,
            "property" => Self::Property,
            "hidden" => Self::Hidden,
            "shortcut" => Self::Shortcut,
            "weak" => Self::Weak,
            // An unknown kind of a future V8 is taken as what says least: strong, with a name.
            _ => Self::Internal,
        }
    }

    /// Whether the link's name is a string, rather than an index.
    pub fn has_string_name(self) -> bool {
        !matches!(self, Self::Element | Self::Hidden)
    }
}

/// The node types that rules depend on, as the file numbers them.
#[derive(Clone, Debug)]
pub struct NodeTypes {
    names: Vec<String>,
    pub(crate) hidden: u8,
    pub(crate) array: u8,
    pub(crate) string: u8,
    pub(crate) object: u8,
    pub(crate) code: u8,
    pub(crate) closure: u8,
    pub(crate) regexp: u8,
    pub(crate) native: u8,
    pub(crate) synthetic: u8,
}

impl NodeTypes {
    fn new(names: Vec<String>) -> Self {
        let of = |name: &str| {
            let found = names.iter().position(|known| known == name);
            found.and_then(|i| u8::try_from(i).ok()).unwrap_or(UNDECLARED)
        };
        Self {
            hidden: of("hidden"),
            array: of("array"),
            string: of("string"),
            object: of("object"),
            code: of("code"),
            closure: of("closure"),
            regexp: of("regexp"),
            native: of("native"),
            synthetic: of("synthetic"),
            names,
        }
    }

    /// The name that the header gives a type; `None` for a type that it doesn't declare.
    pub fn name(&self, kind: u8) -> Option<&str> {
        self.names.get(usize::from(kind)).map(String::as_str)
    }
}

impl Layout {
    /// Reads the object behind `"snapshot":`.
    ///
    /// An error is a sentence without offset.
    pub(crate) fn parse(json: &[u8]) -> Result<Self, String> {
        let header: Header = serde_json::from_slice(json).map_err(|error| error.to_string())?;
        let meta = &header.meta;
        let node = node_fields(&meta.node_fields)?;
        let edge = edge_fields(&meta.edge_fields)?;
        let types = enumeration(&meta.node_types, node.kind, "node_types")?;
        let link_kinds = enumeration(&meta.edge_types, edge.kind, "edge_types")?;
        let root_index = header.root_index.unwrap_or(0);
        if header.node_count == 0 {
            return Err("node_count is 0".to_owned());
        }
        if !root_index.is_multiple_of(node.width as u64)
            || root_index / node.width as u64 >= header.node_count
        {
            return Err(format!("root_index {root_index} is not the start of a node"));
        }
        Ok(Self {
            root: root_index / node.width as u64,
            location: location_fields(&meta.location_fields)?,
            node,
            edge,
            types: NodeTypes::new(types),
            link_kinds: link_kinds.iter().map(|name| LinkKind::from_name(name)).collect(),
            node_count: header.node_count,
            edge_count: header.edge_count,
            extra_native_bytes: header.extra_native_bytes.unwrap_or(0),
        })
    }
}

/// The names of a field's values, out of a list that mixes lists and plain type names.
fn enumeration(types: &[Value], field: usize, of: &str) -> Result<Vec<String>, String> {
    let names = types.get(field).and_then(Value::as_array);
    let names = names.ok_or_else(|| format!("{of}[{field}] is not a list of names"))?;
    Ok(names.iter().map(|name| name.as_str().unwrap_or_default().to_owned()).collect())
}

fn position(fields: &[String], name: &str, of: &str) -> Result<usize, String> {
    let found = fields.iter().position(|field| field == name);
    found.ok_or_else(|| format!("{of} has no \"{name}\""))
}

fn width(fields: &[String], of: &str) -> Result<usize, String> {
    if fields.len() > MAX_FIELDS {
        return Err(format!("{of} has {} entries, at most {MAX_FIELDS} are known", fields.len()));
    }
    Ok(fields.len())
}

fn node_fields(fields: &[String]) -> Result<NodeFields, String> {
    let of = "node_fields";
    Ok(NodeFields {
        width: width(fields, of)?,
        kind: position(fields, "type", of)?,
        name: position(fields, "name", of)?,
        id: position(fields, "id", of)?,
        self_size: position(fields, "self_size", of)?,
        edge_count: position(fields, "edge_count", of)?,
        detachedness: fields.iter().position(|field| field == "detachedness"),
    })
}

fn edge_fields(fields: &[String]) -> Result<EdgeFields, String> {
    let of = "edge_fields";
    Ok(EdgeFields {
        width: width(fields, of)?,
        kind: position(fields, "type", of)?,
        name: position(fields, "name_or_index", of)?,
        to_node: position(fields, "to_node", of)?,
    })
}

fn location_fields(fields: &[String]) -> Result<Option<LocationFields>, String> {
    let of = "location_fields";
    if fields.is_empty() {
        return Ok(None);
    }
    Ok(Some(LocationFields {
        width: width(fields, of)?,
        object: position(fields, "object_index", of)?,
        script: position(fields, "script_id", of)?,
        line: position(fields, "line", of)?,
        column: position(fields, "column", of)?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODE_24: &str = r#"{"meta":{
        "node_fields":["type","name","id","self_size","edge_count","detachedness"],
        "node_types":[["hidden","array","string","object"],"string","number","number","number"],
        "edge_fields":["type","name_or_index","to_node"],
        "edge_types":[["context","element","property","internal","hidden","shortcut","weak"]],
        "location_fields":["object_index","script_id","line","column"]},
        "node_count":3,"edge_count":2,"trace_function_count":0,"extra_native_bytes":24}"#;

    #[test]
    fn fields_are_found_by_name() {
        let layout = Layout::parse(NODE_24.as_bytes()).unwrap();
        assert_eq!((layout.node.width, layout.node.detachedness), (6, Some(5)));
        assert_eq!(layout.types.object, 3);
        assert_eq!(layout.types.native, UNDECLARED);
        assert_eq!(layout.types.name(13), None);
        assert_eq!(layout.link_kinds[6], LinkKind::Weak);
        assert_eq!(layout.extra_native_bytes, 24);
    }

    #[test]
    fn what_is_missing_is_named() {
        let broken = NODE_24.replace("\"self_size\",", "");
        assert_eq!(
            Layout::parse(broken.as_bytes()).unwrap_err(),
            "node_fields has no \"self_size\""
        );
        let broken = NODE_24.replace("\"node_count\":3", "\"node_count\":0");
        assert_eq!(Layout::parse(broken.as_bytes()).unwrap_err(), "node_count is 0");
    }
}
