//! Why an object is alive: the shortest ways from the roots to it.
//!
//! Ways start at the user's roots (global objects, documents), and at system roots only if there is
//! no other; at the stack, which says what runs and not what keeps, only if nothing else leads there. They use links that retain, so a way says what to cut.

use super::analysis::Analysis;
use super::collapse::collapse;
use super::distance::SYSTEM;
use super::dominators::Flow;
use super::layout::LinkKind;
use super::text::to_text;
pub use crate::step::Step;

/// For each node the link through which it is reached first.
#[derive(Debug)]
pub struct Paths {
    /// By ordinal the link's position, or one of the marks below.
    reached_by: Vec<u32>,
    /// By ordinal how many links away the node is, plus [`SYSTEM`] if no way starts at a user's
    /// root.
    depth: Vec<u32>,
}

const NOT_REACHED: u32 = u32::MAX;
const START: u32 = u32::MAX - 1;

impl Paths {
    /// Finds the shortest way to each node; none of them passes through `avoid`.
    pub fn new(analysis: &Analysis, avoid: Option<u32>) -> Self {
        let snapshot = &analysis.snapshot;
        let mut paths =
            Self { reached_by: vec![NOT_REACHED; snapshot.len()], depth: vec![0; snapshot.len()] };
        paths.reached_by[snapshot.root as usize] = START;
        let mut queue = Vec::new();
        for link in snapshot.links_of(snapshot.root) {
            let node = snapshot.links[link].target();
            if snapshot.is_user_root(node) && paths.mark(node, link) {
                paths.depth[node as usize] = 1;
                queue.push(node);
            }
        }
        let flow = analysis.flow();
        let follow = |node: u32, link: usize| flow.follow(node, link);
        let avoided = |node: u32| Some(node) == avoid;
        let is_stack = |node: u32| is_stack(analysis, node);
        paths.walk(analysis, queue, &avoided, &follow);
        paths.depth[snapshot.root as usize] = SYSTEM;
        let no_stack = |node: u32| avoided(node) || is_stack(node);
        paths.walk(analysis, vec![snapshot.root], &no_stack, &follow);
        let is_late = |&node: &u32| {
            paths.reached_by[node as usize] != NOT_REACHED && is_stack(node) && !avoided(node)
        };
        let stacks: Vec<u32> = snapshot.ordinals().filter(is_late).collect();
        paths.walk(analysis, stacks, &avoided, &follow);
        // What only links from outside of the page hold.
        let is_reached = |&node: &u32| paths.reached_by[node as usize] != NOT_REACHED;
        let reached: Vec<u32> = snapshot.ordinals().filter(is_reached).collect();
        if reached.len() < snapshot.len() {
            let follow = |node: u32, link: usize| flow.follow_foreign(node, link);
            paths.walk(analysis, reached, &avoided, &follow);
        }
        paths
    }

    fn mark(&mut self, node: u32, link: usize) -> bool {
        let reached_by = &mut self.reached_by[node as usize];
        let fresh = *reached_by == NOT_REACHED;
        if fresh {
            *reached_by = link as u32;
        }
        fresh
    }

    fn walk(
        &mut self,
        analysis: &Analysis,
        mut queue: Vec<u32>,
        avoid: &dyn Fn(u32) -> bool,
        follow: &dyn Fn(u32, usize) -> Option<u32>,
    ) {
        let mut next = 0;
        while let Some(&node) = queue.get(next) {
            next += 1;
            if avoid(node) {
                continue;
            }
            for link in analysis.snapshot.links_of(node) {
                if let Some(to) = follow(node, link)
                    && self.mark(to, link)
                {
                    self.depth[to as usize] = self.depth[node as usize] + 1;
                    queue.push(to);
                }
            }
        }
    }

    /// The node that holds a node by a link that DevTools' rules do not count, if only such a one does.
    pub(crate) fn foreign_holder(&self, analysis: &Analysis, node: u32) -> Option<u32> {
        let link = self.reached_by[node as usize];
        let link = (link != NOT_REACHED && link != START).then_some(link as usize)?;
        let holder = source(analysis, link);
        analysis.flow().follow(holder, link).is_none().then_some(holder)
    }

    /// The links of the way to a node, from the root on; `None` if there is none.
    pub fn links_to(&self, analysis: &Analysis, node: u32) -> Option<Vec<usize>> {
        let mut links = Vec::new();
        let mut at = node;
        loop {
            match self.reached_by[at as usize] {
                NOT_REACHED => return None,
                START => break,
                link => {
                    links.push(link as usize);
                    at = source(analysis, link as usize);
                }
            }
        }
        links.reverse();
        Some(links)
    }
}

/// Whether a node is what V8 hangs the variables of running functions on.
fn is_stack(analysis: &Analysis, node: u32) -> bool {
    let snapshot = &analysis.snapshot;
    snapshot.kind(node) == snapshot.types.synthetic
        && [&b"(Stack roots)"[..], b"(Handle scope)"].contains(&snapshot.name(node))
}

