//! What a report shows of each machine: which tables, which columns, which rows.
//!
//! A row is a runtime version. Published figures stand beside the measured ones of the same
//! runtime version and case; a version that only one of the two has still gets its row, with a
//! dash for the other. Nothing here knows a case or a variant by name but the harness's own cost.

mod costs;
mod memory;
mod overhead;
mod row;
mod steadiness;
mod throughput;

use super::Matrix;
use super::lookup::Lookup;
use super::provenance;
use crate::key::NOOP;
use crate::measure::sentences;
use crate::show::Page;

/// How much a page tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Figures alone, for a document that is about something else too.
    Figures,
    /// And how the invocations went that they were made of.
    Everything,
}

/// A page for each measured machine, the first published figures beside each of them.
///
/// Published figures get a page of their own when there is nothing to stand beside, or when they
/// are not the first.
pub fn pages(matrices: &[Matrix], depth: Depth) -> Vec<Page> {
    let (published, measured): (Vec<_>, Vec<_>) =
        matrices.iter().partition(|matrix| matrix.machine.published.is_some());
    let beside = if measured.is_empty() { None } else { published.first().copied() };
    let alone = published
        .iter()
        .skip(usize::from(beside.is_some()))
        .map(|matrix| page(matrix, None, depth));
    measured.iter().map(|matrix| page(matrix, beside, depth)).chain(alone).collect()
}

/// The page of one machine, with published figures beside its own.
pub fn page(matrix: &Matrix, published: Option<&Matrix>, depth: Depth) -> Page {
    let own = Lookup::new(matrix);
    let published = published.map(Lookup::new);
    let mut sections = Vec::new();
    for case in own.single_cases() {
        if case != NOOP {
            sections.extend(throughput::section(case, &own, published.as_ref()));
        }
    }
    for case in own.families() {
        sections.extend(costs::section(case, &own));
    }
    for case in own.single_cases() {
        if case != NOOP {
            sections.extend(memory::section(case, &own));
        }
    }
    if depth == Depth::Everything {
        sections.extend(steadiness::section(&own));
    }
    sections.extend(overhead::section(&own));
    Page {
        title: provenance::machine(matrix).to_owned(),
        about: about(matrix, published.as_ref().map(|lookup| lookup.matrix)),
        sections,
        ..Page::default()
    }
}

fn about(matrix: &Matrix, published: Option<&Matrix>) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(source) = &matrix.machine.published {
        lines.push(format!("Published figures: {source}."));
    }
    match (provenance::when(matrix), provenance::harness(matrix)) {
        (Some(when), Some(harness)) => lines.push(format!("{} with {harness}.", sentence(&when))),
        (Some(when), None) => lines.push(format!("{}.", sentence(&when))),
        _ => {}
    }
    if matrix.cells.iter().any(|cell| cell.relative_margin.is_some()) {
        let widened = provenance::widened(&matrix.between);
        let widened = widened.map(|words| format!(", {words}")).unwrap_or_default();
        lines.push(format!("± and [low, high] are 95 % confidence intervals{widened}."));
    }
    if let Some(published) = published {
        let source = published.machine.published.as_deref().unwrap_or_default();
        lines.push(format!("Published: {}; {source}.", provenance::machine(published)));
    }
    lines.extend(sentences(&matrix.warnings).iter().map(|words| format!("Warning: {words}.")));
    lines
}

/// The text with its first letter in upper case.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + chars.as_str())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::show::Entry;

    fn titles(matrices: &[Matrix]) -> Vec<String> {
        pages(matrices, Depth::Everything).into_iter().map(|page| page.title).collect()
    }

    #[test]
    fn published_figures_stand_beside_or_alone() {
        let (measured, published) = (sample::measured(), sample::published());
        let other = Matrix { folder: "other".into(), ..published.clone() };
        assert_eq!(titles(std::slice::from_ref(&published)), ["MacBook Pro 13-inch 2017"]);
        let machine = "AMD EPYC, 2 cores, Linux x64, virtualised";
        assert_eq!(titles(&[published.clone(), measured.clone()]), [machine]);
        assert_eq!(titles(&[published, measured, other]), [machine, "MacBook Pro 13-inch 2017"]);
        assert!(pages(&[], Depth::Everything).is_empty());
    }

    #[test]
    fn figures_alone_say_nothing_of_invocations() {
        let mut matrix = sample::measured();
        matrix.cells.iter_mut().for_each(|cell| cell.flat = Some(3));
        let sections = |depth| {
            let page = page(&matrix, None, depth);
            page.sections.into_iter().map(|section| section.title).collect::<Vec<_>>()
        };
        let everything = sections(Depth::Everything);
        let is_figures = |title: &&String| title.as_str() != "how the invocations went";
        let figures: Vec<&String> = everything.iter().filter(is_figures).collect();
        assert!(figures.len() < everything.len());
        assert_eq!(sections(Depth::Figures).iter().collect::<Vec<_>>(), figures);
    }

    #[test]
    fn a_failed_cell_leaves_its_neighbours_alone() {
        let page = page(&sample::measured(), None, Depth::Everything);
        let table = &page.sections[0].table;
        let row: Vec<_> = table.rows[0].iter().map(Entry::shown).collect();
        assert_eq!(row, ["6.17.1", "187,654", "±2.0 %", "unsupported¹", "", "–", ""]);
    }

    #[test]
    fn equal_details_share_a_note_and_no_detail_has_none() {
        let page = page(&sample::unusual(), None, Depth::Everything);
        let section = &page.sections[0];
        assert_eq!(
            section.notes.texts(),
            ["timeout: no answer in 60 s", "check: got 1, not 3", "error: ended with signal 11"]
        );
        let last: Vec<_> = section.table.rows.last().unwrap().iter().map(Entry::shown).collect();
        assert!(last.iter().any(|text| text == "error"), "{last:?}");
    }

    #[test]
    fn families_are_named_where_there_are_several() {
        let page = page(&sample::unusual(), None, Depth::Everything);
        let labels: Vec<_> = page.sections[0].table.rows.iter().map(|row| row[0].shown()).collect();
        assert_eq!(
            labels,
            [
                "bun 1.2.3",
                "chromium 80.0.3987.132",
                "node 8.17.0",
                "node 8.17.0 --max-old-space-size=4096 --no-opt",
                "node 12.16.2",
                "node 26.10.0",
                "node unknown-3f2a",
            ]
        );
    }

    #[test]
    fn a_figure_that_is_no_number_is_missing() {
        let page = page(&sample::unusual(), None, Depth::Everything);
        let newest: Vec<_> = page.sections[0].table.rows[5].iter().map(Entry::shown).collect();
        assert!(
            newest.iter().any(|text| text == "–")
                && !newest.iter().any(|text| text.contains("NaN"))
        );
    }
}
