//! Recognises the helpers of every style by the form of their code, whatever they are called.
//!
//! Minifiers rename functions and parameters, but not properties or strings, and keep the number of
//! parameters. What makes a function a helper is that it runs a generator that it is given: one of its
//! parameters is called, and what comes of that is stepped with `next` and `throw`, `done` is looked at,
//! and values are waited for with `then`. Which parameter it is tells the compilers apart. The promise
//! may be anybody's: rollup and UglifyJS rename it, and some packages take bluebird's.

use oxc_ast::ast::{
    Argument, ArrowFunctionExpression, BinaryExpression, BindingProperty, CallExpression,
    ComputedMemberExpression, Expression, FormalParameters, Function, FunctionBody, NewExpression,
    Statement, StaticMemberExpression, StringLiteral,
};
use oxc_ast_visit::{Visit, walk};
use oxc_semantic::Scoping;
use oxc_syntax::scope::ScopeFlags;
use oxc_syntax::symbol::SymbolId;

use super::shape::symbol_of;
use super::style::Style;

/// No helper is longer, in bytes: the longest seen, with long names and indentation, has 1,300.
pub(super) const LONGEST_HELPER: u32 = 4_000;

/// The function that an expression is, perhaps behind `this && this.__awaiter ||`, in parentheses, or
/// assigned to something else as well.
pub(super) fn function_in<'e, 'a>(expression: &'e Expression<'a>) -> Option<FunctionRef<'e, 'a>> {
    match expression.without_parentheses() {
        Expression::FunctionExpression(function) => Some(FunctionRef::Function(function)),
        Expression::ArrowFunctionExpression(arrow) => Some(FunctionRef::Arrow(arrow)),
        Expression::LogicalExpression(either) => function_in(&either.right),
        Expression::AssignmentExpression(assignment) => function_in(&assignment.right),
        _ => None,
    }
}

/// A function of either kind.
#[derive(Clone, Copy)]
pub(super) enum FunctionRef<'e, 'a> {
    Function(&'e Function<'a>),
    Arrow(&'e ArrowFunctionExpression<'a>),
}

impl<'e, 'a> FunctionRef<'e, 'a> {
    pub(super) fn start(self) -> u32 {
        self.span().0
    }

    pub(super) fn is_generator(self) -> bool {
        matches!(self, Self::Function(function) if function.generator)
    }

    pub(super) fn params(self) -> &'e FormalParameters<'a> {
        match self {
            Self::Function(function) => &function.params,
            Self::Arrow(arrow) => &arrow.params,
        }
    }

    pub(super) fn body(self) -> Option<&'e FunctionBody<'a>> {
        match self {
            Self::Function(function) => function.body.as_deref(),
            Self::Arrow(arrow) => arrow.body.as_function_body(),
        }
    }

    /// Where it begins and ends.
    pub(super) fn span(self) -> (u32, u32) {
        let span = match self {
            Self::Function(function) => function.span,
            Self::Arrow(arrow) => arrow.span,
        };
        (span.start, span.end)
    }

    fn size(self) -> u32 {
        let (start, end) = self.span();
        end - start
    }

    fn is_plain(self) -> bool {
        match self {
            Self::Function(function) => !function.generator && !function.r#async,
            Self::Arrow(arrow) => !arrow.r#async,
        }
    }

    /// What it returns, if that is all that it does.
    pub(super) fn returned(self) -> Option<&'e Expression<'a>> {
        if let Self::Arrow(arrow) = self
            && let Some(value) = arrow.body.as_expression()
        {
            return Some(value);
        }
        match &self.body()?.statements[..] {
            [Statement::ReturnStatement(only)] => only.argument.as_ref(),
            _ => None,
        }
    }

    /// The symbols of its parameters.
    pub(super) fn symbols(self) -> impl Iterator<Item = Option<SymbolId>> {
        let items = self.params().items.iter();
        items.map(|item| item.pattern.get_binding_identifier().and_then(|id| id.symbol_id.get()))
    }
}

/// The style whose helper this function is.
pub(super) fn defined_by(function: FunctionRef<'_, '_>, scoping: &Scoping) -> Option<Style> {
    if function.size() > LONGEST_HELPER || !function.is_plain() {
        return None;
    }
    let mut traits = Traits::new(scoping);
    traits.visit_whole(function);
    let params: Vec<Option<SymbolId>> = function.symbols().collect();
    traits.style(&params)
}

