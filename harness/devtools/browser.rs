//! A browser that was started with `--remote-debugging-port=0`.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::about::About;
use super::socket::{DevToolsError, Socket};

/// The file in its profile in which a browser notes the port that it chose.
const PORT_FILE: &str = "DevToolsActivePort";

/// How often it is looked for what a starting browser has not made yet.
const PAUSE: Duration = Duration::from_millis(5);

#[derive(Debug)]
pub struct Browser {
    port: u16,
    socket: Socket,
}

impl Browser {
    /// Waits until the browser whose profile lies in `profile` listens, and connects to it. Sets no
    /// deadline: the caller does.
    pub async fn connect(profile: &Path) -> Result<Self, DevToolsError> {
        let file = profile.join(PORT_FILE);
        let (port, path) = loop {
            if let Some(endpoint) = std::fs::read_to_string(&file).ok().as_deref().and_then(parse) {
                break endpoint;
            }
            tokio::time::sleep(PAUSE).await;
        };
        Ok(Self { port, socket: Socket::open(port, &path).await? })
    }

    /// What it is.
    pub async fn about(&mut self) -> Result<About, DevToolsError> {
        let answer = self.call("Browser.getVersion", json!({})).await?;
        About::parse(&answer).ok_or_else(|| DevToolsError::Garbage(answer.to_string()))
    }

    /// Asks the browser itself.
    pub async fn call(
        &mut self,
        method: &'static str,
        params: Value,
    ) -> Result<Value, DevToolsError> {
        self.socket.call(method, params).await
    }

    /// Connects to its first page, which it may still have to make.
    pub async fn page(&mut self) -> Result<Socket, DevToolsError> {
        loop {
            let targets = self.call("Target.getTargets", json!({})).await?;
            let all = targets["targetInfos"].as_array();
            let page = all.and_then(|all| all.iter().find(|target| target["type"] == "page"));
            if let Some(id) = page.and_then(|page| page["targetId"].as_str()) {
                return Socket::open(self.port, &format!("/devtools/page/{id}")).await;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// The port and the path in the browser's own file; `None` while it is not whole.
fn parse(text: &str) -> Option<(u16, String)> {
    let (port, path) = text.split_once('\n')?;
    let path = path.trim_end();
    // What ends in a slash may be half of it.
    let is_whole = path.starts_with("/devtools/browser/") && path.len() >= FULL;
    /// The length of the path with its 36 characters of identifier.
    const FULL: usize = "/devtools/browser/".len() + 36;
    Some((port.parse().ok()?, path.to_owned())).filter(|_| is_whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_file_is_none() {
        let whole = "37255\n/devtools/browser/ee0d0e3a-b45a-400c-bab4-bea7e85a5e38";
        let (port, path) = parse(whole).unwrap();
        assert_eq!((port, path.as_str()), (37255, &whole[6..]));
        for length in 0..whole.len() {
            assert_eq!(parse(&whole[..length]), None, "{}", &whole[..length]);
        }
        assert_eq!(parse(&format!("x{whole}")), None);
    }
}
