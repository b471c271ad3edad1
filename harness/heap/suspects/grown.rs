//! Classes that grew: where no object explains the growth, because each of many is held by itself.
//!
//! What is new is counted for the outermost new object that it hangs on: 20,000 wrappers of Node, each a
//! root of its own, stand for the functions and the memory behind them. Objects that went are subtracted.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::heap::Heap;
use super::holding::{self, Holding};
use super::kind::Kind;
use super::known::{Cause, recognise_class, recognise_way};
use super::limits::{Thresholds, is_suspicious};
use super::suspect::Suspect;
use super::variable::{Variable, variable};
use crate::amount::{Bytes, thousands};
use crate::analysis::Analysis;
use crate::path::{Paths, describe, node_name, source};
use crate::sizes::Sizes;
use crate::step::Step;

/// Suspects explain a growth from this part on.
const MOST: f64 = 0.5;
/// So many objects of a class are asked how they are held.
const SAMPLE: usize = 64;
/// Fewer objects than that are no class that grows; what is behind them is.
const FEW: u64 = 16;
/// So many such objects one behind the other are seen through.
const LAYERS: usize = 12;
/// Stand for kinds: of what suspects explain, and of what is not yet known.
const EXPLAINED: u32 = u32::MAX;
const PENDING: u32 = u32::MAX - 1;
/// Classes that are told where none reaches the size that is looked for.
const SMALL: usize = 3;
/// The largest classes among which those are chosen.
const CANDIDATES: usize = 12;

/// A class whose objects became more, with all that is new behind them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Grown {
    /// The class, or what V8 and Node call what is in it.
    pub name: String,
    /// How many more there are.
    pub count: i64,
    /// By how many bytes they and what is new behind them grew.
    pub growth_bytes: i64,
    /// Whether that is as much as is looked for.
    pub is_suspicious: bool,
    /// What most of the bytes are, where it is another class: memory outside of the heap, for example.
    pub holds: Option<Holding>,
    /// The object that most of them are held by.
    pub held_by: Option<String>,
    /// The way from the roots to one of those.
    pub path: Vec<Step>,
    /// The variable on that way.
    pub variable: Option<String>,
    /// The file that the variable is in.
    pub declared_in: Option<String>,
    /// A function of the program that sees the variable, and where it is.
    pub seen_by: Option<String>,
    /// The cause, if it is a known one.
    pub known_cause: Option<Cause>,
}

impl Grown {
    /// ``+20,000 × CompiledFnEntry, +18.1 MB, each held by (Global handles)``.
    pub fn sentence(&self) -> String {
        let count = if self.count > 0 {
            format!("+{} × ", thousands(self.count as u64))
        } else {
            String::new()
        };
        let mut text =
            format!("{count}{}, +{}", self.name, Bytes(self.growth_bytes.unsigned_abs()));
        if let Some(holds) = &self.holds {
            let (count, bytes) = (thousands(holds.count), Bytes(holds.retained_bytes));
            text += &format!(", most of it {count} × {} ({bytes})", holds.name);
        }
        if let Some(holder) = &self.held_by {
            text += &format!("; held by {holder}");
        }
        if let Some(variable) = &self.variable {
            text += &format!(" (`{variable}`");
            if let Some(file) = &self.declared_in {
                text += &format!(" in {file}");
            }
            text += ")";
        }
        text += ".";
        if let Some(function) = &self.seen_by {
            text += &format!(" The variable is seen by {function}.");
        }
        if let Some(cause) = &self.known_cause {
            text += &format!(" {}. Cure: {}.", cause.explanation, cause.cure);
        }
        text
    }
}

