//! The three sections of numbers as columns.

use std::io::Read;

use crate::blocks;
use crate::error::Fault;
use crate::input::Input;
use crate::json;
use crate::layout::{EdgeFields, Layout, NodeFields};
use crate::number::Divider;
use crate::rows::{self, Row};
use crate::sizes::Sizes;
use crate::snapshot::{Link, Location};

/// Without a file's size, no more than this many entries are reserved on the header's word.
const BLIND_RESERVE: u64 = 1 << 16;

/// A position in the file's arrays beyond this is no position.
const MAX_POSITION: u64 = 1 << 40;

/// How many entries to reserve: what the header says, unless the input can't hold so many.
fn reserve(count: u64, width: usize, size: Option<u64>) -> usize {
    let most = size.map_or(BLIND_RESERVE, |bytes| bytes / (2 * width as u64));
    usize::try_from(count.min(most)).unwrap_or(0)
}

fn check_count<R: Read>(
    input: &Input<R>,
    section: &'static str,
    what: &str,
    expected: u64,
    found: u64,
) -> Result<(), Fault> {
    if expected == found {
        return Ok(());
    }
    Err(Fault::Corrupt {
        offset: input.offset(),
        section,
        expected: format!("{expected} by the header's {what}"),
        found: found.to_string(),
    })
}

/// The columns of `nodes`.
#[derive(Default)]
pub(super) struct Nodes {
    pub(super) kinds: Vec<u8>,
    pub(super) names: Vec<u32>,
    pub(super) ids: Vec<u32>,
    pub(super) self_sizes: Sizes,
    pub(super) first_link: Vec<u32>,
    pub(super) detachedness: Vec<u8>,
}

/// The columns of a part of `nodes`.
#[derive(Default)]
struct SomeNodes {
    kinds: Vec<u8>,
    names: Vec<u32>,
    ids: Vec<u32>,
    self_sizes: Sizes,
    edge_counts: Vec<u32>,
    detachedness: Vec<u8>,
}

impl SomeNodes {
    fn add(&mut self, fields: &NodeFields, row: &Row) -> Result<(), String> {
        let (kind, name, id) = (row[fields.kind], row[fields.name], row[fields.id]);
        let edges = row[fields.edge_count];
        if kind >= 255 || (name | edges) > u64::from(u32::MAX) {
            return Err("a type below 255, and name and edge count of 32 bits".to_owned());
        }
        self.kinds.push(kind as u8);
        self.names.push(name as u32);
        self.ids.push(id as u32);
        self.self_sizes.push(row[fields.self_size]);
        self.edge_counts.push(edges as u32);
        if let Some(field) = fields.detachedness {
            self.detachedness.push((row[field] & 3) as u8);
        }
        Ok(())
    }
}

/// Reads `nodes`.
pub(super) fn read_nodes<R: Read>(
    input: &mut Input<R>,
    layout: &Layout,
    size: Option<u64>,
) -> Result<Nodes, Fault> {
    let fields = &layout.node;
    let room = reserve(layout.node_count, fields.width, size);
    let mut nodes = Nodes {
        kinds: Vec::with_capacity(room),
        names: Vec::with_capacity(room),
        ids: Vec::with_capacity(room),
        self_sizes: Sizes::with_capacity(room),
        first_link: Vec::with_capacity(room + 1),
        detachedness: Vec::new(),
    };
    let mut links = 0u64;
    let append = |some: &mut SomeNodes| {
        nodes.kinds.append(&mut some.kinds);
        nodes.names.append(&mut some.names);
        nodes.ids.append(&mut some.ids);
        nodes.self_sizes.append(&mut some.self_sizes);
        nodes.detachedness.append(&mut some.detachedness);
        for edges in some.edge_counts.drain(..) {
            // Cut off only in files whose sum is refused below.
            nodes.first_link.push(links as u32);
            links += u64::from(edges);
        }
    };
    let row = |some: &mut SomeNodes, row: &Row| some.add(fields, row);
    let count = blocks::read(input, "nodes", fields.width, size, row, append)?;
    nodes.first_link.push(links as u32);
    if nodes.detachedness.iter().all(|&state| state == 0) {
        nodes.detachedness = Vec::new();
    }
    check_count(input, "nodes", "node_count", layout.node_count, count)?;
    check_count(input, "nodes", "edge_count for all nodes together", layout.edge_count, links)?;
    Ok(nodes)
}

