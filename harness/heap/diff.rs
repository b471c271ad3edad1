//! The Comparison view: which objects a newer snapshot has that an older one has not.
//!
//! Objects are matched by id within their class. V8 gives ids in rising order and keeps them for an
//! object's life, as long as one profiling session stays open. Snapshots of two processes, or of
//! two sessions, have ids that mean nothing to each other: then only sums can be compared, which is
//! done by class and says so.
//!
//! Neither distances nor dominators are needed for the former, and only one of the two graphs is
//! in memory at a time.

use std::cmp::Ordering;
use std::collections::HashMap;

use serde::Serialize;

use super::analysis::{Analysis, shallow_sizes};
use super::class::{Class, Classes};
use super::detached;
use super::groups::is_listed;
use super::rules::Rules;
use super::script::Scripts;
use super::shape::{Definition, Shapes};
use super::snapshot::Snapshot;
use super::text::to_text;

/// How the objects of two snapshots were told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MatchedBy {
    /// By id: new and deleted objects are counted exactly.
    Id,
    /// By class: only differences of sums are known.
    Class,
}

/// A class in two snapshots.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DiffRow {
    /// The class, with U+FFFD for what is no Unicode.
    pub name: String,
    /// `script:line:column` of the constructor.
    pub location: Option<String>,
    /// The same as `file:line:column`, line and column from 1; `None` if the file is not known.
    pub source: Option<String>,
    /// Objects that only the newer snapshot has; `None` when matched by class, as the next three.
    pub new_count: Option<u64>,
    /// Objects that only the older snapshot has.
    pub deleted_count: Option<u64>,
    /// Objects of the newer snapshot less those of the older.
    pub delta_count: i64,
    /// The sum of the new objects' own sizes.
    pub new_bytes: Option<u64>,
    /// The sum of the deleted objects' own sizes.
    pub deleted_bytes: Option<u64>,
    /// By how much their own sizes grew.
    pub delta_bytes: i64,
    /// By how much more is kept alive; only when matched by class.
    pub delta_retained_bytes: Option<i64>,
}

/// Two snapshots beside each other: DevTools' Comparison view.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Diff {
    /// As asked for, or by id if enough ids are the same.
    pub matched_by: MatchedBy,
    /// What part of the newer snapshot's old ids is the same object in the older one, 0 to 1.
    pub same_ids: f64,
    /// The classes that differ, the largest growth first.
    pub groups: Vec<DiffRow>,
}

/// Below this part of equal objects, ids are taken for accidental. Within one session it is 1, up
/// to DOM nodes; two processes of one version and program agree in what they do first.
pub const TRUSTWORTHY: f64 = 0.99;

/// What is remembered of a snapshot when its graph is gone.
#[derive(Debug)]
pub struct Census {
    /// Classes, by number; of two that are equal DevTools knows the later one only.
    classes: Vec<Class>,
    replaced: Vec<bool>,
    scripts: Scripts,
    /// Each listed object: its class and id in one number, and its size. Sorted.
    objects: Vec<(u64, u64)>,
    /// The ids of all JavaScript objects, each with a hash of type and name. Sorted.
    identities: Vec<(u32, u32)>,
}

impl Census {
    /// Counts a snapshot; plain objects are sorted by `definitions`, or if there are none by those
    /// that the snapshot suggests, which are returned.
    pub fn take(
        mut snapshot: Snapshot,
        rules: Rules,
        definitions: Option<&[Definition]>,
    ) -> (Self, Vec<Definition>) {
        let sizes = shallow_sizes(&snapshot, rules);
        let mut inferred = Vec::new();
        let classes = match rules {
            Rules::Classic => Classes::classic(&snapshot),
            Rules::Today => {
                let shapes = Shapes::collect(&snapshot);
                inferred = match definitions {
                    Some(definitions) => definitions.to_vec(),
                    None => shapes.infer(&snapshot),
                };
                let detached = detached::detached_nodes(&snapshot);
                Classes::today(&snapshot, &shapes, &inferred, detached.as_ref())
            }
        };
        let identities = identities(&snapshot);
        let scripts = Scripts::of(&snapshot);
        // The rest needs nodes only.
        drop((std::mem::take(&mut snapshot.links), std::mem::take(&mut snapshot.link_names)));
        let mut objects: Vec<(u64, u64)> = Vec::new();
        let mut first_seen: Vec<Option<usize>> = vec![None; classes.list.len()];
        for node in snapshot.ordinals().filter(|&n| is_listed(&snapshot, rules, &sizes, n)) {
            let class = classes.of_node[node as usize];
            first_seen[class as usize].get_or_insert(objects.len());
            objects.push((
                u64::from(class) << 32 | u64::from(snapshot.ids[node as usize]),
                sizes.get(node),
            ));
        }
        objects.sort_unstable();
        let replaced = replaced(&classes.list, &first_seen);
        (Self { classes: classes.list, replaced, scripts, objects, identities }, inferred)
    }

