use super::*;
use crate::read::read;
use crate::rules::Rules;
use crate::specimen::Specimen;

fn analyse(specimen: &Specimen) -> Analysis {
    let json = specimen.json();
    Analysis::new(read(json.as_bytes(), None).unwrap(), Rules::Today)
}

/// The article's leak in small: `Generator` → map → prototype_info → a list of some size.
fn generator(list_bytes: u64) -> Specimen {
    generator_with_list(list_bytes, "")
}

fn generator_with_list(list_bytes: u64, list_name: &str) -> Specimen {
    let mut s = Specimen::new();
    let global = s.node("object", "global / ", 40);
    let other = s.node("string", "a program", 1_000_000);
    let generator = s.node("object", "Generator", 56);
    let map = s.node("hidden", "system / Map", 80);
    let info = s.node("hidden", "system / PrototypeInfo", 48);
    let list = s.node("hidden", list_name, list_bytes);
    s.link(0, "shortcut", "global", global);
    s.link(global, "property", "text", other);
    s.link(global, "internal", "initial_generator_prototype", generator);
    s.link(generator, "internal", "map", map);
    s.link(map, "internal", "prototype_info", info);
    s.link(info, "internal", "2", list);
    s
}

#[test]
fn the_articles_leak_is_named_and_explained() {
    let found = suspects(&analyse(&generator(14_585_840)), None, &Thresholds::default());
    assert_eq!(found.len(), 1);
    let suspect = &found[0];
    assert_eq!((&suspect.name[..], suspect.shallow_bytes), ("Generator", 56));
    assert_eq!(suspect.retained_bytes, 14_586_024);
    assert_eq!(suspect.path.last().unwrap().self_bytes, 14_585_840);
    assert_eq!(suspect.known_cause.unwrap().id, "v8-prototype-users");
    assert_eq!(
        suspect.whereabouts(),
        "the bytes are at Generator → map → prototype_info → prototype users: 14.6 MB"
    );
    assert!(suspect.sentence().contains("93.6 % of the heap"), "{suspect}");
}

#[test]
fn a_list_that_does_not_leak_is_no_suspect() {
    assert!(suspects(&analyse(&generator(855_000)), None, &Thresholds::default()).is_empty());
    let (base, new) = (analyse(&generator(9_000_000)), analyse(&generator(9_100_000)));
    assert!(suspects(&new, Some(&base), &Thresholds::default()).is_empty());
}

#[test]
fn lists_of_v8_versions_that_do_not_leak_are_no_suspects() {
    let limits = Thresholds::default();
    let mut analysis = analyse(&generator(9_000_000));
    analysis.snapshot.declares_locations = false;
    assert!(suspects(&analysis, None, &limits).is_empty());
    let named = generator_with_list(9_000_000, "system / WeakArrayList");
    assert!(suspects(&analyse(&named), None, &limits).is_empty());
    let unnamed = generator_with_list(9_000_000, "system");
    assert_eq!(suspects(&analyse(&unnamed), None, &limits).len(), 1);
}

#[test]
fn growth_is_what_counts_if_it_is_known() {
    let (base, new) = (analyse(&generator(3_000_000)), analyse(&generator(9_000_000)));
    let found = suspects(&new, Some(&base), &Thresholds::default());
    assert_eq!(found[0].growth_bytes, Some(6_000_000));
}

#[test]
fn growth_is_found_by_place_if_ids_do_not_match() {
    let base = generator(3_000_000);
    let mut new = generator(9_000_000);
    for node in 0..7 {
        new.id(node, 1001 - node * 2);
    }
    let mut base_ids = base;
    // Ids of the older snapshot are higher, so that all of the newer one's could be known.
    for node in 0..7 {
        base_ids.id(node, 5001 + node * 2);
    }
    let found = suspects(&analyse(&new), Some(&analyse(&base_ids)), &Thresholds::default());
    assert_eq!(found[0].growth_bytes, Some(6_000_000));
}

