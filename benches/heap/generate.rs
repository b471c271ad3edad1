//! Large snapshots made up: a list of records, each with strings, an array, objects, a closure and
//! its context, as programs have them, in the form and density of Node 22.
//!
//! Every node is a function of its number, so nothing is kept: the sections are written one after
//! the other at the speed of the disk, and the same size always gives the same bytes.

use std::io::{self, Write};

/// Bytes of a record in all sections, for turning a size into a number of records.
const RECORD_BYTES: u64 = 680;
/// Nodes of a record.
const NODES: u64 = 10;
/// Nodes before the first record.
const FIRST: u64 = 9;
/// Strings before the records' own.
const NAMES: [&str; 28] = [
    "",
    "(GC roots)",
    "global / ",
    "Object",
    "Array",
    "(object elements)",
    "system / Map",
    "(code)",
    "Rec",
    "next",
    "name",
    "tags",
    "meta",
    "map",
    "elements",
    "a",
    "b",
    "c",
    "d",
    "e",
    "number",
    "onDone",
    "context",
    "code",
    "system / Context",
    "record",
    "list",
    "__proto__",
];

struct Node {
    kind: u8,
    name: u64,
    size: u64,
    /// Type, name or index, target.
    edges: Vec<(u8, u64, u64)>,
}

const HIDDEN: u8 = 0;
const ARRAY: u8 = 1;
const STRING: u8 = 2;
const OBJECT: u8 = 3;
const CODE: u8 = 4;
const CLOSURE: u8 = 5;
const NUMBER: u8 = 7;
const SYNTHETIC: u8 = 9;

const CONTEXT_EDGE: u8 = 0;
const ELEMENT: u8 = 1;
const PROPERTY: u8 = 2;
const INTERNAL: u8 = 3;
const SHORTCUT: u8 = 5;

/// How many records make a file of about so many bytes.
pub(crate) fn records(bytes: u64) -> u64 {
    bytes / RECORD_BYTES
}

fn name(text: &str) -> u64 {
    NAMES.iter().position(|known| *known == text).unwrap_or(0) as u64
}

fn head(node: u64, records: u64) -> Node {
    let record = |r: u64| FIRST + r * NODES;
    let (kind, text, size, edges) = match node {
        0 => (SYNTHETIC, "", 0, vec![(ELEMENT, 1, 1), (SHORTCUT, name("global / "), 2)]),
        1 => (SYNTHETIC, "(GC roots)", 0, vec![(ELEMENT, 0, 6), (ELEMENT, 1, 7), (ELEMENT, 2, 2)]),
        2 => (OBJECT, "global / ", 32, vec![(PROPERTY, name("list"), 3)]),
        3 => {
            (OBJECT, "Array", 32, vec![(INTERNAL, name("elements"), 4), (INTERNAL, name("map"), 6)])
        }
        4 => {
            let all = (0..records).map(|r| (ELEMENT, r, record(r))).collect();
            (ARRAY, "(object elements)", 16 + 8 * records, all)
        }
        6 => (HIDDEN, "system / Map", 80, vec![]),
        7 => (CODE, "(code)", 200, vec![]),
        // The table of a WeakMap.
        8 => {
            let pairs = (0..records).step_by(50);
            let edges = pairs.map(|r| (INTERNAL, pair_name(r, records), record(r) + 6)).collect();
            (ARRAY, "(object elements)", 64, edges)
        }
        _ => (OBJECT, "Object", 28, vec![(PROPERTY, name("list"), 8)]),
    };
    Node { kind, name: name(text), size, edges }
}

/// The number of the string that names a record's pair in the WeakMap.
fn pair_name(record: u64, records: u64) -> u64 {
    NAMES.len() as u64 + records * 2 + record / 50
}