/// The node that a link leaves.
pub(crate) fn source(analysis: &Analysis, link: usize) -> u32 {
    let first = &analysis.snapshot.first_link;
    // The last node that starts at or before the link; nodes without links start there too.
    (first.partition_point(|&start| start as usize <= link) - 1) as u32
}

/// Describes a way, with repetitions collapsed.
pub fn describe(analysis: &Analysis, links: &[usize]) -> Vec<Step> {
    collapse(links.iter().map(|&link| step(analysis, link)).collect())
}

pub(crate) fn step(analysis: &Analysis, link: usize) -> Step {
    let snapshot = &analysis.snapshot;
    let node = snapshot.links[link].target();
    Step {
        edge: snapshot.link_text(link),
        edge_kind: match snapshot.links[link].kind() {
            LinkKind::Context => "context",
            LinkKind::Element => "element",
            LinkKind::Property => "property",
            LinkKind::Internal | LinkKind::Ephemeron => "internal",
            LinkKind::Hidden => "hidden",
            LinkKind::Shortcut => "shortcut",
            LinkKind::Weak => "weak",
        },
        name: node_name(analysis, node),
        kind: snapshot.types.name(snapshot.kind(node)).unwrap_or("undeclared").to_owned(),
        id: snapshot.ids[node as usize],
        self_bytes: snapshot.self_sizes.get(node),
        times: 1,
    }
}

/// A node's name for people: plain objects by their shape, strings shortened, nothing empty.
pub fn node_name(analysis: &Analysis, node: u32) -> String {
    const LONGEST: usize = 60;
    let snapshot = &analysis.snapshot;
    let class = &analysis.classes.list[analysis.classes.of_node[node as usize] as usize];
    let name = snapshot.name(node);
    let kind = snapshot.kind(node);
    if kind == snapshot.types.object && name == b"Object" {
        return to_text(&class.name).into_owned();
    }
    if name.is_empty() {
        return format!("({})", snapshot.types.name(kind).unwrap_or("undeclared"));
    }
    let text = to_text(name);
    if kind == snapshot.types.closure {
        return format!("{text}()");
    }
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into_owned(),
    }
}

/// The shortest ways to a node, one for each link that retains it, at most `most`.
pub fn retaining_paths(analysis: &Analysis, node: u32, most: usize) -> Vec<Vec<Step>> {
    let flow = analysis.flow();
    let paths = Paths::new(analysis, Some(node));
    let mut retainers: Vec<(u32, usize)> = Vec::new();
    for from in analysis.snapshot.ordinals() {
        for link in flow.links(from) {
            if flow.follow(from, link) == Some(node) {
                retainers.push((from, link));
            }
        }
    }
    retainers.sort_by_key(|&(from, _)| paths.depth[from as usize]);
    let ways = retainers.into_iter().filter_map(|(from, link)| {
        let mut way = paths.links_to(analysis, from)?;
        way.push(link);
        Some(way)
    });
    ways.take(most).map(|way| describe(analysis, &way)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;
    use crate::specimen::Specimen;

    #[test]
    fn one_way_for_each_retainer_and_the_user_first() {
        let mut s = Specimen::new();
        let system = s.node("synthetic", "(GC roots)", 0);
        let global = s.node("object", "global", 8);
        let a = s.node("object", "A", 8);
        let b = s.node("closure", "b", 8);
        let target = s.node("object", "Target", 8);
        s.link(0, "element", 1, system);
        s.link(0, "shortcut", "global", global);
        s.link(system, "element", 9, b);
        s.link(global, "property", "a", a);
        s.link(a, "property", "target", target);
        s.link(b, "context", "held", target);
        s.link(target, "property", "self", target);
        s.link(a, "weak", "w", target);
        let analysis = Analysis::new(s.read(), Rules::Today);
        let ways = retaining_paths(&analysis, target, 9);
        let text = |way: &Vec<Step>| {
            way.iter().map(|s| format!("{} {}", s.edge, s.name)).collect::<Vec<_>>().join(" > ")
        };
        // The closure belongs to no page, so it does not retain what belongs to the page.
        let texts: Vec<_> = ways.iter().map(text).collect();
        assert_eq!(texts, ["global global > a A > target Target"]);
        assert_eq!(ways[0][2].edge_kind, "property");
    }

    #[test]
    fn nodes_without_links_are_no_sources() {
        let mut s = Specimen::new();
        let a = s.node("object", "A", 8);
        let _childless = s.node("object", "B", 8);
        let c = s.node("object", "C", 8);
        let d = s.node("object", "D", 8);
        s.link(0, "shortcut", "a", a);
        s.link(a, "property", "c", c);
        s.link(c, "property", "d", d);
        let analysis = Analysis::new(s.read(), Rules::Today);
        assert_eq!((0..3).map(|link| source(&analysis, link)).collect::<Vec<_>>(), [0, a, c]);
    }
}
