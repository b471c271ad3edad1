//! The Summary view: which classes are in the heap, how many objects, how much they keep alive.

use serde::Serialize;

use super::analysis::Analysis;
use super::groups::Group;
use super::script::Scripts;
use super::text::to_text;

/// What rows are sorted by; largest first, names and distances smallest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortBy {
    /// What would be freed with them.
    #[default]
    Retained,
    /// The sum of their own sizes.
    Shallow,
    /// The number of objects.
    Count,
    /// How far from the roots; what is not reached comes last.
    Distance,
    /// By code point, A before a.
    Name,
}

/// Which rows, and in which order.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Rows that are equal in it come by retained size, then by name.
    pub sort_by: SortBy,
    /// Only names that contain this, in any case.
    pub filter: Option<String>,
    /// Rows after the sorting; all without one.
    pub limit: Option<usize>,
}

impl Selection {
    /// Whether a name passes the filter.
    pub fn admits(&self, name: &str) -> bool {
        let filter = self.filter.as_ref().map(|filter| filter.to_lowercase());
        filter.is_none_or(|filter| name.to_lowercase().contains(&filter))
    }
}

/// The objects of one class: a row of the Summary view.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SummaryRow {
    /// The class, with U+FFFD for what is no Unicode.
    pub name: String,
    /// `script:line:column` of the constructor, line and column from 0; `None` if not known.
    pub location: Option<String>,
    /// The same as `file:line:column`, line and column from 1; `None` if the file is not known.
    pub source: Option<String>,
    /// The number of objects that DevTools lists: those that have a size.
    pub count: u64,
    /// The sum of their own sizes, in bytes.
    pub shallow_bytes: u64,
    /// What would be freed with them.
    pub retained_bytes: u64,
    /// The shortest distance from the roots, plus 100,000,000 if only system roots reach it, as
    /// DevTools has it; `None` if one of them is not reached.
    pub distance: Option<u32>,
}

impl SummaryRow {
    fn new(group: &Group, scripts: &Scripts) -> Self {
        let place = group.class.location;
        Self {
            name: to_text(&group.class.name).into_owned(),
            location: place.map(|at| at.to_string()),
            source: place.and_then(|at| scripts.place(at)),
            count: group.count,
            shallow_bytes: group.shallow_bytes,
            retained_bytes: group.retained_bytes,
            distance: group.distance,
        }
    }
}

/// The Summary view of a snapshot.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// How many nodes the file has, those without size included.
    pub node_count: usize,
    /// The size of the heap, in bytes, with what belongs to no node.
    pub total_bytes: u64,
    /// The rows that were selected.
    pub groups: Vec<SummaryRow>,
    /// How many rows there are before any selection.
    pub group_count: usize,
    /// Rows that DevTools replaces by later rows of the same name, see
    /// [`crate::groups::Groups::replaced`].
    pub replaced: Vec<SummaryRow>,
}

/// Makes the Summary view.
pub fn summary(analysis: &Analysis, selection: &Selection) -> Summary {
    let groups = analysis.groups();
    let group_count = groups.rows.len();
    let scripts = Scripts::of(&analysis.snapshot);
    let row = |group: &Group| SummaryRow::new(group, &scripts);
    let mut rows: Vec<SummaryRow> = groups.rows.iter().map(row).collect();
    rows.retain(|row| selection.admits(&row.name));
    sort(&mut rows, selection.sort_by);
    rows.truncate(selection.limit.unwrap_or(usize::MAX));
    Summary {
        node_count: analysis.snapshot.len(),
        total_bytes: analysis.total_bytes(),
        groups: rows,
        group_count,
        replaced: groups.replaced.iter().map(row).collect(),
    }
}

fn sort(rows: &mut [SummaryRow], by: SortBy) {
    // Rows that are equal in this come in the order of their retained size, then by name.
    rows.sort_by(|a, b| {
        (b.retained_bytes, b.shallow_bytes)
            .cmp(&(a.retained_bytes, a.shallow_bytes))
            .then_with(|| (&a.name, &a.location).cmp(&(&b.name, &b.location)))
    });
    match by {
        SortBy::Retained => {}
        SortBy::Shallow => rows.sort_by_key(|row| std::cmp::Reverse(row.shallow_bytes)),
        SortBy::Count => rows.sort_by_key(|row| std::cmp::Reverse(row.count)),
        SortBy::Distance => rows.sort_by_key(|row| row.distance.unwrap_or(u32::MAX)),
        SortBy::Name => rows.sort_by(|a, b| a.name.cmp(&b.name)),
    }
}

/// One object of a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Member {
    /// Its id, which `awaitbench heap path` takes.
    pub id: u32,
    /// Its own name: for a function the function's name, for a string its text.
    pub name: String,
    /// Its own size, in bytes.
    pub shallow_bytes: u64,
    /// What would be freed with it.
    pub retained_bytes: u64,
    /// Its distance from the roots, as in [`SummaryRow::distance`].
    pub distance: Option<u32>,
}

