//! Which names in a file stand for a helper, and what a call of each means.
//!
//! A name is bound by a definition (told by its form), an import or a `require`, or is one that a
//! compiler gives and that nothing in the file binds. Bindings are symbols, so that a local variable
//! of the same name is another thing.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use oxc_ast::ast::{
    AssignmentExpression, AssignmentTarget, BindingPattern, CallExpression, Expression, Function,
    IdentifierReference, ImportDeclaration, ImportDeclarationSpecifier, VariableDeclarator,
};
use oxc_ast_visit::{Visit, walk};
use oxc_semantic::Scoping;
use oxc_syntax::scope::ScopeFlags;
use oxc_syntax::symbol::SymbolId;

use super::markers;
use super::shape;
use super::style::Style;

/// What a symbol stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Meaning {
    /// Calling it is a call site.
    Helper(Style),
    /// It is what a module exports, or that within `{default: …}`.
    Module(String),
}

/// The symbols of one file that matter.
pub(super) struct Helpers<'s> {
    scoping: &'s Scoping,
    meanings: HashMap<SymbolId, Meaning>,
    /// Functions of this file that are no helpers.
    others: HashSet<SymbolId>,
    /// Those of them that execute a module once, in a bundle.
    wrappers: HashSet<SymbolId>,
    /// A helper was called as a property of what is no known module.
    guessed: Cell<bool>,
}

impl<'s> Helpers<'s> {
    pub(super) fn new(scoping: &'s Scoping) -> Self {
        Self {
            scoping,
            meanings: HashMap::new(),
            others: HashSet::new(),
            wrappers: HashSet::new(),
            guessed: Cell::new(false),
        }
    }

    /// The names of what stands for a helper, or for what exports one, other than those that
    /// [`super::markers`] knows: parts of the file without them can't change a meaning. None if a helper
    /// is called by what is no name.
    pub(super) fn unmarked(&self) -> Option<Vec<String>> {
        if self.guessed.get() {
            return None;
        }
        let is_meant = |meaning: &Meaning| match meaning {
            Meaning::Module(module) => default_export(module).is_some(),
            Meaning::Helper(_) => true,
        };
        let meant = self.meanings.iter().filter(|(_, meaning)| is_meant(meaning));
        let names = meant.map(|(symbol, _)| self.scoping.symbol_name(*symbol));
        let mut names: Vec<String> =
            names.filter(|name| !markers::is_marked(name)).map(str::to_owned).collect();
        names.sort_unstable();
        names.dedup();
        Some(names)
    }

    /// The symbol that a name refers to here.
    pub(super) fn symbol(&self, name: &IdentifierReference<'_>) -> Option<SymbolId> {
        self.scoping.get_reference(name.reference_id.get()?).symbol_id()
    }

    /// Whether calling this expression executes a bundle's module once.
    pub(super) fn wraps_modules(&self, callee: &Expression<'_>) -> bool {
        let Expression::Identifier(name) = callee else { return false };
        self.symbol(name).is_some_and(|symbol| self.wrappers.contains(&symbol))
    }

    /// Whether calling this expression may be calling a helper that was not recognised: one from
    /// another file. esbuild and TypeScript call helpers for async generators alike.
    pub(super) fn may_be_foreign(&self, callee: &Expression<'_>) -> bool {
        match callee.without_parentheses() {
            Expression::Identifier(name) => {
                let is_other =
                    self.symbol(name).is_some_and(|symbol| self.others.contains(&symbol));
                name.name != "__asyncGenerator" && !is_other
            }
            other => other
                .as_member_expression()
                .and_then(|member| member.static_property_name())
                .is_none_or(|property| property != "__asyncGenerator"),
        }
    }

