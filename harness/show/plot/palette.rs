//! Colours and shapes that tell series apart, each alone enough: for any kind of colour vision,
//! and in grey.
//!
//! The colours are those of Okabe and Ito, "Color Universal Design" (2008), without the yellow,
//! which is too pale for a marker on white. Two shades of one series are never told apart by
//! colour: published figures are hollow.

use plotters::style::RGBColor;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

pub const BLACK: Rgb = Rgb(0, 0, 0);
pub const WHITE: Rgb = Rgb(255, 255, 255);
/// Text that explains; 7:1 on white.
pub const GREY_TEXT: Rgb = Rgb(85, 85, 85);
pub const AXIS: Rgb = Rgb(110, 110, 110);
/// Grid lines at labelled ticks.
pub const GRID: Rgb = Rgb(218, 218, 218);
/// Grid lines between labelled ticks.
pub const FAINT: Rgb = Rgb(238, 238, 238);
/// Behind the words for what could not be measured.
pub const STRIP: Rgb = Rgb(244, 244, 244);

const VERMILLION: Rgb = Rgb(213, 94, 0);
const BLUE: Rgb = Rgb(0, 114, 178);
const GREEN: Rgb = Rgb(0, 158, 115);
const PURPLE: Rgb = Rgb(204, 121, 167);
const ORANGE: Rgb = Rgb(230, 159, 0);
const SKY: Rgb = Rgb(86, 180, 233);

impl Rgb {
    /// This colour in a paler shade: `share` of it on white.
    pub fn pale(self, share: f64) -> Self {
        let mix = |channel: u8| (255.0 - (255.0 - f64::from(channel)) * share).round() as u8;
        Self(mix(self.0), mix(self.1), mix(self.2))
    }
}

impl From<Rgb> for RGBColor {
    fn from(Rgb(red, green, blue): Rgb) -> Self {
        Self(red, green, blue)
    }
}

/// The outline of a marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Circle,
    Triangle,
    Square,
    Diamond,
    Wedge,
    Hexagon,
}

/// What a series looks like everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    pub colour: Rgb,
    pub shape: Shape,
}

/// The look of the i-th variant of a case; the pair that is compared looks alike in every plot.
pub fn of_variant(variant: &str, index: usize) -> Look {
    const MORE: [Look; 5] = [
        Look { colour: GREEN, shape: Shape::Square },
        Look { colour: PURPLE, shape: Shape::Diamond },
        Look { colour: ORANGE, shape: Shape::Wedge },
        Look { colour: SKY, shape: Shape::Hexagon },
        Look { colour: BLACK, shape: Shape::Square },
    ];
    match variant {
        "generator" => Look { colour: VERMILLION, shape: Shape::Triangle },
        "async" => Look { colour: BLUE, shape: Shape::Circle },
        _ => MORE[index % MORE.len()],
    }
}

/// The look of the i-th case where cases are compared: none that a known variant has.
pub fn of_case(index: usize) -> Look {
    const CASES: [Look; 6] = [
        Look { colour: GREEN, shape: Shape::Square },
        Look { colour: PURPLE, shape: Shape::Diamond },
        Look { colour: ORANGE, shape: Shape::Wedge },
        Look { colour: SKY, shape: Shape::Hexagon },
        Look { colour: BLACK, shape: Shape::Circle },
        Look { colour: GREY_TEXT, shape: Shape::Triangle },
    ];
    CASES[index % CASES.len()]
}

/// The look of a verdict, or of a cell without one.
pub fn of_verdict(word: &str) -> Look {
    match word {
        "leaks" => Look { colour: VERMILLION, shape: Shape::Triangle },
        "stable" => Look { colour: SKY, shape: Shape::Circle },
        "inconclusive" => Look { colour: ORANGE, shape: Shape::Diamond },
        "unsupported" => Look { colour: GRID, shape: Shape::Square },
        _ => Look { colour: GREY_TEXT, shape: Shape::Wedge },
    }
}

/// The look of the i-th series where none is a variant or a case alone: colours in turn, and another
/// shape at every turn.
pub fn of_series(index: usize) -> Look {
    const COLOURS: [Rgb; 7] = [VERMILLION, BLUE, GREEN, PURPLE, ORANGE, SKY, BLACK];
    const SHAPES: [Shape; 5] =
        [Shape::Triangle, Shape::Circle, Shape::Square, Shape::Diamond, Shape::Wedge];
    // Five and seven have no common factor: thirty-five looks before one comes again.
    Look { colour: COLOURS[index % COLOURS.len()], shape: SHAPES[index % SHAPES.len()] }
}
