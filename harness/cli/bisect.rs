//! `awaitbench bisect`: which versions leak, release line by release line.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use super::outcome::WrongUsage;
use super::print::print;
use super::{Common, ProgressBars, block_on};
use crate::article::{BUDGET, INSTANCE_LOOP};
use crate::bisect::{BisectPlan, Bound, Metric, Question, Rules, Verdicts, WIDEST_GAP, search};
use crate::case::{Case, Catalogue};
use crate::measure::RATIO_OF;
use crate::process::on_interrupt;
use crate::runtime::{Environment, Resolver, Spec, Want};
use crate::session::Deadlines;

/// What is looked at unless `--runtime` says otherwise: every line that has async functions and is
/// published.
const RANGE: &str = "node@8..26";

/// Finds the versions that leak, release line by release line; or those in which a figure lies
/// above or below a value
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  awaitbench bisect                                  which of node@8..26 leak, and where it ends
  awaitbench bisect --runtime node@12 --exhaustive   every version of a line
  awaitbench bisect --metric ratio --above 5         where await is five times as fast")]
pub(super) struct Bisect {
    /// What is asked of each version
    #[arg(long, value_enum, default_value_t)]
    metric: Metric,
    /// The answer is yes if the metric is above this
    #[arg(long, value_name = "X", value_parser = parse_value, conflicts_with = "below", allow_negative_numbers = true)]
    above: Option<f64>,
    /// The answer is yes if the metric is below this
    #[arg(long, value_name = "X", value_parser = parse_value, allow_negative_numbers = true)]
    below: Option<f64>,
    /// Ask every version
    #[arg(long, conflicts_with = "widest_gap")]
    exhaustive: bool,
    /// Between two versions that agree, leave at most N in a row unasked
    #[arg(long, value_name = "N", default_value_t = WIDEST_GAP)]
    widest_gap: usize,
    /// Go on without a version that is missing, won't start, or crashes
    #[arg(long)]
    keep_going: bool,
    /// How many versions are asked at the same time [default: one a core; 1 where time is measured]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,
    /// Neither use nor keep verdicts of earlier probes
    #[arg(long)]
    no_cache: bool,
    /// Exit with status 1 if any version answers yes
    #[arg(long)]
    check: bool,
    /// Seconds until a runtime that does not answer is given up; for a verdict, all that it may take
    /// [default: 10]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    timeout: Option<u64>,
}

fn parse_value(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| "write a number, as in 5 or 0.5".to_owned())?;
    if value.is_finite() { Ok(value) } else { Err("it must be a finite number".to_owned()) }
}

impl Bisect {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<ExitCode> {
        let question = self.question()?;
        let catalogue = Catalogue::locate();
        let environment = Environment::current();
        let keeps = !self.no_cache;
        let plan = BisectPlan {
            specs: specs(common)?,
            question,
            case: case(common, &catalogue, question)?,
            settings: common.settings()?,
            rules: self.rules(question),
            deadlines: self.deadlines(),
            budget: self.timeout.map_or(BUDGET, Duration::from_secs),
            verdicts: keeps.then(|| Verdicts::below(environment.cache())),
        };
        on_interrupt(move || {
            let kept = "what was found out is kept, and the same command goes on from there";
            say!("interrupted: {}", if keeps { kept } else { "nothing is kept" });
        });
        let bars = ProgressBars::new(common.quiet);
        let bisection = block_on(async {
            let resolver = Resolver::open(environment, common.offline).await;
            Ok(search(&plan, &resolver, &catalogue, &bars).await?)
        })?;
        print(&bisection, common.format)?;
        if let Some(why) = bisection.failure() {
            anyhow::bail!("{why}");
        }
        let is_found = self.check && bisection.any_yes();
        Ok(if is_found { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }

    fn question(&self) -> anyhow::Result<Question> {
        let word = self.metric.word();
        match (self.metric, self.above.map(Bound::Above).or(self.below.map(Bound::Below))) {
            (Metric::Leak, None) => Ok(Question::Leak),
            (Metric::Leak, Some(_)) => Err(WrongUsage(
                "--above and --below are for figures, and \"leak\" is a verdict: name one with \
                 --metric"
                    .to_owned(),
            )
            .into()),
            (metric, Some(bound)) => Ok(Question::Figure(metric, bound)),
            (_, None) => Err(WrongUsage(format!(
                "--metric {word} needs a value to compare with: --above X or --below X"
            ))
            .into()),
        }
    }

    fn rules(&self, question: Question) -> Rules {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        // Two at a time would slow each other down, and that is what is measured.
        let usual = if question == Question::Leak { cores } else { 1 };
        Rules {
            widest_gap: if self.exhaustive { 0 } else { self.widest_gap },
            keep_going: self.keep_going,
            jobs: self.jobs.map_or(usual, usize::from),
        }
    }

    fn deadlines(&self) -> Deadlines {
        let mut deadlines = Deadlines::default();
        if let Some(seconds) = self.timeout {
            let limit = Duration::from_secs(seconds);
            deadlines.hello = deadlines.hello.min(limit);
            deadlines.run = limit;
            deadlines.memory = limit;
        }
        deadlines
    }
}

/// The ranges to look at.
fn specs(common: &Common) -> anyhow::Result<Vec<Spec>> {
    if common.runtimes.is_empty() {
        return Ok(vec![RANGE.parse()?]);
    }
    for spec in &common.runtimes {
        if !matches!(spec.want, Want::Exact(_) | Want::Range(_)) {
            let words = format!("\"{spec}\" is not a range of versions: write one, as in {RANGE}");
            return Err(WrongUsage(words).into());
        }
    }
    common.check_engines(&common.runtimes)?;
    Ok(common.runtimes.clone())
}

/// The case, with the variants that the question is about.
fn case(common: &Common, catalogue: &Catalogue, question: Question) -> anyhow::Result<Case> {
    let name = match &common.cases[..] {
        [] => INSTANCE_LOOP,
        [name] => name,
        _ => {
            let words = "bisect asks about one case: give --case once";
            return Err(WrongUsage(words.to_owned()).into());
        }
    };
    let mut case = catalogue.find(name)?;
    let (above, below) = RATIO_OF;
    let wanted: Vec<String> = match (question.metric(), &common.variants[..]) {
        (Metric::Ratio, []) => vec![below.to_owned(), above.to_owned()],
        (Metric::Ratio, _) => {
            let words = format!("a ratio is of {above} and {below}: leave --variant out");
            return Err(WrongUsage(words).into());
        }
        (_, []) => {
            let usual = case.variant(below).or(case.variants.first());
            usual.map(|variant| variant.name.clone()).into_iter().collect()
        }
        (_, [variant]) => vec![variant.clone()],
        _ => {
            let words = "bisect asks about one variant: give --variant once";
            return Err(WrongUsage(words.to_owned()).into());
        }
    };
    if let Some(unknown) = wanted.iter().find(|name| case.variant(name).is_none()) {
        let names: Vec<&str> = case.variants.iter().map(|it| it.name.as_str()).collect();
        let words =
            format!("\"{}\" has no variant \"{unknown}\": it has {}", case.name, names.join(", "));
        return Err(WrongUsage(words).into());
    }
    case.variants.retain(|variant| wanted.contains(&variant.name));
    Ok(case)
}
