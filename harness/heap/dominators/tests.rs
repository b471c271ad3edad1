use proptest::prelude::*;

use super::*;

/// A graph as lists of neighbours.
#[derive(Clone, Debug)]
struct Lists {
    first: Vec<usize>,
    targets: Vec<u32>,
}

impl Lists {
    fn new(nodes: usize, edges: &[(u32, u32)]) -> Self {
        let mut lists = vec![Vec::new(); nodes];
        for &(from, to) in edges {
            lists[from as usize].push(to);
        }
        let mut first = vec![0];
        let mut targets = Vec::new();
        for list in lists {
            targets.extend(list);
            first.push(targets.len());
        }
        Self { first, targets }
    }

    fn reached(&self, start: u32, without: Option<u32>) -> Vec<bool> {
        let mut seen = vec![false; self.nodes()];
        let mut stack = vec![start];
        seen[start as usize] = true;
        while let Some(node) = stack.pop() {
            for link in self.links(node) {
                let to = self.targets[link];
                if Some(to) != without && !std::mem::replace(&mut seen[to as usize], true) {
                    stack.push(to);
                }
            }
        }
        seen
    }
}

impl Flow for Lists {
    fn nodes(&self) -> usize {
        self.first.len() - 1
    }
    fn root(&self) -> u32 {
        0
    }
    fn links(&self, node: u32) -> Range<usize> {
        self.first[node as usize]..self.first[node as usize + 1]
    }
    fn follow(&self, _: u32, link: usize) -> Option<u32> {
        Some(self.targets[link])
    }
}

/// Immediate dominators by the definition: remove each node in turn and see what is lost.
///
/// What the root does not reach is linked to the root first, as the module's words say.
fn by_definition(graph: &Lists) -> Vec<u32> {
    let nodes = graph.nodes();
    let mut edges: Vec<(u32, u32)> = Vec::new();
    for from in 0..nodes as u32 {
        edges.extend(graph.links(from).map(|link| (from, graph.targets[link])));
    }
    let reached = graph.reached(0, None);
    let held: Vec<bool> =
        (0..nodes as u32).map(|node| edges.iter().any(|&(_, to)| to == node)).collect();
    for node in 0..nodes {
        if !reached[node] && !held[node] {
            edges.push((0, node as u32));
        }
    }
    let reached = Lists::new(nodes, &edges).reached(0, None);
    edges.retain(|&(from, _)| reached[from as usize]);
    edges.extend((0..nodes as u32).filter(|&n| !reached[n as usize]).map(|n| (0, n)));
    let graph = Lists::new(nodes, &edges);
    // `dominates[a][b]`: b is lost without a.
    let lost = |without: u32| {
        let seen = graph.reached(0, Some(without));
        (0..nodes).map(|node| !seen[node] || node == without as usize).collect::<Vec<bool>>()
    };
    let dominates: Vec<Vec<bool>> = (0..nodes as u32)
        .map(|node| if node == 0 { vec![true; nodes] } else { lost(node) })
        .collect();
    (0..nodes)
        .map(|node| {
            if node == 0 {
                return 0;
            }
            // The immediate dominator is the strict one that all other strict ones dominate.
            let strict: Vec<usize> =
                (0..nodes).filter(|&above| above != node && dominates[above][node]).collect();
            let nearest = strict.iter().find(|&&n| strict.iter().all(|&above| dominates[above][n]));
            *nearest.expect("the root dominates all") as u32
        })
        .collect()
}

fn dominators(graph: &Lists) -> Vec<u32> {
    let tree = DominatorTree::new(graph);
    (0..graph.nodes() as u32).map(|node| tree.dominator_of(node)).collect()
}

#[test]
fn the_example_of_lengauer_and_tarjan() {
    // The flowgraph of figure 1 in their paper of 1979, R and A to L as 0 and 1 to 12.
    let edges = [
        (0, 1),
        (0, 2),
        (0, 3),
        (1, 4),
        (2, 1),
        (2, 4),
        (2, 5),
        (3, 6),
        (3, 7),
        (4, 12),
        (5, 8),
        (6, 9),
        (7, 9),
        (7, 10),
        (8, 5),
        (8, 11),
        (9, 11),
        (10, 9),
        (11, 9),
        (11, 0),
        (12, 8),
    ];
    let graph = Lists::new(13, &edges);
    assert_eq!(dominators(&graph), [0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 7, 0, 4]);
}

#[test]
fn what_is_not_reached_hangs_on_the_root() {
    // 1 is reached; 2 holds 3 and nothing holds 2; 4 and 5 hold each other and 3.
    let graph = Lists::new(6, &[(0, 1), (2, 3), (4, 5), (5, 4), (4, 3)]);
    let tree = DominatorTree::new(&graph);
    assert_eq!(tree.unreached, 4);
    assert_eq!(dominators(&graph), [0, 0, 0, 2, 0, 0]);
}

#[test]
fn retained_sizes_are_sums_over_the_tree() {
    let graph = Lists::new(5, &[(0, 1), (1, 2), (1, 3), (2, 4), (3, 4)]);
    let tree = DominatorTree::new(&graph);
    let retained = tree.retained(&[1, 10, 100, 1000, 10_000].into_iter().collect());
    let of = |node: usize| retained[tree.number[node] as usize];
    assert_eq!([of(0), of(1), of(2), of(3), of(4)], [11_111, 11_110, 100, 1000, 10_000]);
}

#[test]
fn a_chain_of_a_million_links_is_no_problem() {
    // Each promise holds the next; an array holds them all, from the far end.
    let nodes = 1_000_000u32;
    let mut edges: Vec<(u32, u32)> = (1..nodes - 1).map(|node| (node, node + 1)).collect();
    edges.extend((1..nodes).rev().map(|node| (0, node)));
    // What takes the square of it does not end, and what recurses overflows.
    let tree = DominatorTree::new(&Lists::new(nodes as usize, &edges));
    assert!(tree.dominator.iter().all(|&above| above == 0));
    let chain: Vec<(u32, u32)> = (0..nodes - 1).map(|node| (node, node + 1)).collect();
    let tree = DominatorTree::new(&Lists::new(nodes as usize, &chain));
    assert_eq!(
        tree.retained(&std::iter::repeat_n(1, nodes as usize).collect())[1],
        u64::from(nodes) - 1
    );
}

fn graphs() -> impl Strategy<Value = Lists> {
    (2usize..24).prop_flat_map(|nodes| {
        let node = 0..nodes as u32;
        proptest::collection::vec((node.clone(), node), 0..nodes * 3)
            .prop_map(move |edges| Lists::new(nodes, &edges))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn random_graphs_agree_with_the_definition(graph in graphs()) {
        prop_assert_eq!(dominators(&graph), by_definition(&graph));
    }

    #[test]
    fn ranges_of_the_preorder_contain_what_is_dominated(graph in graphs()) {
        let tree = DominatorTree::new(&graph);
        let preorder = tree.preorder();
        let place = |node: usize| preorder.at.iter().position(|&at| at as usize == node).unwrap();
        let inside = |above: usize, node: usize| {
            let (start, place) = (place(above), place(node));
            place >= start && place < start + preorder.size[above] as usize
        };
        for node in 0..graph.nodes() {
            let mut chain = vec![node];
            while *chain.last().unwrap() != 0 {
                chain.push(tree.dominator[*chain.last().unwrap()] as usize);
            }
            for above in 0..graph.nodes() {
                prop_assert_eq!(inside(above, node), chain.contains(&above));
            }
        }
    }
}
