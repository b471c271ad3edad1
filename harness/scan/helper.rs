//! Which names in a file stand for a helper, and what a call of each means.
//!
//! A name is bound by a definition (told by its form), an import or a `require`, or is one that a
//! compiler gives and that nothing in the file binds. Bindings are symbols, so that a local variable
//! of the same name is another thing. In a bundle, what one module exports is known to the others.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use oxc_ast::ast::{
    Argument, ArrowFunctionExpression, AssignmentExpression, AssignmentTarget, BindingPattern,
    CallExpression, Expression, Function, IdentifierReference, ImportDeclaration,
    ImportDeclarationSpecifier, ObjectProperty, VariableDeclarator,
};
use oxc_ast_visit::{Visit, walk};
use oxc_semantic::Scoping;
use oxc_syntax::scope::ScopeFlags;
use oxc_syntax::symbol::SymbolId;

use super::definition::{self, FunctionRef, function_in};
use super::markers;
use super::names::{
    default_export, exported, holds_helpers, is_swc, is_tslib, refined, well_known,
};
use super::once::{Once, literal, system_setters};
use super::shape::{Written, symbol_of, written};
use super::style::Style;

/// What a symbol stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Meaning {
    /// Calling it is a call site.
    Helper(Style),
    /// It is what a module exports, or that within `{default: …}`.
    Module(String),
}

/// What a bundle's module exports under some name.
#[derive(Clone, Debug)]
enum Exported {
    Helper(Style),
    Variable(SymbolId),
    Module(String),
}

/// What comes before the key of a bundle's module, where others have the name of a file or package.
const BUNDLED: char = '\0';

/// A function that is the value of a variable.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value {
    pub(super) is_generator: bool,
}

/// The symbols of one file that matter.
pub(super) struct Helpers<'s> {
    scoping: &'s Scoping,
    once: &'s Once,
    /// The keys of a bundle's modules.
    keys: HashSet<&'s str>,
    /// Where words stand without which no function is a helper.
    words: Vec<u32>,
    meanings: HashMap<SymbolId, Meaning>,
    /// Functions of this file that are no helpers.
    others: HashSet<SymbolId>,
    /// Where helpers begin.
    definitions: HashSet<u32>,
    /// Variables that are assigned a function.
    values: HashMap<SymbolId, Value>,
    /// Helpers that are properties: `lib.spawn = function (generator) {…}`.
    properties: HashMap<String, Style>,
    exports: HashMap<(String, String), Exported>,
    /// The keys of the modules around what is being visited.
    around: Vec<String>,
    /// The parameters of functions that are handed to UMD's wrapper, by the name they have in it.
    factories: HashMap<SymbolId, Vec<Option<SymbolId>>>,
    /// A bundle's module was asked for a helper that was not seen.
    is_missing: Cell<bool>,
}

impl<'s> Helpers<'s> {
    pub(super) fn new(source: &str, scoping: &'s Scoping, once: &'s Once) -> Self {
        let places = |word| memchr::memmem::find_iter(source.as_bytes(), word).collect::<Vec<_>>();
        let words = [places("throw"), places("asyncIterator")].concat();
        let mut words: Vec<u32> =
            words.into_iter().filter_map(|at| u32::try_from(at).ok()).collect();
        words.sort_unstable();
        Self {
            scoping,
            once,
            keys: once.keys.values().map(String::as_str).collect(),
            words,
            meanings: HashMap::new(),
            others: HashSet::new(),
            definitions: HashSet::new(),
            values: HashMap::new(),
            properties: HashMap::new(),
            exports: HashMap::new(),
            around: Vec::new(),
            factories: HashMap::new(),
            is_missing: Cell::new(false),
        }
    }

    /// The names of what stands for a helper, or for what exports one, or was taken for one, other than
    /// those that [`super::markers`] knows: parts of the file without them can't change a meaning. None
    /// if a bundle's module was asked for a helper that was not seen.
    pub(super) fn unmarked(&self, guessed: Vec<String>) -> Option<Vec<String>> {
        if self.is_missing.get() {
            return None;
        }
        let is_meant = |meaning: &Meaning| match meaning {
            Meaning::Module(module) => self.default_export(module).is_some(),
            Meaning::Helper(_) => true,
        };
        let meant = self.meanings.iter().filter(|(_, meaning)| is_meant(meaning));
        let names = meant.map(|(symbol, _)| self.scoping.symbol_name(*symbol).to_owned());
        let mut names: Vec<String> =
            names.chain(guessed).filter(|name| !markers::is_marked(name)).collect();
        names.sort_unstable();
        names.dedup();
        Some(names)
    }

