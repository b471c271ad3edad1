//! The causes themselves: what each leaves in a snapshot, what happens, what to do, and who says so.

use super::cause::{self, Cause, Sign};

/// The article's leak. A prototype's map has a `PrototypeInfo`, which lists the maps that must be
/// told when the prototype changes; the list is held weakly, and is an array that only V8 sees.
pub(super) const PROTOTYPE_USERS: Cause = Cause {
    id: cause::PROTOTYPE_USERS,
    explanation: "V8's list of prototype users only ever grew: each call of a generator function \
                  adds an entry, and V8 before 8.1 did not reuse the entries of those that died \
                  (PrototypeUsers::Add; Node 12.16.0 has the fix in its V8 7.8). TypeScript and \
                  Babel turn async functions into generators when they compile for less than \
                  ES2017",
    cure: "run Node 12.16.0 or later, or Chrome 81 or later; or compile with target es2017 or \
           later, in the dependencies too: `awaitbench scan` finds them",
    sources: &[
        "https://bugs.chromium.org/p/v8/issues/detail?id=10031",
        "https://github.com/nodejs/node/issues/30753",
        "https://github.com/microsoft/TypeScript/issues/36056",
    ],
};

/// Found by what a promise holds, and not by a link alone: each promise that is awaited has a reaction.
pub(super) const PROMISE_REACTIONS: Cause = Cause {
    id: "promise-reactions",
    explanation: "Each Promise.race, `then` or `await` on a promise adds a reaction to it that stays \
                  until that promise settles, together with what the race was won with",
    cure: "do not race against a promise that lives long: listen to an AbortSignal and take the \
           listener off, or give each call a promise of its own that is settled when the call is over",
    sources: &[
        "https://github.com/nodejs/node/issues/17469",
        "https://bugs.chromium.org/p/v8/issues/detail?id=9858",
    ],
};

const ABORT_LISTENERS: Cause = Cause {
    id: "abort-signal-listeners",
    explanation: "Listeners stay on an AbortSignal that lives longer than what they were added for; \
                  `once` takes one off only when the signal aborts",
    cure: "take each off with `removeEventListener` when its work is done, or add it with `signal:` of \
           a controller that is aborted then, or with `events.addAbortListener` and dispose of that",
    sources: &[
        "https://github.com/nodejs/node/issues/35990",
        "https://nodejs.org/api/events.html#eventsaddabortlistenersignal-listener",
    ],
};

const ABORT_ANY: Cause = Cause {
    id: "abort-signal-any",
    explanation: "AbortSignal.any adds an entry to each of its sources, and Node keeps a signal that has \
                  a listener or a time limit until it aborts: with a source that lives long they add up",
    cure: "run Node 24.22 or 26 or later, where what is not listened to is dropped; take listeners off \
           when they are done with; make one composed signal for many calls, not one for each",
    sources: &[
        "https://github.com/nodejs/node/issues/54614",
        "https://github.com/nodejs/node/issues/55351",
    ],
};

const FINALIZATION: Cause = Cause {
    id: "finalization-registry-cells",
    explanation: "Each `register` of a FinalizationRegistry adds a cell with what is held for the \
                  callback, and the cell stays as long as its target lives",
    cure: "register each object once, and call `unregister` with a token when it is disposed of",
    sources: &[
        "https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/FinalizationRegistry/unregister",
    ],
};

const TIMERS_AS_NUMBERS: Cause = Cause {
    id: "timers-as-numbers",
    explanation: "A timer that was turned into a number (`+timer`, a key of an object) is kept in Node's \
                  table of numbers; Node before 20.16 and 22.4 takes it out only when it is cleared, not \
                  when it has fired",
    cure: "keep the Timeout object and not its number; or call clearTimeout also on timers that have \
           fired; or run Node 20.16, 22.4 or later",
    sources: &["https://github.com/nodejs/node/issues/53335"],
};

const ASYNC_LOCAL_STORAGES: Cause = Cause {
    id: "async-local-storages",
    explanation: "Node before 24 keeps each AsyncLocalStorage that `run` or `enterWith` was called on in \
                  a list, and walks that list for each asynchronous operation",
    cure: "make one AsyncLocalStorage for the program and call its `run` for each request; or call \
           `disable` on each that is done with",
    sources: &[
        "https://nodejs.org/api/async_context.html#asynclocalstoragedisable",
        "https://github.com/getsentry/sentry-javascript/pull/8831",
    ],
};

const PERFORMANCE_ENTRIES: Cause = Cause {
    id: "performance-entries",
    explanation: "What `performance.mark` and `performance.measure` make stays in a buffer of the \
                  process until it is cleared",
    cure: "call `performance.clearMarks(name)` and `performance.clearMeasures(name)` when an entry was \
           read, or do not mark each operation",
    sources: &[
        "https://github.com/nodejs/node/issues/40755",
        "https://github.com/nodejs/node/pull/42018",
    ],
};

const IMPORTED_MODULES: Cause = Cause {
    id: "imported-modules",
    explanation: "Modules that `import()` loaded are kept for ever, one for each address: a query such as \
                  `?v=1` or a `data:` address makes a new one each time",
    cure: "import each module by one address; run code that changes in a worker or process that ends, or \
           by `vm` or `require`, whose results can be dropped",
    sources: &["https://github.com/nodejs/node/issues/49442"],
};

const REQUIRED_MODULES: Cause = Cause {
    id: "required-modules",
    explanation: "Each file that is required stays in `require.cache`, and in `children` of the module that \
                  required it also when it was deleted from the cache",
    cure: "require each file once; a file that must be read again is better read and parsed than required",
    sources: &["https://nodejs.org/api/modules.html#requirecache"],
};

const COMPILED_FUNCTIONS: Cause = Cause {
    id: "vm-compiled-functions",
    explanation: "Node before 21 keeps a function that `vm.compileFunction` made with \
                  `importModuleDynamically` for ever",
    cure: "run Node 21 or later, or compile without `importModuleDynamically`",
    sources: &["https://github.com/nodejs/node/issues/42080"],
};

pub(super) const SIGNATURES: &[(Sign, Cause)] = &[
    (Sign::LinkOf("AbortSignal", "<symbol kEvents>"), ABORT_LISTENERS),
    (Sign::LinkOf("AbortSignal", "<symbol kDependantSignals>"), ABORT_ANY),
    (Sign::Link("gcPersistentSignals"), ABORT_ANY),
    (Sign::Link("dependantSignalsCleanupRegistry"), ABORT_ANY),
    (Sign::Link("sourceSignalsCleanupRegistry"), ABORT_ANY),
    (Sign::LinkTo("FinalizationRegistry", "system / WeakCell"), FINALIZATION),
    (Sign::Link("knownTimersById"), TIMERS_AS_NUMBERS),
    (Sign::Link("storageList"), ASYNC_LOCAL_STORAGES),
    (Sign::Link("markEntryBuffer"), PERFORMANCE_ENTRIES),
    (Sign::Link("measureEntryBuffer"), PERFORMANCE_ENTRIES),
    (Sign::Link("loadCache"), IMPORTED_MODULES),
    (Sign::Link("moduleMap"), IMPORTED_MODULES),
    (Sign::ContentOf("Module", "children"), REQUIRED_MODULES),
];

/// Classes of which each object is kept by itself.
pub(super) const CLASSES: &[(&str, Cause)] = &[
    ("CompiledFnEntry", COMPILED_FUNCTIONS),
    ("AsyncLocalStorage", ASYNC_LOCAL_STORAGES),
    ("system / SourceTextModule", IMPORTED_MODULES),
    ("PerformanceMark", PERFORMANCE_ENTRIES),
];
