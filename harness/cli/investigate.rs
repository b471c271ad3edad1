//! `awaitbench investigate`: the article, end to end.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;

use super::load::{parse_duration, parse_rate};
use super::outcome::{WrongUsage, report_error};
use super::print::print;
use super::selection::now;
use super::{Common, ProgressBars, block_on};
use crate::article::LEAKING;
use crate::case::Catalogue;
use crate::investigate::{Context, Plan, Story, investigate, publish, recover};
use crate::load::Schedule;
use crate::machine::{Machine, fingerprint};
use crate::process::{Scratch, hold_if_interrupted, on_interrupt};
use crate::record::MachineFolder;
use crate::runtime::{Environment, Resolver, Spec, Want};

/// The folder of the report, in that of the machine.
const FOLDER: &str = "investigation";

/// The browsers: the last published that leaks, and the first that does not.
const BROWSERS: [&str; 2] = ["chromium@80", "chromium@81"];

/// Tells the whole investigation in one report: a service that grows, what holds the memory, who
/// makes it, since when, the cure, and the same in the browser
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  awaitbench investigate                                        two and a half minutes, once all is installed
  awaitbench investigate --rate 125 --duration 60               at the article's own rate
  awaitbench investigate --app ~/my-service --no-browser        with your own node_modules searched")]
pub(super) struct Investigate {
    /// A version that does not leak, to compare with
    #[arg(long, value_name = "SPEC", default_value = "node@12.16.2")]
    fixed: Spec,
    /// Versions among which those that leak are looked for
    #[arg(long, value_name = "RANGE", default_value = "node@10..14")]
    versions: Spec,
    /// Folder that is searched for the culprits [default: a small app of 2020, fetched through npm]
    #[arg(long, value_name = "DIR")]
    app: Option<PathBuf>,
    /// Requests a second of each load; the article's service had 125
    #[arg(long, value_name = "N", default_value = "1000", value_parser = parse_rate)]
    rate: f64,
    /// How long each of the four loads lasts
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = parse_duration)]
    duration: Duration,
    /// Leave the browsers out
    #[arg(long)]
    no_browser: bool,
}

impl Investigate {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<ExitCode> {
        let plan = self.plan(common)?;
        let machine = fingerprint();
        let folder = MachineFolder::open(&common.out, &machine)?;
        let pages = folder.path().join(FOLDER);
        let place = pages.clone();
        on_interrupt(move || {
            recover(&place);
            say!("interrupted: an earlier report in \"{}\" is as it was", place.display());
        });
        // Services are told of it, wherever they are.
        let scratch = std::path::absolute(folder.path())
            .and_then(|folder| Scratch::inside(&folder))
            .with_context(|| format!("a folder in \"{}\"", folder.path().display()))?;
        let mut story = carry_out(&plan, &machine, scratch.path(), common)?;
        match publish(&mut story, &pages, scratch.path()) {
            Ok(report) => {
                print(&story, common.format)?;
                if !common.quiet {
                    say!("report: {}", report.display());
                }
                let failed = story.has_failures();
                Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
            }
            Err(error) => {
                let status = report_error(&error.into());
                // On a full disk there is still an answer.
                if let Err(error) = print(&story, common.format) {
                    let _ = report_error(&error);
                }
                Ok(status)
            }
        }
    }

    fn plan(&self, common: &Common) -> anyhow::Result<Plan> {
        let leaking = match &common.runtimes[..] {
            [] => LEAKING.parse()?,
            [one, ..] => one.clone(),
        };
        if let Some(words) = self.what_is_wrong(&leaking, common)? {
            return Err(WrongUsage(words).into());
        }
        let browsers = BROWSERS.iter().map(|spec| spec.parse()).collect::<Result<_, _>>()?;
        Ok(Plan {
            arguments: self.arguments(&leaking, common.offline),
            leaking,
            fixed: self.fixed.clone(),
            rate: self.rate,
            duration: self.duration,
            versions: self.versions.clone(),
            app: self.app.clone(),
            browsers: (!self.no_browser).then_some(browsers),
        })
    }