    /// For each class that DevTools knows, its objects.
    fn by_class(&self) -> HashMap<&Class, &[(u64, u64)]> {
        let mut rest = &self.objects[..];
        let mut by_class = HashMap::new();
        while let Some(&(first, _)) = rest.first() {
            let class = (first >> 32) as usize;
            let end = rest.partition_point(|&(key, _)| (key >> 32) as usize == class);
            if !self.replaced[class] {
                by_class.insert(&self.classes[class], &rest[..end]);
            }
            rest = &rest[end..];
        }
        by_class
    }
}

/// Which classes are hidden by an equal one whose first object comes later.
fn replaced(classes: &[Class], first_seen: &[Option<usize>]) -> Vec<bool> {
    let mut last: HashMap<&Class, usize> = HashMap::new();
    for (class, seen) in classes.iter().zip(first_seen) {
        if let Some(seen) = *seen {
            let known = last.entry(class).or_insert(seen);
            *known = seen.max(*known);
        }
    }
    let hidden = |(class, seen): (&Class, &Option<usize>)| {
        seen.is_some_and(|seen| last.get(class).is_some_and(|&last| last != seen))
    };
    classes.iter().zip(first_seen).map(hidden).collect()
}

/// What part of the newer snapshot's ids that could be the older one's are: those up to the older
/// one's highest id. From 0 to 1; within one session it is 1.
pub fn same_ids(base: &Snapshot, new: &Snapshot) -> f64 {
    part_of_equal(&identities(base), &identities(new))
}

fn part_of_equal(base: &[(u32, u32)], new: &[(u32, u32)]) -> f64 {
    let Some(&(highest, _)) = base.last() else { return 0.0 };
    let old = new.partition_point(|&(id, _)| id <= highest);
    let mut theirs = base.iter().peekable();
    let mut same = 0usize;
    for mine in &new[..old] {
        while theirs.peek().is_some_and(|theirs| *theirs < mine) {
            theirs.next();
        }
        same += usize::from(theirs.peek() == Some(&mine));
    }
    same as f64 / old.max(1) as f64
}

/// The ids of JavaScript objects, which are odd, with what can't change about an object.
fn identities(snapshot: &Snapshot) -> Vec<(u32, u32)> {
    let mut hashes: Vec<Option<u32>> = vec![None; snapshot.strings.len()];
    let mut identities = Vec::new();
    for node in snapshot.ordinals() {
        let id = snapshot.ids[node as usize];
        let kind = snapshot.kind(node);
        let types = &snapshot.types;
        // Names of hidden objects and of code change while they live, and so does what they are.
        let lasting = [types.object, types.closure, types.regexp, types.string].contains(&kind);
        if id.is_multiple_of(2) || !lasting {
            continue;
        }
        let name = snapshot.names[node as usize];
        let hash = *hashes[name as usize].get_or_insert_with(|| hash(snapshot.strings.get(name)));
        identities.push((id, hash ^ u32::from(kind)));
    }
    identities.sort_unstable();
    identities
}

