//! Which functions run once, when the file is loaded, and no more: those called on the spot, and the
//! modules of a bundle, which its loader executes each once.
//!
//! A module map is told by who reads it: a function that makes `{ exports: {} }` and takes what it calls
//! out of the map by a computed key. That is how webpack, ncc and Rspack load a module, in all releases,
//! minified or not. Other bundlers hand each module to a function with a name of their own.

use std::collections::{HashMap, HashSet};

use oxc_ast::ast::{
    Argument, ArrayExpression, ArrowFunctionExpression, AssignmentExpression, AssignmentTarget,
    BindingPattern, CallExpression, ComputedMemberExpression, Declaration, ExportDeclaration,
    Expression, Function, FunctionBody, NewExpression, ObjectExpression, ObjectProperty, Program,
    Statement, VariableDeclarator,
};
use oxc_ast_visit::{Visit, walk};
use oxc_semantic::Scoping;
use oxc_span::GetSpan;
use oxc_syntax::scope::ScopeFlags;
use oxc_syntax::symbol::SymbolId;

use super::definition::{FunctionRef, function_in, wraps_modules};
use super::shape::symbol_of;

/// What runs once in a file.
#[derive(Default)]
pub(super) struct Once {
    /// Where functions begin that do.
    pub(super) starts: HashSet<u32>,
    /// The key of each function that is a bundle's module.
    pub(super) keys: HashMap<u32, String>,
}

/// A function in what may be a module map.
type Module = (u32, Option<String>);

/// Looks for what runs once.
pub(super) fn once(program: &Program<'_>, source: &str, scoping: &Scoping) -> Once {
    let mut search = Search {
        source,
        scoping,
        found: Once::default(),
        maps: HashMap::new(),
        loaders: HashSet::new(),
        around: Vec::new(),
        wrappers: HashSet::new(),
        wrapped: Vec::new(),
        is_parcel: memchr::memmem::find(source.as_bytes(), b"parcelRequire").is_some(),
    };
    search.visit_program(program);
    search.finish()
}

/// A function around what is being visited.
#[derive(Default)]
struct Around {
    name: Option<SymbolId>,
    start: u32,
    makes_exports: bool,
    /// Variables that are read by a computed key.
    read: Vec<SymbolId>,
}

struct Search<'s> {
    source: &'s str,
    scoping: &'s Scoping,
    found: Once,
    maps: HashMap<SymbolId, Vec<Module>>,
    loaders: HashSet<SymbolId>,
    around: Vec<Around>,
    /// Functions that execute the module that they are given once.
    wrappers: HashSet<SymbolId>,
    /// What is handed to a variable that may turn out to be one of them.
    wrapped: Vec<(SymbolId, Vec<Module>)>,
    is_parcel: bool,
}

