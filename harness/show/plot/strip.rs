//! The words for what could not be measured, in a strip of their own below the panels.
//!
//! Neighbours that failed alike share their words under one bracket: the old versions that cannot
//! parse a variant are many, and one thing is to be said of them. Words are level and centred
//! under their bracket if none touch; else each hangs from its bracket in a lane of its own, the
//! left ones deeper, so that no line crosses a word.

use super::canvas::Canvas;
use super::palette::{AXIS, STRIP};
use super::typesetting::{LEADING, TEXT, widest};

/// Between the words of two brackets.
const GAP: f64 = 14.0;

/// From the top of the strip to its first words, and from the last to its bottom.
const PADDING: f64 = 10.0;

/// From an end of the strip to words that would pass it.
const INSET: f64 = 8.0;

/// The strip's words and brackets, between its left and right ends.
#[derive(Debug)]
pub struct Strip {
    left: f64,
    right: f64,
    /// 0 if nothing is said.
    pub height: f64,
    groups: Vec<Group>,
}

/// Neighbouring runtimes of which the same is said.
#[derive(Debug, PartialEq)]
struct Group {
    /// Where the bracket starts and ends.
    from: f64,
    to: f64,
    /// What is said, in lines.
    lines: Vec<String>,
    x: f64,
    /// How many lines are above the first.
    lane: usize,
    /// Whether a line leads from the bracket to the words.
    leads: bool,
}

impl Group {
    /// Where the line to the words leaves the bracket.
    fn stem(&self) -> f64 {
        f64::midpoint(self.from, self.to)
    }
}

impl Strip {
    /// The strip for these lines of each runtime.
    pub fn of(said: Vec<Vec<String>>, left: f64, right: f64) -> Self {
        let step = (right - left) / said.len().max(1) as f64;
        let mut groups = groups(said, left, step);
        if !centre(&mut groups, left + INSET, right - INSET) {
            hang(&mut groups, right - INSET);
        }
        let rows = groups.iter().map(|group| group.lane + group.lines.len()).max();
        let height = rows.map_or(0.0, |rows| LEADING * rows as f64 + 2.0 * PADDING);
        Self { left, right, height, groups }
    }

    /// Draws it below the panels, which end at `bottom`.
    pub fn draw(&self, canvas: &mut Canvas, bottom: f64) {
        if self.groups.is_empty() {
            return;
        }
        // A little below the axis, so that the two are seen as two.
        let top = bottom + 4.0;
        let baseline = |lane: usize| top + PADDING + LEADING * (lane as f64 + 0.75);
        canvas.rectangle((self.left, top), (self.right, bottom + self.height), STRIP);
        for group in &self.groups {
            canvas.line([(group.from, top + 2.0), (group.to, top + 2.0)], 3.0, AXIS);
            if group.leads {
                let end = baseline(group.lane) - TEXT.size;
                canvas.line([(group.stem(), top + 2.0), (group.stem(), end)], 1.5, AXIS);
            }
            for (i, line) in group.lines.iter().enumerate() {
                canvas.text(line, (group.x, baseline(group.lane + i)), TEXT);
            }
        }
    }
}

fn groups(said: Vec<Vec<String>>, left: f64, step: f64) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut previous = None;
    for (i, lines) in said.into_iter().enumerate() {
        let end = left + step * (i as f64 + 0.9);
        match groups.last_mut() {
            Some(last) if previous == Some(i) && last.lines == lines => last.to = end,
            _ if lines.is_empty() => continue,
            _ => groups.push(Group {
                from: end - step * 0.8,
                to: end,
                lines,
                x: 0.0,
                lane: 0,
                leads: false,
            }),
        }
        previous = Some(i + 1);
    }
    groups
}

/// Puts the words under the middle of their brackets; false if some would touch.
fn centre(groups: &mut [Group], left: f64, right: f64) -> bool {
    let mut free = left;
    for group in groups {
        let width = widest(&group.lines);
        group.x = (group.stem() - width / 2.0).min(right - width).max(left);
        if group.x < free {
            return false;
        }
        free = group.x + width + GAP;
    }
    true
}

/// Hangs the words, each in one line, from the middle of their brackets to the right.
fn hang(groups: &mut [Group], right: f64) {
    let mut placed: Vec<(f64, f64, f64, usize)> = Vec::new();
    for group in groups.iter_mut().rev() {
        group.lines = vec![group.lines.join("; ")];
        group.leads = true;
        let width = widest(&group.lines);
        let stem = group.stem();
        group.x = (stem - 4.0).min(right - width);
        let (start, end) = (group.x, group.x + width + GAP);
        let below = placed.iter().filter(|(other_start, other_end, other_stem, _)| {
            (*other_start < end && start < *other_end) || (start..end).contains(other_stem)
        });
        group.lane = below.map(|(.., lane)| lane + 1).max().unwrap_or(0);
        placed.push((start, end, stem, group.lane));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strip(said: &[&str]) -> Strip {
        let said = said
            .iter()
            .map(|text| if text.is_empty() { vec![] } else { vec![(*text).to_owned()] })
            .collect();
        Strip::of(said, 100.0, 1100.0)
    }

    #[test]
    fn neighbours_that_failed_alike_share_their_words() {
        let strip = strip(&["error", "error", "", "error", "timeout"]);
        // Each runtime is 200 wide, and a bracket leaves a tenth free at each end.
        let brackets: Vec<_> =
            strip.groups.iter().map(|group| (group.from, group.to, group.lane)).collect();
        let rounded: Vec<_> = brackets.iter().map(|(a, b, l)| (a.round(), b.round(), *l)).collect();
        assert_eq!(rounded, [(120.0, 480.0, 0), (720.0, 880.0, 0), (920.0, 1080.0, 0)]);
        assert!(strip.groups.iter().all(|group| !group.leads));
    }

    #[test]
    fn words_that_would_touch_hang_in_lanes_the_left_ones_deeper() {
        let mut said = vec![""; 40];
        said[3] = "async unsupported";
        said[4] = "generator timeout";
        said[30] = "error";
        let strip = strip(&said);
        let lanes: Vec<_> = strip.groups.iter().map(|group| group.lane).collect();
        assert_eq!(lanes, [1, 0, 0]);
        assert!(strip.groups.iter().all(|group| group.leads));
    }

    #[test]
    fn words_stay_within_the_picture() {
        let mut said = vec![""; 40];
        said[0] = "async unsupported";
        said[39] = "async unsupported";
        let strip = strip(&said);
        assert!(strip.groups[0].x >= 108.0);
        assert!(strip.groups[1].x + TEXT.width("async unsupported") <= 1092.1);
    }

    #[test]
    fn without_failures_there_is_no_strip() {
        assert_eq!(Strip::of(vec![vec![], vec![]], 0.0, 100.0).height, 0.0);
    }
}
