use super::*;
use crate::specimen::Specimen;

/// A snapshot with a global object, and objects of a class with ids and sizes.
fn specimen(objects: &[(&str, u32, u64)]) -> Snapshot {
    let mut s = Specimen::new();
    let global = s.node("object", "global", 8);
    s.link(0, "shortcut", "global", global);
    for (i, (class, id, size)) in (0u32..).zip(objects) {
        let object = s.node("object", class, *size);
        s.id(object, *id);
        s.link(global, "property", i, object);
    }
    s.read()
}

fn compared(base: &[(&str, u32, u64)], new: &[(&str, u32, u64)]) -> Diff {
    let read = |objects| move || Ok::<_, ()>(specimen(objects));
    diff(read(base), read(new), Rules::Today, None).unwrap()
}

#[test]
fn objects_are_new_deleted_or_the_same() {
    let base = [("Rec", 11, 10), ("Rec", 13, 20), ("Gone", 15, 5), ("Same", 17, 1)];
    let new = [("Rec", 13, 20), ("Same", 17, 1), ("Rec", 101, 30), ("Rec", 103, 40)];
    let diff = compared(&base, &new);
    assert_eq!(diff.matched_by, MatchedBy::Id);
    let rows: Vec<_> = diff
        .groups
        .iter()
        .map(|r| (&r.name[..], r.new_count, r.deleted_count, r.new_bytes, r.deleted_bytes))
        .collect();
    assert_eq!(
        rows,
        [
            ("Rec", Some(2), Some(1), Some(70), Some(10)),
            ("Gone", Some(0), Some(1), Some(0), Some(5))
        ]
    );
    assert_eq!(diff.groups[0].delta_bytes, 60);
    assert_eq!(diff.groups[1].delta_count, -1);
}

#[test]
fn ids_of_another_process_are_not_believed() {
    let base = [("Rec", 11, 10), ("Other", 13, 20), ("Third", 15, 5)];
    let new = [("Other", 11, 20), ("Rec", 13, 10), ("Rec", 15, 10)];
    let diff = compared(&base, &new);
    assert_eq!(diff.matched_by, MatchedBy::Class);
    assert!(diff.same_ids < 0.5, "{}", diff.same_ids);
    let rec = diff.groups.iter().find(|row| row.name == "Rec").unwrap();
    assert_eq!((rec.new_count, rec.delta_count, rec.delta_bytes), (None, 1, 10));
    assert_eq!(rec.delta_retained_bytes, Some(10));
    let third = diff.groups.iter().find(|row| row.name == "Third").unwrap();
    assert_eq!((third.delta_count, third.delta_bytes), (-1, -5));
}

#[test]
fn plain_objects_of_both_are_sorted_by_the_newer_ones_shapes() {
    let with = |objects: u32| {
        let mut s = Specimen::new();
        let global = s.node("object", "global", 8);
        s.link(0, "shortcut", "global", global);
        for i in 0..objects {
            let object = s.node("object", "Object", 16);
            s.link(global, "property", i, object);
            s.link(object, "property", "id", global);
        }
        s.read()
    };
    // One object alone defines no shape; two do.
    let diff = diff(|| Ok::<_, ()>(with(1)), || Ok(with(3)), Rules::Today, None).unwrap();
    assert_eq!(diff.groups.len(), 1);
    assert_eq!((&diff.groups[0].name[..], diff.groups[0].new_count), ("{id}", Some(2)));
}
