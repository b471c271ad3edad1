//! The protocol's messages over the DevTools protocol.
//!
//! `hello` and `run` are answered by the driver in the page, which is the same code as elsewhere.
//! What a page can't tell is asked of the browser: versions, memory, and snapshots, which come in
//! pieces and are written here. One connection lives as long as the session, so that the objects in
//! its snapshots keep their numbers.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::link_error::LinkError;
use super::message::Request;
use super::renderer;
use super::snapshot_file::SnapshotFile;
use crate::devtools::{Browser, Profile, Socket};

/// A browser with the driver in its page.
#[derive(Debug)]
pub(super) struct DevTools {
    scripts: Scripts,
    /// The process that was started: the browser, or what became it.
    leader: u32,
    open: Option<Open>,
    /// The request that has no reply yet.
    pending: Option<Request>,
    /// Removed when the session is, after the browser.
    profile: Profile,
}

/// The files that are brought into the page.
#[derive(Debug)]
pub(super) struct Scripts {
    /// The driver; what all drivers share lies beside it.
    pub(super) driver: PathBuf,
    pub(super) variant: PathBuf,
    /// The word for the case's shape.
    pub(super) shape: &'static str,
}

#[derive(Debug)]
struct Open {
    browser: Browser,
    page: Socket,
    /// The process of the page, where the system tells.
    renderer: Option<u32>,
}

impl DevTools {
    pub(super) const fn new(scripts: Scripts, leader: u32, profile: Profile) -> Self {
        Self { scripts, leader, open: None, pending: None, profile }
    }

    /// Takes note of a request; [`DevTools::reply`] carries it out.
    pub(super) fn accept(&mut self, request: &Request) {
        self.pending = Some(request.clone());
    }

    /// Carries out the request that was accepted last, once.
    pub(super) async fn reply(&mut self) -> Result<Vec<u8>, LinkError> {
        let reply = match self.pending.take().ok_or(LinkError::End)? {
            request @ Request::Hello(_) => {
                let mut open = Open::connect(&self.profile, &self.scripts, self.leader).await?;
                let reply = open.hello(&request).await;
                self.open = Some(open);
                return reply;
            }
            request => {
                let open = self.open.as_mut().ok_or(LinkError::End)?;
                match request {
                    Request::Hello(_)
                    | Request::Run { .. }
                    | Request::Ticks
                    | Request::Turn { .. }
                    | Request::Release => {
                        return open.ask_page(&request).await;
                    }
                    Request::Memory { collect } => open.memory(collect).await?,
                    Request::Snapshot { path } => open.snapshot(&path).await?,
                    Request::Exit => {
                        open.browser.call("Browser.close", json!({})).await?;
                        return Err(LinkError::End);
                    }
                }
            }
        };
        Ok(reply.to_string().into_bytes())
    }
}

impl Open {
    async fn connect(profile: &Profile, scripts: &Scripts, leader: u32) -> Result<Self, LinkError> {
        let mut browser = Browser::connect(profile.path()).await?;
        let page = browser.page().await?;
        let mut open = Self { browser, page, renderer: None };
        for script in scripts.texts().map_err(LinkError::Io)? {
            open.evaluate(&script).await?;
        }
        open.renderer = open.find_renderer(leader).await?;
        Ok(open)
    }

    /// The page's process: the only one that renders pages, or else the one that computes when the page
    /// does. `None` where nobody tells.
    async fn find_renderer(&mut self, leader: u32) -> Result<Option<u32>, LinkError> {
        /// Does nothing for a tenth of a second.
        const BUSY: &str = "for (var end = Date.now() + 100; Date.now() < end;);";
        /// A machine that has other things to do may need more than one.
        const ATTEMPTS: u32 = 10;
        for _ in 0..ATTEMPTS {
            let before = renderer::processes(leader);
            if before.is_empty() {
                break;
            }
            if let Some(pid) = renderer::only(&before) {
                return Ok(Some(pid));
            }
            self.evaluate(BUSY).await?;
            if let Some(pid) = renderer::busiest(&before, &renderer::processes(leader)) {
                return Ok(Some(pid));
            }
        }
        Ok(None)
    }

    /// What an expression gives in the page, once it is settled.
    async fn evaluate(&mut self, expression: &str) -> Result<Value, LinkError> {
        let params = json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        let mut answer = self.page.call("Runtime.evaluate", params).await?;
        if let Some(exception) = answer.get("exceptionDetails") {
            let words = exception["exception"]["description"].as_str();
            let words = words.or_else(|| exception["text"].as_str()).unwrap_or_default();
            return Err(LinkError::Refused(words.to_owned()));
        }
        Ok(answer["result"]["value"].take())
    }