/// The classes that grew most since the oldest snapshot, unless `suspects` explain the growth; what is behind
/// one of `holders` is explained.
pub(super) fn classes(
    heap: &Heap<'_>,
    holders: &[u32],
    suspects: &[Suspect],
    thresholds: &Thresholds,
) -> Vec<Grown> {
    let Some(oldest) = heap.before.first() else { return Vec::new() };
    let growth = i128::from(heap.total) - i128::from(oldest.base.total_bytes());
    let explained: i128 = suspects.iter().map(|suspect| i128::from(suspect.own_bytes)).sum();
    if !suspects.is_empty() && explained as f64 >= growth as f64 * MOST {
        return Vec::new();
    }
    let (ours, theirs) = (sorted_ids(heap.analysis), sorted_ids(oldest.base));
    let known = |ids| if oldest.ids_match { Some(ids) } else { None };
    let mut count = Count {
        known: known(&theirs[..]),
        paths: known(&theirs[..]).map(|_| &heap.paths),
        explained: holders,
        seen_through: HashSet::new(),
    };
    let mut new = Tally::of(heap.analysis, &count);
    for _ in 0..LAYERS {
        let before = count.seen_through.len();
        count.seen_through.extend(new.few());
        if count.seen_through.len() == before {
            break;
        }
        new = Tally::of(heap.analysis, &count);
    }
    let old = Tally::of(
        oldest.base,
        &Count { known: known(&ours), paths: None, explained: &[], seen_through: HashSet::new() },
    );
    let gone = old.by_name(oldest.base);
    let rows = new.kinds.iter().enumerate().map(|(slot, (kind, sum))| {
        let (count, bytes) = gone.get(&kind.name(heap.analysis)).copied().unwrap_or_default();
        (slot, sum.count as i64 - count as i64, sum.bytes as i64 - bytes as i64)
    });
    let mut rows: Vec<(usize, i64, i64)> = rows.filter(|row| row.2 > 0).collect();
    rows.sort_by_key(|&(slot, _, bytes)| (std::cmp::Reverse(bytes), slot));
    let is_large = |bytes: i64| is_suspicious(0, Some(bytes), heap.total, thresholds);
    let large = rows.iter().filter(|row| is_large(row.2)).count();
    let is_told = |&(slot, count, _): &(usize, i64, i64)| {
        // V8 compiles as it goes, and what is there once is not what grows.
        count >= FEW as i64 && new.kinds[slot].0.is_the_program_s(heap.analysis)
    };
    if large == 0 && rows.iter().any(is_told) {
        rows.retain(is_told);
    }
    rows.truncate(if large > 0 { large.min(thresholds.most) } else { CANDIDATES });
    let grown = |(slot, count, bytes)| Grown {
        count,
        growth_bytes: bytes,
        is_suspicious: is_large(bytes),
        ..new.describe(heap, slot)
    };
    let mut grown: Vec<Grown> = rows.into_iter().map(grown).collect();
    if large == 0 {
        // A known cause says more than what is larger by chance.
        grown.sort_by_key(|class| class.known_cause.is_none());
        grown.truncate(SMALL);
    }
    grown
}

fn sorted_ids(analysis: &Analysis) -> Vec<u32> {
    let mut ids = analysis.snapshot.ids.clone();
    ids.sort_unstable();
    ids
}

/// What the objects of a kind come to.
#[derive(Default)]
struct Sum {
    count: u64,
    bytes: u64,
    members: Vec<u32>,
}

/// The outermost objects that another snapshot does not have, by kind.
struct Tally {
    kinds: Vec<(Kind, Sum)>,
    /// By position, the kind that the node is counted for, plus 1.
    counted_for: Vec<u32>,
    /// By position, bytes of its own that count.
    sizes: Sizes,
}

/// Whose objects count, and how.
struct Count<'a> {
    /// Ids of the other snapshot; without, each object counts for its own kind.
    known: Option<&'a [u32]>,
    paths: Option<&'a Paths>,
    /// Behind these nothing counts.
    explained: &'a [u32],
    /// These count for themselves, and what is behind them too.
    seen_through: HashSet<u32>,
}