    /// The symbol that a name refers to here.
    pub(super) fn symbol(&self, name: &IdentifierReference<'_>) -> Option<SymbolId> {
        self.scoping.get_reference(name.reference_id.get()?).symbol_id()
    }

    pub(super) fn scoping(&self) -> &'s Scoping {
        self.scoping
    }

    /// Whether the function that begins here is a helper.
    pub(super) fn is_definition(&self, start: u32) -> bool {
        self.definitions.contains(&start)
    }

    /// The function that a variable was assigned.
    pub(super) fn value(&self, symbol: SymbolId) -> Option<Value> {
        self.values.get(&symbol).copied()
    }

    /// Whether calling this expression may be calling a helper that was not recognised: one from
    /// another file. esbuild and TypeScript call helpers for async generators alike.
    pub(super) fn may_be_foreign(&self, callee: &Expression<'_>) -> bool {
        match callee.without_parentheses() {
            Expression::Identifier(name) => {
                self.symbol(name).is_none_or(|symbol| !self.others.contains(&symbol))
            }
            _ => true,
        }
    }

    /// The style whose helper this is a call of; a call of what may be called with other things is one
    /// only if it is given a generator.
    pub(super) fn called(&self, call: &CallExpression<'_>) -> Option<Style> {
        let is_given = || call.arguments.iter().any(|argument| self.is_generator(argument));
        let is_written = || {
            let is_named = |it: &Argument<'_>| matches!(it, Argument::Identifier(_));
            call.arguments.iter().any(|it| !is_named(it) && self.is_generator(it))
        };
        if let Some(style) = self.style_of(&call.callee) {
            // Closure's state machines are plain functions: `run(new Generator(new Engine(function …)))`.
            let is_program = || {
                style == Style::ClosureAsync
                    && call.arguments.iter().any(|it| made_of_function(it) || written(it).is_some())
            };
            return (!style.needs_generator() || is_given() || is_program()).then_some(style);
        }
        let callee = call.callee.without_parentheses();
        // A helper that a minifier put in the place of its call.
        let written = match callee {
            Expression::StaticMemberExpression(member) if member.property.name == "call" => {
                &member.object
            }
            other => other,
        };
        if let Some(function) = function_in(written)
            && let Some(style) = self.defined(function)
        {
            return (!style.needs_generator() || is_given()).then_some(style);
        }
        let member = match callee {
            Expression::SequenceExpression(all) => {
                all.expressions.last()?.as_member_expression()?
            }
            other => other.as_member_expression()?,
        };
        if !is_written() {
            return None;
        }
        match member.static_property_name()? {
            "coroutine" => Some(Style::BluebirdCoroutine),
            "async" => Some(Style::QAsync),
            property => {
                let only = call.arguments.len() == 1;
                let of_helpers = self.module(member.object());
                let is_bundled = of_helpers.as_ref().is_some_and(|it| it.starts_with(BUNDLED));
                self.is_missing.set(self.is_missing.get() || is_bundled);
                if only && of_helpers.is_some_and(|module| holds_helpers(&module)) {
                    return Some(Style::BabelAsyncToGenerator);
                }
                self.properties.get(property).copied()
            }
        }
    }

    /// Whether the argument is a generator: written out, or the name of one of this file's.
    fn is_generator(&self, argument: &Argument<'_>) -> bool {
        match written(argument) {
            Some(Written::Generator) => true,
            Some(Written::Plain { .. }) => false,
            None => match argument {
                Argument::Identifier(name) => self
                    .symbol(name)
                    .and_then(|symbol| self.value(symbol))
                    .is_some_and(|value| value.is_generator),
                // `regeneratorRuntime.mark(function f() {…})`, under any name.
                Argument::CallExpression(mark) => {
                    let member = match mark.callee.without_parentheses() {
                        Expression::StaticMemberExpression(member) => member,
                        _ => return false,
                    };
                    matches!(member.property.name.as_str(), "mark" | "m")
                        && matches!(
                            mark.arguments.first().and_then(written),
                            Some(Written::Plain { .. })
                        )
                }
                _ => false,
            },
        }
    }

    /// The style whose helper is called by calling this expression.
    pub(super) fn style_of(&self, callee: &Expression<'_>) -> Option<Style> {
        match callee.without_parentheses() {
            Expression::Identifier(name) => match self.symbol(name) {
                Some(symbol) => match self.meanings.get(&symbol)? {
                    Meaning::Helper(style) => Some(*style),
                    Meaning::Module(module) => self.default_export(module),
                },
                None => well_known(name.name.as_str()),
            },
            Expression::SequenceExpression(sequence) => {
                sequence.expressions.last().and_then(|last| self.style_of(last))
            }
            // webpack keeps a called import from being a method: `Object(tslib.__awaiter)(…)`.
            Expression::CallExpression(call) if call.callee.is_specific_id("Object") => {
                call.arguments.first()?.as_expression().and_then(|inner| self.style_of(inner))
            }
            // `function* () {…}` wrapped by what was required on the spot.
            Expression::CallExpression(_) => self.default_export(&self.module(callee)?),
            other => {
                let member = other.as_member_expression()?;
                self.style_of_member(member.object(), member.static_property_name()?)
            }
        }
    }

    fn style_of_member(&self, object: &Expression<'_>, property: &str) -> Option<Style> {
        let module = self.module(object);
        let module = module.as_deref();
        match property {
            "default" | "_" | "a" if module.is_some_and(|it| self.default_export(it).is_some()) => {
                self.default_export(module?)
            }
            "wrap" | "call" | "co" | "default" => {
                let style = self.style_of(object).filter(|style| *style == Style::Co);
                style.or_else(|| self.exported(property, module?))
            }
            "asyncToGenerator" | "_asyncToGenerator" if module.is_some_and(is_swc) => {
                Some(Style::SwcAsyncToGenerator)
            }
            // A module that is known and is not tslib has a copy of its own.
            "__awaiter" if module.is_none_or(|it| is_tslib(it) || it.starts_with(BUNDLED)) => {
                Some(Style::TslibAwaiter)
            }
            other => match module {
                Some(module) => self.exported(other, module),
                None => well_known(other),
            },
        }
    }

    /// The module that the expression is, if it is one.
    fn module(&self, expression: &Expression<'_>) -> Option<String> {
        match expression.without_parentheses() {
            Expression::Identifier(name) => match self.meanings.get(&self.symbol(name)?)? {
                Meaning::Module(module) => Some(module.clone()),
                Meaning::Helper(_) => None,
            },
            Expression::CallExpression(call) => self.required(call).or_else(|| {
                // `_interopRequireDefault(x)`, `tslib.__importStar(x)`, `n.n(x)`: what wraps a module.
                match &call.arguments[..] {
                    [] => self.module(&call.callee),
                    [only] => self.module(only.as_expression()?),
                    _ => None,
                }
            }),
            Expression::ConditionalExpression(either) => self.module(&either.consequent),
            Expression::AwaitExpression(awaited) => self.module(&awaited.argument),
            Expression::ImportExpression(import) => literal(&import.source),
            Expression::StaticMemberExpression(member) if member.property.name == "default" => {
                self.module(&member.object)
            }
            _ => None,
        }
    }

    /// The module of `require("…")`, or of a bundle's own `n(123)`.
    fn required(&self, call: &CallExpression<'_>) -> Option<String> {
        if let Some(module) = call.common_js_require() {
            return Some(module.value.to_string());
        }
        let [only] = &call.arguments[..] else { return None };
        let only = only.as_expression()?.without_parentheses();
        let Expression::Identifier(callee) = call.callee.without_parentheses() else { return None };
        if let Expression::TemplateLiteral(text) = only
            && callee.name == "require"
        {
            return text.single_quasi().map(|text| text.to_string());
        }
        let key = literal(only)?;
        (self.keys.contains(key.as_str()) && self.symbol(callee).is_some())
            .then(|| format!("{BUNDLED}{key}"))
    }

    fn default_export(&self, module: &str) -> Option<Style> {
        match module.strip_prefix(BUNDLED) {
            Some(_) => self.exported("", module).or_else(|| self.exported("default", module)),
            None => default_export(module),
        }
    }

    fn exported(&self, name: &str, module: &str) -> Option<Style> {
        let Some(key) = module.strip_prefix(BUNDLED) else { return exported(name, module) };
        let of = |name: &str| self.exports.get(&(key.to_owned(), name.to_owned()));
        match of(name).or_else(|| of("").filter(|_| name == "default")) {
            Some(Exported::Helper(style)) => Some(*style),
            Some(Exported::Variable(symbol)) => match self.meanings.get(symbol)? {
                Meaning::Helper(style) => Some(*style),
                Meaning::Module(module) if !module.starts_with(BUNDLED) => default_export(module),
                Meaning::Module(_) => None,
            },
            Some(Exported::Module(module)) => default_export(module),
            None => match of("") {
                // `module.exports = require("co")`: a package that is not in the bundle.
                Some(Exported::Module(module)) => exported(name, module),
                _ => well_known(name),
            },
        }
    }

    /// The style whose helper the function is.
    fn defined(&self, function: FunctionRef<'_, '_>) -> Option<Style> {
        let (start, end) = function.span();
        let first = self.words.partition_point(|at| *at < start);
        if self.words.get(first).is_some_and(|at| *at < end)
            && let Some(style) = definition::defined_by(function, self.scoping)
        {
            return Some(style);
        }
        if definition::wraps_async_generators(function, self.scoping) {
            return Some(Style::AsyncGenerator);
        }
        let callee = definition::forwards(function, self.scoping)?;
        self.style_of(callee).filter(|style| *style == Style::ClosureAsync)
    }

    fn bind(&mut self, symbol: Option<SymbolId>, name: &str, value: Option<&Expression<'_>>) {
        let (Some(symbol), Some(value)) = (symbol, value) else { return };
        if let Some(function) = function_in(value) {
            self.values.insert(symbol, Value { is_generator: function.is_generator() });
        }
        if let Some(meaning) = self.meaning(name, value) {
            self.meanings.insert(symbol, meaning);
        } else if value.without_parentheses().is_function() {
            self.others.insert(symbol);
        }
    }

    fn meaning(&self, name: &str, value: &Expression<'_>) -> Option<Meaning> {
        if let Some(function) = function_in(value) {
            if let Some(style) = self.defined(function) {
                return Some(Meaning::Helper(refined(style, name)));
            }
            return by_name(name).map(Meaning::Helper);
        }
        if let Some(module) = self.module(value) {
            let is_chunk = self.default_export(&module).is_none();
            return Some(match well_known(name).filter(|_| is_chunk && value_is_part(value)) {
                Some(style) => Meaning::Helper(style),
                None => Meaning::Module(module),
            });
        }
        // Another name for a helper: `const asyncToGenerator = tslib.__awaiter`.
        let is_name = matches!(value, Expression::Identifier(_)) || value.is_member_expression();
        if is_name && let Some(style) = self.style_of(value) {
            return Some(Meaning::Helper(style));
        }
        // `const _asyncToGenerator = require("./chunk")._`
        let member = value.as_member_expression()?;
        self.module(member.object())?;
        well_known(name).map(Meaning::Helper)
    }

    /// What is imported from a module, under its name there and its name here.
    fn import(&mut self, symbol: Option<SymbolId>, imported: &str, local: &str, module: &str) {
        let style = exported(imported, module).or_else(|| well_known(local));
        let meaning = match style {
            Some(style) => Meaning::Helper(style),
            None if holds_helpers(module) => Meaning::Module(module.to_owned()),
            None => return,
        };
        if let Some(symbol) = symbol {
            self.meanings.insert(symbol, meaning);
        }
    }

    fn module_symbol(&mut self, symbol: Option<SymbolId>, module: &str) {
        if let Some(symbol) = symbol {
            self.meanings.insert(symbol, Meaning::Module(module.to_owned()));
        }
    }

    /// What a bundle's module exports: `module.exports = …`, `exports.name = …`.
    fn note_export(&mut self, target: &AssignmentTarget<'_>, value: &Expression<'_>) {
        let Some(member) = target.as_member_expression() else { return };
        let Some(name) = member.static_property_name() else { return };
        if let Some(function) = function_in(value)
            && let Some(style) = self.defined(function)
        {
            self.properties.insert(name.to_owned(), refined(style, name));
        }
        let Some(key) = self.around.last() else { return };
        let name = match member.object().without_parentheses() {
            Expression::Identifier(_) if name == "exports" => "",
            Expression::Identifier(_) => name,
            // `module.exports.name = …`
            Expression::StaticMemberExpression(inner) if inner.property.name == "exports" => name,
            _ => return,
        };
        if let Some(exported) = self.exported_value(value) {
            self.exports.insert((key.clone(), name.to_owned()), exported);
        }
    }

    fn exported_value(&self, value: &Expression<'_>) -> Option<Exported> {
        if let Some(function) = function_in(value) {
            return self.defined(function).map(Exported::Helper);
        }
        match value.without_parentheses() {
            Expression::AssignmentExpression(inner) => self.exported_value(&inner.right),
            Expression::Identifier(_) => symbol_of(value, self.scoping).map(Exported::Variable),
            Expression::CallExpression(call) => {
                let module = self.required(call)?;
                (!module.starts_with(BUNDLED)).then_some(Exported::Module(module))
            }
            _ => None,
        }
    }

    /// `n.d(exports, { name: () => variable })`, in webpack 4 `n.d(exports, "name", function () {…})`.
    fn note_getters(&mut self, call: &CallExpression<'_>) {
        let Some(key) = self.around.last().cloned() else { return };
        let mut add = |name: String, getter: &Expression<'_>| {
            if let Some(returned) = function_in(getter).and_then(FunctionRef::returned)
                && let Some(exported) = symbol_of(returned, self.scoping)
            {
                self.exports.insert((key.clone(), name), Exported::Variable(exported));
            }
        };
        match &call.arguments[..] {
            [_, Argument::ObjectExpression(getters)] => {
                for getter in getters.properties.iter().filter_map(|it| it.as_property()) {
                    if let Some(name) = getter.key.static_name() {
                        add(name.into_owned(), &getter.value);
                    }
                }
            }
            [_, Argument::StringLiteral(name), getter] => {
                if let Some(getter) = getter.as_expression() {
                    add(name.value.to_string(), getter);
                }
            }
            _ => {}
        }
    }

    /// `define(["co"], function (co) {…})`, `System.register(["co"], …)`, and UMD.
    fn note_wrapped(&mut self, call: &CallExpression<'_>) {
        let mut needs: Option<Vec<Option<String>>> = None;
        for argument in call.arguments.iter().filter_map(Argument::as_expression) {
            match argument.without_parentheses() {
                Expression::ArrayExpression(list) => {
                    let names = list.elements.iter().map(|it| literal(it.as_expression()?));
                    needs = Some(names.collect());
                }
                other => {
                    let (Some(needs), Some(function)) = (&needs, function_in(other)) else {
                        continue;
                    };
                    if call.callee.is_specific_id("define") || call.callee.is_specific_id("require")
                    {
                        self.bind_all(function.symbols().collect(), needs.clone());
                    } else if let Some(setters) = system_setters(function) {
                        let params = |it: &Expression<'_>| function_in(it)?.symbols().next()?;
                        let elements = setters.elements.iter();
                        let setters = elements.map(|it| it.as_expression().and_then(params));
                        self.bind_all(setters.collect(), needs.clone());
                    }
                }
            }
        }
        if let Some(wrapper) = function_in(&call.callee) {
            let params: Vec<_> = wrapper.symbols().collect();
            for (param, argument) in params.into_iter().zip(&call.arguments) {
                let factory = argument.as_expression().and_then(function_in);
                if let (Some(param), Some(factory)) = (param, factory) {
                    self.factories.insert(param, factory.symbols().collect());
                }
            }
        }
        if let Some(symbol) = symbol_of(&call.callee, self.scoping)
            && let Some(params) = self.factories.get(&symbol)
        {
            let given = call.arguments.iter().map(|argument| match argument {
                Argument::CallExpression(call) => self.required(call),
                _ => None,
            });
            let given = given.collect();
            self.bind_all(params.clone(), given);
        }
    }

    fn bind_all(&mut self, symbols: Vec<Option<SymbolId>>, modules: Vec<Option<String>>) {
        for (symbol, module) in symbols.into_iter().zip(modules) {
            if let Some(module) = module {
                self.module_symbol(symbol, &module);
            }
        }
    }

    fn enter(&mut self, function: FunctionRef<'_, '_>) -> bool {
        if self.defined(function).is_some() {
            self.definitions.insert(function.start());
        }
        let key = self.once.keys.get(&function.start());
        self.around.extend(key.cloned());
        key.is_some()
    }

    fn leave(&mut self, is_module: bool) {
        if is_module {
            self.around.pop();
        }
    }
}

