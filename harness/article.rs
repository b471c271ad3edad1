//! What the article did, where it is what a command does unless it is told otherwise.

use std::time::Duration;

/// Ten million times `await new Async().run()`: the case that leaks.
pub const INSTANCE_LOOP: &str = "instance-loop";

/// Two awaits in a row: the case whose speed the article compares.
pub const AWAIT_TWO: &str = "await-two";

/// What TypeScript makes of an async function for ES2015: the variant that leaks.
pub const GENERATOR: &str = "generator";

/// What it makes of one for ES2017, which is the function itself: the cure.
pub const ASYNC: &str = "async";

/// The service of the catalogue.
pub const SERVICE: &str = "service";

/// The last release of its line that leaks.
pub const LEAKING: &str = "node@12.15.0";

/// How long a verdict may take, or memory may grow between two snapshots: ten times what it usually takes.
pub const BUDGET: Duration = Duration::from_secs(10);

/// Connections to a service that may be open at once.
pub const CONNECTIONS: u32 = 256;
