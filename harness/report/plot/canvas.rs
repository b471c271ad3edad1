//! Lines, markers and texts in units of the finished picture, on either of plotters' backends.
//!
//! Backends take whole numbers only, so a canvas is drawn enlarged: a bitmap is halved again
//! ([`super::file`]), which smooths its edges, and an SVG keeps the fractions in its view box.
//!
//! Texts are placed by their baseline. The backends disagree on where the top of a text is:
//! plotters-svg shifts it by 0.76 em, plotters' `ab_glyph` font by half of the font's size.

use std::sync::OnceLock;

use plotters::coord::Shift;
use plotters::prelude::{
    Circle, DrawingArea, DrawingBackend, PathElement, Polygon, RGBColor, Rectangle,
};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{
    Color, FontDesc, FontFamily, FontStyle, FontTransform, TextStyle, register_font,
};

use super::PlotError;
use super::palette::{Look, Rgb, Shape, WHITE};

/// The family as SVG names it: what the bitmap embeds, else its nearest relative, else any.
const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";

/// plotters takes a font's size as the height of its line; this many of them make an em of 1.
const LINE_HEIGHT: f64 = 1.24;

/// A place in units of the finished picture, from the top left.
pub(super) type Place = (f64, f64);

/// An area that is drawn upon.
pub(super) struct Canvas<DB: DrawingBackend> {
    area: DrawingArea<DB, Shift>,
    scale: f64,
    /// How far below its top, in ems, the backend puts a text's baseline.
    ascent: f64,
}

/// Which side of a text its place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// What a text looks like.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lettering {
    pub(super) size: f64,
    pub(super) bold: bool,
    pub(super) colour: Rgb,
    pub(super) anchor: Anchor,
    /// Whether it reads from the bottom to the top.
    pub(super) upwards: bool,
}

impl<DB: DrawingBackend> Canvas<DB> {
    /// A canvas for a bitmap that is `scale` times as large as the picture.
    pub(super) fn bitmap(area: DrawingArea<DB, Shift>, scale: f64) -> Self {
        Self { area, scale, ascent: 0.5 * LINE_HEIGHT }
    }

    /// A canvas for an SVG whose view box is `scale` times as large as the picture.
    pub(super) fn vector(area: DrawingArea<DB, Shift>, scale: f64) -> Self {
        Self { area, scale, ascent: 0.76 }
    }

    pub(super) fn fill(&self, colour: Rgb) -> Result<(), PlotError> {
        self.area.fill(&rgb(colour)).map_err(PlotError::draw)
    }

    pub(super) fn rectangle(&self, from: Place, to: Place, colour: Rgb) -> Result<(), PlotError> {
        let corners = [self.pixel(from), self.pixel(to)];
        self.area.draw(&Rectangle::new(corners, rgb(colour).filled())).map_err(PlotError::draw)
    }

    pub(super) fn line(&self, places: &[Place], width: f64, colour: Rgb) -> Result<(), PlotError> {
        let pixels: Vec<_> = places.iter().map(|place| self.pixel(*place)).collect();
        let style = rgb(colour).stroke_width(self.length(width));
        self.area.draw(&PathElement::new(pixels, style)).map_err(PlotError::draw)
    }

    /// A marker of `radius`, filled or as an outline upon white.
    pub(super) fn marker(
        &self,
        centre: Place,
        radius: f64,
        look: Look,
        hollow: bool,
    ) -> Result<(), PlotError> {
        self.blob(centre, radius, look.shape, look.colour)?;
        if hollow {
            // An outline by covering: strokes of the two backends have different joints.
            self.blob(centre, radius - 2.0, look.shape, WHITE)?;
        }
        Ok(())
    }

    fn blob(&self, (x, y): Place, radius: f64, shape: Shape, colour: Rgb) -> Result<(), PlotError> {
        if shape == Shape::Circle {
            let style = rgb(colour).filled();
            let circle = Circle::new(self.pixel((x, y)), self.length(radius), style);
            return self.area.draw(&circle).map_err(PlotError::draw);
        }
        let corners: Vec<_> = corners(shape)
            .iter()
            .map(|(dx, dy)| self.pixel((x + dx * radius, y + dy * radius)))
            .collect();
        self.area.draw(&Polygon::new(corners, rgb(colour))).map_err(PlotError::draw)
    }

    /// A text whose baseline is at `place`.
    pub(super) fn text(
        &self,
        text: &str,
        (x, y): Place,
        lettering: Lettering,
    ) -> Result<(), PlotError> {
        let up = lettering.size * self.ascent;
        let top = if lettering.upwards { (x - up, y) } else { (x, y - up) };
        let style = lettering.style(self.scale);
        self.area.draw_text(text, &style, self.pixel(top)).map_err(PlotError::draw)
    }

    pub(super) fn present(&self) -> Result<(), PlotError> {
        self.area.present().map_err(PlotError::draw)
    }

    fn pixel(&self, (x, y): Place) -> (i32, i32) {
        ((x * self.scale).round() as i32, (y * self.scale).round() as i32)
    }

    fn length(&self, length: f64) -> u32 {
        (length * self.scale).round().max(1.0) as u32
    }
}

impl Lettering {
    /// Black text of this size whose place is its start.
    pub(super) const fn new(size: f64) -> Self {
        Self {
            size,
            bold: false,
            colour: super::palette::BLACK,
            anchor: Anchor::Start,
            upwards: false,
        }
    }

    pub(super) const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(super) const fn coloured(self, colour: Rgb) -> Self {
        Self { colour, ..self }
    }

    pub(super) const fn anchored(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    pub(super) const fn upwards(self) -> Self {
        Self { upwards: true, ..self }
    }

    /// How long the text is in the bitmap; an SVG's is the same or a little less.
    pub(super) fn width(&self, text: &str) -> Result<f64, PlotError> {
        register()?;
        // Measured large, because the answer is a whole number.
        let font = self.font(10.0);
        let (width, _) = font.box_size(text).map_err(|_| PlotError::Font)?;
        Ok(f64::from(width) / 10.0)
    }

    fn style(&self, scale: f64) -> TextStyle<'static> {
        let font = self.font(scale);
        let font = if self.upwards { font.transform(FontTransform::Rotate270) } else { font };
        let side = match self.anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        font.color(&rgb(self.colour)).pos(Pos::new(side, VPos::Top))
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

const fn rgb(colour: Rgb) -> RGBColor {
    RGBColor(colour.0, colour.1, colour.2)
}

/// Corners around the centre, in radii; sizes chosen so that the areas look alike.
fn corners(shape: Shape) -> &'static [(f64, f64)] {
    match shape {
        // Drawn as a circle.
        Shape::Circle => &[],
        Shape::Triangle => &[(0.0, -1.25), (1.15, 0.85), (-1.15, 0.85)],
        Shape::Wedge => &[(0.0, 1.25), (1.15, -0.85), (-1.15, -0.85)],
        Shape::Square => &[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
        Shape::Diamond => &[(0.0, -1.3), (1.15, 0.0), (0.0, 1.3), (-1.15, 0.0)],
        Shape::Hexagon => {
            &[(0.0, -1.1), (0.95, -0.55), (0.95, 0.55), (0.0, 1.1), (-0.95, 0.55), (-0.95, -0.55)]
        }
    }
}
