//! Counts the call sites of every style in one file, by its syntax tree.
//!
//! A call site is a place where an async function was: one call of a helper, or one state machine of
//! regenerator. A state machine that is handed straight to Babel's or SWC's helper is the same
//! function and not counted again. Names in comments and strings are no calls, nor is the helper's
//! own definition.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};

use oxc_allocator::Allocator;
use oxc_ast::ast::{
    Argument, ArrowFunctionExpression, AssignmentExpression, AssignmentTarget, BindingPattern,
    CallExpression, Expression, Function, NewExpression, Program, VariableDeclarator,
    YieldExpression,
};
use oxc_ast_visit::{Visit, walk};
use oxc_parser::{ParseOptions, Parser, ParserReturn};
use oxc_semantic::{SemanticBuilder, Stats};
use oxc_span::SourceType;
use oxc_syntax::scope::ScopeFlags;
use oxc_syntax::symbol::SymbolId;

use super::definition::{self, function_in};
use super::helper::Helpers;
use super::once::{Once, once};
use super::shape::{self, Written};
use super::style::Style;

/// Memory for a syntax tree that a thread keeps for the next file.
const MOST_KEPT: usize = 64 << 20;

/// What is in one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Async functions that were compiled away.
    pub call_sites: u64,
    /// Those of them that make a generator with a prototype of its own each time: what V8 leaked.
    pub leaking: u64,
    /// Call sites by style; their sum exceeds `call_sites` where two styles make up one function.
    pub styles: BTreeMap<Style, u64>,
}

/// How a file is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `.mjs`.
    Module,
    /// `.cjs`.
    Script,
    /// Whatever it turns out to be.
    Either,
}

impl Kind {
    /// The kind that the file's name asks for.
    pub(super) fn of(name: &str) -> Self {
        match name.rsplit_once('.') {
            Some((_, "mjs")) => Self::Module,
            Some((_, "cjs")) => Self::Script,
            _ => Self::Either,
        }
    }

    fn source_type(self) -> SourceType {
        match self {
            Self::Module => SourceType::mjs(),
            Self::Script => SourceType::cjs(),
            Self::Either => SourceType::unambiguous().with_jsx(true),
        }
    }
}

/// Counts what is in `source`.
///
/// An error has the parser's own words.
pub(super) fn count(source: &str, kind: Kind) -> Result<Counts, String> {
    in_arena(|arena| {
        let parsed = parse(arena, source, kind);
        if parsed.panicked {
            let first = parsed.diagnostics.iter().next();
            let words = first.map(|error| error.message.to_string());
            return Err(words.unwrap_or_else(|| "syntax error".to_owned()));
        }
        Ok(count_program(&parsed.program).0)
    })
}

/// What came of counting without some parts of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum InPart {
    /// The parts don't matter.
    Sure(Counts),
    /// They don't, unless these variables are named in them, which may stand for helpers.
    Variables {
        /// Their names.
        names: Vec<String>,
        /// The only one stands for a helper that was seen, so that a parameter of its name is another one.
        may_hide: bool,
    },
    /// They may matter.
    Unsure,
}

/// Counts what is in a file of which parts were left out that contain no mark, and do not name the
/// variables.
pub(super) fn count_without(source: &str, kind: Kind, variables: &[String]) -> InPart {
    in_arena(|arena| {
        let parsed = parse(arena, source, kind);
        if parsed.panicked {
            return InPart::Unsure;
        }
        let (counts, names, guessed) = count_program(&parsed.program);
        match names {
            None => InPart::Unsure,
            Some(names) if names.iter().all(|name| variables.contains(name)) => {
                InPart::Sure(counts)
            }
            Some(names) => InPart::Variables { may_hide: names.len() == 1 && !guessed, names },
        }
    })
}

/// Gives the memory that the last syntax tree of this thread was in: new memory costs as much as
/// filling it.
fn in_arena<T>(work: impl FnOnce(&Allocator) -> T) -> T {
    thread_local! {
        static ARENA: RefCell<Allocator> = RefCell::default();
    }
    ARENA.with_borrow_mut(|arena| {
        if arena.capacity() > MOST_KEPT {
            *arena = Allocator::default();
        }
        arena.reset();
        work(arena)
    })
}

fn parse<'a>(allocator: &'a Allocator, source: &'a str, kind: Kind) -> ParserReturn<'a> {
    let options = ParseOptions { allow_return_outside_function: true, ..ParseOptions::default() };
    Parser::new(allocator, source, kind.source_type()).with_options(options).parse()
}