impl Tally {
    fn of(analysis: &Analysis, count: &Count<'_>) -> Self {
        let (snapshot, tree) = (&analysis.snapshot, &analysis.tree);
        let is_new = |node: u32| {
            let id = snapshot.ids[node as usize];
            count.known.is_none_or(|known| known.binary_search(&id).is_err())
        };
        let mut sizes = Sizes::with_capacity(snapshot.len());
        for node in snapshot.ordinals() {
            sizes.push(if is_new(node) { snapshot.self_sizes.get(node) } else { 0 });
        }
        let retained = if count.known.is_some() { tree.retained(&sizes) } else { Vec::new() };
        let mut tally = Self { kinds: Vec::new(), counted_for: vec![0; tree.order.len()], sizes };
        for &holder in count.explained {
            tally.counted_for[tree.number[holder as usize] as usize] = EXPLAINED;
        }
        let mut slots = HashMap::new();
        for (at, &node) in tree.order.iter().enumerate().skip(1) {
            let above = tally.counted_for[tree.dominator[at] as usize];
            if count.known.is_some() && above != 0 {
                tally.counted_for[at] = above;
            } else if tally.counted_for[at] == 0 && is_new(node) {
                // What is in a new array was perhaps in an older, smaller one: it counts by itself.
                let is_store = count.known.is_none()
                    || snapshot.kind(node) == snapshot.types.array
                    || count.seen_through.contains(&node);
                if is_store {
                    tally.add(analysis, &mut slots, node, tally.sizes.get(node));
                } else if count
                    .paths
                    .is_some_and(|paths| paths.foreign_holder(analysis, node).is_some())
                {
                    tally.counted_for[at] = PENDING;
                } else {
                    tally.counted_for[at] = tally.add(analysis, &mut slots, node, retained[at]);
                }
            }
        }
        if let Some(paths) = count.paths {
            tally.settle_pending(analysis, paths, &mut slots, &retained);
        }
        tally
    }

    /// Counts an object for its kind, whose number plus 1 it returns.
    fn add(
        &mut self,
        analysis: &Analysis,
        slots: &mut HashMap<Kind, u32>,
        node: u32,
        bytes: u64,
    ) -> u32 {
        let slot = *slots.entry(Kind::of(analysis, node)).or_insert_with_key(|kind| {
            self.kinds.push((*kind, Sum::default()));
            self.kinds.len() as u32
        });
        let sum = &mut self.kinds[slot as usize - 1].1;
        sum.count += 1;
        sum.bytes += bytes;
        sum.members.push(node);
        slot
    }

    /// What dominators know no holder of counts for whom holds it in fact.
    fn settle_pending(
        &mut self,
        analysis: &Analysis,
        paths: &Paths,
        slots: &mut HashMap<Kind, u32>,
        retained: &[u64],
    ) {
        let tree = &analysis.tree;
        for (at, &node) in tree.order.iter().enumerate().skip(1) {
            if self.counted_for[at] != PENDING {
                continue;
            }
            let above = self.counted_for[tree.dominator[at] as usize];
            if above != 0 {
                self.counted_for[at] = above;
                continue;
            }
            let holder = paths.foreign_holder(analysis, node);
            let slot =
                holder.map_or(0, |holder| self.counted_for[tree.number[holder as usize] as usize]);
            self.counted_for[at] = match slot {
                0 | PENDING | EXPLAINED => self.add(analysis, slots, node, retained[at]),
                slot => {
                    self.kinds[slot as usize - 1].1.bytes += retained[at];
                    slot
                }
            };
        }
    }

    /// Objects of which there are few, with much behind them: a function that runs, a head of a list.
    fn few(&self) -> Vec<u32> {
        let is_few = |sum: &&(Kind, Sum)| {
            let own: u64 = sum.1.members.iter().map(|&node| self.sizes.get(node)).sum();
            sum.1.count < FEW && sum.1.bytes > 2 * own
        };
        self.kinds.iter().filter(is_few).flat_map(|(_, sum)| sum.members.iter().copied()).collect()
    }

