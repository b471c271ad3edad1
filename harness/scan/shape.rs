//! Recognises the helpers of every style by the form of their code, whatever they are called.
//!
//! Minifiers rename functions and parameters, but not properties, strings or globals, and keep the
//! number of parameters. A helper is told by these together; each list is what the compilers of that
//! style have emitted in all releases tried (`tests/scan/`).

use oxc_ast::ast::{
    Argument, ArrowFunctionExpression, BinaryExpression, CallExpression, ComputedMemberExpression,
    Expression, FormalParameters, Function, FunctionBody, NewExpression, ObjectProperty, Statement,
    StaticMemberExpression, StringLiteral,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::{GetSpan, Span};
use oxc_syntax::scope::ScopeFlags;

use super::style::Style;

/// No helper is longer, in bytes: the longest seen, with long names and indentation, has 1,300.
pub(super) const LONGEST_HELPER: u32 = 4_000;

/// The style whose helper this expression defines, if it is one: a function, perhaps behind
/// `this && this.__awaiter ||` or in parentheses.
pub(super) fn defined_by(expression: &Expression<'_>) -> Option<Style> {
    match expression.without_parentheses() {
        Expression::FunctionExpression(function) => defined_by_function(function),
        Expression::ArrowFunctionExpression(arrow) => defined_by_arrow(arrow),
        Expression::LogicalExpression(either) => defined_by(&either.right),
        Expression::AssignmentExpression(assignment) => defined_by(&assignment.right),
        _ => None,
    }
}

/// The style whose helper this function is.
pub(super) fn defined_by_function(function: &Function<'_>) -> Option<Style> {
    if function.span.size() > LONGEST_HELPER || function.generator || function.r#async {
        return None;
    }
    let mut traits = Traits::default();
    traits.visit_function(function, ScopeFlags::Function);
    traits.style(parameters(&function.params))
}

/// Whether this is what a bundler wraps CommonJS modules in, to execute each once: esbuild's
/// `__commonJS`, Rollup's `createCommonjsModule`, both of which make `{ exports: {} }`.
pub(super) fn wraps_modules(expression: &Expression<'_>) -> bool {
    let mut traits = Traits::default();
    match expression.without_parentheses() {
        Expression::FunctionExpression(function) => return function_wraps_modules(function),
        Expression::ArrowFunctionExpression(arrow) if arrow.span.size() <= LONGEST_HELPER => {
            traits.visit_arrow_function_expression(arrow);
        }
        _ => return false,
    }
    traits.makes_exports
}

/// As [`wraps_modules`], of a declaration.
pub(super) fn function_wraps_modules(function: &Function<'_>) -> bool {
    let mut traits = Traits::default();
    if function.span.size() <= LONGEST_HELPER {
        traits.visit_function(function, ScopeFlags::Function);
    }
    traits.makes_exports
}

fn defined_by_arrow(arrow: &ArrowFunctionExpression<'_>) -> Option<Style> {
    if arrow.span.size() > LONGEST_HELPER || arrow.r#async {
        return None;
    }
    let mut traits = Traits::default();
    traits.visit_arrow_function_expression(arrow);
    traits.style(parameters(&arrow.params))
}

fn parameters(params: &FormalParameters<'_>) -> usize {
    params.items.len()
}

/// What a minifier leaves of a function.
#[derive(Default)]
struct Traits {
    makes_promise: bool,
    /// `new (P || (P = Promise))`
    makes_given_promise: bool,

    next: bool,
    throws: bool,
    done: bool,
    then: bool,
    apply: bool,
    /// The string `"throw"`: as an argument, not as the name of a property.
    says_throw: bool,
    generators: bool,
    /// `{ exports: {} }`
    makes_exports: bool,
}