/// The objects of the class with a name, or of all classes of that name.
pub fn members(analysis: &Analysis, class: &str, selection: &Selection) -> Vec<Member> {
    let wanted: Vec<bool> =
        analysis.classes.list.iter().map(|known| to_text(&known.name) == class).collect();
    let snapshot = &analysis.snapshot;
    let parts = analysis.parts();
    let mut found: Vec<(u32, Member)> = Vec::new();
    for node in snapshot.ordinals() {
        let class = analysis.classes.of_node[node as usize];
        if !wanted[class as usize] || !parts.is_listed(node) {
            continue;
        }
        let distance = analysis.reach.distances[node as usize];
        found.push((
            node,
            Member {
                id: snapshot.ids[node as usize],
                name: String::new(),
                shallow_bytes: analysis.sizes.get(node),
                retained_bytes: analysis.retained_bytes(node),
                distance: (distance != super::distance::UNREACHED).then_some(distance),
            },
        ));
    }
    found.sort_by_key(|(_, member)| {
        let first = match selection.sort_by {
            SortBy::Retained | SortBy::Count | SortBy::Name => u64::MAX - member.retained_bytes,
            SortBy::Shallow => u64::MAX - member.shallow_bytes,
            SortBy::Distance => u64::from(member.distance.unwrap_or(u32::MAX)),
        };
        (first, member.id)
    });
    // Names are looked up for what is shown: there may be millions of strings.
    let named = found
        .into_iter()
        .map(|(node, member)| Member { name: to_text(snapshot.name(node)).into_owned(), ..member });
    named
        .filter(|member| selection.admits(&member.name))
        .take(selection.limit.unwrap_or(usize::MAX))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;
    use crate::specimen::Specimen;

    /// root → global → list (Array) → 2 × Rec, each with an own string; one Rec holds the other.
    fn analysis(rules: Rules) -> Analysis {
        let mut s = Specimen::new();
        let global = s.node("object", "global", 10);
        let list = s.node("object", "Array", 20);
        let elements = s.node("array", "(object elements)", 1000);
        let a = s.node("object", "Rec", 30);
        let b = s.node("object", "Rec", 30);
        let text = s.node("string", "hello", 40);
        s.link(0, "shortcut", "global", global);
        s.link(global, "property", "list", list);
        s.link(list, "internal", "elements", elements);
        s.link(elements, "internal", 0, a);
        s.link(a, "property", "other", b);
        s.link(b, "property", "text", text);
        Analysis::new(s.read(), rules)
    }

    fn row(name: &str, count: u64, shallow: u64, retained: u64, distance: u32) -> SummaryRow {
        SummaryRow {
            name: name.to_owned(),
            location: None,
            source: None,
            count,
            shallow_bytes: shallow,
            retained_bytes: retained,
            distance: Some(distance),
        }
    }

    #[test]
    fn groups_by_hand() {
        let summary = summary(&analysis(Rules::Today), &Selection::default());
        assert_eq!(summary.total_bytes, 1130);
        assert_eq!(
            summary.groups,
            [
                row("global", 1, 10, 1130, 1),
                row("Array", 1, 1020, 1120, 2),
                row("Rec", 2, 60, 100, 4),
                row("(string)", 1, 40, 40, 6),
            ]
        );
    }

    #[test]
    fn classic_sizes_are_those_of_the_file() {
        let selection =
            Selection { sort_by: SortBy::Shallow, limit: Some(2), ..Selection::default() };
        let summary = summary(&analysis(Rules::Classic), &selection);
        assert_eq!(summary.groups, [row("(array)", 1, 1000, 1100, 3), row("Rec", 2, 60, 100, 4)]);
        assert_eq!(summary.group_count, 5);
    }

    #[test]
    fn members_are_listed() {
        let members = members(&analysis(Rules::Today), "Rec", &Selection::default());
        let found: Vec<_> = members.iter().map(|m| (m.id, m.retained_bytes)).collect();
        assert_eq!(found, [(9, 100), (11, 70)]);
    }

    #[test]
    fn classes_of_one_name_replace_each_other_as_in_devtools() {
        let mut s = Specimen::new();
        let prototype = s.node("object", "RegExp", 8);
        let real = s.node("regexp", "/a/", 16);
        s.link(0, "shortcut", "a", prototype);
        s.link(0, "shortcut", "b", real);
        let summary = summary(&Analysis::new(s.read(), Rules::Today), &Selection::default());
        assert_eq!(summary.groups, [row("RegExp", 1, 16, 16, 1)]);
        assert_eq!(summary.replaced, [row("RegExp", 1, 8, 8, 1)]);
    }
}