/// Whether the function wraps async generators, as Babel's and SWC's helper:
/// `function (fn) { return function () { return new AsyncGenerator(fn.apply(this, arguments)) } }`.
pub(super) fn wraps_async_generators(function: FunctionRef<'_, '_>, scoping: &Scoping) -> bool {
    let wraps = || {
        let Some(Some(param)) = function.symbols().next() else { return None };
        let Expression::FunctionExpression(inner) = function.returned()?.without_parentheses()
        else {
            return None;
        };
        let Expression::NewExpression(made) =
            FunctionRef::Function(inner).returned()?.without_parentheses()
        else {
            return None;
        };
        let [Argument::CallExpression(applied)] = &made.arguments[..] else { return None };
        let member = applied.callee.as_member_expression()?;
        let applies = member.static_property_name()? == "apply" && applied.arguments.len() == 2;
        (applies && symbol_of(member.object(), scoping)? == param).then_some(())
    };
    function.params().items.len() == 1 && wraps().is_some()
}

/// The helper that the function hands what it is given to, called: Closure's
/// `function (generatorFunction) { return asyncExecutePromiseGenerator(generatorFunction()) }`.
pub(super) fn forwards<'e, 'a>(
    function: FunctionRef<'e, 'a>,
    scoping: &Scoping,
) -> Option<&'e Expression<'a>> {
    let Expression::CallExpression(call) = function.returned()?.without_parentheses() else {
        return None;
    };
    let [given] = &call.arguments[..] else { return None };
    let param = function.symbols().next()??;
    // `run(new Generator(new Engine(program)))`, or `run(generatorFunction())`.
    let is_param = |argument: &Argument<'_>| {
        argument.as_expression().and_then(|it| symbol_of(it, scoping)) == Some(param)
    };
    let is_handed = match given {
        Argument::CallExpression(called) => {
            called.arguments.is_empty() && symbol_of(&called.callee, scoping) == Some(param)
        }
        Argument::NewExpression(made) => made.arguments.iter().any(|inner| match inner {
            Argument::NewExpression(engine) => engine.arguments.iter().any(is_param),
            other => is_param(other),
        }),
        _ => false,
    };
    is_handed.then_some(&call.callee)
}

/// Whether this is what a bundler wraps modules in, to execute each once: esbuild's `__commonJS` and
/// Rollup's `createCommonjsModule`, both of which make `{ exports: {} }`, and esbuild's `__esm`, which
/// forgets the function as it calls it: `fn(fn = 0)`.
pub(super) fn wraps_modules(function: FunctionRef<'_, '_>, scoping: &Scoping) -> bool {
    let mut traits = Traits::new(scoping);
    if function.size() <= LONGEST_HELPER {
        traits.visit_whole(function);
    }
    traits.makes_exports || traits.forgets
}

/// A helper that a minifier put in the place of its one call.
pub(super) struct Inlined {
    pub(super) style: Style,
    /// What may be the generator function: variables that are called in it.
    pub(super) called: Vec<SymbolId>,
    /// The generator function itself is called in it.
    pub(super) is_written: bool,
}

/// `new Promise(function (resolve, reject) {…})` if that runs a generator.
pub(super) fn inlined(made: &NewExpression<'_>, scoping: &Scoping) -> Option<Inlined> {
    let executor = function_in(made.arguments.first()?.as_expression()?)?;
    if executor.size() > LONGEST_HELPER {
        return None;
    }
    let mut traits = Traits::new(scoping);
    traits.visit_whole(executor);
    let style = match made.callee.without_parentheses() {
        _ if traits.says_throw && traits.says_next => Style::BabelAsyncToGenerator,
        _ if !traits.steps() => return None,
        Expression::LogicalExpression(_) | Expression::AssignmentExpression(_) => {
            Style::TypescriptAwaiter
        }
        _ => Style::EsbuildAsync,
    };
    let mut called = traits.applied;
    if style != Style::BabelAsyncToGenerator {
        called.extend(traits.called);
    }
    Some(Inlined { style, called, is_written: traits.applies_generator })
}

