//! The picture of a comparison: one figure over another, on a logarithmic axis around 1, where twice
//! as fast and half as fast are equally far from the line.

use super::figure::{Figure, Panel, Point, Series};
use crate::key::Key;
use crate::show::plot::axis::Rule;
use crate::show::plot::palette;

/// The quotients of one case and variant.
#[derive(Clone, Debug, PartialEq)]
pub struct Dots {
    /// The variant, which has its look everywhere.
    pub variant: String,
    pub case: String,
    /// One for each runtime, `None` where there is no quotient.
    pub dots: Vec<Option<Point>>,
}

/// The figure; `about` says what A and B are.
pub(super) fn figure(about: Vec<String>, runtimes: Vec<Key>, dots: Vec<Dots>) -> Figure {
    // With one case a variant has its usual look; with several, no two series share one.
    let one_case = dots.windows(2).all(|pair| pair[0].case == pair[1].case);
    let series = dots.into_iter().enumerate().map(|(i, dots)| Series {
        look: if one_case { palette::of_variant(&dots.variant, i) } else { palette::of_series(i) },
        name: format!("{} {}", dots.case, dots.variant),
        published: false,
        points: dots.dots,
    });
    let reference = Some((1.0, "equally fast"));
    let panel = Panel { reference, ..Panel::new("B ÷ A", Rule::Logarithmic, series.collect()) };
    Figure {
        title: "B ÷ A: ratio of operations per second".to_owned(),
        about,
        failures: vec![Vec::new(); runtimes.len()],
        runtimes,
        panels: vec![panel],
    }
}
