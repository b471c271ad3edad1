//! Lines, markers and texts in units of the finished picture, kept in order and painted on either of
//! plotters' backends.
//!
//! Backends take whole numbers only, so a canvas is painted enlarged: a bitmap is halved again
//! ([`super::file`]), which smooths its edges, and an SVG keeps the fractions in its view box.

use plotters::coord::Shift;
use plotters::prelude::{
    Circle, DrawingArea, DrawingAreaErrorKind, DrawingBackend, PathElement, Polygon, RGBColor,
    Rectangle,
};
use plotters::style::Color;

use super::palette::{Look, Rgb, Shape, WHITE};
use super::typesetting::Lettering;

/// A place in units of the finished picture, from the top left.
pub type Place = (f64, f64);

/// What is drawn upon white, from the back to the front.
#[derive(Debug, Default)]
pub struct Canvas(Vec<Mark>);

#[derive(Debug)]
enum Mark {
    Rectangle([Place; 2], Rgb),
    Line(Vec<Place>, f64, Rgb),
    Circle(Place, f64, Rgb),
    Polygon(Vec<Place>, Rgb),
    Text(String, Place, Lettering),
}

impl Canvas {
    pub fn rectangle(&mut self, from: Place, to: Place, colour: Rgb) {
        self.0.push(Mark::Rectangle([from, to], colour));
    }

    pub fn line(&mut self, places: impl Into<Vec<Place>>, width: f64, colour: Rgb) {
        self.0.push(Mark::Line(places.into(), width, colour));
    }

    /// A marker of `radius`, filled or as an outline upon white.
    pub fn marker(&mut self, centre: Place, radius: f64, look: Look, hollow: bool) {
        self.blob(centre, radius, look);
        if hollow {
            // An outline by covering: strokes of the two backends have different joints.
            self.blob(centre, radius - 2.0, Look { colour: WHITE, ..look });
        }
    }

    fn blob(&mut self, (x, y): Place, radius: f64, Look { colour, shape }: Look) {
        let corner = |(dx, dy): &Place| (x + dx * radius, y + dy * radius);
        self.0.push(match shape {
            Shape::Circle => Mark::Circle((x, y), radius, colour),
            _ => Mark::Polygon(corners(shape).iter().map(corner).collect(), colour),
        });
    }

    /// A line from `top` to `bottom` with a cap of this half width at either end.
    pub fn interval(&mut self, x: f64, (top, bottom): (f64, f64), cap: f64, colour: Rgb) {
        self.line([(x, top), (x, bottom)], 2.0, colour);
        for y in [top, bottom] {
            self.line([(x - cap, y), (x + cap, y)], 2.0, colour);
        }
    }

    /// A text whose baseline is at `place`.
    pub fn text(&mut self, text: impl Into<String>, place: Place, lettering: Lettering) {
        self.0.push(Mark::Text(text.into(), place, lettering));
    }

    /// Paints everything `scale` times as large. Texts are placed by their baseline, but the backends
    /// disagree on where the top of a text is: the baseline is `ascent` ems below it.
    pub(super) fn paint<DB: DrawingBackend>(
        &self,
        area: &DrawingArea<DB, Shift>,
        scale: u32,
        ascent: f64,
    ) -> Result<(), DrawingAreaErrorKind<DB::ErrorType>> {
        let scale = f64::from(scale);
        let pixel = |(x, y): Place| ((x * scale).round() as i32, (y * scale).round() as i32);
        let pixels = |places: &[Place]| places.iter().copied().map(pixel).collect::<Vec<_>>();
        let length = |length: f64| (length * scale).round().max(1.0) as u32;
        area.fill(&RGBColor::from(WHITE))?;
        for mark in &self.0 {
            match mark {
                Mark::Rectangle(corners, colour) => {
                    let style = RGBColor::from(*colour).filled();
                    area.draw(&Rectangle::new(corners.map(pixel), style))?;
                }
                Mark::Line(places, width, colour) => {
                    let style = RGBColor::from(*colour).stroke_width(length(*width));
                    area.draw(&PathElement::new(pixels(places), style))?;
                }
                Mark::Circle(centre, radius, colour) => {
                    let style = RGBColor::from(*colour).filled();
                    area.draw(&Circle::new(pixel(*centre), length(*radius), style))?;
                }
                Mark::Polygon(corners, colour) => {
                    area.draw(&Polygon::new(pixels(corners), RGBColor::from(*colour)))?;
                }
                Mark::Text(text, (x, y), lettering) => {
                    let up = lettering.size * ascent;
                    let top = if lettering.upwards { (x - up, *y) } else { (*x, y - up) };
                    area.draw_text(text, &lettering.style(scale), pixel(top))?;
                }
            }
        }
        area.present()
    }
}

/// Corners around the centre, in radii; sizes chosen so that the areas look alike.
fn corners(shape: Shape) -> &'static [Place] {
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