/// The columns of a part of `edges`.
#[derive(Default)]
struct SomeLinks {
    links: Vec<Link>,
    names: Vec<u32>,
}

impl SomeLinks {
    fn add(
        &mut self,
        fields: &EdgeFields,
        layout: &Layout,
        ordinal: Divider,
        row: &Row,
    ) -> Result<(), String> {
        let kind = usize::try_from(row[fields.kind]).ok();
        let kind = kind.and_then(|kind| layout.link_kinds.get(kind)).copied();
        let target = row[fields.to_node];
        let target = if target < MAX_POSITION { ordinal.exact(target) } else { None };
        let (Some(kind), Some(target)) = (kind, target) else {
            return Err("a declared type and a multiple of the node's width".to_owned());
        };
        if target >= layout.node_count || row[fields.name] > u64::from(u32::MAX) {
            return Err(format!("a target among {} nodes", layout.node_count));
        }
        self.links.push(Link::new(kind, target as u32));
        self.names.push(row[fields.name] as u32);
        Ok(())
    }
}

/// Reads `edges`: the links and their names.
pub(super) fn read_links<R: Read>(
    input: &mut Input<R>,
    layout: &Layout,
    size: Option<u64>,
) -> Result<(Vec<Link>, Vec<u32>), Fault> {
    let fields = &layout.edge;
    let room = reserve(layout.edge_count, fields.width, size);
    let mut links = Vec::with_capacity(room);
    let mut names = Vec::with_capacity(room);
    let ordinal = Divider::new(layout.node.width as u64);
    let append = |some: &mut SomeLinks| {
        links.append(&mut some.links);
        names.append(&mut some.names);
    };
    let row = |some: &mut SomeLinks, row: &Row| some.add(fields, layout, ordinal, row);
    let count = blocks::read(input, "edges", fields.width, size, row, append)?;
    check_count(input, "edges", "edge_count", layout.edge_count, count)?;
    Ok((links, names))
}

/// Reads the locations of objects, which tell classes apart, and of functions, which tell people where
/// to look.
pub(super) fn read_locations<R: Read>(
    input: &mut Input<R>,
    layout: &Layout,
    kinds: Option<&[u8]>,
) -> Result<Vec<(u32, Location)>, Fault> {
    let Some(fields) = &layout.location else {
        json::skip_value(input, "locations")?;
        return Ok(Vec::new());
    };
    let ordinal = Divider::new(layout.node.width as u64);
    let mut locations: Vec<(u32, Location)> = Vec::new();
    rows::read(input, "locations", fields.width, |row| {
        let object = row[fields.object];
        let object = if object < MAX_POSITION { ordinal.exact(object) } else { None };
        let Some(object) = object.filter(|object| *object < layout.node_count) else {
            return Err("the start of a node".to_owned());
        };
        let types = &layout.types;
        if kinds
            .is_some_and(|kinds| ![types.object, types.closure].contains(&kinds[object as usize]))
        {
            return Ok(());
        }
        let small = |field: usize| u32::try_from(row[field]).unwrap_or(u32::MAX);
        let location = Location {
            script: small(fields.script),
            line: small(fields.line),
            column: small(fields.column),
        };
        locations.push((object as u32, location));
        Ok(())
    })?;
    // A stable sort: of two locations of one node the later one counts.
    locations.sort_by_key(|(object, _)| *object);
    locations.shrink_to_fit();
    Ok(locations)
}
