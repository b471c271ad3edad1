use super::*;
use crate::specimen::Specimen;

fn small() -> String {
    let mut s = Specimen::new();
    let global = s.node("object", "global é", 8);
    let array = s.node("array", "(elements)", 5_000_000_000);
    let odd = s.node("symbol of Node 8", "odd", 16);
    s.link(0, "shortcut", "global", global);
    s.link(global, "internal", "elements", array);
    s.link(array, "element", 4_000_000_000, odd);
    s.location(global, 4, 5, 6);
    s.location(array, 1, 2, 3);
    s.json()
}

fn read_text(text: &str) -> Result<Snapshot, Fault> {
    read(text.as_bytes(), Some(text.len() as u64))
}

#[test]
fn a_small_file_is_read() {
    let snapshot = read_text(&small()).unwrap();
    assert_eq!(snapshot.len(), 4);
    assert_eq!(snapshot.root, 0);
    assert_eq!(snapshot.self_sizes.iter().collect::<Vec<_>>(), [0, 8, 5_000_000_000, 16]);
    assert_eq!(snapshot.ids, [1, 3, 5, 7]);
    assert_eq!(snapshot.first_link, [0, 1, 2, 3, 3]);
    assert_eq!(snapshot.strings.text(snapshot.names[1]), "global é");
    assert_eq!(snapshot.link_text(2), "4000000000");
    assert_eq!(snapshot.types.name(snapshot.kind(3)), None);
    assert_eq!(snapshot.locations, [(1, Location { script: 4, line: 5, column: 6 })]);
    assert!(snapshot.detachedness.is_empty());
    assert_eq!(snapshot.find_id(5), Some(2));
    assert_eq!(snapshot.find_id(6), None);
}

#[test]
fn every_prefix_is_refused_and_never_panics() {
    let text = small();
    for end in (0..text.len()).filter(|&end| text.is_char_boundary(end)) {
        let fault = read_text(&text[..end]).expect_err("a prefix is no snapshot");
        if let Fault::Truncated { offset, .. } = fault {
            assert!(offset <= end as u64, "{offset} of {end}");
        }
    }
}

#[test]
fn every_changed_byte_is_survived() {
    let text = small().into_bytes();
    for at in 0..text.len() {
        for byte in [b'0', b'9', b'"', b'[', b']', b',', b'}', b'-', b'\\', 0, 0xff] {
            let mut changed = text.clone();
            changed[at] = byte;
            let _ = read(&changed[..], Some(changed.len() as u64));
        }
    }
}

#[test]
fn faults_name_their_place() {
    let text = small();
    let nodes = text.find("\"nodes\":[").unwrap() + 9;
    let broken = format!("{}x{}", &text[..nodes], &text[nodes + 1..]);
    let fault = read_text(&broken).unwrap_err();
    assert!(
        matches!(&fault, Fault::Corrupt { offset, section: "nodes", .. } if *offset == nodes as u64),
        "{fault}"
    );
    let fault = read_text(&text[..nodes + 20]).unwrap_err();
    assert!(
        matches!(fault, Fault::Truncated { offset, section: "nodes" } if offset == nodes as u64 + 20),
        "{fault}"
    );
    for (foreign, at) in [("", 0), ("<html>", 0), ("[1,2]", 0), ("{\"nodes\":[1]}", 9), ("{}", 1)] {
        match read_text(foreign).unwrap_err() {
            Fault::Foreign { offset, .. } | Fault::Corrupt { offset, .. } => {
                assert_eq!(offset, at, "{foreign}");
            }
            other => panic!("{foreign}: {other}"),
        }
    }
}

#[test]
fn counts_and_references_are_checked() {
    let text = small();
    for (from, to) in [
        ("\"node_count\":4", "\"node_count\":5"),
        ("\"node_count\":4", "\"node_count\":3"),
        ("\"edge_count\":3", "\"edge_count\":4"),
        ("\"edge_count\":3", "\"edge_count\":2"),
        ("3,3,12", "3,3,13"),
        ("3,3,12", "3,3,24"),
        ("3,3,12", "3,99,12"),
        ("3,3,12", "7,3,12"),
        ("\"edges\"", "\"other\""),
        ("\"strings\"", "\"other\""),
    ] {
        let broken = text.replacen(from, to, 1);
        assert_ne!(text, broken, "{from} is in the file");
        assert!(read_text(&broken).is_err(), "{from} -> {to}");
    }
    let huge = text.replacen("\"node_count\":4", "\"node_count\":99999999999", 1);
    assert!(matches!(read_text(&huge), Err(Fault::TooLarge { .. })));
}

#[test]
fn sections_may_come_in_another_order_and_unknown_ones_are_passed_over() {
    let text = small();
    let cut = |name: &str| {
        let start = text.find(&format!("\"{name}\":[")).unwrap();
        let end = start + text[start..].find(']').unwrap() + 1;
        &text[start..end]
    };
    let header = &text[..text.find("\"nodes\"").unwrap()];
    let turned = format!(
        "{header}{},\"scopes\":[{{\"a\":\"]\"}}],{},{},{}}} \n",
        cut("strings"),
        cut("edges"),
        cut("locations"),
        cut("nodes")
    );
    let (plain, turned) = (read_text(&text).unwrap(), read_text(&turned).unwrap());
    assert_eq!(plain.links, turned.links);
    assert_eq!(plain.names, turned.names);
}

#[test]
fn what_follows_is_refused() {
    let text = small();
    assert!(read_text(&format!("{text}\n\n")).is_ok());
    assert!(matches!(read_text(&format!("{text}{text}")), Err(Fault::Corrupt { .. })));
}

/// DevTools keeps the lower 32 bits of an id, and drops a byte order mark.
#[test]
fn large_ids_wrap_and_a_byte_order_mark_is_passed_over() {
    let mark = format!("\u{feff}{}", small());
    assert_eq!(read_text(&mark).unwrap().ids, [1, 3, 5, 7]);
    let large = small().replace(",5,5000000000,", ",4294967301,5000000000,");
    assert_ne!(large, small());
    let snapshot = read_text(&large).unwrap();
    assert_eq!((&snapshot.ids[..], snapshot.find_id(4_294_967_301)), (&[1, 3, 5, 7][..], Some(2)));
}

fn compressed(text: &str) -> Vec<u8> {
    let mut file = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
    file.finish().unwrap()
}

#[test]
fn compressed_files_are_read_and_half_ones_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("small.heapsnapshot.gz");
    let text = small();
    // As `cat a.gz b.gz` makes them, and as `gzip` does.
    let (front, back) = text.split_at(100);
    for whole in [compressed(&text), [compressed(front), compressed(back)].concat()] {
        std::fs::write(&file, &whole).unwrap();
        assert_eq!(read_file(&file).unwrap().ids, [1, 3, 5, 7]);
        std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
        let error = read_file(&file).unwrap_err().to_string();
        assert!(error.contains("truncated"), "{error}");
    }
    std::fs::write(&file, compressed("\u{1f}\u{8b}")).unwrap();
    let error = read_file(&file).unwrap_err().to_string();
    assert!(error.contains("not a V8 heap snapshot"), "{error}");
}
