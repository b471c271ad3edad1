//! The messages of the protocol, as they stand on the wire, and what they mean.

use serde::{Deserialize, Serialize};

/// The version of the protocol that this harness and its drivers speak.
pub const PROTOCOL: u32 = 1;

/// What the harness asks, one JSON object per line.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(crate) enum Request {
    Hello(HelloOptions),
    Run { n: u64 },
    Ticks,
    Turn { n: u64 },
    Memory { collect: bool },
    Snapshot { path: String },
    Release,
    Exit,
}

impl Request {
    /// The message as it stands on the wire.
    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Hello(_) => "hello",
            Self::Run { .. } => "run",
            Self::Ticks => "ticks",
            Self::Turn { .. } => "turn",
            Self::Memory { .. } => "memory",
            Self::Snapshot { .. } => "snapshot",
            Self::Release => "release",
            Self::Exit => "exit",
        }
    }
}

/// What a process is told at the beginning.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct HelloOptions {
    /// How many awaits an op is to have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) awaits: Option<u32>,
    /// Whether an async hook is to be enabled.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) async_hooks: bool,
    /// What the variant needs of the runtime.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) needs: Vec<String>,
    /// Ops that are to be under way at the same time, if more than one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) concurrency: Option<u32>,
    /// Whether rejections that nobody handles are the case's own business.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) ignore_unhandled: bool,
}

/// What the driver answers, one JSON object per line.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(super) enum Reply {
    Hello(Hello),
    Run(RunReply),
    Ticks { ticks: Option<u64> },
    Turn(Reading),
    Memory(Reading),
    Snapshot {},
    Release {},
    Unsupported { message: String },
    Error { message: String },
}

impl Reply {
    pub(super) const fn word(&self) -> &'static str {
        match self {
            Self::Hello(_) => "hello",
            Self::Run(_) => "run",
            Self::Ticks { .. } => "ticks",
            Self::Turn(_) => "turn",
            Self::Memory(_) => "memory",
            Self::Snapshot { .. } => "snapshot",
            Self::Release { .. } => "release",
            Self::Unsupported { .. } => "unsupported",
            Self::Error { .. } => "error",
        }
    }
}

/// What a process says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Hello {
    pub protocol: u32,
    pub runtime: String,
    pub version: String,
    pub engine: String,
    pub engine_version: String,
    /// The id of the process that executes the variant, where it is known.
    pub pid: Option<u32>,
    /// The clock that batches are timed with.
    pub timer: String,
    /// The smallest step that this clock shows, in nanoseconds.
    pub timer_resolution_ns: u64,
    /// Whether a collection can be forced.
    pub can_collect: bool,
    /// Whether an async hook is enabled.
    #[serde(default)]
    pub async_hooks: bool,
}

/// A timed batch as the driver reports it, not yet checked.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct RunReply {
    pub(super) n: u64,
    pub(super) elapsed_ns: u64,
    /// Should be a number. JSON has no NaN: a sum that is none arrives as null, and a variant that
    /// gives texts arrives as one.
    #[serde(default)]
    pub(super) check: serde_json::Value,
}

/// The memory of a process at one moment, in bytes. `None`: this runtime does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Reading {
    pub rss_bytes: Option<u64>,
    pub heap_used_bytes: Option<u64>,
    pub heap_total_bytes: Option<u64>,
    /// Memory outside the heap held by objects in it.
    pub external_bytes: Option<u64>,
    pub array_buffers_bytes: Option<u64>,
    /// What a semi-space of V8's young generation has grown to, before any collection.
    pub semi_space_bytes: Option<u64>,
    /// The part of the heap in use that is compiled code, with what belongs to it.
    pub code_bytes: Option<u64>,
    /// Peak resident set of the process so far.
    pub peak_rss_bytes: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_look_as_documented() {
        let text = |request: Request| serde_json::to_string(&request).unwrap();
        assert_eq!(text(Request::Hello(HelloOptions::default())), r#"{"type":"hello"}"#);
        let options = HelloOptions {
            awaits: Some(16),
            async_hooks: true,
            needs: vec!["fetch".to_owned()],
            concurrency: Some(4),
            ignore_unhandled: true,
        };
        let all = r#"{"type":"hello","awaits":16,"async_hooks":true,"needs":["fetch"],"concurrency":4,"ignore_unhandled":true}"#;
        assert_eq!(text(Request::Hello(options)), all);
        assert_eq!(text(Request::Ticks), r#"{"type":"ticks"}"#);
        assert_eq!(text(Request::Run { n: 7 }), r#"{"type":"run","n":7}"#);
        assert_eq!(text(Request::Memory { collect: true }), r#"{"type":"memory","collect":true}"#);
    }

    #[test]
    fn a_sum_that_is_no_number_arrives_as_null() {
        let reply = r#"{"type":"run","n":3,"elapsed_ns":5,"check":null}"#;
        let Reply::Run(run) = serde_json::from_str(reply).unwrap() else { panic!("no run") };
        assert_eq!(run.check.as_f64(), None);
    }
}