    /// The style whose helper is called by calling this expression.
    pub(super) fn style_of(&self, callee: &Expression<'_>) -> Option<Style> {
        match callee.without_parentheses() {
            Expression::Identifier(name) => match self.symbol(name) {
                Some(symbol) => match self.meanings.get(&symbol)? {
                    Meaning::Helper(style) => Some(*style),
                    Meaning::Module(module) => default_export(module),
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
            Expression::CallExpression(call) => default_export(&required(call)?),
            other => {
                let member = other.as_member_expression()?;
                self.style_of_member(member.object(), member.static_property_name()?)
            }
        }
    }

    fn style_of_member(&self, object: &Expression<'_>, property: &str) -> Option<Style> {
        let module = self.module(object);
        let module = module.as_deref();
        let style = match property {
            "default" | "_" => default_export(module?),
            "wrap" | "call" => self.style_of(object).filter(|style| *style == Style::Co),
            "asyncToGenerator" | "_asyncToGenerator" if module.is_some_and(is_swc) => {
                Some(Style::SwcAsyncToGenerator)
            }
            // A module that is known and is not tslib has a copy of its own.
            "__awaiter" if module.is_none_or(is_tslib) => Some(Style::TslibAwaiter),
            other => well_known(other),
        };
        if module.is_none() && style.is_some() {
            self.guessed.set(true);
        }
        style
    }

    /// The module that the expression is, if it is one.
    fn module(&self, expression: &Expression<'_>) -> Option<String> {
        match expression.without_parentheses() {
            Expression::Identifier(name) => match self.meanings.get(&self.symbol(name)?)? {
                Meaning::Module(module) => Some(module.clone()),
                Meaning::Helper(_) => None,
            },
            Expression::CallExpression(call) => required(call).or_else(|| {
                // `_interopRequireDefault(x)`, `tslib.__importStar(x)`, `n.n(x)`: what wraps a module.
                let [only] = &call.arguments[..] else { return None };
                self.module(only.as_expression()?)
            }),
            Expression::ConditionalExpression(either) => self.module(&either.consequent),
            Expression::StaticMemberExpression(member) if member.property.name == "default" => {
                self.module(&member.object)
            }
            _ => None,
        }
    }

    fn bind(&mut self, symbol: Option<SymbolId>, name: &str, value: Option<&Expression<'_>>) {
        let Some(symbol) = symbol else { return };
        let meaning = value.and_then(|value| self.meaning(name, value));
        if let Some(meaning) = meaning {
            self.meanings.insert(symbol, meaning);
        } else if let Some(value) = value
            && value.without_parentheses().is_function()
        {
            self.others.insert(symbol);
            if shape::wraps_modules(value) {
                self.wrappers.insert(symbol);
            }
        }
    }

    fn meaning(&self, name: &str, value: &Expression<'_>) -> Option<Meaning> {
        if let Some(style) = shape::defined_by(value) {
            return Some(Meaning::Helper(refined(style, name)));
        }
        if let Some(module) = self.module(value) {
            return Some(Meaning::Module(module));
        }
        // Another name for a helper: `const asyncToGenerator = tslib.__awaiter`.
        let is_name = matches!(value, Expression::Identifier(_)) || value.is_member_expression();
        if is_name && let Some(style) = self.style_of(value) {
            return Some(Meaning::Helper(style));
        }
        None
    }

    fn import(&mut self, symbol: Option<SymbolId>, imported: &str, module: &str) {
        let style = match imported {
            "default" | "_" => default_export(module),
            _ => exported(imported, module),
        };
        if let (Some(symbol), Some(style)) = (symbol, style) {
            self.meanings.insert(symbol, Meaning::Helper(style));
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
                        self.import(id.symbol_id.get(), &key, module);
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
        }
        walk::walk_assignment_expression(self, it);
    }

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        if let Some(id) = &it.id
            && let Some(symbol) = id.symbol_id.get()
        {
            match shape::defined_by_function(it) {
                Some(style) => {
                    let meaning = Meaning::Helper(refined(style, id.name.as_str()));
                    self.meanings.insert(symbol, meaning);
                }
                None => {
                    self.others.insert(symbol);
                    if shape::function_wraps_modules(it) {
                        self.wrappers.insert(symbol);
                    }
                }
            }
        }
        walk::walk_function(self, it, flags);
    }

    fn visit_import_declaration(&mut self, it: &ImportDeclaration<'a>) {
        let module = it.source.value.as_str();
        for specifier in it.specifiers.iter().flatten() {
            match specifier {
                ImportDeclarationSpecifier::ImportSpecifier(named) => {
                    let imported = named.imported.name();
                    self.import(named.local.symbol_id.get(), imported.as_str(), module);
                }
                ImportDeclarationSpecifier::ImportDefaultSpecifier(default) => {
                    self.module_symbol(default.local.symbol_id.get(), module);
                }
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(all) => {
                    self.module_symbol(all.local.symbol_id.get(), module);
                }
            }
        }
    }
}

impl Helpers<'_> {
    fn module_symbol(&mut self, symbol: Option<SymbolId>, module: &str) {
        if let Some(symbol) = symbol {
            self.meanings.insert(symbol, Meaning::Module(module.to_owned()));
        }
    }
}

/// The module of `require("…")`.
fn required(call: &CallExpression<'_>) -> Option<String> {
    call.common_js_require().map(|module| module.value.as_str().to_owned())
}

/// The style of a helper that is all that a module exports.
fn default_export(module: &str) -> Option<Style> {
    let last = module.rsplit('/').next().unwrap_or(module);
    let last = last.strip_suffix(".js").or_else(|| last.strip_suffix(".cjs")).unwrap_or(last);
    match last {
        "co" if module == "co" => Some(Style::Co),
        "asyncToGenerator" | "_async_to_generator" if is_swc(module) => {
            Some(Style::SwcAsyncToGenerator)
        }
        "asyncToGenerator" => Some(Style::BabelAsyncToGenerator),
        "_async_to_generator" => Some(Style::SwcAsyncToGenerator),
        _ => None,
    }
}

/// The style of a helper that a module exports under this name.
fn exported(name: &str, module: &str) -> Option<Style> {
    match name {
        "__awaiter" if is_tslib(module) => Some(Style::TslibAwaiter),
        "asyncToGenerator" | "_asyncToGenerator" if is_swc(module) => {
            Some(Style::SwcAsyncToGenerator)
        }
        other => well_known(other),
    }
}

/// The style of a helper that bears the name a compiler gives it.
fn well_known(name: &str) -> Option<Style> {
    match name {
        "__awaiter" => Some(Style::TypescriptAwaiter),
        "asyncToGenerator" | "_asyncToGenerator" => Some(Style::BabelAsyncToGenerator),
        "_async_to_generator" => Some(Style::SwcAsyncToGenerator),
        "__async" => Some(Style::EsbuildAsync),
        _ => None,
    }
}

/// SWC's helper has the form of Babel's, and only its name tells it.
fn refined(style: Style, name: &str) -> Style {
    if name.contains("async_to_generator") { Style::SwcAsyncToGenerator } else { style }
}

fn is_swc(module: &str) -> bool {
    module.starts_with("@swc/helpers") || module.contains("/@swc/helpers/")
}

fn is_tslib(module: &str) -> bool {
    module.contains("tslib")
}