/// The counts, and the names without a mark from which they follow; none if not from names alone. Then
/// whether some of them were guessed.
fn count_program(program: &Program<'_>) -> (Counts, Option<Vec<String>>, bool) {
    // Given any numbers, the builder does not visit the whole tree once more to count.
    let stats = Stats::default();
    let semantic = SemanticBuilder::new().with_stats(stats).build(program).semantic;
    let once = once(program, program.source_text, semantic.scoping());
    let mut helpers = Helpers::new(program.source_text, semantic.scoping(), &once);
    helpers.visit_program(program);
    let mut counter = Counter {
        helpers,
        once: &once,
        counts: Counts::default(),
        functions: Vec::new(),
        definitions: 0,
        paired: HashSet::new(),
        marked: HashSet::new(),
        made_once: None,
        made: HashMap::new(),
        inlined: Vec::new(),
        guessed: Vec::new(),
    };
    counter.visit_program(program);
    counter.count_inlined();
    let guessed = !counter.guessed.is_empty();
    (counter.counts, counter.helpers.unmarked(counter.guessed), guessed)
}

/// A function around what is being visited.
struct Around {
    start: u32,
    name: Option<SymbolId>,
    /// It is executed where it is written, and so no more often than what is around it.
    immediate: bool,
}

struct Counter<'s> {
    helpers: Helpers<'s>,
    once: &'s Once,
    counts: Counts,
    functions: Vec<Around>,
    /// Helpers around what is being visited.
    definitions: usize,
    /// Where functions and calls begin that belong to a call that was counted already.
    paired: HashSet<u32>,
    /// Where functions begin that regenerator gives a prototype of their own.
    marked: HashSet<u32>,
    /// Where a call begins whose result replaces the function around it: Babel's
    /// `function _f() { _f = asyncToGenerator(…); return _f.apply(this, arguments) }`.
    made_once: Option<u32>,
    /// Variables that are assigned a function, and whether that is done again and again.
    made: HashMap<SymbolId, bool>,
    /// Helpers in the place of their one call, with what may be the generator.
    inlined: Vec<(Style, Vec<SymbolId>)>,
    /// Variables whose calls were told by their arguments alone.
    guessed: Vec<String>,
}

impl Counter<'_> {
    fn found(&mut self, style: Style, call: &CallExpression<'_>) {
        let runs_generator =
            |argument: &&Argument<'_>| matches!(shape::written(argument), Some(Written::Generator));
        let given = call.arguments.iter().find(runs_generator);
        let Some(body) = given.or(call.arguments.last()) else { return };
        self.counts.call_sites += 1;
        *self.counts.styles.entry(style).or_default() += 1;
        match shape::written(body) {
            Some(Written::Generator) if self.repeats(call) => self.counts.leaking += 1,
            Some(Written::Generator) => {}
            Some(Written::Plain { span, .. }) => {
                self.paired.insert(span.start);
            }
            None if self.pair_marked(body) && self.repeats(call) => self.counts.leaking += 1,
            None => {}
        }
    }

    /// `asyncToGenerator(regeneratorRuntime.mark(function callee() {…}))`.
    fn pair_marked(&mut self, body: &Argument<'_>) -> bool {
        let Argument::CallExpression(mark) = body else { return false };
        for argument in &mark.arguments {
            if let Some(Written::Plain { span, .. }) = shape::written(argument) {
                self.paired.insert(span.start);
                return true;
            }
        }
        false
    }

    /// Regenerator's `mark` makes a prototype for the function, as a native generator has one.
    fn note_marked(&mut self, call: &CallExpression<'_>) {
        let property = call.callee.as_member_expression().and_then(|it| it.static_property_name());
        if property.is_some_and(|name| name == "mark" || name == "m")
            && let Some(Written::Plain { span, .. }) =
                call.arguments.first().and_then(shape::written)
        {
            self.marked.insert(span.start);
        }
    }

    /// Whether the call is made again and again, and not once when the file is loaded.
    fn repeats(&self, call: &CallExpression<'_>) -> bool {
        let once = usize::from(self.made_once == Some(call.span.start));
        let around = self.functions.len() - once.min(self.functions.len());
        self.functions[..around].iter().any(|function| !function.immediate)
    }

    /// A helper in the place of its one call: the generator is in a variable, or written in it.
    fn note_inlined(&mut self, made: &NewExpression<'_>) {
        if self.definitions > 0 {
            return;
        }
        let Some(found) = definition::inlined(made, self.helpers.scoping()) else { return };
        if found.is_written {
            self.counts.call_sites += 1;
            *self.counts.styles.entry(found.style).or_default() += 1;
            self.counts.leaking += u64::from(self.functions.iter().any(|it| !it.immediate));
        } else {
            self.inlined.push((found.style, found.called));
        }
    }

    fn count_inlined(&mut self) {
        for (style, called) in std::mem::take(&mut self.inlined) {
            let values = called.iter().filter_map(|symbol| {
                let repeats = *self.made.get(symbol)?;
                Some((self.helpers.value(*symbol)?.is_generator, repeats))
            });
            // Of several that are called, the generator is the one that matters.
            if let Some((is_generator, repeats)) = values.max() {
                self.counts.call_sites += 1;
                *self.counts.styles.entry(style).or_default() += 1;
                self.counts.leaking += u64::from(is_generator && repeats);
            }
        }
    }

    fn note_made(&mut self, symbol: Option<SymbolId>, value: &Expression<'_>) {
        if let Some(symbol) = symbol
            && function_in(value).is_some()
        {
            let repeats = self.functions.iter().any(|function| !function.immediate);
            self.made.insert(symbol, repeats);
        }
    }

    fn enter(&mut self, start: u32, name: Option<SymbolId>) {
        let immediate = self.once.starts.contains(&start);
        self.functions.push(Around { start, name, immediate });
        self.definitions += usize::from(self.helpers.is_definition(start));
    }

    fn leave(&mut self) {
        if let Some(function) = self.functions.pop() {
            self.definitions -= usize::from(self.helpers.is_definition(function.start));
        }
    }

    fn state_machine(&mut self) {
        let style = Style::Regenerator;
        *self.counts.styles.entry(style).or_default() += 1;
        let Some((marked, around)) = self.functions.split_last() else {
            self.counts.call_sites += 1;
            return;
        };
        if !self.paired.contains(&marked.start) {
            self.counts.call_sites += 1;
            let repeats = around.iter().any(|function| !function.immediate);
            self.counts.leaking += u64::from(repeats && self.marked.contains(&marked.start));
        }
    }
}

