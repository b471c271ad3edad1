//! The options that all subcommands share.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// How an answer is written on standard output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Columns for a terminal.
    #[default]
    Table,
    /// One object `{schema, …}`.
    Json,
    /// A header and rows, base units.
    Csv,
    /// A Markdown table.
    Markdown,
}

/// Options common to all subcommands.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Common options")]
pub struct Common {
    /// Runtime to use: node@12.16.2, node@12, node@lts, "node@>=11 <14", node@system, or a path
    #[arg(long = "runtime", value_name = "SPEC", global = true)]
    pub runtimes: Vec<String>,
    /// Case to measure: a name from the catalogue, or a folder with a case.toml
    #[arg(long = "case", value_name = "NAME|PATH", global = true)]
    pub cases: Vec<String>,
    /// Variant to measure, such as async or generator
    #[arg(long = "variant", value_name = "NAME", global = true)]
    pub variants: Vec<String>,
    /// How to write the answer
    #[arg(long, value_enum, default_value_t, global = true)]
    pub format: Format,
    /// Folder for results
    #[arg(long, value_name = "DIR", global = true, env = "AWAITBENCH_OUT")]
    pub out: Option<PathBuf>,
    /// Use only what is installed: no network
    #[arg(long, global = true, env = "AWAITBENCH_OFFLINE", value_parser = clap::builder::FalseyValueParser::new())]
    pub offline: bool,
    /// No progress on standard error
    #[arg(long, short, global = true)]
    pub quiet: bool,
}