#[test]
fn many_small_objects_are_counted() {
    let mut s = Specimen::new();
    let global = s.node("object", "global / ", 40);
    let cache = s.node("object", "Cache", 32);
    let elements = s.node("array", "", 80_000);
    s.link(0, "shortcut", "global", global);
    s.link(global, "property", "cache", cache);
    s.link(cache, "internal", "elements", elements);
    for i in 0..100u32 {
        let record = s.node("object", "Rec", 50_000);
        s.link(elements, "internal", i.to_string(), record);
    }
    let found = suspects(&analyse(&s), None, &Thresholds::default());
    assert_eq!(found[0].name, "Cache");
    let holds = found[0].holds.as_ref().unwrap();
    assert_eq!((&holds.name[..], holds.count, holds.retained_bytes), ("Rec", 100, 5_000_000));
}

/// A queue whose links have `link_bytes` each.
fn queue(links: u32, link_bytes: u64) -> Specimen {
    let mut s = Specimen::new();
    let global = s.node("object", "global / ", 40);
    let queue = s.node("object", "Queue", 32);
    s.link(0, "shortcut", "global", global);
    s.link(global, "property", "queue", queue);
    let mut last = queue;
    for i in 0..links {
        let link = s.node("object", "Job", link_bytes);
        s.link(last, "property", if i == 0 { "tail" } else { "prev" }, link);
        last = link;
    }
    s
}

#[test]
fn what_holds_a_chain_is_the_suspect() {
    // Of the second, most links keep less than a suspect must.
    for (links, bytes) in [(1000, 10_000), (3000, 1000)] {
        let found = suspects(&analyse(&queue(links, bytes)), None, &Thresholds::default());
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!((&found[0].name[..], found[0].variable.as_deref()), ("Queue", Some("queue")));
        let holds = found[0].holds.as_ref().unwrap();
        assert_eq!((&holds.name[..], holds.count), ("Job", u64::from(links)));
        assert_eq!(holds.retained_bytes, u64::from(links) * bytes);
        assert_eq!(holds.chain.as_deref(), Some("prev"));
    }
}

#[test]
fn a_long_way_to_something_large_is_no_chain() {
    let mut s = queue(40, 100);
    let last = s.node("object", "Table", 24);
    let elements = s.node("array", "(object elements)", 5_000_000);
    s.link(42, "property", "table", last);
    s.link(last, "internal", "elements", elements);
    let found = suspects(&analyse(&s), None, &Thresholds::default());
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].name, "Table");
}

#[test]
fn the_program_s_own_names_and_files_are_said() {
    let mut s = Specimen::new();
    let scope = s.node("object", "system / Context", 40);
    let main = s.node("closure", "main", 64);
    let shared = s.node("code", "main", 64);
    let script = s.node("code", "/srv/app/server.js", 64);
    let database = s.node("object", "Database", 24);
    let events = s.node("object", "Object", 24);
    let list = s.node("object", "Array", 16);
    let elements = s.node("array", "(object elements)", 80_000);
    s.link(0, "shortcut", "main", main);
    s.link(main, "internal", "context", scope);
    s.link(main, "internal", "shared", shared);
    s.link(shared, "internal", "script", script);
    s.link(scope, "context", "db", database);
    s.link(database, "property", "_events", events);
    s.link(events, "property", "change", list);
    s.link(list, "internal", "elements", elements);
    let on_change = s.node("code", "onChange", 64);
    s.link(on_change, "internal", "script", script);
    for i in 0..100u32 {
        let listener = s.node("closure", "onChange", 50_000);
        s.link(listener, "internal", "shared", on_change);
        s.link(elements, "internal", i.to_string(), listener);
        s.location(listener, 3, 6, 25);
    }
    let found = suspects(&analyse(&s), None, &Thresholds::default());
    assert_eq!(found.len(), 1, "{found:#?}");
    insta::assert_snapshot!(found[0]);
}

#[test]
fn places_alike_beside_each_other_are_one_suspect() {
    let mut s = Specimen::new();
    let global = s.node("object", "global / ", 40);
    let lists = s.node("object", "Object", 40);
    s.link(0, "shortcut", "global", global);
    s.link(global, "property", "timerListMap", lists);
    for i in 0..3u32 {
        let list = s.node("object", "TimersList", 40);
        s.link(lists, "element", 3_600_000 + i, list);
        for _ in 0..40 {
            let timeout = s.node("object", "Timeout", 100_000);
            s.link(list, "property", "x", timeout);
        }
    }
    let found = suspects(&analyse(&s), None, &Thresholds::default());
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((found[0].alike, found[0].retained_bytes), (3, 3 * 4_000_040));
    let holds = found[0].holds.as_ref().unwrap();
    assert_eq!((holds.count, holds.retained_bytes), (120, 12_000_000));
    insta::assert_snapshot!(found[0]);
}