    /// The driver's reply to a request.
    async fn ask_page(&mut self, request: &Request) -> Result<Vec<u8>, LinkError> {
        let line = request.text();
        let expression = format!("awaitbench.request({})", literal(&line));
        match self.evaluate(&expression).await? {
            Value::String(reply) => Ok(reply.into_bytes()),
            other => Ok(other.to_string().into_bytes()),
        }
    }

    /// The driver's hello, with what only the browser can tell.
    async fn hello(&mut self, request: &Request) -> Result<Vec<u8>, LinkError> {
        let text = self.ask_page(request).await?;
        let Ok(mut hello) = serde_json::from_slice::<Value>(&text) else { return Ok(text) };
        let about = self.browser.about().await?;
        hello["version"] = about.version.to_string().into();
        hello["engine_version"] = about.engine_version.into();
        hello["pid"] = self.renderer.into();
        Ok(hello.to_string().into_bytes())
    }

    /// The memory of the page's own heap and process, in bytes.
    async fn memory(&mut self, collect: bool) -> Result<Value, LinkError> {
        if collect {
            // Twice, with a turn of the event loop between: the first collection only queues what
            // weak references and finalizers release.
            self.page.call("HeapProfiler.collectGarbage", json!({})).await?;
            self.evaluate("new Promise(function (done) { setTimeout(done, 0); })").await?;
            self.page.call("HeapProfiler.collectGarbage", json!({})).await?;
        }
        let heap = self.page.call("Runtime.getHeapUsage", json!({})).await?;
        Ok(json!({
            "type": "memory",
            "rss_bytes": self.renderer.and_then(renderer::resident),
            "heap_used_bytes": whole(&heap["usedSize"]),
            "heap_total_bytes": whole(&heap["totalSize"]),
            // Newer versions tell what array buffers hold.
            "array_buffers_bytes": whole(&heap["backingStorageSize"]),
        }))
    }

    async fn snapshot(&mut self, path: &str) -> Result<Value, LinkError> {
        let failed =
            |error: std::io::Error| json!({"type": "error", "message": format!("{path}: {error}")});
        let mut file = match SnapshotFile::create(path.as_ref()) {
            Ok(file) => file,
            Err(error) => return Ok(failed(error)),
        };
        let params = json!({"reportProgress": false});
        let take =
            self.page.call_hearing("HeapProfiler.takeHeapSnapshot", params, |event, params| {
                if event == "HeapProfiler.addHeapSnapshotChunk"
                    && let Some(chunk) = params["chunk"].as_str()
                {
                    file.add(chunk);
                }
            });
        take.await?;
        Ok(match file.finish() {
            Ok(()) => json!({"type": "snapshot", "path": path}),
            Err(error) => failed(error),
        })
    }
}

/// A count of bytes that the browser sends as a floating-point number.
fn whole(value: &Value) -> Option<u64> {
    value.as_f64().map(|bytes| bytes as u64)
}

/// A text as an expression of JavaScript.
fn literal(text: &str) -> String {
    Value::from(text).to_string()
}

impl Scripts {
    /// What has to be evaluated in the page, in order.
    fn texts(&self) -> std::io::Result<[String; 2]> {
        let core = self.driver.with_file_name("core.js");
        let [driver, core, variant] =
            [&self.driver, &core, &self.variant].map(std::fs::read_to_string);
        let name = self.variant.file_name().unwrap_or_default().to_string_lossy();
        let [core, variant, name, shape] = [&core?, &variant?, &*name, self.shape].map(literal);
        let driver = literal(&driver?);
        // As an element of the page, since a page is not told of what goes wrong in promises of a
        // script that an inspector evaluates.
        let insert = format!(
            "(function () {{ var script = document.createElement('script'); \
             script.textContent = {driver}; document.documentElement.appendChild(script); }})()"
        );
        Ok([insert, format!("awaitbench.start({core}, {variant}, {name}, {shape})")])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_becomes_a_literal() {
        assert_eq!(literal("a\"b\\c\nd"), r#""a\"b\\c\nd""#);
    }

    #[test]
    fn bytes_are_whole_numbers_or_missing() {
        assert_eq!(whole(&json!(1_405_624)), Some(1_405_624));
        assert_eq!(whole(&json!(5_000_000_000.0)), Some(5_000_000_000));
        assert_eq!(whole(&json!({})["backingStorageSize"]), None);
    }
}