impl Traits {
    fn style(&self, parameters: usize) -> Option<Style> {
        let steps = self.next && self.throws && self.done && self.then && self.apply;
        match parameters {
            _ if self.generators => None,
            4 if steps && self.makes_given_promise => Some(Style::TypescriptAwaiter),
            3 if steps && self.makes_promise => Some(Style::EsbuildAsync),
            1 if self.makes_promise && self.apply && self.says_throw => {
                Some(Style::BabelAsyncToGenerator)
            }
            _ => None,
        }
    }

    fn property(&mut self, name: &str) {
        match name {
            "next" => self.next = true,
            "throw" => self.throws = true,
            "done" => self.done = true,
            "then" => self.then = true,
            "apply" => self.apply = true,
            _ => {}
        }
    }
}

impl<'a> Visit<'a> for Traits {
    fn visit_new_expression(&mut self, it: &NewExpression<'a>) {
        match it.callee.without_parentheses() {
            Expression::Identifier(name) if name.name == "Promise" => self.makes_promise = true,
            Expression::LogicalExpression(either) => {
                let right = either.right.without_parentheses();
                if let Expression::AssignmentExpression(assignment) = right {
                    self.makes_given_promise |= assignment.right.is_specific_id("Promise");
                }
            }
            // UglifyJS turns it round: `new (P = P || Promise)`.
            Expression::AssignmentExpression(assignment) => {
                if let Expression::LogicalExpression(either) =
                    assignment.right.without_parentheses()
                {
                    self.makes_given_promise |= either.right.is_specific_id("Promise");
                }
            }
            _ => {}
        }
        walk::walk_new_expression(self, it);
    }

    fn visit_static_member_expression(&mut self, it: &StaticMemberExpression<'a>) {
        self.property(it.property.name.as_str());
        walk::walk_static_member_expression(self, it);
    }

    fn visit_computed_member_expression(&mut self, it: &ComputedMemberExpression<'a>) {
        if let Expression::StringLiteral(name) = &it.expression {
            self.property(name.value.as_str());
            self.visit_expression(&it.object);
        } else {
            walk::walk_computed_member_expression(self, it);
        }
    }

    fn visit_object_property(&mut self, it: &ObjectProperty<'a>) {
        let is_empty =
            matches!(&it.value, Expression::ObjectExpression(o) if o.properties.is_empty());
        self.makes_exports |= is_empty && it.key.is_specific_static_name("exports");
        walk::walk_object_property(self, it);
    }

    fn visit_string_literal(&mut self, it: &StringLiteral<'a>) {
        self.says_throw |= it.value == "throw";
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
        self.generators |= it.generator;
        walk::walk_function(self, it, flags);
    }
}

/// Whether the function's body is a generator turned into a state machine by regenerator:
/// `while (1) switch (context.prev = context.next)`, in newer Babel `context.p = context.n`, or
/// `context.n` alone where nothing can be thrown.
pub(super) fn is_state_machine(params: &FormalParameters<'_>, body: &FunctionBody<'_>) -> bool {
    let Some(context) = params.items.first().and_then(|first| first.pattern.get_identifier_name())
    else {
        return false;
    };
    let Some(switch) = body.statements.iter().find_map(endless_switch) else { return false };
    let is_next = |expression: &Expression<'_>, names: &[&str]| match expression {
        Expression::StaticMemberExpression(member) => {
            member.object.is_specific_id(context.as_str())
                && names.contains(&member.property.name.as_str())
        }
        _ => false,
    };
    match switch.without_parentheses() {
        Expression::AssignmentExpression(assignment) => {
            let target = assignment.left.as_member_expression();
            let sets = target.and_then(|member| member.static_property_name());
            sets.is_some_and(|name| name == "prev" || name == "p")
                && is_next(&assignment.right, &["next", "n"])
        }
        other => is_next(other, &["n"]),
    }
}

