//! Chromium, and browsers that are made of it: Debian's, Google's.

use std::ffi::OsString;

use super::chromium_releases::RELEASES;
use super::family::{Dialect, Family, Visit};
use super::managers::{Layout, Manager, Root};
use super::platform::Platform;
use super::supply::Supply;

/// Chromium from 69 on, the first version that tells how large its heap is.
///
/// Its versions have three of Chromium's four parts; see [`crate::devtools::About`].
pub(super) static CHROMIUM: Family = Family {
    name: "chromium",
    engine: "v8",
    programs: &[
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
        "chrome",
        "chrome-headless-shell",
    ],
    dialect: Dialect::DevTools { launch },
    managers: PLACES,
    supply,
    first_lts: &[],
    // Debian's launcher takes flags from CHROMIUM_FLAGS, others from CHROMIUM_USER_FLAGS.
    variables: "CHROMIUM_",
};

/// Where browsers lie that are not on PATH, and where tools that drive browsers keep theirs.
const PLACES: &[Manager] = &[
    Manager {
        name: "applications",
        is_system: true,
        roots: &[
            Root::Absolute("/Applications"),
            Root::Home("Applications"),
            Root::Variable("PROGRAMFILES", ""),
            Root::Variable("PROGRAMFILES(X86)", ""),
            Root::Variable("LOCALAPPDATA", ""),
        ],
        layouts: &[
            Layout::unix("Chromium.app/Contents/MacOS/Chromium"),
            Layout::unix("Google Chrome.app/Contents/MacOS/Google Chrome"),
            Layout::windows("Chromium/Application/chrome.exe"),
            Layout::windows("Google/Chrome/Application/chrome.exe"),
        ],
    },
    Manager {
        name: "puppeteer",
        is_system: false,
        roots: &[Root::Variable("PUPPETEER_CACHE_DIR", ""), Root::Home(".cache/puppeteer")],
        layouts: &[
            Layout::unix("chrome/*/chrome-linux64/chrome"),
            Layout::unix(
                "chrome-headless-shell/*/chrome-headless-shell-linux64/chrome-headless-shell",
            ),
            Layout::unix(
                "chrome/*/chrome-mac*/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
            ),
            Layout::windows("chrome/*/chrome-win*/chrome.exe"),
        ],
    },
    Manager {
        name: "playwright",
        is_system: false,
        roots: &[
            Root::Variable("PLAYWRIGHT_BROWSERS_PATH", ""),
            Root::Home(".cache/ms-playwright"),
            Root::Home("Library/Caches/ms-playwright"),
            Root::Variable("LOCALAPPDATA", "ms-playwright"),
        ],
        layouts: &[
            Layout::unix("chromium-*/chrome-linux*/chrome"),
            Layout::unix("chromium-*/chrome-mac*/Chromium.app/Contents/MacOS/Chromium"),
            Layout::windows("chromium-*/chrome-win*/chrome.exe"),
        ],
    },
];

/// Nobody publishes them for anything but Linux on x64.
fn supply(platform: &Platform) -> Option<Supply> {
    (platform.os == "linux" && platform.arch == "x64").then_some(Supply::Releases(RELEASES))
}

/// What every session is started with: no window, nothing but an empty page, nothing going on in the
/// background, and nobody asked over the network.
const FLAGS: &[&str] = &[
    "--headless",
    "--remote-debugging-port=0",
    // Drawing needs drivers and libraries that a server may lack, and processes that take turns
    // with what is measured.
    "--disable-gpu",
    "--disable-software-rasterizer",
    // Containers give 64 MB of shared memory by default.
    "--disable-dev-shm-usage",
    // A second process for pages to come would be taken for the one that is measured.
    "--disable-features=SpareRendererForSitePerProcess",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--metrics-recording-only",
    "--mute-audio",
    "--no-default-browser-check",
    "--no-first-run",
    "--password-store=basic",
    "--use-mock-keychain",
    // Standard error is quoted when something fails: nothing but what is fatal.
    "--log-level=3",
];

/// From this version on the filter of system calls knows `clone3`, with which C libraries since glibc
/// 2.34 start threads. Older ones end every page at once.
const FIRST_TO_KNOW_CLONE3: u64 = 94;