/// FNV-1a.
fn hash(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, &byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// Compares two snapshots, each read when it is needed: the newer one first, because its shapes
/// sort the plain objects of both.
pub fn diff<E>(
    base: impl Fn() -> Result<Snapshot, E>,
    new: impl Fn() -> Result<Snapshot, E>,
    rules: Rules,
    by: Option<MatchedBy>,
) -> Result<Diff, E> {
    if by == Some(MatchedBy::Class) {
        return Ok(by_class(&Sums::of(base()?, rules), &Sums::of(new()?, rules), 0.0));
    }
    let (newer, definitions) = Census::take(new()?, rules, None);
    let (older, _) = Census::take(base()?, rules, Some(&definitions));
    let same_ids = part_of_equal(&older.identities, &newer.identities);
    if by.is_none() && same_ids < TRUSTWORTHY {
        drop((newer, older));
        return Ok(by_class(&Sums::of(base()?, rules), &Sums::of(new()?, rules), same_ids));
    }
    Ok(by_id(&older, &newer, same_ids))
}

/// Compares object by object.
pub fn by_id(base: &Census, new: &Census, same_ids: f64) -> Diff {
    let (older, newer) = (base.by_class(), new.by_class());
    let mut groups = Vec::new();
    for (&class, &objects) in &newer {
        let before = older.get(class).copied().unwrap_or_default();
        groups.extend(compare(row_of(class, &new.scripts), before, objects));
    }
    for (&class, &objects) in older.iter().filter(|(class, _)| !newer.contains_key(*class)) {
        groups.extend(compare(row_of(class, &base.scripts), objects, &[]));
    }
    sort(&mut groups);
    Diff { matched_by: MatchedBy::Id, same_ids, groups }
}

fn row_of(class: &Class, scripts: &Scripts) -> DiffRow {
    let place = class.location;
    DiffRow {
        name: to_text(&class.name).into_owned(),
        location: place.map(|at| at.to_string()),
        source: place.and_then(|at| scripts.place(at)),
        ..DiffRow::default()
    }
}

/// Merges two sorted lists of a class's objects; `None` if they are the same objects.
fn compare(row: DiffRow, before: &[(u64, u64)], after: &[(u64, u64)]) -> Option<DiffRow> {
    let (mut new, mut deleted) = ((0u64, 0u64), (0u64, 0u64));
    let (mut i, mut j) = (0, 0);
    // Classes have other numbers in the other snapshot, so only the lower half of a key counts.
    let id = |objects: &[(u64, u64)], at: usize| objects.get(at).map(|(key, _)| *key as u32);
    loop {
        let order = match (id(before, i), id(after, j)) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(old), Some(young)) => old.cmp(&young),
        };
        match order {
            Ordering::Less => deleted = (deleted.0 + 1, deleted.1.saturating_add(before[i].1)),
            Ordering::Greater => new = (new.0 + 1, new.1.saturating_add(after[j].1)),
            Ordering::Equal => {}
        }
        i += usize::from(order != Ordering::Greater);
        j += usize::from(order != Ordering::Less);
    }
    (new.0 + deleted.0 > 0).then(|| DiffRow {
        new_count: Some(new.0),
        deleted_count: Some(deleted.0),
        delta_count: difference(new.0, deleted.0),
        new_bytes: Some(new.1),
        deleted_bytes: Some(deleted.1),
        delta_bytes: difference(new.1, deleted.1),
        ..row
    })
}

fn difference(after: u64, before: u64) -> i64 {
    let difference = i128::from(after) - i128::from(before);
    i64::try_from(difference).unwrap_or(if difference > 0 { i64::MAX } else { i64::MIN })
}

fn sort(groups: &mut [DiffRow]) {
    groups.sort_by(|a, b| {
        let growth =
            |row: &DiffRow| (row.delta_retained_bytes.unwrap_or(row.delta_bytes), row.delta_bytes);
        growth(b).cmp(&growth(a)).then_with(|| (&a.name, &a.location).cmp(&(&b.name, &b.location)))
    });
}

/// The sums of a snapshot by class.
struct Sums(HashMap<Class, (u64, u64, u64)>);

impl Sums {
    fn of(snapshot: Snapshot, rules: Rules) -> Self {
        let groups = Analysis::new(snapshot, rules).groups();
        let mut sums: HashMap<Class, (u64, u64, u64)> = HashMap::new();
        for row in groups.rows {
            // Places are numbers of a process's scripts, so they mean nothing elsewhere.
            let class = Class { name: row.class.name, location: None };
            let sum = sums.entry(class).or_default();
            sum.0 += row.count;
            sum.1 = sum.1.saturating_add(row.shallow_bytes);
            sum.2 = sum.2.saturating_add(row.retained_bytes);
        }
        Self(sums)
    }
}

/// Compares sums.
fn by_class(base: &Sums, new: &Sums, same_ids: f64) -> Diff {
    let mut classes: Vec<&Class> = base.0.keys().chain(new.0.keys()).collect();
    classes.sort_by(|a, b| a.name.cmp(&b.name));
    classes.dedup();
    let mut groups: Vec<DiffRow> = Vec::new();
    for class in classes {
        let before = base.0.get(class).copied().unwrap_or_default();
        let after = new.0.get(class).copied().unwrap_or_default();
        if before != after {
            groups.push(DiffRow {
                delta_count: difference(after.0, before.0),
                delta_bytes: difference(after.1, before.1),
                delta_retained_bytes: Some(difference(after.2, before.2)),
                ..row_of(class, &Scripts::default())
            });
        }
    }
    sort(&mut groups);
    Diff { matched_by: MatchedBy::Class, same_ids, groups }
}

#[cfg(test)]
mod tests;
