//! What the user asked of a runtime beyond its version: part of the key of every result.

/// Settings that a process is started with. Results under different ones never mix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Flags for the runtime itself.
    pub flags: Vec<String>,
    /// Whether an async hook is enabled in the process.
    pub async_hooks: bool,
}

impl Settings {
    /// No settings: the runtime as it comes.
    pub const NONE: &'static Self = &Self { flags: Vec::new(), async_hooks: false };

    /// The flags that give V8's semi-spaces this many MiB from the start and keep them there. With the
    /// upper bound alone they begin small and grow only as far as the collector sees fit.
    pub fn semi_space(mebibytes: u32) -> [String; 2] {
        [format!("--min-semi-space-size={mebibytes}"), format!("--max-semi-space-size={mebibytes}")]
    }

    /// All of them as they stand in the column `flags`: `--no-opt async-hooks`. The word without
    /// hyphens before it is not a flag of the runtime.
    pub fn words(&self) -> String {
        let hooks = self.async_hooks.then_some("async-hooks");
        self.flags.iter().map(String::as_str).chain(hooks).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_setting_is_in_the_words() {
        assert_eq!(Settings::NONE.words(), "");
        let flags = Settings::semi_space(16).to_vec();
        let settings = Settings { flags, async_hooks: true };
        assert_eq!(
            settings.words(),
            "--min-semi-space-size=16 --max-semi-space-size=16 async-hooks"
        );
    }
}