impl<'a> Visit<'a> for Helpers<'_> {
    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        match &it.id {
            BindingPattern::BindingIdentifier(id) => {
                self.bind(id.symbol_id.get(), id.name.as_str(), it.init.as_ref());
            }
            BindingPattern::ObjectPattern(pattern) => {
                let module = it.init.as_ref().and_then(|init| self.module(init));
                for property in module.iter().flat_map(|_| &pattern.properties) {
                    let id = property.value.get_binding_identifier();
                    if let (Some(id), Some(key), Some(module)) =
                        (id, property.key.static_name(), &module)
                    {
                        self.import(id.symbol_id.get(), &key, id.name.as_str(), module);
                    }
                }
            }
            _ => {}
        }
        walk::walk_variable_declarator(self, it);
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        if let AssignmentTarget::AssignmentTargetIdentifier(name) = &it.left {
            let symbol = self.symbol(name);
            self.bind(symbol, name.name.as_str(), Some(&it.right));
        } else {
            self.note_export(&it.left, &it.right);
        }
        walk::walk_assignment_expression(self, it);
    }

    fn visit_object_property(&mut self, it: &ObjectProperty<'a>) {
        if let Some(name) = it.key.static_name()
            && let Some(function) = function_in(&it.value)
            && let Some(style) = self.defined(function)
        {
            self.properties.insert(name.to_string(), refined(style, &name));
        }
        walk::walk_object_property(self, it);
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        self.note_getters(it);
        self.note_wrapped(it);
        walk::walk_call_expression(self, it);
    }

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        let function = FunctionRef::Function(it);
        if let Some(id) = &it.id
            && let Some(symbol) = id.symbol_id.get()
        {
            self.values.insert(symbol, Value { is_generator: it.generator });
            let style = self.defined(function).map(|style| refined(style, id.name.as_str()));
            match style.or_else(|| by_name(id.name.as_str())) {
                Some(style) => {
                    self.meanings.insert(symbol, Meaning::Helper(style));
                }
                None => {
                    self.others.insert(symbol);
                }
            }
        }
        let is_module = self.enter(function);
        walk::walk_function(self, it, flags);
        self.leave(is_module);
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        let is_module = self.enter(FunctionRef::Arrow(it));
        walk::walk_arrow_function_expression(self, it);
        self.leave(is_module);
    }

    fn visit_import_declaration(&mut self, it: &ImportDeclaration<'a>) {
        let module = it.source.value.as_str();
        for specifier in it.specifiers.iter().flatten() {
            match specifier {
                ImportDeclarationSpecifier::ImportSpecifier(named) => {
                    let imported = named.imported.name();
                    let local = &named.local;
                    self.import(local.symbol_id.get(), &imported, local.name.as_str(), module);
                }
                ImportDeclarationSpecifier::ImportDefaultSpecifier(default) => {
                    let symbol = default.local.symbol_id.get();
                    match well_known(default.local.name.as_str()) {
                        Some(_) if default_export(module).is_none() => {
                            self.import(symbol, "default", default.local.name.as_str(), module);
                        }
                        _ => self.module_symbol(symbol, module),
                    }
                }
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(all) => {
                    self.module_symbol(all.local.symbol_id.get(), module);
                }
            }
        }
    }
}

/// Helpers that only their names tell, even where they are defined: those of async generators have many
/// forms.
fn by_name(name: &str) -> Option<Style> {
    well_known(name).filter(|style| *style == Style::AsyncGenerator)
}

/// `new Generator(new Engine(function …))`
fn made_of_function(argument: &Argument<'_>) -> bool {
    let Argument::NewExpression(made) = argument else { return false };
    made.arguments.first().is_some_and(|inner| match written(inner) {
        Some(Written::Plain { .. }) => true,
        _ => made_of_function(inner),
    })
}

/// Whether the value is a part of a module, and not all of it.
fn value_is_part(value: &Expression<'_>) -> bool {
    value.is_member_expression()
}