#[test]
fn people_get_no_character_that_a_terminal_obeys_and_programs_get_all() {
    let mut s = Specimen::new();
    let global = s.node("object", "global / ", 40);
    let cache = s.node("object", "Ca\u{1b}[2Jche", 32);
    let elements = s.node("array", "", 5_000_000);
    s.link(0, "shortcut", "global", global);
    s.link(global, "property", "my\ncache\u{202e}", cache);
    s.link(cache, "internal", "elements", elements);
    let suspect = &suspects(&analyse(&s), None, &Thresholds::default())[0];
    let lines = suspect.path.iter().map(Step::line);
    let told: Vec<String> =
        lines.chain([suspect.title(), suspect.whereabouts(), suspect.to_string()]).collect();
    let told = told.join("|");
    assert!(told.contains("Ca [2Jche") && told.contains("my cache "), "{told:?}");
    assert!(!told.contains(['\u{1b}', '\n', '\u{202e}']), "{told:?}");
    let json = serde_json::to_value(suspect).unwrap();
    assert_eq!(json["name"], "Ca\u{1b}[2Jche");
    assert_eq!(json["variable"], "my\ncache\u{202e}");
    let sentence = json["sentence"].as_str().unwrap();
    assert!(sentence.starts_with("Ca\u{1b}[2Jche (`my\ncache\u{202e}`) keeps"), "{sentence:?}");
}

/// Programs read the fields in this order.
#[test]
fn the_sentence_is_the_last_field() {
    let found = suspects(&analyse(&generator(14_585_840)), None, &Thresholds::default());
    let json = serde_json::to_string(&found[0]).unwrap();
    let fields = ["path", "variable", "alike", "holds", "advice", "known_cause", "sentence"];
    let at = fields.map(|field| json.rfind(&format!("\"{field}\":")).unwrap());
    assert!(at.is_sorted(), "{json}");
}

#[test]
fn an_array_and_its_backing_store_are_one_suspect() {
    let mut s = Specimen::new();
    let global = s.node("object", "global / ", 40);
    let array = s.node("object", "Array", 32);
    let elements = s.node("array", "(object elements)", 3_000_000);
    s.link(0, "shortcut", "global", global);
    s.link(global, "property", "big", array);
    s.link(array, "internal", "elements", elements);
    for i in 0..100u32 {
        let record = s.node("object", "Rec", 50_000);
        s.link(elements, "internal", i.to_string(), record);
        s.link(array, "element", i, record);
    }
    let found = suspects(&analyse(&s), None, &Thresholds::default());
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((&found[0].name[..], found[0].retained_bytes), ("Array", 8_000_032));
}

#[test]
fn a_way_with_names_is_preferred_to_one_through_the_stack() {
    let mut s = Specimen::new();
    let roots = s.node("synthetic", "(GC roots)", 0);
    let stack = s.node("synthetic", "(Stack roots)", 0);
    let handles = s.node("synthetic", "(Global handles)", 0);
    let module = s.node("object", "Module", 40);
    let scope = s.node("object", "system / Context", 40);
    let cache = s.node("object", "Cache", 5_000_000);
    s.link(0, "element", 1, roots);
    s.link(roots, "element", 2, stack);
    s.link(roots, "element", 3, handles);
    s.link(stack, "internal", "7", cache);
    s.link(handles, "internal", "1", module);
    s.link(module, "internal", "context", scope);
    s.link(scope, "context", "cache", cache);
    let found = suspects(&analyse(&s), None, &Thresholds::default());
    assert_eq!(found[0].variable.as_deref(), Some("cache"), "{found:#?}");
}