/// What is switched on in `while (1) switch (…) {…}` or `for (;;) switch (…) {…}`.
fn endless_switch<'s, 'a>(statement: &'s Statement<'a>) -> Option<&'s Expression<'a>> {
    let body = match statement {
        Statement::WhileStatement(endless) if is_true(&endless.test) => &endless.body,
        Statement::ForStatement(endless) if endless.test.as_ref().is_none_or(is_true) => {
            &endless.body
        }
        _ => return None,
    };
    let inner = match body {
        Statement::BlockStatement(block) => block.body.first()?,
        other => other,
    };
    match inner {
        Statement::SwitchStatement(switch) => Some(&switch.discriminant),
        _ => None,
    }
}

fn is_true(test: &Expression<'_>) -> bool {
    match test {
        Expression::NumericLiteral(number) => number.value != 0.0,
        Expression::BooleanLiteral(boolean) => boolean.value,
        Expression::UnaryExpression(not) => {
            not.operator.as_str() == "!" && not.argument.is_number_0()
        }
        _ => false,
    }
}

/// The function written out as the argument.
pub(super) enum Written {
    /// `function* () {…}`.
    Generator,
    /// Another function; where it begins in the source tells it from all others.
    Plain {
        /// Its place.
        span: Span,
        /// Whether all it does is to run TypeScript's state machine, `__generator`.
        runs_states: bool,
    },
}

/// What function is written out as this argument, if one is.
pub(super) fn written(argument: &Argument<'_>) -> Option<Written> {
    match argument.as_expression()?.without_parentheses() {
        Expression::FunctionExpression(function) if function.generator => Some(Written::Generator),
        Expression::FunctionExpression(function) => Some(Written::Plain {
            span: function.span,
            runs_states: function.body.as_ref().is_some_and(|body| runs_states(body)),
        }),
        Expression::ArrowFunctionExpression(arrow) => {
            Some(Written::Plain { span: arrow.span(), runs_states: false })
        }
        _ => None,
    }
}

/// `return __generator(this, function (_a) {…})` at the end, under any name.
fn runs_states(body: &FunctionBody<'_>) -> bool {
    let Some(Statement::ReturnStatement(last)) = body.statements.last() else { return false };
    let Some(argument) = &last.argument else { return false };
    let call = match argument.without_parentheses() {
        // Minifiers join what came before: `return n = this, __generator(…)`.
        Expression::SequenceExpression(sequence) => sequence.expressions.last(),
        other => Some(other),
    };
    let Some(Expression::CallExpression(call)) = call else { return false };
    let [this, states] = &call.arguments[..] else { return false };
    let is_this = matches!(this, Argument::ThisExpression(_) | Argument::Identifier(_));
    is_this
        && matches!(states, Argument::FunctionExpression(function) if function.params.items.len() <= 1)
}

/// The style whose helper is called so, judging by the arguments alone: for helpers that come from
/// another file under a short name.
pub(super) fn called_like(call: &CallExpression<'_>) -> Option<Style> {
    let is_this = |argument: &Argument<'_>| {
        matches!(argument, Argument::ThisExpression(_) | Argument::Identifier(_))
            || is_void(argument)
    };
    match &call.arguments[..] {
        [this, arguments, promise, body] if is_this(this) => {
            let given = is_void(arguments) || names_arguments(arguments);
            let runs = match written(body)? {
                Written::Generator => true,
                Written::Plain { runs_states, .. } => runs_states,
            };
            (given && is_void(promise) && runs).then_some(Style::TypescriptAwaiter)
        }
        [this, arguments, body] if is_this(this) || matches!(this, Argument::NullLiteral(_)) => {
            let given =
                matches!(arguments, Argument::NullLiteral(_) | Argument::ArrayExpression(_));
            let runs = matches!(written(body), Some(Written::Generator));
            (given && runs).then_some(Style::EsbuildAsync)
        }
        _ => None,
    }
}

fn is_void(argument: &Argument<'_>) -> bool {
    argument
        .as_expression()
        .is_some_and(|expression| expression.is_void_0() || expression.is_undefined())
}

fn names_arguments(argument: &Argument<'_>) -> bool {
    matches!(argument, Argument::Identifier(name) if name.name == "arguments")
}