/// What a minifier leaves of a function.
struct Traits<'s> {
    scoping: &'s Scoping,
    /// Functions around what is being visited, the first included.
    depth: usize,
    /// `new P(function …)`, and whether that is in a function within the first.
    makes_promise: bool,
    makes_promise_later: bool,
    next: bool,
    throws: bool,
    done: bool,
    then: bool,
    /// `a.then(…).then(…)`
    then_again: bool,
    /// The strings `"throw"` and `"next"`: as arguments, not as names of properties.
    says_throw: bool,
    says_next: bool,
    says_return: bool,
    /// Variables of which `apply` or `call` is called.
    applied: Vec<SymbolId>,
    /// Variables that are called.
    called: Vec<SymbolId>,
    /// Variables of which `next` or `throw` is called, or a property that is computed.
    stepped: Vec<SymbolId>,
    /// Variables whose `Symbol.asyncIterator` is looked for.
    iterated: Vec<SymbolId>,
    /// `Symbol.asyncIterator`, however it is written.
    async_iterator: bool,
    /// What Babel's and SWC's helper says of anything else.
    not_iterable: bool,
    generators: bool,
    /// `(function* () {…}).apply(…)`
    applies_generator: bool,
    /// `{ exports: {} }`
    makes_exports: bool,
    /// `fn(fn = 0)`
    forgets: bool,
}

impl<'s> Traits<'s> {
    fn new(scoping: &'s Scoping) -> Self {
        Self {
            scoping,
            depth: 0,
            makes_promise: false,
            makes_promise_later: false,
            next: false,
            throws: false,
            done: false,
            then: false,
            then_again: false,
            says_throw: false,
            says_next: false,
            says_return: false,
            applied: Vec::new(),
            called: Vec::new(),
            stepped: Vec::new(),
            iterated: Vec::new(),
            async_iterator: false,
            not_iterable: false,
            generators: false,
            applies_generator: false,
            makes_exports: false,
            forgets: false,
        }
    }

    fn visit_whole(&mut self, function: FunctionRef<'_, '_>) {
        match function {
            FunctionRef::Function(function) => self.visit_function(function, ScopeFlags::Function),
            FunctionRef::Arrow(arrow) => self.visit_arrow_function_expression(arrow),
        }
    }

    fn steps(&self) -> bool {
        (self.next || self.says_next) && (self.throws || self.says_throw) && self.done && self.then
    }

    fn style(&self, params: &[Option<SymbolId>]) -> Option<Style> {
        let is_in = |list: &[SymbolId], at: usize| {
            params.get(at).copied().flatten().is_some_and(|param| list.contains(&param))
        };
        let applied = (0..params.len()).find(|at| is_in(&self.applied, *at));
        let called = applied.or_else(|| (0..params.len()).find(|at| is_in(&self.called, *at)));
        let is_stepped = (0..params.len()).any(|at| is_in(&self.stepped, at));
        let waits = self.makes_promise && self.then && self.says_next && self.says_return;
        match params.len() {
            _ if self.generators => None,
            3 if self.async_iterator && applied == Some(2) => Some(Style::AsyncGenerator),
            1..=3 if self.not_iterable || (is_in(&self.iterated, 0) && waits) => {
                Some(Style::AsyncGenerator)
            }
            4 if self.steps() && self.makes_promise && applied == Some(3) => {
                Some(Style::TypescriptAwaiter)
            }
            3 if self.steps() && self.makes_promise && applied == Some(2) => {
                Some(Style::EsbuildAsync)
            }
            1 if self.makes_promise_later && self.says_throw && applied == Some(0) => {
                Some(Style::BabelAsyncToGenerator)
            }
            _ if self.steps() && called.is_some() => Some(Style::Stepper),
            _ if self.steps() && self.makes_promise && is_stepped => Some(if self.says_throw {
                Style::AsyncToGen
            } else if self.then_again {
                Style::ClosureAsync
            } else {
                Style::Stepper
            }),
            _ => None,
        }
    }

    fn property(&mut self, name: &str) {
        match name {
            "next" => self.next = true,
            "throw" => self.throws = true,
            "done" => self.done = true,
            "then" => self.then = true,
            "asyncIterator" => self.async_iterator = true,
            _ => {}
        }
    }