    fn what_is_wrong(&self, leaking: &Spec, common: &Common) -> anyhow::Result<Option<String>> {
        if common.runtimes.len() > 1 {
            return Ok(Some("--runtime is the version that leaks: give one".to_owned()));
        }
        let specs = [leaking, &self.fixed, &self.versions];
        if let Some(spec) = specs.into_iter().find(|spec| spec.family.name != "node") {
            return Ok(Some(format!(
                "\"{spec}\": the service runs on Node.js, and versions are looked for in its; browsers \
                 are asked by themselves"
            )));
        }
        let words = if !matches!(self.versions.want, Want::Exact(_) | Want::Range(_)) {
            format!("\"{}\" is not a range of versions: write one, as in node@8..26", self.versions)
        } else if !common.cases.is_empty() || !common.variants.is_empty() {
            "what is investigated has its own cases and variants: leave --case and --variant out"
                .to_owned()
        } else if common.async_hooks || !common.settings()?.flags.is_empty() {
            "an investigation is of runtimes as they come: leave flags out".to_owned()
        } else if Schedule::new(self.rate, self.duration).count() < 2 {
            format!(
                "{} requests a second are fewer than two in {} s, which is no load: give a higher --rate or a \
                 longer --duration",
                self.rate,
                self.duration.as_secs_f64()
            )
        } else if let Some(app) = self.app.as_ref().filter(|app| !app.is_dir()) {
            format!("there is no folder \"{}\" to search: --app needs one", app.display())
        } else {
            return Ok(None);
        };
        Ok(Some(words))
    }

    /// What gives such a report again. Where a path was given, a word stands for it: a report names no place
    /// on the user's machine.
    fn arguments(&self, leaking: &Spec, offline: bool) -> Vec<String> {
        let spec = |spec: &Spec| match &spec.want {
            Want::Path(_) => "PATH".to_owned(),
            _ => spec.to_string(),
        };
        let mut arguments = vec!["investigate".to_owned()];
        let mut option = |name: &str, value: String| {
            arguments.push(format!("--{name}"));
            arguments.push(value);
        };
        option("runtime", spec(leaking));
        option("fixed", spec(&self.fixed));
        option("versions", spec(&self.versions));
        if self.app.is_some() {
            option("app", "DIR".to_owned());
        }
        option("rate", self.rate.to_string());
        option("duration", self.duration.as_secs_f64().to_string());
        let switches = [("--no-browser", self.no_browser), ("--offline", offline)];
        let given = switches.iter().filter(|(_, is_given)| *is_given);
        arguments.extend(given.map(|(switch, _)| (*switch).to_owned()));
        arguments
    }
}

fn carry_out(
    plan: &Plan,
    machine: &Machine,
    scratch: &Path,
    common: &Common,
) -> anyhow::Result<Story> {
    let bars = ProgressBars::new(common.quiet);
    let started_at = now();
    block_on(async {
        let resolver = Resolver::open(Environment::current(), common.offline).await;
        let catalogue = Catalogue::locate();
        let context = Context {
            resolver: &resolver,
            catalogue: &catalogue,
            progress: &bars,
            scratch,
            started_at: &started_at,
        };
        let found = investigate(&context, plan, &machine.title).await;
        hold_if_interrupted().await;
        Ok(found)
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::super::{Cli, Command};

    fn arguments(given: &[&str]) -> Vec<String> {
        let words = ["awaitbench", "investigate"].iter().chain(given);
        let cli = Cli::try_parse_from(words).unwrap();
        let Command::Investigate(command) = cli.command else { panic!("another command") };
        command.plan(&cli.common).unwrap().arguments
    }

    #[test]
    fn what_gives_the_report_again_has_all_that_matters_and_no_place() {
        let folder = std::env::temp_dir();
        let folder = folder.to_str().unwrap();
        let given = ["--versions", "node@>=11 <14", "--app", folder, "--offline", "--quiet"];
        let words = arguments(&given);
        assert_eq!(words[5..9], ["--versions", "node@>=11 <14", "--app", "DIR"]);
        assert_eq!(words.last().unwrap(), "--offline");
        assert!(!words.concat().contains(folder), "{words:?}");
        let usual = arguments(&["--duration", "1.5"]);
        let expected = "investigate --runtime node@12.15.0 --fixed node@12.16.2 --versions node@10..14 \
                        --rate 1000 --duration 1.5";
        assert_eq!(usual.join(" "), expected);
    }
}