impl Search<'_> {
    fn finish(mut self) -> Once {
        for symbol in &self.loaders {
            for (start, key) in self.maps.remove(symbol).unwrap_or_default() {
                self.found.starts.insert(start);
                self.found.keys.extend(key.map(|key| (start, key)));
            }
        }
        for (symbol, modules) in self.wrapped {
            if self.wrappers.contains(&symbol) {
                self.found.starts.extend(modules.into_iter().map(|(start, _)| start));
            }
        }
        self.found
    }

    fn add(&mut self, modules: Vec<Module>) {
        for (start, key) in modules {
            self.found.starts.insert(start);
            self.found.keys.extend(key.map(|key| (start, key)));
        }
    }

    fn add_function(&mut self, expression: &Expression<'_>) {
        if let Some(function) = function_in(expression) {
            self.found.starts.insert(function.start());
        }
    }

    fn text(&self, expression: &Expression<'_>) -> &str {
        let span = expression.span();
        self.source.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// `(function (modules) {…})([function (module, exports) {…}])`, UMD, browserify and Parcel.
    fn immediate(&mut self, call: &CallExpression<'_>) {
        let callee = match call.callee.without_parentheses() {
            // `(function () {…}).call(this)`
            Expression::StaticMemberExpression(member)
                if matches!(member.property.name.as_str(), "call" | "apply") =>
            {
                member.object.without_parentheses()
            }
            other => other,
        };
        if let Expression::CallExpression(inner) = callee {
            // Browserify: `(function () { function load(modules) {…} return load })()({…})`.
            let is_loader = inner.callee.without_parentheses().is_function()
                && self.text(callee).contains("exports");
            if is_loader {
                self.add_arguments(call);
            }
            return;
        }
        let Some(function) = function_in(callee).filter(|_| callee.is_function()) else { return };
        self.found.starts.insert(function.start());
        let params: Vec<_> = function.symbols().collect();
        for (at, argument) in call.arguments.iter().filter_map(Argument::as_expression).enumerate()
        {
            if argument.without_parentheses().is_function() {
                self.add_function(argument);
                continue;
            }
            let modules = modules(argument);
            if has_dependencies(argument) {
                self.add(modules);
            } else if let Some(Some(param)) = params.get(at) {
                self.maps.entry(*param).or_default().extend(modules);
            }
        }
    }

    fn add_arguments(&mut self, call: &CallExpression<'_>) {
        for argument in call.arguments.iter().filter_map(Argument::as_expression) {
            self.add_function(argument);
            self.add(modules(argument));
        }
    }

    /// What is handed to a function that executes it once, by the name of that function.
    fn named(&mut self, call: &CallExpression<'_>) {
        let callee = match call.callee.without_parentheses() {
            Expression::SequenceExpression(all) => match all.expressions.last() {
                Some(last) => last.without_parentheses(),
                None => return,
            },
            other => other,
        };
        let member = callee.as_member_expression();
        let property = member.and_then(|member| member.static_property_name());
        let object = member.map(|member| member.object().without_parentheses());
        let first = call.arguments.first().and_then(Argument::as_expression);
        let is_system = || object.is_some_and(|object| self.text(object).ends_with("System"));
        match property {
            Some("register" | "registerDynamic") if is_system() => {
                for argument in call.arguments.iter().filter_map(Argument::as_expression) {
                    if let Some(function) = function_in(argument) {
                        self.found.starts.insert(function.start());
                        for execute in system_parts(function, "execute") {
                            self.add_function(execute);
                        }
                    }
                }
                return;
            }
            Some("push") if object.is_some_and(|object| self.is_chunks(object, first)) => {
                if let Some(Expression::ArrayExpression(chunk)) = first {
                    for element in chunk.elements.iter().filter_map(|it| it.as_expression()) {
                        self.add_function(element);
                        self.add(modules(element));
                    }
                    self.add(numbered(chunk));
                }
                return;
            }
            Some("loadModule") => return self.add_arguments(call),
            _ => {}
        }
        let name = match callee {
            Expression::Identifier(name) => Some(name.name.as_str()),
            _ => property,
        };
        match name {
            Some("define" | "require" | "requirejs" | "__d" | "meteorInstall")
                if callee.is_identifier_reference() || name == Some("__d") =>
            {
                self.add_arguments(call);
                let module = first.and_then(function_in);
                if let (Some(module), Some(id)) = (module, call.arguments.get(1)) {
                    let key = id.as_expression().and_then(literal);
                    self.found.keys.extend(key.map(|key| (module.start(), key)));
                }
            }
            // Parcel: `parcelRegister("id", function (module, exports) {…})`, under any name.
            Some(name)
                if self.is_parcel
                    && (property.is_none() || name == "register")
                    && matches!(&call.arguments[..], [Argument::StringLiteral(_), module]
                    if module.as_expression().and_then(function_in).is_some_and(|it| it.params().items.len() == 2)) =>
            {
                self.add_arguments(call);
            }
            _ => {}
        }
    }

    /// Whether webpack's or Turbopack's list of chunks is what this is pushed to.
    fn is_chunks(&self, list: &Expression<'_>, chunk: Option<&Expression<'_>>) -> bool {
        let Some(Expression::ArrayExpression(chunk)) = chunk else { return false };
        let of_ids = |ids: &ArrayExpression<'_>| {
            ids.elements.iter().all(|id| id.as_expression().is_some_and(Expression::is_literal))
        };
        let is_webpack = matches!(
            chunk.elements.first().and_then(|first| first.as_expression()),
            Some(Expression::ArrayExpression(ids)) if of_ids(ids)
        );
        is_webpack || self.text(list).contains("TURBOPACK")
    }

    /// `exports.modules = {…}` of webpack's chunks for Node.js, `module.exports = […]` of Turbopack's.
    fn chunk(&mut self, target: &str, value: &Expression<'_>) {
        let value = value.without_parentheses();
        let is_map = match value {
            Expression::ObjectExpression(object) => {
                target.ends_with("exports.modules")
                    || (target == "module.exports" && has_paths(object))
            }
            Expression::ArrayExpression(array) => {
                target == "module.exports" && !numbered(array).is_empty()
            }
            _ => false,
        };
        if is_map {
            self.add(modules(value));
        }
    }

    fn bind(&mut self, symbol: Option<SymbolId>, value: &Expression<'_>) {
        let Some(symbol) = symbol else { return };
        let found = modules(value);
        if !found.is_empty() {
            self.maps.entry(symbol).or_default().extend(found);
        }
        if let Some(function) = function_in(value)
            && wraps_modules(function, self.scoping)
        {
            self.wrappers.insert(symbol);
        }
    }

    fn enter(&mut self, function: FunctionRef<'_, '_>, name: Option<SymbolId>) {
        let start = function.start();
        if is_module(function) || function.body().is_some_and(is_guarded) {
            self.found.starts.insert(start);
        }
        self.around.push(Around { name, start, ..Around::default() });
    }

    fn leave(&mut self) {
        if let Some(function) = self.around.pop()
            && function.makes_exports
        {
            self.loaders.extend(function.read);
        }
    }
}

