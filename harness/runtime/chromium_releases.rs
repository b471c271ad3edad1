//! Which npm package holds which Chromium.
//!
//! The packages are made for servers without a screen, and count their versions in their own way: the
//! version of the browser inside is not to be had from the registry. Each row was checked by
//! installing it, which refuses a binary that says it is another version. What is older than 69 does
//! not tell how large its heap is; 82 was never released.

use super::supply::Release;

/// Every Chromium that can be installed, ascending.
pub(super) const RELEASES: &[Release] = &[
    lambda((69, 0, 3452), (1, 5, 0), "bin/chromium-69.0.3452.0.br"),
    lambda((69, 0, 3494), (1, 6, 3), "bin/chromium-69.0.3494.0.br"),
    lambda((70, 0, 3508), (1, 7, 0), "bin/chromium-70.0.3508.0.br"),
    lambda((71, 0, 3563), (1, 9, 1), "bin/chromium-71.0.3563.0.br"),
    lambda((72, 0, 3582), (1, 10, 0), "bin/chromium-72.0.3582.0.br"),
    lambda((72, 0, 3617), (1, 11, 2), "bin/chromium-72.0.3617.0.br"),
    lambda((73, 0, 3679), (1, 12, 2), "bin/chromium-73.0.3679.0.br"),
    lambda((74, 0, 3723), (1, 13, 0), "bin/chromium-74.0.3723.0.br"),
    lambda((75, 0, 3738), (1, 14, 0), "bin/chromium-75.0.3738.0.br"),
    lambda((75, 0, 3765), (1, 15, 1), "bin/chromium-75.0.3765.0.br"),
    lambda((76, 0, 3803), (1, 17, 1), "bin/chromium-76.0.3803.0.br"),
    lambda((77, 0, 3835), (1, 18, 1), "bin/chromium-77.0.3835.0.br"),
    lambda((77, 0, 3844), (1, 19, 0), "bin/chromium-77.0.3844.0.br"),
    lambda((78, 0, 3882), (1, 20, 4), FILE),
    lambda((79, 0, 3945), (2, 0, 2), FILE),
    lambda((80, 0, 3987), (2, 1, 1), FILE),
    lambda((81, 0, 4044), (3, 0, 4), FILE),
    lambda((83, 0, 4103), (3, 1, 1), FILE),
    lambda((84, 0, 4147), (5, 1, 0), FILE),
    lambda((85, 0, 4182), (5, 2, 1), FILE),
    lambda((86, 0, 4240), (5, 3, 1), FILE),
    lambda((87, 0, 4272), (5, 4, 0), FILE),
    lambda((88, 0, 4298), (5, 5, 0), FILE),
    lambda((89, 0, 4389), (6, 0, 0), FILE),
    lambda((90, 0, 4403), (7, 0, 0), FILE),
    lambda((90, 0, 4427), (8, 0, 2), FILE),
    lambda((91, 0, 4469), (9, 1, 0), FILE),
    lambda((92, 0, 4512), (10, 1, 0), FILE),
    sparticuz((103, 0, 5058), (103, 0, 0)),
    sparticuz((106, 0, 5249), (106, 0, 2)),
    sparticuz((108, 0, 5351), (108, 0, 3)),
    sparticuz((110, 0, 5478), (110, 0, 1)),
    sparticuz((112, 0, 5614), (112, 0, 2)),
    sparticuz((114, 0, 5735), (114, 0, 0)),
    sparticuz((117, 0, 5938), (117, 0, 0)),
    sparticuz((119, 0, 6045), (119, 0, 2)),
    sparticuz((121, 0, 6167), (121, 0, 0)),
    sparticuz((123, 0, 6312), (123, 0, 1)),
    sparticuz((126, 0, 6478), (126, 0, 0)),
    sparticuz((129, 0, 6668), (129, 0, 0)),
    sparticuz((131, 0, 6778), (131, 0, 1)),
    sparticuz((133, 0, 6943), (133, 0, 0)),
    sparticuz((138, 0, 7204), (138, 0, 2)),
    sparticuz((141, 0, 7390), (141, 0, 0)),
    sparticuz((143, 0, 7499), (143, 0, 4)),
    sparticuz((147, 0, 7727), (147, 0, 2)),
    sparticuz((149, 0, 7827), (149, 0, 0)),
    sparticuz((152, 0, 7977), (152, 0, 0)),
    sparticuz((153, 0, 8010), (153, 0, 0)),
];

/// The name of the binary inside, but for the oldest packages.
const FILE: &str = "bin/chromium.br";

const fn lambda(
    version: (u64, u64, u64),
    package_version: (u64, u64, u64),
    file: &'static str,
) -> Release {
    Release { version, package: "chrome-aws-lambda", package_version, file }
}

const fn sparticuz(version: (u64, u64, u64), package_version: (u64, u64, u64)) -> Release {
    Release { version, package: "@sparticuz/chromium", package_version, file: FILE }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_ascend_and_stand_once() {
        assert!(RELEASES.is_sorted_by(|a, b| a.version < b.version));
    }

    #[test]
    fn what_the_investigation_needs_is_there() {
        for version in [
            (69, 0, 3452),
            (70, 0, 3508),
            (72, 0, 3617),
            (78, 0, 3882),
            (80, 0, 3987),
            (81, 0, 4044),
            (83, 0, 4103),
        ] {
            assert!(RELEASES.iter().any(|release| release.version == version), "{version:?}");
        }
    }

    #[test]
    fn a_file_that_names_a_version_names_the_right_one() {
        for release in RELEASES.iter().filter(|release| release.file != FILE) {
            let (major, minor, build) = release.version;
            assert_eq!(release.file, format!("bin/chromium-{major}.{minor}.{build}.0.br"));
        }
    }
}