impl<'a> Visit<'a> for Counter<'_> {
    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        self.note_marked(it);
        if self.paired.contains(&it.span.start) {
            // It belongs to another one.
        } else if let Some(style) = self.helpers.called(it) {
            self.found(style, it);
        } else if let Some(style) = shape::called_like(it)
            && self.helpers.may_be_foreign(&it.callee)
        {
            if let Expression::Identifier(name) = it.callee.without_parentheses() {
                self.guessed.push(name.name.to_string());
            }
            self.found(style, it);
        }
        walk::walk_call_expression(self, it);
    }

    fn visit_new_expression(&mut self, it: &NewExpression<'a>) {
        self.note_inlined(it);
        let member = it.callee.as_member_expression();
        let name = member.and_then(|member| member.static_property_name());
        // Closure's `new $jscomp.AsyncGeneratorWrapper(function* () {…}())`.
        if name == Some("AsyncGeneratorWrapper") {
            let style = Style::AsyncGenerator;
            self.counts.call_sites += 1;
            *self.counts.styles.entry(style).or_default() += 1;
            let given = it.arguments.first().and_then(shape::written);
            let repeats = self.functions.iter().any(|function| !function.immediate);
            self.counts.leaking += u64::from(repeats && matches!(given, Some(Written::Generator)));
        }
        walk::walk_new_expression(self, it);
    }

    // `yield* delegate(asyncValues(x))` is no `for await`.
    fn visit_yield_expression(&mut self, it: &YieldExpression<'a>) {
        if it.delegate
            && let Some(Expression::CallExpression(delegate)) = &it.argument
            && let Some(Argument::CallExpression(values)) = delegate.arguments.first()
        {
            self.paired.insert(values.span.start);
        }
        walk::walk_yield_expression(self, it);
    }

    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        if let (BindingPattern::BindingIdentifier(id), Some(value)) = (&it.id, &it.init) {
            self.note_made(id.symbol_id.get(), value);
        }
        walk::walk_variable_declarator(self, it);
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        if let AssignmentTarget::AssignmentTargetIdentifier(name) = &it.left {
            let symbol = self.helpers.symbol(name);
            self.note_made(symbol, &it.right);
            if let Expression::CallExpression(call) = it.right.without_parentheses()
                && symbol.is_some()
                && self.functions.last().is_some_and(|around| around.name == symbol)
            {
                self.made_once = Some(call.span.start);
            }
        }
        walk::walk_assignment_expression(self, it);
    }

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        if it.body.as_ref().is_some_and(|body| shape::is_state_machine(&it.params, body)) {
            self.state_machine();
        }
        self.enter(it.span.start, it.id.as_ref().and_then(|id| id.symbol_id.get()));
        walk::walk_function(self, it, flags);
        self.leave();
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        self.enter(it.span.start, None);
        walk::walk_arrow_function_expression(self, it);
        self.leave();
    }
}