impl<'a> Visit<'a> for Search<'_> {
    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        self.immediate(it);
        self.named(it);
        if let Some(symbol) = symbol_of(&it.callee, self.scoping) {
            let arguments = it.arguments.iter().filter_map(Argument::as_expression);
            let found: Vec<Module> = arguments
                .flat_map(|argument| {
                    let function = function_in(argument).map(|function| (function.start(), None));
                    modules(argument).into_iter().chain(function)
                })
                .collect();
            if !found.is_empty() {
                self.wrapped.push((symbol, found));
            }
        }
        walk::walk_call_expression(self, it);
    }

    fn visit_new_expression(&mut self, it: &NewExpression<'a>) {
        if it.callee.without_parentheses().is_function() {
            self.add_function(&it.callee);
        }
        walk::walk_new_expression(self, it);
    }

    fn visit_computed_member_expression(&mut self, it: &ComputedMemberExpression<'a>) {
        if let Some(around) = self.around.last_mut()
            && let Some(symbol) = symbol_of(&it.object, self.scoping)
        {
            around.read.push(symbol);
        }
        walk::walk_computed_member_expression(self, it);
    }

    fn visit_object_property(&mut self, it: &ObjectProperty<'a>) {
        let is_empty =
            matches!(&it.value, Expression::ObjectExpression(o) if o.properties.is_empty());
        if is_empty
            && it.key.is_specific_static_name("exports")
            && let Some(around) = self.around.last_mut()
        {
            around.makes_exports = true;
        }
        walk::walk_object_property(self, it);
    }

    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        if let (BindingPattern::BindingIdentifier(id), Some(value)) = (&it.id, &it.init) {
            self.bind(id.symbol_id.get(), value);
        }
        walk::walk_variable_declarator(self, it);
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        match &it.left {
            AssignmentTarget::AssignmentTargetIdentifier(name) => {
                let id = name.reference_id.get();
                let symbol = id.and_then(|id| self.scoping.get_reference(id).symbol_id());
                self.bind(symbol, &it.right);
                // `function f() { f = function () {…}; return f.apply(this, arguments) }` runs once.
                if let Some(around) = self.around.last()
                    && symbol.is_some()
                    && around.name == symbol
                    && it.right.without_parentheses().is_function()
                {
                    self.found.starts.insert(around.start);
                }
            }
            other => {
                let span = other.span();
                let target = self.source.get(span.start as usize..span.end as usize);
                self.chunk(target.unwrap_or_default(), &it.right);
            }
        }
        walk::walk_assignment_expression(self, it);
    }

    fn visit_export_declaration(&mut self, it: &ExportDeclaration<'a>) {
        // webpack's chunks as ES modules: `export const modules = {…}`.
        if let Declaration::VariableDeclaration(declared) = &it.declaration {
            for declarator in &declared.declarations {
                let name = declarator.id.get_identifier_name();
                if let Some(value) = &declarator.init
                    && name.is_some_and(|name| name == "modules" || name == "__webpack_modules__")
                {
                    self.add(modules(value));
                }
            }
        }
        walk::walk_export_declaration(self, it);
    }

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        let function = FunctionRef::Function(it);
        let name = it.id.as_ref().and_then(|id| id.symbol_id.get());
        if let Some(name) = name
            && wraps_modules(function, self.scoping)
        {
            self.wrappers.insert(name);
        }
        self.enter(function, name);
        walk::walk_function(self, it, flags);
        self.leave();
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        self.enter(FunctionRef::Arrow(it), None);
        walk::walk_arrow_function_expression(self, it);
        self.leave();
    }
}

