//! Puts an investigation into a folder: the report, its pictures, and what it was told from.
//!
//! Everything is written beside first and then moved, the report last: a run that is interrupted leaves
//! the earlier report as it was.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::markdown::markdown;
use super::run::{Evidence, Investigation};
use crate::leak;
use crate::load::{self, Detailed};
use crate::report::ExportError;
use crate::report::format::quantity;
use crate::report::order::family_name;
use crate::report::plot::PlotError;

/// The report.
pub const REPORT: &str = "README.md";

/// The story as data.
pub const STORY: &str = "story.json";

/// What it was told from.
const LOADS: &str = "loads.json";
const VERSIONS: &str = "bisect.json";
const BROWSERS: &str = "leak.json";

/// The pictures, each as `.svg` and `.png`.
const GROWTH: &str = "memory-growth";
const CURE: &str = "memory-cure";
const FIXED: &str = "memory-fixed";

/// Why the report is not there.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// A file can't be written.
    #[error("can't write \"{}\": {source}; see whether the disk is full or the folder is writable", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A picture can't be drawn.
    #[error(transparent)]
    Plot(#[from] PlotError),
    /// A value can't be written as JSON.
    #[error("can't write JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The same of a load.
    #[error(transparent)]
    Export(#[from] ExportError),
}

/// Draws the pictures, which the story names from then on, and puts all files into `folder`. They are made
/// below `scratch`, which must be on the same file system. Answers the report's path.
///
/// # Errors
/// Something can't be written; what stood in `folder` stands then, or a part of it.
pub fn publish(
    found: &mut Investigation,
    folder: &Path,
    scratch: &Path,
) -> Result<PathBuf, PublishError> {
    let pages = scratch.join("pages");
    fs::create_dir_all(&pages).map_err(at(&pages))?;
    let mut names = draw(found, &pages)?;
    let Investigation { story, evidence } = &*found;
    let mut keep = |name: &str, text: String| -> Result<(), PublishError> {
        let path = pages.join(name);
        fs::write(&path, text).map_err(at(&path))?;
        names.push(name.to_owned());
        Ok(())
    };
    keep(STORY, pretty(&story.json()?)?)?;
    let loads: Vec<Detailed> = loads(evidence).cloned().collect();
    if !loads.is_empty() {
        keep(LOADS, pretty(&load::json(&loads)?)?)?;
    }
    if let Some(versions) = &evidence.versions {
        keep(VERSIONS, pretty(versions)?)?;
    }
    if !evidence.browsers.is_empty() {
        keep(BROWSERS, pretty(&leak::json(&evidence.browsers, &story.machine)?)?)?;
    }
    keep(REPORT, markdown(story))?;
    fs::create_dir_all(folder).map_err(at(folder))?;
    forget(folder, &names)?;
    for name in &names {
        let path = folder.join(name);
        fs::rename(pages.join(name), &path).map_err(at(&path))?;
    }
    Ok(folder.join(REPORT))
}

/// Removes what an earlier investigation left and this one has not.
fn forget(folder: &Path, names: &[String]) -> Result<(), PublishError> {
    let pictures = [GROWTH, CURE, FIXED].iter();
    let pictures = pictures.flat_map(|stem| [format!("{stem}.svg"), format!("{stem}.png")]);
    let others = [LOADS, VERSIONS, BROWSERS].map(str::to_owned);
    for name in pictures.chain(others).filter(|name| !names.contains(name)) {
        let path = folder.join(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(at(&path)(error)),
            _ => {}
        }
    }
    Ok(())
}

/// Draws what there is to draw; answers the names of the files.
fn draw(found: &mut Investigation, pages: &Path) -> Result<Vec<String>, PublishError> {
    let Investigation { story, evidence } = found;
    let about = || vec![story.machine.clone()];
    let mut names = Vec::new();
    let mut picture = |loads: Vec<&Detailed>, stem: &str| -> Result<Option<String>, PublishError> {
        let title = title(&loads);
        let loads: Vec<Detailed> = loads.into_iter().cloned().collect();
        let paths = load::draw(&loads, &title, about(), pages, stem)?;
        let drawn: Vec<String> = paths
            .iter()
            .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
            .collect();
        let svg = drawn.iter().find(|name| name.ends_with(".svg")).cloned();
        names.extend(drawn);
        Ok(svg)
    };
    let Evidence { growth, cure, fixed, .. } = evidence;
    let growth_picture = picture(growth.iter().collect(), GROWTH)?;
    let cure_picture = match cure {
        Some(cure) => picture(growth.iter().chain([&*cure]).collect(), CURE)?,
        None => None,
    };
    let fixed_picture = picture(fixed.iter().collect(), FIXED)?;
    story.pictures.growth = growth_picture;
    story.pictures.cure = cure_picture;
    story.pictures.fixed = fixed_picture;
    Ok(names)
}

/// `generator on Node.js 12.15.0: memory under 1,000 requests/s`.
fn title(loads: &[&Detailed]) -> String {
    let Some(first) = loads.first().map(|load| &load.row) else { return String::new() };
    let which = if loads.len() == 1 { &first.variant } else { "both builds" };
    let rate = quantity(first.rate.unwrap_or_default());
    let runtime = format!("{} {}", family_name(&first.runtime), first.version);
    format!("{which} on {runtime}: memory under {rate} requests/s")
}

fn loads(evidence: &Evidence) -> impl Iterator<Item = &Detailed> {
    evidence.growth.iter().chain(&evidence.cure).chain(&evidence.fixed)
}

fn pretty(value: &impl Serialize) -> serde_json::Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> PublishError {
    let path = path.to_owned();
    move |source| PublishError::Write { path, source }
}