    fn note_call(&mut self, call: &CallExpression<'_>) {
        let callee = call.callee.without_parentheses();
        if let Some(symbol) = symbol_of(callee, self.scoping) {
            self.called.push(symbol);
            if let [Argument::AssignmentExpression(set)] = &call.arguments[..] {
                let name = set.left.get_identifier_name();
                let is_same = name.is_some_and(|name| callee.is_specific_id(name));
                self.forgets |= is_same && set.right.is_number_0();
            }
            return;
        }
        // `(0, fn[names(fn)[0]])(fn = 0)`
        if let [Argument::AssignmentExpression(set)] = &call.arguments[..]
            && set.right.is_number_0()
            && let Expression::SequenceExpression(sequence) = callee
            && let Some(member) =
                sequence.expressions.last().and_then(|last| last.as_member_expression())
            && let Expression::Identifier(name) = member.object()
        {
            self.forgets |= set.left.get_identifier_name() == Some(name.name.as_str());
        }
        let Some(member) = callee.as_member_expression() else { return };
        let object = member.object().without_parentheses();
        match member.static_property_name() {
            Some("apply" | "call") => {
                if let Expression::FunctionExpression(function) = object {
                    self.applies_generator |= function.generator;
                }
                self.applied.extend(symbol_of(object, self.scoping));
            }
            Some("then") => {
                if let Expression::CallExpression(before) = object {
                    let before = before.callee.as_member_expression();
                    self.then_again |= before
                        .and_then(|member| member.static_property_name())
                        .is_some_and(|name| name == "then");
                }
            }
            Some("next" | "throw") | None => {
                self.stepped.extend(symbol_of(object, self.scoping));
            }
            _ => {}
        }
    }

    fn note_function(&mut self, generator: bool) {
        self.generators |= generator;
        self.depth += 1;
    }
}

impl<'a> Visit<'a> for Traits<'_> {
    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        self.note_call(it);
        walk::walk_call_expression(self, it);
    }

    fn visit_new_expression(&mut self, it: &NewExpression<'a>) {
        let first = it.arguments.first().and_then(Argument::as_expression);
        if first.is_some_and(|first| function_in(first).is_some()) {
            self.makes_promise = true;
            self.makes_promise_later |= self.depth > 1;
        }
        walk::walk_new_expression(self, it);
    }

    fn visit_static_member_expression(&mut self, it: &StaticMemberExpression<'a>) {
        self.property(it.property.name.as_str());
        walk::walk_static_member_expression(self, it);
    }

    fn visit_computed_member_expression(&mut self, it: &ComputedMemberExpression<'a>) {
        let names_iterator = match it.expression.without_parentheses() {
            Expression::StringLiteral(name) => {
                self.property(name.value.as_str());
                self.visit_expression(&it.object);
                return;
            }
            Expression::StaticMemberExpression(member) => member.property.name == "asyncIterator",
            Expression::CallExpression(call) => matches!(
                call.arguments.first(),
                Some(Argument::StringLiteral(name)) if name.value == "asyncIterator"
            ),
            _ => false,
        };
        if names_iterator {
            self.iterated.extend(symbol_of(&it.object, self.scoping));
        }
        walk::walk_computed_member_expression(self, it);
    }

    fn visit_binding_property(&mut self, it: &BindingProperty<'a>) {
        if let Some(name) = it.key.static_name() {
            self.property(&name);
        }
        walk::walk_binding_property(self, it);
    }

    fn visit_object_property(&mut self, it: &oxc_ast::ast::ObjectProperty<'a>) {
        let is_empty =
            matches!(&it.value, Expression::ObjectExpression(o) if o.properties.is_empty());
        self.makes_exports |= is_empty && it.key.is_specific_static_name("exports");
        walk::walk_object_property(self, it);
    }

    fn visit_string_literal(&mut self, it: &StringLiteral<'a>) {
        match it.value.as_str() {
            "throw" => self.says_throw = true,
            "next" => self.says_next = true,
            "return" => self.says_return = true,
            "asyncIterator" | "@@asyncIterator" => self.async_iterator = true,
            "Object is not async iterable" | "Object is not AsyncIterable." => {
                self.not_iterable = true;
            }
            _ => {}
        }
    }

    // `typeof x == "throw"` and the like are no arguments.
    fn visit_binary_expression(&mut self, it: &BinaryExpression<'a>) {
        for side in [&it.left, &it.right] {
            if !side.is_string_literal() {
                self.visit_expression(side);
            }
        }
    }

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        self.note_function(it.generator);
        walk::walk_function(self, it, flags);
        self.depth -= 1;
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        self.note_function(false);
        walk::walk_arrow_function_expression(self, it);
        self.depth -= 1;
    }
}