/// What leads to a chain of reactions is a reaction too, of whoever awaits the program.
#[test]
fn a_promise_that_is_raced_against_for_ever_is_named() {
    let mut s = Specimen::new();
    let stack = s.node("synthetic", "(Stack roots)", 0);
    let running = s.node("object", "Promise", 48);
    let awaiting = s.node("hidden", "system / PromiseReaction", 48);
    let closure = s.node("closure", "", 56);
    let frame = s.node("object", "system / Context", 48);
    let generator = s.node("object", "Generator", 88);
    let scope = s.node("object", "system / Context", 48);
    let shutdown = s.node("object", "Promise", 48);
    s.link(0, "element", 1, stack);
    s.link(stack, "internal", "1", running);
    s.link(running, "internal", "reactions_or_result", awaiting);
    s.link(awaiting, "hidden", 1, closure);
    s.link(closure, "internal", "context", frame);
    s.link(frame, "internal", "extension", generator);
    s.link(generator, "internal", "context", scope);
    s.link(scope, "context", "shutdown", shutdown);
    let mut last = shutdown;
    for i in 0..1000 {
        let reaction = s.node("hidden", "system / PromiseReaction", 5000);
        if i == 0 {
            s.link(last, "internal", "reactions_or_result", reaction);
        } else {
            s.link(last, "hidden", 1, reaction);
        }
        last = reaction;
    }
    let found = suspects(&analyse(&s), None, &Thresholds::default());
    assert_eq!(found[0].known_cause.unwrap().id, "promise-reactions", "{found:#?}");
    assert_eq!(found[0].variable.as_deref(), Some("shutdown"));
    assert_eq!(found[0].holds.as_ref().unwrap().count, 1000);
}

/// Node's wrappers, each held by a handle of its own, with memory outside of the heap.
fn wrappers(count: u32, bytes: u64) -> Specimen {
    let mut s = Specimen::new();
    let global = s.node("object", "global / ", 40);
    let handles = s.node("synthetic", "(Global handles)", 0);
    s.link(0, "shortcut", "global", global);
    s.link(0, "element", 1, handles);
    for i in 0..count {
        let entry = s.node("object", "CompiledFnEntry", 32);
        let store = s.node("native", "Node / BackingStore", bytes);
        s.link(handles, "internal", i.to_string(), entry);
        s.link(entry, "internal", "store", store);
    }
    s
}

#[test]
fn classes_explain_what_no_object_does() {
    let (base, new) = (analyse(&wrappers(10, 262_144)), analyse(&wrappers(110, 262_144)));
    let Findings { suspects, classes } = findings(&new, &[base], &Thresholds::default());
    assert!(suspects.is_empty(), "{suspects:#?}");
    assert_eq!(classes.len(), 1, "{classes:#?}");
    let class = &classes[0];
    assert_eq!(
        (&class.name[..], class.count, class.growth_bytes),
        ("CompiledFnEntry", 100, 26_217_600)
    );
    let holds = class.holds.as_ref().unwrap();
    assert_eq!(
        (&holds.name[..], holds.count, holds.retained_bytes),
        ("Node / BackingStore", 100, 26_214_400)
    );
    assert_eq!(class.held_by.as_deref(), Some("(Global handles)"));
    assert!(class.is_suspicious);
    let told = class.sentence();
    let expected = "+100 × CompiledFnEntry, +26.2 MB, most of it 100 × Node / BackingStore (26.2 MB); held by \
                    (Global handles).";
    assert!(told.starts_with(expected), "{told}");
}

#[test]
fn below_the_size_that_is_looked_for_what_grew_most_is_said() {
    let (base, new) = (analyse(&wrappers(10, 100)), analyse(&wrappers(110, 100)));
    let found = findings(&new, &[base], &Thresholds::default());
    assert_eq!((found.suspects.len(), found.classes.len()), (0, 1), "{found:#?}");
    assert_eq!((found.classes[0].count, found.classes[0].is_suspicious), (100, false));
    let same = findings(&new, &[analyse(&wrappers(110, 100))], &Thresholds::default());
    assert!(same.classes.is_empty(), "{same:#?}");
}

#[test]
fn of_three_snapshots_only_what_grew_in_each_step_is_a_suspect() {
    let limits = Thresholds::default();
    let at = |bytes| analyse(&generator(bytes));
    let steady = findings(&at(9_000_000), &[at(3_000_000), at(5_000_000)], &limits).suspects;
    assert_eq!(steady[0].growth_bytes, Some(6_000_000));
    assert_eq!(steady[0].growth_steps, [2_000_000, 4_000_000]);
    assert!(
        steady[0].sentence().contains("grew by 6.00 MB (2.00 MB, then 4.00 MB)"),
        "{}",
        steady[0]
    );
    let sawtooth = findings(&at(9_000_000), &[at(3_000_000), at(9_500_000)], &limits).suspects;
    assert!(sawtooth.is_empty(), "{sawtooth:#?}");
}
