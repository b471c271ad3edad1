//! The columns of a picture, one for each runtime, and their names below it: level while they fit, else
//! upright.

use super::canvas::Canvas;
use super::frame::WIDTH;
use super::palette::GREY_TEXT;
use super::typesetting::{Anchor, HALF_CAPITAL, LEADING, MARGIN, TEXT, flowed, shortened, widest};
use crate::key::{Key, family_name};

const LABEL_GAP: f64 = 10.0;
/// Labels of more lines stand upright instead.
const MOST_LABEL_LINES: usize = 2;
/// An upright label, with whatever flags, is shortened to this: no version is as long.
const LONGEST_LABEL: f64 = 300.0;
/// Room for one upright label.
const LEAST_STEP: f64 = 27.0;

#[derive(Clone, Copy, Debug)]
pub struct Columns {
    pub left: f64,
    pub right: f64,
    /// The width of each.
    pub step: f64,
}

impl Columns {
    /// So many from `left` on, in a picture that is as wide as they need.
    pub fn of(left: f64, count: usize) -> Self {
        let count = count.max(1) as f64;
        let right = WIDTH.max(left + LEAST_STEP * count + MARGIN).ceil() - MARGIN;
        Self { left, right, step: (right - left) / count }
    }

    /// The middle of the i-th.
    pub fn centre(&self, index: usize) -> f64 {
        self.left + self.step * (index as f64 + 0.5)
    }
}

#[derive(Debug)]
pub struct Labels {
    /// The height of the names, without the caption.
    names: f64,
    upright: bool,
    lines: Vec<Vec<String>>,
    caption: String,
}

impl Labels {
    /// Level labels, broken between their parts if need be; upright ones where a part is too long.
    pub fn of(runtimes: &[Key], step: f64) -> Self {
        let caption = caption(runtimes);
        let one_family = one_family(runtimes);
        let text = |key: &Key| if one_family { key.version_label() } else { key.full_label() };
        let texts: Vec<String> = runtimes.iter().map(text).collect();
        let level = |text: &String| {
            let parts = parts(text);
            let lines = (widest(&parts) <= step - LABEL_GAP)
                .then(|| flowed(&parts, "", step - LABEL_GAP))?;
            (lines.len() <= MOST_LABEL_LINES).then_some(lines)
        };
        if let Some(lines) = texts.iter().map(level).collect::<Option<Vec<_>>>() {
            let most = lines.iter().map(Vec::len).max().unwrap_or(1) as f64;
            return Self { names: LEADING * most + 8.0, upright: false, lines, caption };
        }
        let short = |text: &String| vec![shortened(text, &TEXT, LONGEST_LABEL)];
        let lines: Vec<Vec<String>> = texts.iter().map(short).collect();
        Self { names: widest(lines.iter().flatten()) + 20.0, upright: true, lines, caption }
    }

    /// Of the names and the caption.
    pub fn height(&self) -> f64 {
        self.names + LEADING
    }

    /// Draws them below `top`.
    pub fn draw(&self, canvas: &mut Canvas, columns: &Columns, top: f64) {
        for (i, lines) in self.lines.iter().enumerate() {
            let x = columns.centre(i);
            for (row, line) in lines.iter().enumerate() {
                if self.upright {
                    let lettering = TEXT.anchored(Anchor::End).upwards();
                    canvas.text(line, (x + HALF_CAPITAL, top + 12.0), lettering);
                } else {
                    let place = (x, top + LEADING * (row as f64 + 1.0));
                    canvas.text(line.trim_end(), place, TEXT.anchored(Anchor::Middle));
                }
            }
        }
        let place = (f64::midpoint(columns.left, columns.right), (top + self.height()).ceil());
        let lettering = TEXT.coloured(GREY_TEXT).anchored(Anchor::Middle);
        canvas.text(&self.caption, place, lettering);
    }
}

/// The text cut after each space, and after each hyphen inside a word.
fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
        let in_word =
            before.is_alphanumeric() && chars.peek().is_some_and(|next| next.is_alphanumeric());
        if c == ' ' || c == '-' && in_word {
            parts.push(String::new());
        }
        before = c;
    }
    parts
}

fn caption(runtimes: &[Key]) -> String {
    match runtimes.first() {
        Some(first) if one_family(runtimes) => format!("{} version", family_name(&first.runtime)),
        _ => "runtime and version".to_owned(),
    }
}

fn one_family(runtimes: &[Key]) -> bool {
    runtimes.windows(2).all(|pair| pair[0].runtime == pair[1].runtime)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_cut_between_words_and_inside_them_at_hyphens() {
        assert_eq!(parts("node unknown-3f2a"), ["node ", "unknown-", "3f2a"]);
        assert_eq!(parts("8.17.0 --no-opt"), ["8.17.0 ", "--no-", "opt"]);
    }

    #[test]
    fn labels_stand_upright_where_they_would_touch() {
        let versions =
            |count: u32| (0..count).map(|i| Key::runtime("node", &format!("{i}.10.10"), ""));
        let few = Labels::of(&versions(7).collect::<Vec<_>>(), 150.0);
        assert!(!few.upright);
        let many = Labels::of(&versions(40).collect::<Vec<_>>(), 27.0);
        assert!(many.upright && many.height() > 86.0);
        assert_eq!(many.caption, "Node.js version");
    }

    #[test]
    fn labels_of_many_lines_stand_upright() {
        let version = "1.0.0-one-two-three-four-five".to_owned();
        let key = Key::runtime("node", &version, "");
        assert!(Labels::of(std::slice::from_ref(&key), 90.0).upright);
        let wide = Labels::of(&[key], 220.0);
        assert!(!wide.upright && wide.lines[0].len() == 2);
    }
}