fn node(number: u64, records: u64) -> Node {
    if number < FIRST {
        return head(number, records);
    }
    let record = (number - FIRST) / NODES;
    let base = FIRST + record * NODES;
    let own_string = |i: u64| NAMES.len() as u64 + record * 2 + i;
    let map = (INTERNAL, name("map"), 6);
    let proto = (PROPERTY, name("__proto__"), 5);
    let (kind, name, size, mut edges) = match number - base {
        0 => {
            let mut edges = vec![
                (PROPERTY, name("name"), base + 1),
                (PROPERTY, name("tags"), base + 2),
                (PROPERTY, name("meta"), base + 4),
                (PROPERTY, name("onDone"), base + 8),
            ];
            if record > 0 {
                edges.push((PROPERTY, name("next"), base - NODES));
            }
            if record.is_multiple_of(50) {
                edges.push((INTERNAL, pair_name(record, records), base + 6));
            }
            (OBJECT, name("Rec"), 72, edges)
        }
        1 => (STRING, own_string(0), 24, vec![]),
        2 => (OBJECT, name("Array"), 16, vec![(INTERNAL, name("elements"), base + 3)]),
        3 => {
            let edges = vec![(ELEMENT, 0, base + 1), (ELEMENT, 1, base + 7)];
            (ARRAY, name("(object elements)"), 32, edges)
        }
        4 => {
            let edges = vec![
                (PROPERTY, name("a"), base + 7),
                (PROPERTY, name("b"), base + 5),
                (PROPERTY, name("c"), base + 6),
            ];
            (OBJECT, name("Object"), 40, edges)
        }
        5 => (STRING, own_string(1), 20, vec![]),
        6 => (OBJECT, name("Object"), 32, vec![(PROPERTY, name("d"), base + 7)]),
        7 => (NUMBER, name("number"), 16, vec![]),
        8 => {
            let edges = vec![(INTERNAL, name("context"), base + 9), (INTERNAL, name("code"), 7)];
            (CLOSURE, name("onDone"), 64, edges)
        }
        _ => (OBJECT, name("system / Context"), 24, vec![(CONTEXT_EDGE, name("record"), base)]),
    };
    edges.push(map);
    if kind == OBJECT || kind == CLOSURE {
        edges.push(proto);
    }
    Node { kind, name, size, edges }
}

/// Writes a snapshot with so many records; returns nothing but the writer's error.
pub(crate) fn write(out: &mut impl Write, records: u64) -> io::Result<()> {
    let nodes = FIRST + records * NODES;
    let edges: u64 = (0..nodes).map(|n| node(n, records).edges.len() as u64).sum();
    write!(
        out,
        r#"{{"snapshot":{{"meta":{{"node_fields":["type","name","id","self_size","edge_count","trace_node_id","detachedness"],"node_types":[["hidden","array","string","object","code","closure","regexp","number","native","synthetic","concatenated string","sliced string","symbol","bigint","object shape"],"string","number","number","number","number","number"],"edge_fields":["type","name_or_index","to_node"],"edge_types":[["context","element","property","internal","hidden","shortcut","weak"],"string_or_number","node"],"trace_function_info_fields":["function_id","name","script_name","script_id","line","column"],"trace_node_fields":["id","function_info_index","count","size","children"],"sample_fields":["timestamp_us","last_assigned_id"],"location_fields":["object_index","script_id","line","column"]}},"node_count":{nodes},"edge_count":{edges},"trace_function_count":0,"extra_native_bytes":0}},
"nodes":["#
    )?;
    for n in 0..nodes {
        let Node { kind, name, size, edges } = node(n, records);
        let comma = if n == 0 { "" } else { "," };
        writeln!(out, "{comma}{kind},{name},{},{size},{},0,0", n * 2 + 1, edges.len())?;
    }
    write!(out, "],\n\"edges\":[")?;
    let mut comma = "";
    for n in 0..nodes {
        for (kind, name, to) in node(n, records).edges {
            writeln!(out, "{comma}{kind},{name},{}", to * 7)?;
            comma = ",";
        }
    }
    write!(out, "],\n\"trace_function_infos\":[],\n\"trace_tree\":[],\n\"samples\":[],\n")?;
    write!(out, "\"locations\":[")?;
    for r in 0..records {
        let comma = if r == 0 { "" } else { "," };
        writeln!(out, "{comma}{},78,1,21", (FIRST + r * NODES) * 7)?;
    }
    write!(out, "],\n\"strings\":[")?;
    for (i, text) in NAMES.iter().enumerate() {
        write!(out, "{}\"{text}\"", if i == 0 { "" } else { ",\n" })?;
    }
    for r in 0..records {
        write!(out, ",\n\"record {r}\",\n\"x{r} \\u00e9\"")?;
    }
    for r in (0..records).step_by(50) {
        let (key, value) = (FIRST + r * NODES, FIRST + r * NODES + 6);
        write!(
            out,
            ",\n\"{} / part of key (Rec @{}) -> value (Object @{}) pair in WeakMap (table @17)\"",
            r + 2,
            key * 2 + 1,
            value * 2 + 1
        )?;
    }
    out.write_all(b"]}")
}
