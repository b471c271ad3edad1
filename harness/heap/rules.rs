//! The rules that apply: those of DevTools today, or those of the DevTools that the article shows.

/// A set of rules for what retains, what is large and what things are called.
///
/// Both sets use exact dominators; Chrome 70 to 80 approximated them with an iterative algorithm
/// that stops early, so its numbers can differ from [`Rules::Classic`] where it was wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rules {
    /// Chrome DevTools of 2026: sizes of arrays and hidden objects count for their only owner,
    /// plain objects are grouped by shape, values in WeakMaps are held by their key alone.
    #[default]
    Today,
    /// Chrome 70 to 80: sizes as V8 gives them, `Object` is one group, functions are `(closure)`.
    Classic,
}
