//! Pictures as files: SVG text, PNG bytes, and how they get into a folder.
//!
//! The same figure gives the same bytes: no time, no name and no random number is written, and
//! nothing depends on installed fonts. A file is written beside its place and renamed into it, so
//! that whoever reads the folder finds a whole picture or none.

use std::fs;
use std::path::{Path, PathBuf};

use plotters::prelude::{BitMapBackend, IntoDrawingArea, SVGBackend};

use super::PlotError;
use super::canvas::Canvas;
use super::typesetting::{LINE_HEIGHT, register};

/// How many units of the view box make one unit of the SVG's size: places keep their fractions.
const SVG_SCALE: u32 = 8;
/// plotters-svg puts a text's baseline so many ems below its top, plotters' bitmaps half a line.
const SVG_ASCENT: f64 = 0.76;

/// A picture for which it is settled where everything goes.
pub trait Drawing {
    /// Width and height, whole numbers.
    fn size(&self) -> (f64, f64);
    fn draw(&self, canvas: &mut Canvas);
}

/// Draws pictures as `<name>.svg` and `<name>.png` into a folder, which is made if there is none, and answers
/// their paths in the order of drawing. The same picture gives the same bytes.
pub fn write_all<D: Drawing>(
    pictures: impl IntoIterator<Item = (String, D)>,
    folder: &Path,
) -> Result<Vec<PathBuf>, PlotError> {
    register()?;
    fs::create_dir_all(folder)
        .map_err(|source| PlotError::Folder { path: folder.to_owned(), source })?;
    let mut paths = Vec::new();
    for (name, drawing) in pictures {
        paths.push(write(folder, &format!("{name}.svg"), svg(&drawing)?.as_bytes())?);
        paths.push(write(folder, &format!("{name}.png"), &png(&drawing)?)?);
    }
    Ok(paths)
}

fn drawn(drawing: &impl Drawing) -> (Canvas, u32, u32) {
    let mut canvas = Canvas::default();
    drawing.draw(&mut canvas);
    let (width, height) = drawing.size();
    (canvas, width as u32, height as u32)
}

/// As an SVG document.
pub fn svg(drawing: &impl Drawing) -> Result<String, PlotError> {
    let (canvas, width, height) = drawn(drawing);
    let size = (width * SVG_SCALE, height * SVG_SCALE);
    let mut text = String::new();
    let area = SVGBackend::with_string(&mut text, size).into_drawing_area();
    canvas.paint(&area, SVG_SCALE, SVG_ASCENT).map_err(PlotError::draw)?;
    drop(area);
    // plotters-svg makes the size equal to the view box.
    let enlarged = format!("width=\"{}\" height=\"{}\"", size.0, size.1);
    Ok(text.replacen(&enlarged, &format!("width=\"{width}\" height=\"{height}\""), 1))
}

/// As a PNG image, eight bits a channel. It is drawn twice as large: edges come out smooth.
pub fn png(drawing: &impl Drawing) -> Result<Vec<u8>, PlotError> {
    let (canvas, width, height) = drawn(drawing);
    let size = (width * 2, height * 2);
    let mut enlarged = vec![0; size.0 as usize * size.1 as usize * 3];
    let area = BitMapBackend::with_buffer(&mut enlarged, size).into_drawing_area();
    canvas.paint(&area, 2, 0.5 * LINE_HEIGHT).map_err(PlotError::draw)?;
    drop(area);
    encode(&halved(&enlarged, size.0 as usize), width, height)
}

/// Each pixel the mean of the four that it stands for.
fn halved(enlarged: &[u8], enlarged_width: usize) -> Vec<u8> {
    let mut pixels = Vec::with_capacity(enlarged.len() / 4);
    for rows in enlarged.chunks_exact(enlarged_width * 6) {
        let (upper, lower) = rows.split_at(enlarged_width * 3);
        for (upper, lower) in upper.chunks_exact(6).zip(lower.chunks_exact(6)) {
            for i in 0..3 {
                let four = [upper[i], upper[i + 3], lower[i], lower[i + 3]].map(u16::from);
                pixels.push(((four.iter().sum::<u16>() + 2) / 4) as u8);
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
fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, PlotError> {
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
    fn a_halved_pixel_is_the_mean_of_four() {
        // Two pixels wide, two high: white, black; black, black.
        let enlarged = [255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        // 255 ÷ 4 = 63.75, rounded to 64.
        assert_eq!(halved(&enlarged, 2), [64, 64, 64]);
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