/// How much of its sandbox a browser is told to leave out.
fn sandbox(version: Option<u64>, is_root: bool) -> Option<&'static str> {
    if is_root {
        // Chromium refuses to start as root with a sandbox.
        Some("--no-sandbox")
    } else if version.is_none_or(|major| major < FIRST_TO_KNOW_CLONE3) {
        // The namespaces stay: an own root folder, no network, no other processes.
        Some("--disable-seccomp-filter-sandbox")
    } else {
        None
    }
}

#[cfg(unix)]
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[cfg(not(unix))]
const fn is_root() -> bool {
    false
}

/// What the names of flags begin with that are V8's: the browser itself would not know them, and says
/// nothing. Others of V8's can be given as `--js-flags=…`.
const V8_FLAGS: &[&str] =
    &["--max-heap-size", "--max-old-space-size", "--max-semi-space-size", "--min-semi-space-size"];

/// The browser's flags, and V8's in one.
fn flags(all: &[String]) -> Vec<String> {
    /// The browser's flag for V8's. Of several, the last counts.
    const FOR_V8: &str = "--js-flags=";
    let (mut flags, mut of_v8) = (Vec::new(), Vec::new());
    for flag in all {
        let name = flag.split('=').next().unwrap_or_default();
        if let Some(more) = flag.strip_prefix(FOR_V8) {
            of_v8.push(more);
        } else if V8_FLAGS.contains(&name.replace('_', "-").as_str()) {
            of_v8.push(flag);
        } else {
            flags.push(flag.clone());
        }
    }
    if !of_v8.is_empty() {
        flags.push(format!("{FOR_V8}{}", of_v8.join(" ")));
    }
    flags
}

fn launch(visit: &Visit<'_>) -> Vec<OsString> {
    let mut profile = OsString::from("--user-data-dir=");
    profile.push(visit.profile);
    let mut arguments: Vec<OsString> = FLAGS.iter().map(OsString::from).collect();
    arguments.push(profile);
    arguments
        .extend(sandbox(visit.version.map(|version| version.major), is_root()).map(Into::into));
    arguments.extend(flags(visit.flags).into_iter().map(Into::into));
    arguments.push("about:blank".into());
    arguments
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_sandbox_is_kept_as_far_as_it_works() {
        assert_eq!(sandbox(Some(153), false), None);
        assert_eq!(sandbox(Some(94), false), None);
        assert_eq!(sandbox(Some(80), false), Some("--disable-seccomp-filter-sandbox"));
        assert_eq!(sandbox(None, false), Some("--disable-seccomp-filter-sandbox"));
        for version in [None, Some(80), Some(153)] {
            assert_eq!(sandbox(version, true), Some("--no-sandbox"));
        }
    }

    #[test]
    fn the_page_comes_last_and_the_users_flags_before_it() {
        let flags = ["--js-flags=--max-old-space-size=64".to_owned()];
        let visit = Visit { profile: Path::new("/p"), version: None, flags: &flags };
        let arguments = launch(&visit);
        assert!(arguments.contains(&"--user-data-dir=/p".into()));
        assert_eq!(
            arguments[arguments.len() - 2..],
            [OsString::from(&flags[0]), "about:blank".into()]
        );
    }

    #[test]
    fn flags_of_v8_are_handed_on_as_one() {
        let of =
            |all: &[&str]| flags(&all.iter().map(|flag| (*flag).to_owned()).collect::<Vec<_>>());
        assert_eq!(
            of(&["--max-old-space-size=64", "--lang=de", "--js-flags=--no-opt --jitless"]),
            ["--lang=de", "--js-flags=--max-old-space-size=64 --no-opt --jitless"]
        );
        assert!(of(&[]).is_empty());
    }

    #[test]
    fn only_linux_on_x64_is_supplied() {
        assert!(supply(&Platform { os: "linux", arch: "x64" }).is_some());
        assert!(supply(&Platform { os: "linux", arch: "arm64" }).is_none());
        assert!(supply(&Platform { os: "darwin", arch: "x64" }).is_none());
    }
}
