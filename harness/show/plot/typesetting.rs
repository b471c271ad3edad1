//! Text: its letters, how long it is, and how it is set into a width that is given.

use std::sync::OnceLock;

use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{
    FontDesc, FontFamily, FontStyle, FontTransform, RGBColor, TextStyle, register_font,
};

use super::PlotError;
use super::palette::{BLACK, Rgb};

/// The family as SVG names it: what the bitmap embeds, else its nearest relative, else any.
const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";
/// plotters takes a font's size as the height of its line; this many of them make an em of 1.
pub(super) const LINE_HEIGHT: f64 = 1.24;

/// Around all that a picture says.
pub const MARGIN: f64 = 28.0;
/// Height of an em of the title.
pub const TITLE: Lettering = Lettering { size: 28.0, bold: true, ..TEXT };
/// All other text: nothing is smaller.
pub const TEXT: Lettering =
    Lettering { size: 18.0, bold: false, colour: BLACK, anchor: Anchor::Start, upwards: false };
/// From one line of text to the next.
pub const LEADING: f64 = 26.0;
/// From a line's middle down to the baseline of text that is centred on it.
pub const HALF_CAPITAL: f64 = 0.36 * TEXT.size;

/// Which side of a text its place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// What a text looks like.
#[derive(Clone, Copy, Debug)]
pub struct Lettering {
    pub size: f64,
    pub bold: bool,
    pub colour: Rgb,
    pub anchor: Anchor,
    /// Whether it reads from the bottom to the top.
    pub upwards: bool,
}

impl Lettering {
    pub const fn coloured(self, colour: Rgb) -> Self {
        Self { colour, ..self }
    }

    pub const fn anchored(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    pub const fn upwards(self) -> Self {
        Self { upwards: true, ..self }
    }

    /// How long the text is in the bitmap; an SVG's is the same or a little less. Without the font it
    /// is 0, and [`super::write_all`] writes no picture.
    pub fn width(&self, text: &str) -> f64 {
        // Measured large, because the answer is a whole number.
        let size = register().ok().and_then(|()| self.font(10.0).box_size(text).ok());
        size.map_or(0.0, |(width, _)| f64::from(width) / 10.0)
    }

    pub(super) fn style(&self, scale: f64) -> TextStyle<'static> {
        let font = self.font(scale);
        let font = if self.upwards { font.transform(FontTransform::Rotate270) } else { font };
        let side = match self.anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        font.color(&RGBColor::from(self.colour)).pos(Pos::new(side, VPos::Top))
    }

    fn font(&self, scale: f64) -> FontDesc<'static> {
        let style = if self.bold { FontStyle::Bold } else { FontStyle::Normal };
        FontDesc::new(FontFamily::Name(FAMILY), self.size * LINE_HEIGHT * scale, style)
    }
}

/// Gives plotters the embedded font, so that no installed one is needed or used.
pub(super) fn register() -> Result<(), PlotError> {
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    let registered = REGISTERED.get_or_init(|| {
        register_font(FAMILY, FontStyle::Normal, dejavu::sans::regular()).is_ok()
            && register_font(FAMILY, FontStyle::Bold, dejavu::sans::bold()).is_ok()
    });
    if *registered { Ok(()) } else { Err(PlotError::Font) }
}

/// Makes the embedded font stand for "sans-serif" too, which is what criterion's own plots ask
/// for: in one program there is one plotters, and its fonts are all registered or all the system's.
pub fn register_fonts() -> Result<(), PlotError> {
    let styles = [FontStyle::Normal, FontStyle::Bold, FontStyle::Italic, FontStyle::Oblique];
    let register = |style| register_font("sans-serif", style, dejavu::sans::regular()).is_ok();
    if styles.into_iter().all(register) { Ok(()) } else { Err(PlotError::Font) }
}

/// The width of the widest text.
pub fn widest<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> f64 {
    texts.into_iter().fold(0.0, |widest, text| f64::max(widest, TEXT.width(text.as_ref())))
}

/// Pieces set on as few lines as hold them; a piece longer than a line is shortened.
pub fn flowed(pieces: &[String], between: &str, width: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for piece in pieces {
        if let Some(line) = lines.last_mut() {
            let longer = format!("{line}{between}{piece}");
            if TEXT.width(&longer) <= width {
                *line = longer;
                continue;
            }
        }
        lines.push(shortened(piece, &TEXT, width));
    }
    lines
}

/// The text, or as much of its beginning as fits with an ellipsis.
pub fn shortened(text: &str, lettering: &Lettering, width: f64) -> String {
    if lettering.width(text) <= width {
        return text.to_owned();
    }
    let mut kept: Vec<char> = text.chars().collect();
    while kept.pop().is_some() {
        let candidate: String = kept.iter().chain(&['…']).collect();
        if lettering.width(&candidate) <= width {
            return candidate;
        }
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_shortened_to_its_room() {
        assert_eq!(shortened("short", &TEXT, 500.0), "short");
        let cut = shortened("a machine of many words", &TEXT, 100.0);
        assert!(cut.ends_with('…') && cut.starts_with("a mach"), "{cut}");
        assert!(TEXT.width(&cut) <= 100.0);
    }

    #[test]
    fn pieces_flow_over_lines() {
        let pieces = ["first".to_owned(), "second".to_owned(), "third".to_owned()];
        assert_eq!(flowed(&pieces, ", ", 1000.0), ["first, second, third"]);
        let width = TEXT.width("first, second");
        assert_eq!(flowed(&pieces, ", ", width), ["first, second", "third"]);
    }
}
