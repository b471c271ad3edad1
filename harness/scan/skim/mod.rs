//! Which parts of a file can be left out when it is parsed: a lexer that is some ten times as fast as
//! the parser, and knows just enough of JavaScript to find what belongs to which braces.
//!
//! What is between braces, and contains nothing that could define or call a helper, becomes a comment
//! ([`Hidden`]): `{…}` is `{}` then. Everything else stays where it is, so that what is around a
//! call, and how long a function is, remains as it was. Whatever the lexer is not sure about makes it
//! give up, and the file is parsed as a whole: JSX, a `/` that could be two things, an escape in a name.

mod before;
mod bracket;
mod hide;
mod lexer;
mod nesting;
#[cfg(test)]
mod tests;

use std::ops::Range;

pub(super) use hide::Hidden;
use lexer::Lexer;
pub(super) use nesting::DEEPEST;

use super::definition::LONGEST_HELPER;
use super::markers::Mark;

/// What was seen of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Skim {
    /// Nothing in its code can be a call site: marks are in comments and strings only.
    Nothing,
    /// What is inside of these braces does not matter.
    Holes(Vec<Range<usize>>),
    /// It has to be parsed as a whole.
    Unsure,
}

/// Looks through a file. `marks` are all of [`super::markers::marks`], and those of variables;
/// `may_hide` is whether a parameter of such a name is another variable.
pub(super) fn skim(source: &[u8], marks: &[Mark], may_hide: bool) -> Skim {
    let Some(found) = Lexer::new(source, marks, may_hide).run() else { return Skim::Unsure };
    if !found.matters {
        return Skim::Nothing;
    }
    let mut holes = found.holes;
    // What is a helper is told by everything that is written in it, so that nothing is hidden there.
    holes.retain(|hole| !is_near(hole, &found.definitions));
    Skim::Holes(holes)
}

/// Whether a function that is short enough for a helper may contain both the hole and a definition's
/// mark.
fn is_near(hole: &Range<usize>, definitions: &[usize]) -> bool {
    let longest = LONGEST_HELPER as usize;
    let first = definitions.partition_point(|at| at + longest < hole.end);
    definitions.get(first).is_some_and(|at| *at <= hole.start + longest)
}
