//! Counts the call sites of every style in one file, by its syntax tree.
//!
//! A call site is a place where an async function was: one call of a helper, or one state machine of
//! regenerator. A state machine that is handed straight to Babel's or SWC's helper is the same
//! function and not counted again. Names in comments and strings are no calls, nor is the helper's
//! own definition.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};

use oxc_allocator::Allocator;
use oxc_ast::ast::{
    Argument, ArrowFunctionExpression, AssignmentExpression, AssignmentTarget, CallExpression,
    Expression, Function, Program,
};
use oxc_ast_visit::{Visit, walk};
use oxc_parser::{ParseOptions, Parser, ParserReturn};
use oxc_semantic::{SemanticBuilder, Stats};
use oxc_span::SourceType;
use oxc_syntax::scope::ScopeFlags;
use oxc_syntax::symbol::SymbolId;

use super::helper::Helpers;
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
    /// They don't, unless this variable is named in them, which stands for a helper.
    Variable(String),
    /// They may matter.
    Unsure,
}

/// Counts what is in a file of which parts were left out that contain no mark, and do not name the
/// variable.
pub(super) fn count_without(source: &str, kind: Kind, variable: Option<&str>) -> InPart {
    in_arena(|arena| {
        let parsed = parse(arena, source, kind);
        if parsed.panicked {
            return InPart::Unsure;
        }
        let (counts, names) = count_program(&parsed.program);
        match names.as_deref() {
            Some([]) => InPart::Sure(counts),
            Some([name]) if variable == Some(name) => InPart::Sure(counts),
            Some([name]) if variable.is_none() => InPart::Variable(name.clone()),
            _ => InPart::Unsure,
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

/// The counts, and the names without a mark from which they follow; none if not from names alone.
fn count_program(program: &Program<'_>) -> (Counts, Option<Vec<String>>) {
    // Given any numbers, the builder does not visit the whole tree once more to count.
    let stats = Stats::default();
    let semantic = SemanticBuilder::new().with_stats(stats).build(program).semantic;
    let mut helpers = Helpers::new(semantic.scoping());
    helpers.visit_program(program);
    let mut counter = Counter {
        helpers,
        counts: Counts::default(),
        functions: Vec::new(),
        immediate: HashSet::new(),
        paired: HashSet::new(),
        marked: HashSet::new(),
        made_once: None,
        guessed: false,
    };
    counter.visit_program(program);
    let names = if counter.guessed { None } else { counter.helpers.unmarked() };
    (counter.counts, names)
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
    counts: Counts,
    functions: Vec<Around>,
    /// Where functions begin that are called on the spot, or are a bundle's modules.
    immediate: HashSet<u32>,
    /// Where functions begin whose state machine belongs to a call that was counted already.
    paired: HashSet<u32>,
    /// Where functions begin that regenerator gives a prototype of their own.
    marked: HashSet<u32>,
    /// Where a call begins whose result replaces the function around it: Babel's
    /// `function _f() { _f = asyncToGenerator(…); return _f.apply(this, arguments) }`.
    made_once: Option<u32>,
    /// A call was told by its arguments alone.
    guessed: bool,
}

impl Counter<'_> {
    fn found(&mut self, style: Style, call: &CallExpression<'_>) {
        let Some(body) = call.arguments.last() else { return };
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

    fn note_immediate(&mut self, call: &CallExpression<'_>) {
        let callee = match call.callee.without_parentheses() {
            // `(function () {…}).call(this)`
            Expression::StaticMemberExpression(member) => member.object.without_parentheses(),
            other => other,
        };
        let is_immediate = self.note_function(callee)
            || callee.is_specific_id("define")
            || self.helpers.wraps_modules(callee);
        if is_immediate {
            // UMD's factory, and webpack's modules in an object or array.
            for argument in call.arguments.iter().filter_map(Argument::as_expression) {
                self.note_modules(argument);
            }
        }
    }

    fn note_modules(&mut self, argument: &Expression<'_>) {
        match argument {
            Expression::ObjectExpression(object) => {
                for property in object.properties.iter().filter_map(|entry| entry.as_property()) {
                    self.note_function(&property.value);
                }
            }
            Expression::ArrayExpression(array) => {
                for element in array.elements.iter().filter_map(|entry| entry.as_expression()) {
                    self.note_function(element);
                }
            }
            other => {
                self.note_function(other);
            }
        }
    }

    fn note_function(&mut self, expression: &Expression<'_>) -> bool {
        let start = match expression.without_parentheses() {
            Expression::FunctionExpression(function) => function.span.start,
            Expression::ArrowFunctionExpression(arrow) => arrow.span.start,
            _ => return false,
        };
        self.immediate.insert(start);
        true
    }

    fn enter(&mut self, start: u32, name: Option<SymbolId>) {
        let immediate = self.immediate.contains(&start);
        self.functions.push(Around { start, name, immediate });
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
        self.note_immediate(it);
        self.note_marked(it);
        if let Some(style) = self.helpers.style_of(&it.callee) {
            self.found(style, it);
        } else if let Some(style) = shape::called_like(it)
            && self.helpers.may_be_foreign(&it.callee)
        {
            self.guessed = true;
            self.found(style, it);
        }
        walk::walk_call_expression(self, it);
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        if let (
            AssignmentTarget::AssignmentTargetIdentifier(name),
            Expression::CallExpression(call),
        ) = (&it.left, it.right.without_parentheses())
            && let Some(symbol) = self.helpers.symbol(name)
            && self.functions.last().is_some_and(|around| around.name == Some(symbol))
        {
            self.made_once = Some(call.span.start);
        }
        walk::walk_assignment_expression(self, it);
    }

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        if it.body.as_ref().is_some_and(|body| shape::is_state_machine(&it.params, body)) {
            self.state_machine();
        }
        self.enter(it.span.start, it.id.as_ref().and_then(|id| id.symbol_id.get()));
        walk::walk_function(self, it, flags);
        self.functions.pop();
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        self.enter(it.span.start, None);
        walk::walk_arrow_function_expression(self, it);
        self.functions.pop();
    }
}
