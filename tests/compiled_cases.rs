//! The committed variants are what the real TypeScript compiler makes of their sources.

use std::path::Path;
use std::process::Command;

/// Installs the compiler that `js-cases/package.json` pins, away from the sources, and compares.
#[test]
fn variants_are_what_typescript_makes_of_their_sources() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("js-cases");
    let tools = Path::new(env!("CARGO_TARGET_TMPDIR")).join("typescript");
    std::fs::create_dir_all(&tools).unwrap();
    std::fs::copy(cases.join("package.json"), tools.join("package.json")).unwrap();
    let npm = Command::new("npm")
        .args(["install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"])
        .current_dir(&tools)
        .output()
        .expect("npm on PATH");
    assert!(npm.status.success(), "{}", String::from_utf8_lossy(&npm.stderr));
    let check = Command::new("node")
        .arg(cases.join("compile.js"))
        .arg("--check")
        .env("NODE_PATH", tools.join("node_modules"))
        .output()
        .expect("node on PATH, which npm needs too");
    assert!(
        check.status.success(),
        "run `npm install && npm run compile` in js-cases: {}{}",
        String::from_utf8_lossy(&check.stdout),
        String::from_utf8_lossy(&check.stderr)
    );
}
