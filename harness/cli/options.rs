//! The options that all subcommands share.

use std::path::PathBuf;

use clap::{Args, Parser};

use super::outcome::WrongUsage;
use crate::runtime::{Settings, Spec};
use crate::show::Format;

/// Options common to all subcommands.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Common options")]
pub struct Common {
    /// Runtime to use: node@12.16.2, node@12, node@lts, "node@>=11 <14", node@system, or a path
    #[arg(
        long = "runtime",
        value_name = "SPEC",
        global = true,
        value_delimiter = ',',
        hide_env_values = true
    )]
    pub runtimes: Vec<Spec>,
    /// Case to measure: a name from the catalogue, or a folder with a case.toml
    #[arg(long = "case", value_name = "NAME|PATH", global = true)]
    pub cases: Vec<String>,
    /// Variant to measure, such as async or generator
    #[arg(long = "variant", value_name = "NAME", global = true, value_delimiter = ',')]
    pub variants: Vec<String>,
    /// How to write the answer
    #[arg(long, value_enum, default_value_t, global = true)]
    pub format: Format,
    /// Folder for results
    #[arg(
        long,
        value_name = "DIR",
        global = true,
        env = "AWAITBENCH_OUT",
        default_value = "results",
        hide_env_values = true
    )]
    pub out: PathBuf,
    /// Flag for the runtime itself, such as --runtime-flag=--max-semi-space-size=64
    #[arg(long = "runtime-flag", value_name = "FLAG", global = true, allow_hyphen_values = true)]
    pub runtime_flags: Vec<String>,
    /// Size of V8's semi-spaces in MiB: --min- and --max-semi-space-size
    #[arg(long, value_name = "MIB", global = true, value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub semi_space: Option<u32>,
    /// Enable an async hook in the process, as tracing tools do
    #[arg(long, global = true)]
    pub async_hooks: bool,
    /// Use only what is installed: no network
    #[arg(long, global = true, env = "AWAITBENCH_OFFLINE", value_parser = clap::builder::FalseyValueParser::new(), hide_env_values = true)]
    pub offline: bool,
    /// No progress on standard error
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

impl Common {
    /// What is asked of the runtimes: part of the key of every result.
    pub fn settings(&self) -> anyhow::Result<Settings> {
        let mut flags = self.runtime_flags.clone();
        if let Some(mebibytes) = self.semi_space {
            let is_size = |flag: &&String| flag.replace('_', "-").contains("semi-space-size");
            if let Some(flag) = flags.iter().find(is_size) {
                return Err(WrongUsage(format!(
                    "--semi-space {mebibytes} and --runtime-flag={flag} both set the semi-spaces: \
                     give one of them"
                ))
                .into());
            }
            flags.extend(Settings::semi_space(mebibytes));
        }
        Ok(Settings { flags, async_hooks: self.async_hooks })
    }

    /// Refuses what not every engine among `specs` has.
    pub fn check_engines(&self, specs: &[Spec]) -> anyhow::Result<()> {
        let Some(mebibytes) = self.semi_space else { return Ok(()) };
        match specs.iter().find(|spec| spec.family.engine != "v8") {
            None => Ok(()),
            Some(other) => Err(WrongUsage(format!(
                "--semi-space {mebibytes} is for V8, and \"{other}\" has {}: leave it out, or choose \
                 runtimes that have V8",
                other.family.engine
            ))
            .into()),
        }
    }

    /// The options as the environment variables give them: for `cargo bench`, whose arguments are
    /// criterion's.
    pub fn from_environment() -> Self {
        #[derive(Parser)]
        struct Variables {
            #[command(flatten)]
            common: Common,
        }
        let mut arguments = vec!["cargo bench".to_owned()];
        for (variable, option) in
            [("AWAITBENCH_RUNTIME", "--runtime"), ("AWAITBENCH_CASE", "--case")]
        {
            let value = std::env::var(variable).unwrap_or_default();
            let parts = value.split(',').filter(|part| !part.is_empty());
            arguments.extend(parts.map(|part| format!("{option}={part}")));
        }
        Variables::parse_from(arguments).common
    }
}

#[cfg(test)]
mod tests {
    use node_semver::Version;

    use super::*;
    use crate::runtime::{Dialect, Family};

    /// A runtime without V8.
    static OTHER: Family = Family {
        name: "other",
        engine: "javascriptcore",
        programs: &["other"],
        dialect: Dialect::Lines { probe: &[], launch: |_| Vec::new() },
        managers: &[],
        supply: |_| None,
        first_lts: &[],
        variables: "OTHER_",
    };

    #[test]
    fn semi_spaces_are_v8s() {
        let version = Version::parse("1.2.3").unwrap();
        let others = [Spec::exact(&OTHER, &version)];
        let v8s: Vec<Spec> =
            ["node@12", "chromium@80"].iter().map(|text| text.parse().unwrap()).collect();
        let with = |semi_space| Common { semi_space, ..Common::default() };
        assert!(with(Some(4)).check_engines(&v8s).is_ok());
        assert!(with(None).check_engines(&others).is_ok());
        let error = with(Some(4)).check_engines(&others).unwrap_err();
        assert!(error.is::<WrongUsage>());
        let words = "--semi-space 4 is for V8, and \"other@1.2.3\" has javascriptcore: leave it out, or \
                     choose runtimes that have V8";
        assert_eq!(error.to_string(), words);
    }
}
