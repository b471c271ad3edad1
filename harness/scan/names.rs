//! Helpers by the names that compilers and modules give them.

use super::style::Style;

/// The style of a helper that is all that a module exports.
pub(super) fn default_export(module: &str) -> Option<Style> {
    let last = module.rsplit('/').next().unwrap_or(module);
    let ends = [".js", ".cjs", ".mjs"];
    let last = ends.iter().find_map(|end| last.strip_suffix(end)).unwrap_or(last);
    if is_co(module) {
        return Some(Style::Co);
    }
    let style = match last {
        "asyncToGenerator" | "_async_to_generator" | "async_to_generator" => {
            Style::BabelAsyncToGenerator
        }
        "_wrap_async_generator" | "_async_iterator" => return Some(Style::AsyncGenerator),
        "wrapAsyncGenerator" | "asyncIterator" if module.contains("helpers/") => {
            return Some(Style::AsyncGenerator);
        }
        // A chunk that Rollup named for what is in it, under whatever name it is exported.
        _ if is_named_for(last, "asyncToGenerator") => Style::BabelAsyncToGenerator,
        _ if is_named_for(last, "async_to_generator") => Style::SwcAsyncToGenerator,
        _ => return None,
    };
    let is_swc = is_swc(module) || last.contains("async_to_generator");
    Some(if is_swc { Style::SwcAsyncToGenerator } else { style })
}

/// The style of a helper that a module exports under this name.
pub(super) fn exported(name: &str, module: &str) -> Option<Style> {
    match name {
        "default" | "_" => default_export(module),
        "__awaiter" if is_tslib(module) => Some(Style::TslibAwaiter),
        "asyncToGenerator" | "_asyncToGenerator" if is_swc(module) => {
            Some(Style::SwcAsyncToGenerator)
        }
        "wrap" | "co" | "call" if is_co(module) => Some(Style::Co),
        "coroutine" | "spawn" if module.contains("bluebird") => Some(Style::BluebirdCoroutine),
        "async" | "spawn" if module == "q" || module.starts_with("q/") => Some(Style::QAsync),
        other => well_known(other).or_else(|| {
            let last = module.rsplit('/').next().unwrap_or(module);
            let is_chunk =
                is_named_for(last, "asyncToGenerator") || is_named_for(last, "async_to_generator");
            default_export(module).filter(|_| is_chunk && module.starts_with('.'))
        }),
    }
}

/// Whether the module holds Babel's helpers, so that one of them which is given a generator function
/// alone is its `asyncToGenerator`.
pub(super) fn holds_helpers(module: &str) -> bool {
    module.contains("rollupPluginBabelHelpers") || module.contains("babelHelpers")
}

/// The style of a helper that bears the name a compiler gives it, perhaps with the number that a
/// bundler adds.
pub(super) fn well_known(name: &str) -> Option<Style> {
    let plain = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let plain = plain.trim_end_matches(['$', '_']);
    match plain {
        "__awaiter" => Some(Style::TypescriptAwaiter),
        "__async" => Some(Style::EsbuildAsync),
        "__asyncGenerator" | "__asyncValues" | "__forAwait" | "__asyncGen" | "__asyncIterator"
        | "_asyncIterator" | "_async_iterator" => Some(Style::AsyncGenerator),
        _ => match plain.trim_start_matches('_') {
            "asyncToGenerator" => Some(Style::BabelAsyncToGenerator),
            "async_to_generator" => Some(Style::SwcAsyncToGenerator),
            "wrapAsyncGenerator" | "wrap_async_generator" | "makeAsyncIterator" => {
                Some(Style::AsyncGenerator)
            }
            "asyncExecutePromiseGenerator"
            | "asyncExecutePromiseGeneratorFunction"
            | "asyncExecutePromiseGeneratorProgram" => Some(Style::ClosureAsync),
            _ => None,
        },
    }
}

/// SWC's helper has the form of Babel's, and only its name tells it.
pub(super) fn refined(style: Style, name: &str) -> Style {
    match style {
        _ if name.contains("async_to_generator") => Style::SwcAsyncToGenerator,
        Style::Stepper if well_known(name) == Some(Style::ClosureAsync) => Style::ClosureAsync,
        other => other,
    }
}

pub(super) fn is_swc(module: &str) -> bool {
    module.starts_with("@swc/helpers") || module.contains("/@swc/helpers/")
}

pub(super) fn is_tslib(module: &str) -> bool {
    module.contains("tslib")
}

fn is_co(module: &str) -> bool {
    matches!(module, "co" | "co/index" | "co/index.js")
        || module.ends_with("node_modules/co/index.js")
}

/// Whether a file's name is this one, perhaps with a bundler's hash behind it.
fn is_named_for(file: &str, name: &str) -> bool {
    let file = file.trim_start_matches('_');
    file.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.', '_']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_behind_a_name_is_the_bundlers() {
        for name in
            ["_asyncToGenerator", "asyncToGenerator", "_asyncToGenerator$1", "_asyncToGenerator2"]
        {
            assert_eq!(well_known(name), Some(Style::BabelAsyncToGenerator), "{name}");
        }
        assert_eq!(well_known("__awaiter$2"), Some(Style::TypescriptAwaiter));
        assert_eq!(well_known("asyncIterator"), None);
        assert_eq!(well_known("async"), None);
    }

    #[test]
    fn modules_are_known_by_their_last_name() {
        let swc = Some(Style::SwcAsyncToGenerator);
        for module in [
            "@swc/helpers/lib/_async_to_generator.js",
            "@swc/helpers/src/_async_to_generator.mjs",
            "@swc/helpers/_/_async_to_generator",
        ] {
            assert_eq!(default_export(module), swc, "{module}");
        }
        let babel = Some(Style::BabelAsyncToGenerator);
        assert_eq!(default_export("@babel/runtime/helpers/esm/asyncToGenerator"), babel);
        assert_eq!(exported("a", "./asyncToGenerator-1f3e.js"), babel);
        assert_eq!(exported("a", "./chunk-1f3e.js"), None);
        assert_eq!(exported("coroutine", "bluebird-lst"), Some(Style::BluebirdCoroutine));
        assert_eq!(default_export("code"), None);
    }
}
