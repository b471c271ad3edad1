//! Which files are worth parsing: those that contain a text without which no style can be there.
//!
//! Minifiers rename the helpers but keep property names, strings and globals, so that every style has
//! some text that survives. A file without any of them is never parsed; one that has them only in
//! comments or strings is parsed and found innocent.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

const MARKERS: &[&str] = &[
    // TypeScript and tslib: the name, and `new (P || (P = Promise))(…)` under any other.
    "__awaiter",
    "Promise))(",
    "||Promise)(",
    // `step((generator = generator.apply(…)).next())` of TypeScript and esbuild.
    ")).next()",
    "__async",
    // A call of esbuild's helper, imported from another chunk under a short name.
    ",null,function*(",
    // A call of TypeScript's, imported likewise.
    ",void 0,void 0,function*(",
    // Babel and SWC: `step(…, "throw", error)`, imports and names.
    "\"throw\",",
    "'throw',",
    "syncToGenerator",
    "async_to_generator",
    // State machines, and the runtime's own names.
    "regenerator",
    "for(;;)switch(",
    "while(1)switch(",
    // The module `co`, as it is required and imported.
    "require(\"co\")",
    "require('co')",
    "from \"co\"",
    "from 'co'",
    "from\"co\"",
    "from'co'",
];

/// Whether the file may contain down-levelled async.
#[must_use]
pub(super) fn is_suspicious(source: &[u8]) -> bool {
    static SEARCH: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(MARKERS).ok());
    // The list is constant and a test builds it; without it, every file would be parsed.
    SEARCH.as_ref().is_none_or(|search| search.is_match(source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_survives_a_minifier_is_seen_and_other_code_is_not() {
        assert!(AhoCorasick::new(MARKERS).is_ok());
        assert!(is_suspicious(b"return new(n||(n=Promise))(function(i,o){"));
        assert!(is_suspicious(b"for(;;)switch(e.prev=e.next){case 0:"));
        assert!(is_suspicious(b"function c(e){a(i,r,o,u,c,\"throw\",e)}"));
        assert!(!is_suspicious(b"async function f() { await 1; throw 2 }"));
        assert!(!is_suspicious(b"const country = ['co', 'com']"));
    }
}
