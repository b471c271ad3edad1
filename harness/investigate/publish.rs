//! Puts an investigation into a folder: the report, its pictures, and what it was told from.
//!
//! The whole folder is made beside first. Then the earlier one is renamed aside, the new one takes its place,
//! and the earlier one is removed: whatever stops that, one of the two is there whole, and [`recover`]
//! puts it back in its place.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::markdown::markdown;
use super::story::{Browser, Load, Pictures, Step, Story};
use crate::leak::Verdicts;
use crate::load::{self, LoadResult, Loads};
use crate::process::stand_still_if_interrupted;
use crate::show::format::quantity;
use crate::show::plot::PlotError;
use crate::show::{ShowError, json};

pub const REPORT: &str = "README.md";

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
    Write { path: PathBuf, source: io::Error },
    /// A picture can't be drawn.
    #[error(transparent)]
    Plot(#[from] PlotError),
    /// A value can't be written as JSON.
    #[error(transparent)]
    Show(#[from] ShowError),
}

/// Draws the pictures and puts all files into `folder`; the story names them from then on. They are made
/// below `scratch`, which must be on the same file system. Answers the report's path.
pub fn publish(story: &mut Story, folder: &Path, scratch: &Path) -> Result<PathBuf, PublishError> {
    let pages = scratch.join("pages");
    let made = make(story, &pages);
    // It removes the pages, whole or half made.
    stand_still_if_interrupted();
    let published = made.and_then(|()| exchange(&pages, folder));
    if published.is_err() {
        story.pictures = Pictures::default();
        story.files.clear();
    }
    published.map(|()| folder.join(REPORT))
}

/// Makes all files in `pages`.
fn make(story: &mut Story, pages: &Path) -> Result<(), PublishError> {
    fs::create_dir_all(pages).map_err(at(pages))?;
    draw(story, pages)?;
    let mut data = Vec::new();
    let loads = results(story.loads());
    if !loads.is_empty() {
        data.push((LOADS, json(&Loads { title: "", plan: None, loads: &loads })?));
    }
    if let Some(versions) = story.versions.found() {
        data.push((VERSIONS, json(&versions.0)?));
    }
    let browsers = story.browsers.iter().filter_map(Step::found);
    let judged: Vec<_> = browsers.map(|Browser { judged, .. }| judged.clone()).collect();
    if !judged.is_empty() {
        let (machine, folder) = ("", &*story.machine);
        let verdicts = Verdicts { judged: &judged, machine, folder, whole_series: false };
        data.push((BROWSERS, json(&verdicts)?));
    }
    let names = [STORY].into_iter().chain(data.iter().map(|(name, _)| *name));
    story.files = names.map(str::to_owned).collect();
    data.push((STORY, json(story)?));
    data.push((REPORT, markdown(story)));
    for (name, text) in data {
        let path = pages.join(name);
        fs::write(&path, text).map_err(at(&path))?;
    }
    Ok(())
}

/// Puts `pages` in the place of `folder`.
fn exchange(pages: &Path, folder: &Path) -> Result<(), PublishError> {
    recover(folder);
    match fs::symlink_metadata(folder) {
        Ok(_) if !folder.is_dir() => {
            return Err(at(folder)(io::Error::from(io::ErrorKind::NotADirectory)));
        }
        Ok(_) => {
            let aside = aside(folder);
            fs::rename(folder, &aside).map_err(at(folder))?;
            if let Err(error) = fs::rename(pages, folder) {
                recover(folder);
                return Err(at(folder)(error));
            }
            recover(folder);
        }
        Err(_) => {
            if let Some(parent) = folder.parent() {
                fs::create_dir_all(parent).map_err(at(parent))?;
            }
            fs::rename(pages, folder).map_err(at(folder))?;
        }
    }
    Ok(())
}

/// Ends what stopped half-way while a report was exchanged for another in `folder`: without a new one the
/// earlier one comes back, and beside a new one it goes, except what somebody else has put into it.
///
/// Nothing can be done about what fails here, and nothing is lost by it: the next report tries again.
pub fn recover(folder: &Path) {
    let aside = aside(folder);
    if !aside.is_dir() {
        return;
    }
    if !folder.exists() {
        let _ = fs::rename(&aside, folder);
        return;
    }
    let others = fs::read_dir(&aside).into_iter().flatten().flatten();
    let are_kept =
        others.filter(|entry| !is_ours(&entry.file_name().to_string_lossy())).all(|entry| {
            let place = folder.join(entry.file_name());
            !place.exists() && fs::rename(entry.path(), place).is_ok()
        });
    if are_kept {
        let _ = fs::remove_dir_all(&aside);
    }
}

/// Where an earlier report stands for the moment.
fn aside(folder: &Path) -> PathBuf {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    folder.with_file_name(format!(".earlier-{name}"))
}

/// Whether a file of this name is made by an investigation.
fn is_ours(name: &str) -> bool {
    let picture = name.strip_suffix(".svg").or_else(|| name.strip_suffix(".png"));
    [REPORT, STORY, LOADS, VERSIONS, BROWSERS].contains(&name)
        || picture.is_some_and(|stem| [GROWTH, CURE, FIXED].contains(&stem))
}

/// Draws what there is to draw, and names it in the story.
fn draw(story: &mut Story, pages: &Path) -> Result<(), PublishError> {
    let picture = |loads: Vec<LoadResult>, stem: &str| -> Result<Option<String>, PublishError> {
        let about = vec![story.machine.clone()];
        let paths = load::draw(&loads, &title(&loads), about, pages, stem)?;
        Ok((!paths.is_empty()).then(|| format!("{stem}.svg")))
    };
    let Story { growth, cure, fixed, .. } = story;
    // The cure beside what it cures.
    let cured = if cure.found().is_some() { results([&*growth, &*cure]) } else { Vec::new() };
    story.pictures = Pictures {
        growth: picture(results([&*growth]), GROWTH)?,
        cure: picture(cured, CURE)?,
        fixed: picture(results(&*fixed), FIXED)?,
    };
    Ok(())
}

/// `generator on Node.js 12.15.0: memory under 1,000 requests/s`.
fn title(loads: &[LoadResult]) -> String {
    let Some(LoadResult { row: first, .. }) = loads.first() else { return String::new() };
    let which = if loads.len() == 1 { &first.key.variant } else { "both variants" };
    let rate = quantity(first.rate.unwrap_or_default());
    format!("{which} on {}: memory under {rate} requests/s", first.key.runtime_name())
}

/// What was found of these loads.
fn results<'a>(steps: impl IntoIterator<Item = &'a Step<Load>>) -> Vec<LoadResult> {
    steps.into_iter().filter_map(Step::found).map(|load| load.result.clone()).collect()
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> PublishError {
    let path = path.to_owned();
    move |source| PublishError::Write { path, source }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    /// A story of which only the versions are to be published.
    fn versions_alone() -> Story {
        let failed = || Step::Failed("it broke".to_owned());
        let versions = sample::story().versions;
        Story { cure: failed(), versions, ..sample::broken() }
    }

    /// A folder with an earlier report, and one for work in progress, in a place of their own.
    fn places() -> (tempfile::TempDir, PathBuf, PathBuf) {
        let place = tempfile::tempdir().unwrap();
        let (folder, scratch) = (place.path().join("investigation"), place.path().join("scratch"));
        fs::create_dir_all(&folder).unwrap();
        fs::create_dir_all(&scratch).unwrap();
        for name in [REPORT, STORY, LOADS, "memory-growth.svg", "notes.txt"] {
            fs::write(folder.join(name), "earlier").unwrap();
        }
        (place, folder, scratch)
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().flatten();
        let mut names: Vec<String> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    const EARLIER: [&str; 5] =
        ["README.md", "loads.json", "memory-growth.svg", "notes.txt", "story.json"];

    #[test]
    fn a_report_takes_the_place_of_the_earlier_one() {
        let (place, folder, scratch) = places();
        let mut story = versions_alone();
        let report = publish(&mut story, &folder, &scratch).unwrap();
        // What the earlier one had and this one has not is gone; what somebody put beside it stays.
        assert_eq!(names(&folder), ["README.md", "bisect.json", "notes.txt", "story.json"]);
        assert_eq!(names(place.path()), ["investigation", "scratch"]);
        let text = fs::read_to_string(report).unwrap();
        assert_eq!(text, markdown(&story));
        // Only what is there is named.
        assert_eq!(story.files, [STORY, VERSIONS]);
        assert!(text.contains("`bisect.json` has every reading"), "{text}");
        assert!(!text.contains("loads.json") && !text.contains("leak.json"), "{text}");
        assert!(!text.contains("]("), "{text}");
        let data: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(folder.join(STORY)).unwrap()).unwrap();
        assert_eq!(data["files"], serde_json::json!(story.files));
        assert_eq!(data["pictures"]["growth"], serde_json::Value::Null);
    }

    #[test]
    fn what_can_t_be_written_leaves_the_earlier_report() {
        let (place, folder, scratch) = places();
        // The report comes last, and can't be a folder.
        fs::create_dir_all(scratch.join("pages").join(REPORT)).unwrap();
        let mut story = versions_alone();
        let error = publish(&mut story, &folder, &scratch).unwrap_err();
        assert!(error.to_string().starts_with("can't write "), "{error}");
        assert_eq!(names(&folder), EARLIER);
        assert_eq!(fs::read_to_string(folder.join(REPORT)).unwrap(), "earlier");
        assert_eq!(names(place.path()), ["investigation", "scratch"]);
        // Nothing is told of files that are not there.
        let text = markdown(&story);
        assert!(!text.contains(".svg") && !text.contains(".json`"), "{text}");
    }

    #[test]
    fn a_file_in_the_place_of_the_folder_stays() {
        let (_place, folder, scratch) = places();
        fs::remove_dir_all(&folder).unwrap();
        fs::write(&folder, "somebody's").unwrap();
        publish(&mut versions_alone(), &folder, &scratch).unwrap_err();
        assert_eq!(fs::read_to_string(&folder).unwrap(), "somebody's");
    }

    #[test]
    fn what_stopped_half_way_is_put_right() {
        let (place, folder, scratch) = places();
        // Stopped before the new report was in its place.
        fs::rename(&folder, aside(&folder)).unwrap();
        recover(&folder);
        assert_eq!(names(&folder), EARLIER);
        assert_eq!(names(place.path()), ["investigation", "scratch"]);
        // And after it.
        fs::rename(&folder, aside(&folder)).unwrap();
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join(REPORT), "new").unwrap();
        recover(&folder);
        assert_eq!(names(&folder), ["README.md", "notes.txt"]);
        assert_eq!(fs::read_to_string(folder.join(REPORT)).unwrap(), "new");
        assert_eq!(names(place.path()), ["investigation", "scratch"]);
        // Or before the next one.
        fs::rename(&folder, aside(&folder)).unwrap();
        publish(&mut versions_alone(), &folder, &scratch).unwrap();
        assert_eq!(names(place.path()), ["investigation", "scratch"]);
        assert!(names(&folder).contains(&"notes.txt".to_owned()));
    }

    #[test]
    fn the_first_report_makes_its_folder() {
        let (place, _, scratch) = places();
        let folder = place.path().join("new/investigation");
        let report = publish(&mut versions_alone(), &folder, &scratch).unwrap();
        assert!(report.is_file());
    }
}
