//! What is known of a bracket while the lexer is in it.

/// What a bracket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `(` of a call, a group, or parameters: a `/` behind it divides.
    Group,
    /// `(` of `if` or `with`: a regular expression may follow.
    Head,
    /// `(` of `while` or `for`.
    Loop,
    /// `(` of which it is not sure what may follow.
    Odd,
    /// `[`.
    Square,
    /// `{`.
    Brace,
    /// `${` in a template.
    Insert,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Bracket {
    pub(super) kind: Kind,
    pub(super) open: usize,
    /// Something in it may define or call a helper.
    pub(super) matters: bool,
    /// The variable is named in it.
    pub(super) names: bool,
    /// The variable is another one in it: a parameter of a function around it.
    pub(super) hides: bool,
    /// It is not to be hidden even if nothing in it matters: whether it is empty matters.
    pub(super) stays: bool,
    /// Nor is it, or what is around it: a module is loaded in it, perhaps into the variable of another one.
    pub(super) loads: bool,
    /// It is what `while (…)` or `for (…)` repeats.
    pub(super) repeated: bool,
    /// It is a block of statements, so that a `/` behind it begins a regular expression.
    pub(super) block: bool,
    /// How many holes there were when it began.
    pub(super) holes: usize,
}

impl Bracket {
    /// What is around all brackets: the file.
    pub(super) const FILE: Self = Self {
        kind: Kind::Group,
        open: 0,
        matters: false,
        names: false,
        hides: false,
        stays: true,
        loads: false,
        repeated: false,
        block: false,
        holes: 0,
    };
}
