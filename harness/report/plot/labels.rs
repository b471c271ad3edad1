//! The names of the runtimes below a picture: level while they fit, else upright.

use super::PlotError;
use super::plan::{LEADING, TEXT};
use super::setting::{flowed, shortened, widest};
use crate::key::{Key, family_name};

const LABEL_GAP: f64 = 10.0;
/// Labels of more lines stand upright instead.
const MOST_LABEL_LINES: usize = 2;
/// An upright label, with whatever flags, is shortened to this: no version is as long.
const LONGEST_LABEL: f64 = 300.0;

#[derive(Debug)]
pub(super) struct Labels {
    pub(super) height: f64,
    pub(super) upright: bool,
    pub(super) lines: Vec<Vec<String>>,
    pub(super) caption: String,
}

impl Labels {
    /// Level labels, broken between their parts if need be; upright ones where a part is too long.
    pub(super) fn of(runtimes: &[Key], step: f64) -> Result<Self, PlotError> {
        let caption = caption(runtimes);
        let one_family = one_family(runtimes);
        let texts = runtimes
            .iter()
            .map(|key| if one_family { key.version_label() } else { key.full_label() });
        let texts: Vec<String> = texts.collect();
        let mut level = Some(Vec::new());
        for text in &texts {
            let parts = parts(text);
            let fits = widest(&parts)? <= step - LABEL_GAP;
            let lines = if fits { flowed(&parts, "", step - LABEL_GAP)? } else { Vec::new() };
            level = level.filter(|_| fits && lines.len() <= MOST_LABEL_LINES);
            if let Some(level) = &mut level {
                level.push(lines);
            }
        }
        if let Some(lines) = level {
            let most = lines.iter().map(Vec::len).max().unwrap_or(1) as f64;
            return Ok(Self { height: LEADING * most + 8.0, upright: false, lines, caption });
        }
        let texts: Vec<String> = texts
            .iter()
            .map(|text| shortened(text, &TEXT, LONGEST_LABEL))
            .collect::<Result<_, _>>()?;
        let height = widest(&texts)? + 20.0;
        let lines = texts.into_iter().map(|text| vec![text]).collect();
        Ok(Self { height, upright: true, lines, caption })
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
        let few = Labels::of(&versions(7).collect::<Vec<_>>(), 150.0).unwrap();
        assert!(!few.upright);
        let many = Labels::of(&versions(40).collect::<Vec<_>>(), 27.0).unwrap();
        assert!(many.upright && many.height > 60.0);
        assert_eq!(many.caption, "Node.js version");
    }

    #[test]
    fn labels_of_many_lines_stand_upright() {
        let version = "1.0.0-one-two-three-four-five".to_owned();
        let key = Key::runtime("node", &version, "");
        assert!(Labels::of(std::slice::from_ref(&key), 90.0).unwrap().upright);
        let wide = Labels::of(&[key], 220.0).unwrap();
        assert!(!wide.upright && wide.lines[0].len() == 2);
    }
}
