//! Pictures as files: SVG text, PNG bytes, and how they get into a folder.
//!
//! The same figure gives the same bytes: no time, no name and no random number is written, and
//! nothing depends on installed fonts. A file is written beside its place and renamed into it, so
//! that whoever reads the folder finds a whole picture or none.

use std::fs;
use std::path::{Path, PathBuf};

use plotters::prelude::{BitMapBackend, DrawingBackend, IntoDrawingArea, SVGBackend};

use super::PlotError;
use super::canvas::{Canvas, register};
use super::figure::Figure;
use super::plan::Plan;
use super::render::render;

/// How much larger the bitmap is drawn than it is written: edges come out smooth.
const BITMAP_SCALE: u32 = 2;

/// How many units of the view box make one unit of the SVG's size: places keep their fractions.
const SVG_SCALE: u32 = 8;

pub(super) trait Picture {
    fn plan(&self) -> Result<Plan, PlotError>;
    /// Draws everything according to its plan.
    fn render<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, plan: &Plan)
    -> Result<(), PlotError>;
}

impl Picture for Figure {
    fn plan(&self) -> Result<Plan, PlotError> {
        Plan::of(self)
    }

    fn render<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        plan: &Plan,
    ) -> Result<(), PlotError> {
        render(canvas, self, plan)
    }
}

/// A picture for which it is settled where everything goes.
pub(super) trait Drawing {
    /// Width and height of the picture.
    fn size(&self) -> (u32, u32);
    fn draw<DB: DrawingBackend>(&self, canvas: &Canvas<DB>) -> Result<(), PlotError>;
}

struct Planned<'a, P>(&'a P, Plan);

impl<P: Picture> Drawing for Planned<'_, P> {
    fn size(&self) -> (u32, u32) {
        (self.1.width as u32, self.1.height as u32)
    }

    fn draw<DB: DrawingBackend>(&self, canvas: &Canvas<DB>) -> Result<(), PlotError> {
        self.0.render(canvas, &self.1)
    }
}

/// The picture as an SVG document.
pub(super) fn svg(picture: &impl Picture) -> Result<String, PlotError> {
    register()?;
    svg_of(&Planned(picture, picture.plan()?))
}

/// The picture as a PNG image, eight bits a channel.
pub(super) fn png(picture: &impl Picture) -> Result<Vec<u8>, PlotError> {
    register()?;
    png_of(&Planned(picture, picture.plan()?))
}

/// A drawing as an SVG document.
pub(super) fn svg_of(drawing: &impl Drawing) -> Result<String, PlotError> {
    let (width, height) = drawing.size();
    let size = (width * SVG_SCALE, height * SVG_SCALE);
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, size).into_drawing_area();
        drawing.draw(&Canvas::vector(area, f64::from(SVG_SCALE)))?;
    }
    // plotters-svg makes the size equal to the view box.
    let drawn = format!("width=\"{}\" height=\"{}\"", size.0, size.1);
    Ok(text.replacen(&drawn, &format!("width=\"{width}\" height=\"{height}\""), 1))
}

/// A drawing as a PNG image, eight bits a channel.
pub(super) fn png_of(drawing: &impl Drawing) -> Result<Vec<u8>, PlotError> {
    let (width, height) = drawing.size();
    let size = (width * BITMAP_SCALE, height * BITMAP_SCALE);
    let mut enlarged = vec![0; size.0 as usize * size.1 as usize * 3];
    {
        let area = BitMapBackend::with_buffer(&mut enlarged, size).into_drawing_area();
        drawing.draw(&Canvas::bitmap(area, f64::from(BITMAP_SCALE)))?;
    }
    encode(&reduced(&enlarged, size.0 as usize), width, height)
}

/// Each pixel the mean of the square of enlarged ones that it stands for.
fn reduced(enlarged: &[u8], enlarged_width: usize) -> Vec<u8> {
    let scale = BITMAP_SCALE as usize;
    let stride = enlarged_width * 3;
    let (width, height) = (enlarged_width / scale, enlarged.len() / stride / scale);
    let mut pixels = Vec::with_capacity(width * height * 3);
    for y in 0..height {
        for x in 0..width {
            for channel in 0..3 {
                let square = (0..scale * scale).map(|i| {
                    let (row, column) = (y * scale + i / scale, x * scale + i % scale);
                    u32::from(enlarged[row * stride + column * 3 + channel])
                });
                let sum: u32 = square.sum();
                let count = BITMAP_SCALE * BITMAP_SCALE;
                pixels.push(((sum + count / 2) / count) as u8);
            }
        }
    }
    pixels
}

fn encode(pixels: &[u8], width: u32, height: u32) -> Result<Vec<u8>, PlotError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(PlotError::draw)?;
    writer.write_image_data(pixels).map_err(PlotError::draw)?;
    writer.finish().map_err(PlotError::draw)?;
    Ok(bytes)
}

/// Puts a file of this name into the folder, whole or not at all.
pub(super) fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, PlotError> {
    let path = folder.join(name);
    let partial = folder.join(format!(".partial-{}-{name}", std::process::id()));
    let written = fs::write(&partial, bytes).and_then(|()| fs::rename(&partial, &path));
    written.map_err(|source| {
        // The first error is the one to tell.
        let _ = fs::remove_file(&partial);
        PlotError::Write { path: path.clone(), source }
    })?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reduced_pixel_is_the_mean_of_four() {
        // Two pixels wide, two high: white, black; black, black.
        let enlarged = [255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        // 255 ÷ 4 = 63.75, rounded to 64.
        assert_eq!(reduced(&enlarged, 2), [64, 64, 64]);
    }

    #[test]
    fn a_file_that_cannot_be_put_in_place_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("ratio.svg")).unwrap();
        let error = write(folder.path(), "ratio.svg", b"x").unwrap_err();
        assert!(error.to_string().contains("ratio.svg"), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