    fn by_name(&self, analysis: &Analysis) -> HashMap<String, (u64, u64)> {
        let mut sums: HashMap<String, (u64, u64)> = HashMap::new();
        for (kind, sum) in &self.kinds {
            let all = sums.entry(kind.name(analysis)).or_default();
            *all = (all.0 + sum.count, all.1 + sum.bytes);
        }
        sums
    }

    /// How the objects of a kind are held, and what is behind them.
    fn describe(&self, heap: &Heap<'_>, slot: usize) -> Grown {
        let (kind, sum) = &self.kinds[slot];
        let analysis = heap.analysis;
        let mut holding = holding::holding_of(analysis, &heap.scripts, *kind, sum.count);
        let members = &sum.members[..sum.members.len().min(SAMPLE)];
        holding::name_functions(analysis, &heap.scripts, &mut holding, members);
        let links = typical(heap, &sum.members).unwrap_or_default();
        let name = recognise_class(&kind.name(analysis));
        let cause = name.or_else(|| Some(recognise_way(analysis, &links, None)?.0));
        // Of an array that only V8 sees, the object that it is the content of says more.
        let says_something = |&link: &usize| {
            let types = &analysis.snapshot.types;
            let kind = analysis.snapshot.kind(source(analysis, link));
            kind != types.array && kind != types.hidden
        };
        let last = links.iter().rposition(says_something);
        let before = &links[..last.unwrap_or(0)];
        let holder = last.map(|last| source(analysis, links[last]));
        let variable = holder
            .and_then(|holder| variable(analysis, &heap.scripts, before, holder))
            .unwrap_or_default();
        let Variable { name: variable, file: declared_in, seen_by } = variable;
        Grown {
            name: holding.name,
            count: 0,
            growth_bytes: 0,
            is_suspicious: false,
            holds: self.content(heap, slot),
            held_by: holder
                .filter(|&holder| holder != analysis.snapshot.root)
                .map(|holder| node_name(analysis, holder)),
            path: describe(analysis, &links),
            variable,
            declared_in,
            seen_by: seen_by.or(holding.calls),
            known_cause: cause,
        }
    }

    /// The kind that most of the bytes are of, if it is another one.
    fn content(&self, heap: &Heap<'_>, slot: usize) -> Option<Holding> {
        let analysis = heap.analysis;
        let mut sums: HashMap<Kind, (u64, u64)> = HashMap::new();
        let tree = &analysis.tree;
        for (at, &counted) in self.counted_for.iter().enumerate() {
            let bytes = self.sizes.get(tree.order[at]);
            if counted == slot as u32 + 1 && bytes > 0 {
                let sum = sums.entry(Kind::of(analysis, tree.order[at])).or_default();
                *sum = (sum.0 + bytes, sum.1 + 1);
            }
        }
        let (kind, (bytes, count)) = sums.into_iter().max_by_key(|&(kind, sum)| (sum, kind))?;
        (kind != self.kinds[slot].0).then(|| Holding {
            retained_bytes: bytes,
            ..holding::holding_of(analysis, &heap.scripts, kind, count)
        })
    }
}

/// The way to one of these objects, one that is held as most are.
fn typical(heap: &Heap<'_>, members: &[u32]) -> Option<Vec<usize>> {
    let snapshot = &heap.analysis.snapshot;
    let mut ways: HashMap<(u32, bool, u32), (usize, Vec<usize>)> = HashMap::new();
    let step = members.len().div_ceil(SAMPLE).max(1);
    for &node in members.iter().step_by(step) {
        let Some(links) = heap.paths.links_to(heap.analysis, node) else { continue };
        let Some(&last) = links.last() else { continue };
        let named = snapshot.links[last].kind().has_string_name();
        let holder = snapshot.names[source(heap.analysis, last) as usize];
        // Of an index or a number in a name there is one for each.
        let name = if named { snapshot.links[last].kind() as u32 } else { 0 };
        ways.entry((holder, named, name)).or_insert((0, links)).0 += 1;
    }
    let most = ways.into_iter().max_by_key(|(key, (count, _))| (*count, *key))?;
    Some(most.1.1)
}
