//! The ways in which compilers write an async function for engines that have none.

use std::fmt;

use serde::Serialize;

/// One way of writing an async function without `async`. The words are those of the JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Style {
    /// TypeScript's `__awaiter`, defined in the file that calls it.
    TypescriptAwaiter,
    /// TypeScript's `__awaiter`, imported from `tslib` (`importHelpers`).
    TslibAwaiter,
    /// Babel's `asyncToGenerator`, inline or from `@babel/runtime`.
    BabelAsyncToGenerator,
    /// A generator turned into a state machine: `while (1) switch (context.prev = context.next)`.
    Regenerator,
    /// esbuild's `__async`.
    EsbuildAsync,
    /// SWC's `_async_to_generator`, inline or from `@swc/helpers`.
    SwcAsyncToGenerator,
    /// Generators run by the library `co`.
    Co,
    /// Closure Compiler's `asyncExecutePromiseGeneratorFunction` and its kin.
    ClosureAsync,
    /// Generators run by bluebird's `coroutine`.
    BluebirdCoroutine,
    /// Generators run by Q's `async` or `spawn`.
    QAsync,
    /// The output of `async-to-gen`: `__async(function* () {…}())`.
    AsyncToGen,
    /// Generators run by a function written for it, such as `spawn(function* () {…}, this)`.
    Stepper,
    /// Async generators and `for await`, which compilers lower up to ES2017.
    AsyncGenerator,
}

impl Style {
    /// The word in tables, JSON and CSV.
    pub const fn word(self) -> &'static str {
        match self {
            Self::TypescriptAwaiter => "typescript-awaiter",
            Self::TslibAwaiter => "tslib-awaiter",
            Self::BabelAsyncToGenerator => "babel-async-to-generator",
            Self::Regenerator => "regenerator",
            Self::EsbuildAsync => "esbuild-async",
            Self::SwcAsyncToGenerator => "swc-async-to-generator",
            Self::Co => "co",
            Self::ClosureAsync => "closure-async",
            Self::BluebirdCoroutine => "bluebird-coroutine",
            Self::QAsync => "q-async",
            Self::AsyncToGen => "async-to-gen",
            Self::Stepper => "stepper",
            Self::AsyncGenerator => "async-generator",
        }
    }

    /// Whether only a call that is given a generator there and then is an async function: what runs
    /// generators under a name of somebody's own may be called with other things.
    pub(super) const fn needs_generator(self) -> bool {
        matches!(
            self,
            Self::ClosureAsync
                | Self::BluebirdCoroutine
                | Self::QAsync
                | Self::AsyncToGen
                | Self::Stepper
        )
    }

    /// The compiler setting that leaves async functions as they are.
    pub const fn setting(self) -> &'static str {
        match self {
            Self::TypescriptAwaiter | Self::TslibAwaiter => "tsc: target es2017",
            Self::BabelAsyncToGenerator | Self::Regenerator => "Babel: targets node 8",
            Self::EsbuildAsync => "esbuild: target es2017",
            Self::SwcAsyncToGenerator => "swc: jsc.target es2017",
            Self::Co => "async functions instead of co",
            Self::ClosureAsync => "Closure: language_out ECMASCRIPT_2017",
            Self::BluebirdCoroutine => "async functions instead of coroutines",
            Self::QAsync => "async functions instead of Q.async",
            Self::AsyncToGen => "no async-to-gen",
            Self::Stepper => "async functions instead of generators",
            Self::AsyncGenerator => "target es2018",
        }
    }
}

impl fmt::Display for Style {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
