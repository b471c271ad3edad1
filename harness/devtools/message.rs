//! One message from a browser: an answer to a call, or an event.

use serde::Deserialize;
use serde_json::Value;

/// A message as a browser sends it.
#[derive(Debug, PartialEq)]
pub(super) enum Message {
    /// The answer to the call with this number: its result, or the browser's words on why not.
    Answer {
        id: u64,
        outcome: Result<Value, String>,
    },
    Event {
        method: String,
        params: Value,
    },
}

/// A message as it stands on the wire.
#[derive(Deserialize)]
struct Wire {
    id: Option<u64>,
    method: Option<String>,
    #[serde(default)]
    params: Value,
    #[serde(default)]
    result: Value,
    error: Option<Refusal>,
}

#[derive(Deserialize)]
struct Refusal {
    message: String,
}

/// Reads one message; `None` if it is neither an answer nor an event.
pub(super) fn parse(text: &str) -> Option<Message> {
    let Wire { id, method, params, result, error } = serde_json::from_str(text).ok()?;
    match (id, method) {
        (Some(id), _) => {
            let outcome = error.map_or(Ok(result), |refusal| Err(refusal.message));
            Some(Message::Answer { id, outcome })
        }
        (None, Some(method)) => Some(Message::Event { method, params }),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn answers_refusals_and_events_are_told_apart() {
        assert_eq!(
            parse(r#"{"id":7,"result":{"usedSize":5}}"#),
            Some(Message::Answer { id: 7, outcome: Ok(json!({"usedSize": 5})) })
        );
        let refused = r#"{"error":{"code":-32601,"message":"'X.y' wasn't found"},"id":2}"#;
        assert_eq!(
            parse(refused),
            Some(Message::Answer { id: 2, outcome: Err("'X.y' wasn't found".to_owned()) })
        );
        assert_eq!(
            parse(r#"{"method":"Inspector.targetCrashed","params":{}}"#),
            Some(Message::Event {
                method: "Inspector.targetCrashed".to_owned(),
                params: json!({})
            })
        );
        assert_eq!(parse("{}"), None);
        assert_eq!(parse("[1]"), None);
        assert_eq!(parse("hello"), None);
    }
}
