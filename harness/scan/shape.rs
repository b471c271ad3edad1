//! Recognises state machines, and calls by what they are given.

use oxc_ast::ast::{
    Argument, CallExpression, Expression, FormalParameters, FunctionBody, Statement,
};
use oxc_semantic::Scoping;
use oxc_span::{GetSpan, Span};
use oxc_syntax::symbol::SymbolId;

use super::style::Style;

/// The variable that the expression is.
pub(super) fn symbol_of(expression: &Expression<'_>, scoping: &Scoping) -> Option<SymbolId> {
    let Expression::Identifier(name) = expression.without_parentheses() else { return None };
    scoping.get_reference(name.reference_id.get()?).symbol_id()
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
        // What runs a generator may want it started: `run(function* () {…}.call(this))`.
        Expression::CallExpression(call) => {
            let callee = match call.callee.without_parentheses() {
                Expression::StaticMemberExpression(member)
                    if matches!(member.property.name.as_str(), "call" | "apply") =>
                {
                    member.object.without_parentheses()
                }
                other => other,
            };
            let is_generator =
                matches!(callee, Expression::FunctionExpression(function) if function.generator);
            is_generator.then_some(Written::Generator)
        }
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
    let states = states.as_expression().map(Expression::without_parentheses);
    is_this
        && matches!(states, Some(Expression::FunctionExpression(function)) if function.params.items.len() <= 1)
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
            let given = is_void(arguments)
                || names_arguments(arguments)
                || matches!(arguments, Argument::ArrayExpression(_));
            let runs = match written(body)? {
                Written::Generator => true,
                Written::Plain { runs_states, .. } => runs_states,
            };
            (given && is_promise(promise) && runs).then_some(Style::TypescriptAwaiter)
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

/// The constructor of the function's own promises: none, `Promise`, or one that was imported.
fn is_promise(argument: &Argument<'_>) -> bool {
    is_void(argument)
        || matches!(argument, Argument::Identifier(_) | Argument::StaticMemberExpression(_))
}

/// `arguments`, or what an arrow function knows it by: `arguments_1`.
fn names_arguments(argument: &Argument<'_>) -> bool {
    matches!(argument, Argument::Identifier(name) if name.name.starts_with("arguments"))
}
