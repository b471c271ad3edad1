//! Text set into a width that is given: broken between pieces, or shortened.

use super::PlotError;
use super::canvas::Lettering;
use super::plan::TEXT;

/// The width of the widest text.
pub(super) fn widest(texts: &[String]) -> Result<f64, PlotError> {
    texts.iter().try_fold(0.0_f64, |widest, text| Ok(widest.max(TEXT.width(text)?)))
}

/// Pieces set on as few lines as hold them; a piece longer than a line is shortened.
pub(super) fn flowed(
    pieces: &[String],
    between: &str,
    width: f64,
) -> Result<Vec<String>, PlotError> {
    let mut lines: Vec<String> = Vec::new();
    for piece in pieces {
        if let Some(line) = lines.last_mut() {
            let longer = format!("{line}{between}{piece}");
            if TEXT.width(&longer)? <= width {
                *line = longer;
                continue;
            }
        }
        lines.push(shortened(piece, &TEXT, width)?);
    }
    Ok(lines)
}

/// The text, or as much of its beginning as fits with an ellipsis.
pub(super) fn shortened(
    text: &str,
    lettering: &Lettering,
    width: f64,
) -> Result<String, PlotError> {
    if lettering.width(text)? <= width {
        return Ok(text.to_owned());
    }
    let mut kept: Vec<char> = text.chars().collect();
    while kept.pop().is_some() {
        let candidate: String = kept.iter().chain(&['…']).collect();
        if lettering.width(&candidate)? <= width {
            return Ok(candidate);
        }
    }
    Ok(String::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_shortened_to_its_room() {
        assert_eq!(shortened("short", &TEXT, 500.0).unwrap(), "short");
        let cut = shortened("a machine of many words", &TEXT, 100.0).unwrap();
        assert!(cut.ends_with('…') && cut.starts_with("a mach"), "{cut}");
        assert!(TEXT.width(&cut).unwrap() <= 100.0);
    }

    #[test]
    fn pieces_flow_over_lines() {
        let pieces = ["first".to_owned(), "second".to_owned(), "third".to_owned()];
        assert_eq!(flowed(&pieces, ", ", 1000.0).unwrap(), ["first, second, third"]);
        let width = TEXT.width("first, second").unwrap();
        assert_eq!(flowed(&pieces, ", ", width).unwrap(), ["first, second", "third"]);
    }
}
