//! What is asked, and where. Only this machine: a load generator must not be a weapon.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use http_body_util::Empty;
use hyper::body::Bytes;
use hyper::header::{HOST, HeaderName, HeaderValue, USER_AGENT};
use hyper::{Request, Uri};

/// `http://` and an address of this machine: `http://127.0.0.1:3000/`, `http://localhost:3000/x?y`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    hosts: Vec<IpAddr>,
    port: u16,
    authority: String,
    path: String,
}

impl FromStr for Url {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let example = "write it as in http://127.0.0.1:3000/";
        let uri: Uri = text.parse().map_err(|error| format!("{error}: {example}"))?;
        if uri.scheme_str() != Some("http") {
            return Err(format!("only http: {example}"));
        }
        let authority = uri.authority().ok_or_else(|| format!("no host: {example}"))?;
        if authority.as_str().contains('@') {
            return Err(format!("a user in an address is not supported: {example}"));
        }
        let hosts = loopback(authority.host()).ok_or_else(|| {
            format!(
                "\"{}\" is not this machine: load goes only to 127.0.0.0/8, [::1] and localhost",
                authority.host()
            )
        })?;
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let path = if path.is_empty() { "/" } else { path };
        Ok(Self {
            hosts,
            port: authority.port_u16().unwrap_or(80),
            authority: authority.as_str().to_owned(),
            path: path.to_owned(),
        })
    }
}

/// The addresses that a host of this machine has; `None` for any other. No name is looked up: what a
/// resolver says may change between the question and its use.
fn loopback(host: &str) -> Option<Vec<IpAddr>> {
    if host.eq_ignore_ascii_case("localhost") {
        return Some(vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]);
    }
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let ip: IpAddr = bare.parse().ok()?;
    ip.is_loopback().then(|| vec![ip])
}

impl Url {
    pub fn of_port(port: u16) -> Self {
        let host = Ipv4Addr::LOCALHOST;
        let authority = format!("{host}:{port}");
        Self { hosts: vec![host.into()], port, authority, path: "/".to_owned() }
    }

    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Every address that it may mean: `localhost` is two.
    pub fn addresses(&self) -> impl Iterator<Item = SocketAddr> + '_ {
        self.hosts.iter().map(|host| SocketAddr::new(*host, self.port))
    }

    /// Host and port as they were written.
    pub fn authority(&self) -> &str {
        &self.authority
    }
}

/// The requests of a load, which come again and again in their order.
#[derive(Clone, Debug)]
pub struct Requests(Vec<Request<Empty<Bytes>>>);

impl Requests {
    /// `GET` of the address's own path.
    pub fn of_url(url: &Url) -> Result<Self, String> {
        Self::numbered(url, &url.path, 1, &[])
    }

    /// `GET` of `path`, with `{n}` in it and in the values of `headers` counting from 1 to `distinct`.
    pub fn numbered(
        url: &Url,
        path: &str,
        distinct: u32,
        headers: &[(String, String)],
    ) -> Result<Self, String> {
        let one = |n: u32| {
            let fill = |text: &str| text.replace("{n}", &n.to_string());
            let mut request =
                Request::builder().uri(fill(path)).header(HOST, &url.authority).header(
                    USER_AGENT,
                    HeaderValue::from_static(concat!("awaitbench/", env!("CARGO_PKG_VERSION"))),
                );
            for (name, value) in headers {
                let name: HeaderName =
                    name.parse().map_err(|_| format!("\"{name}\" is not the name of a header"))?;
                request = request.header(name, fill(value));
            }
            request.body(Empty::new()).map_err(|error| format!("\"{}\": {error}", fill(path)))
        };
        (1..=distinct.max(1)).map(one).collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn get(&self, index: u64) -> Request<Empty<Bytes>> {
        self.0[(index % self.0.len() as u64) as usize].clone()
    }
}

/// Where requests go, and which.
#[derive(Clone, Debug)]
pub struct Target {
    /// The address that was found open.
    pub address: SocketAddr,
    pub requests: Requests,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_this_machine_are_accepted() {
        for (text, first, path) in [
            ("http://127.0.0.1:3000", "127.0.0.1:3000", "/"),
            ("http://127.8.9.1/a/b?c=d", "127.8.9.1:80", "/a/b?c=d"),
            ("http://[::1]:81/x", "[::1]:81", "/x"),
            ("http://LocalHost:9/", "127.0.0.1:9", "/"),
        ] {
            let url: Url = text.parse().unwrap();
            assert_eq!(url.addresses().next().unwrap().to_string(), first);
            assert_eq!(url.path, path);
        }
    }

    #[test]
    fn no_other_machine_is() {
        for (text, words) in [
            ("http://example.org/", "\"example.org\" is not this machine"),
            ("http://localhost.example.org/", "is not this machine"),
            ("http://192.168.0.1:80/", "is not this machine"),
            ("http://0.0.0.0:80/", "is not this machine"),
            ("http://127.0.0.1.example.org/", "is not this machine"),
            ("http://[2001:db8::1]/", "is not this machine"),
            ("http://[::ffff:8.8.8.8]/", "is not this machine"),
            ("http://127.0.0.1@example.org/", "a user in an address"),
            ("http://2130706434/", "is not this machine"),
            ("https://127.0.0.1/", "only http"),
            ("127.0.0.1:80", "only http"),
            ("http://", ""),
            ("", ""),
        ] {
            let error = text.parse::<Url>().expect_err(text);
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn requests_count_from_one_and_begin_again() {
        let url = Url::of_port(1);
        let headers = [("x-n".to_owned(), "reader-{n}".to_owned())];
        let requests = Requests::numbered(&url, "/articles/{n}", 3, &headers).unwrap();
        let paths: Vec<String> = (0..4).map(|i| requests.get(i).uri().to_string()).collect();
        assert_eq!(paths, ["/articles/1", "/articles/2", "/articles/3", "/articles/1"]);
        assert_eq!(requests.get(1).headers()["x-n"], "reader-2");
        assert!(Requests::numbered(&url, "/", 1, &[("a b".to_owned(), String::new())]).is_err());
    }
}
