//! Any bytes as a graph: its dominators are those of the definition.
#![no_main]

use std::ops::Range;

use awaitbench_heap::dominators::{DominatorTree, Flow};
use libfuzzer_sys::fuzz_target;

const MOST: usize = 64;

struct Graph {
    targets: Vec<Vec<u32>>,
    first: Vec<usize>,
    flat: Vec<u32>,
}

impl Flow for Graph {
    fn nodes(&self) -> usize {
        self.targets.len()
    }
    fn root(&self) -> u32 {
        0
    }
    fn links(&self, node: u32) -> Range<usize> {
        self.first[node as usize]..self.first[node as usize + 1]
    }
    fn follow(&self, _: u32, link: usize) -> Option<u32> {
        Some(self.flat[link])
    }
}

fn reached(graph: &Graph, without: Option<u32>) -> Vec<bool> {
    let mut seen = vec![false; graph.nodes()];
    seen[0] = true;
    let mut stack = vec![0u32];
    while let Some(node) = stack.pop() {
        for &to in &graph.targets[node as usize] {
            if Some(to) != without && !std::mem::replace(&mut seen[to as usize], true) {
                stack.push(to);
            }
        }
    }
    seen
}

fuzz_target!(|data: &[u8]| {
    let Some((&nodes, edges)) = data.split_first() else { return };
    let nodes = usize::from(nodes) % MOST + 1;
    let mut targets = vec![Vec::new(); nodes];
    for pair in edges.chunks_exact(2) {
        targets[usize::from(pair[0]) % nodes].push(u32::from(pair[1]) % nodes as u32);
    }
    let mut graph = Graph { targets, first: vec![0], flat: Vec::new() };
    for list in &graph.targets {
        graph.flat.extend(list);
        graph.first.push(graph.flat.len());
    }
    let tree = DominatorTree::new(&graph);
    // What nothing holds counts as held by the root, and so may hold what the root reaches.
    let first = reached(&graph, None);
    for node in 1..nodes as u32 {
        if !first[node as usize] && !graph.flat.contains(&node) {
            graph.targets[0].push(node);
        }
    }
    let all = reached(&graph, None);
    for above in 1..nodes as u32 {
        let left = reached(&graph, Some(above));
        for node in (1..nodes as u32).filter(|&n| all[n as usize]) {
            let lost = !left[node as usize] || node == above;
            let mut at = node;
            while at != above && at != 0 {
                at = tree.dominator_of(at);
            }
            assert_eq!(lost, at == above, "{above} and {node}");
        }
    }
});