/// The functions in an object or a list, each perhaps with what it needs beside it, as browserify and
/// Parcel have it: `{ 1: [function (require, module, exports) {…}, { "./a": 2 }] }`.
fn modules(expression: &Expression<'_>) -> Vec<Module> {
    let first = |value: &Expression<'_>, key: Option<String>| {
        let function = match value.without_parentheses() {
            Expression::ArrayExpression(with_needs) => {
                with_needs.elements.first()?.as_expression().and_then(function_in)
            }
            other => function_in(other),
        };
        Some((function?.start(), key))
    };
    match expression.without_parentheses() {
        Expression::ObjectExpression(object) => {
            let properties = object.properties.iter().filter_map(|it| it.as_property());
            properties
                .filter_map(|it| first(&it.value, it.key.static_name().map(|key| key.into_owned())))
                .collect()
        }
        Expression::ArrayExpression(array) => {
            let elements = array.elements.iter().enumerate();
            elements
                .filter_map(|(at, it)| first(it.as_expression()?, Some(at.to_string())))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Turbopack's list of ids, each before its module: `[123, (e, t, r) => {…}]`.
fn numbered(array: &ArrayExpression<'_>) -> Vec<Module> {
    let elements: Vec<_> = array.elements.iter().filter_map(|it| it.as_expression()).collect();
    let pairs = elements.windows(2).filter_map(|pair| {
        let key = literal(pair[0])?;
        Some((function_in(pair[1])?.start(), Some(key)))
    });
    pairs.collect()
}

/// Whether every entry is a function with a list of what it needs.
fn has_dependencies(expression: &Expression<'_>) -> bool {
    let Expression::ObjectExpression(object) = expression.without_parentheses() else {
        return false;
    };
    !object.properties.is_empty()
        && object.properties.iter().filter_map(|it| it.as_property()).all(|it| {
            matches!(&it.value, Expression::ArrayExpression(pair) if matches!(
                pair.elements.get(1).and_then(|it| it.as_expression()),
                Some(Expression::ObjectExpression(_))
            ))
        })
}

/// Whether the keys are Turbopack's names of modules.
fn has_paths(object: &ObjectExpression<'_>) -> bool {
    object.properties.iter().filter_map(|it| it.as_property()).any(|it| {
        it.key.static_name().is_some_and(|key| {
            key.starts_with('[') && key.contains("] ") || key.starts_with("[project]")
        })
    })
}

/// The values of this name in what SystemJS is told of a module:
/// `System.register([], function () { return { setters: [], execute: function () {…} } })`.
fn system_parts<'e, 'a>(
    function: FunctionRef<'e, 'a>,
    name: &'static str,
) -> impl Iterator<Item = &'e Expression<'a>> {
    let statements = function.body().into_iter().flat_map(|body| &body.statements);
    let returned = statements.filter_map(|statement| match statement {
        Statement::ReturnStatement(last) => last.argument.as_ref(),
        _ => None,
    });
    let objects = returned.chain(function.returned()).filter_map(|returned| {
        match returned.without_parentheses() {
            Expression::SequenceExpression(all) => all.expressions.last(),
            other => Some(other),
        }
    });
    let properties = objects.flat_map(|object| match object.without_parentheses() {
        Expression::ObjectExpression(object) => object.properties.as_slice(),
        _ => &[],
    });
    properties
        .filter_map(|it| it.as_property())
        .filter(move |it| it.key.is_specific_static_name(name))
        .map(|it| &it.value)
}

/// What SystemJS gives a module those that it needs with.
pub(super) fn system_setters<'e, 'a>(
    function: FunctionRef<'e, 'a>,
) -> Option<&'e ArrayExpression<'a>> {
    system_parts(function, "setters").find_map(|setters| match setters {
        Expression::ArrayExpression(setters) => Some(&**setters),
        _ => None,
    })
}

/// The text of a key.
pub(super) fn literal(expression: &Expression<'_>) -> Option<String> {
    match expression.without_parentheses() {
        Expression::StringLiteral(text) => Some(text.value.to_string()),
        Expression::NumericLiteral(number) => Some(number.value.to_string()),
        _ => None,
    }
}

/// Whether the function's parameters are those of a CommonJS module.
fn is_module(function: FunctionRef<'_, '_>) -> bool {
    let items = function.params().items.iter();
    let names = items.filter_map(|item| item.pattern.get_identifier_name());
    let known = names.filter(|name| {
        let name = name.trim_start_matches("__unused_").trim_start_matches('_');
        ["require", "module", "exports", "webpack_module", "webpack_exports", "webpack_require"]
            .iter()
            .any(|known| name.trim_end_matches('_') == *known)
    });
    known.count() >= 2
}

/// Whether the function does nothing the second time, as Rollup has it:
/// `if (hasRequired) return exports; hasRequired = 1;`, minified `return has || (has = 1, …), exports`.
fn is_guarded(body: &FunctionBody<'_>) -> bool {
    let sets = |expression: &Expression<'_>, name: &str| {
        let first = match expression.without_parentheses() {
            Expression::SequenceExpression(sequence) => sequence.expressions.first(),
            other => Some(other),
        };
        matches!(first, Some(Expression::AssignmentExpression(set))
            if set.left.get_identifier_name() == Some(name) && (set.right.is_literal() || set.right.is_void_0()
                || matches!(set.right, Expression::UnaryExpression(_))))
    };
    let name = |expression: &Expression<'_>| match expression.without_parentheses() {
        Expression::Identifier(name) => Some(name.name.to_string()),
        _ => None,
    };
    match body.statements.first() {
        Some(Statement::IfStatement(guard)) => {
            let leaves = match &guard.consequent {
                Statement::BlockStatement(block) => block.body.first(),
                other => Some(other),
            };
            let Some(name) = name(&guard.test) else { return false };
            matches!(leaves, Some(Statement::ReturnStatement(_)))
                && matches!(body.statements.get(1), Some(Statement::ExpressionStatement(next)) if sets(&next.expression, &name))
        }
        Some(Statement::ReturnStatement(only)) if body.statements.len() == 1 => {
            let value = match only.argument.as_ref().map(Expression::without_parentheses) {
                Some(Expression::SequenceExpression(sequence)) => sequence.expressions.first(),
                other => other,
            };
            match value.map(Expression::without_parentheses) {
                Some(Expression::LogicalExpression(either)) if either.operator.is_or() => {
                    name(&either.left).is_some_and(|name| sets(&either.right, &name))
                }
                Some(Expression::ConditionalExpression(either)) => {
                    name(&either.test).is_some_and(|name| sets(&either.alternate, &name))
                }
                _ => false,
            }
        }
        _ => false,
    }
}
