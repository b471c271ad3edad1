//! The heap-snapshot analyser, stage by stage, on a snapshot that is made up.
//!
//! `AWAITBENCH_HEAP_MB` sets the snapshot's size (32). With `AWAITBENCH_HEAP_WRITE=FILE` the
//! snapshot is written there and nothing is measured: for comparing whole processes, such as
//! `awaitbench heap summary FILE` with other tools, side by side in one run.

#[path = "heap/generate.rs"]
mod generate;

use std::hint::black_box;
use std::time::Duration;

use awaitbench::facade::register_fonts;
use awaitbench_heap::analysis::Analysis;
use awaitbench_heap::class::Classes;
use awaitbench_heap::diff::diff;
use awaitbench_heap::distance::Reach;
use awaitbench_heap::dominators::DominatorTree;
use awaitbench_heap::ephemeron::Ephemerons;
use awaitbench_heap::path::Paths;
use awaitbench_heap::read::read;
use awaitbench_heap::rules::Rules;
use awaitbench_heap::shallow::move_to_owners;
use awaitbench_heap::shape::Shapes;
use awaitbench_heap::snapshot::Snapshot;
use awaitbench_heap::suspects::{Thresholds, suspects};
use criterion::{BatchSize, Criterion, Throughput};

const MEGABYTES: u64 = 32;

fn main() {
    let megabytes = std::env::var("AWAITBENCH_HEAP_MB").ok();
    let megabytes = megabytes.and_then(|text| text.parse().ok()).unwrap_or(MEGABYTES);
    let records = generate::records(megabytes * 1_000_000);
    if let Ok(path) = std::env::var("AWAITBENCH_HEAP_WRITE") {
        let file = std::fs::File::create(path).expect("the file can be created");
        let mut out = std::io::BufWriter::new(file);
        generate::write(&mut out, records).expect("the disk has room");
        return;
    }
    let mut file = Vec::new();
    generate::write(&mut file, records).expect("memory can be written");
    register_fonts().expect("the embedded font can be read");
    // Short, since `cargo bench` comes here on its way to the matrix: the options are criterion's.
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(1000))
        .nresamples(10_000)
        .configure_from_args();
    stages(&mut criterion, &file);
    criterion.final_summary();
}

fn snapshot(file: &[u8]) -> Snapshot {
    read(file, Some(file.len() as u64)).expect("the generator writes valid snapshots")
}

fn stages(criterion: &mut Criterion, file: &[u8]) {
    let mut group = criterion.benchmark_group("heap");
    group.throughput(Throughput::Bytes(file.len() as u64));
    group.bench_function("read", |b| b.iter(|| snapshot(black_box(file))));
    group.bench_function("ephemerons", |b| {
        b.iter_batched(
            || snapshot(file),
            |mut snapshot| (Ephemerons::mark(&mut snapshot), snapshot),
            BatchSize::PerIteration,
        );
    });
    let mut marked = snapshot(file);
    let ephemerons = Ephemerons::mark(&mut marked);
    group.bench_function("distances", |b| {
        b.iter(|| Reach::new(&marked, &ephemerons, Rules::Today));
    });
    group.bench_function("shallow sizes", |b| {
        b.iter(|| {
            let mut sizes = marked.self_sizes.clone();
            move_to_owners(&marked, &mut sizes);
            sizes
        });
    });
    group.bench_function("classes", |b| {
        b.iter(|| {
            let shapes = Shapes::collect(&marked);
            let definitions = shapes.infer(&marked);
            Classes::today(&marked, &shapes, &definitions, None)
        });
    });
    let analysis = Analysis::new(marked, Rules::Today);
    group.bench_function("dominators", |b| b.iter(|| DominatorTree::new(&analysis.flow())));
    group.bench_function("retained sizes", |b| b.iter(|| analysis.tree.retained(&analysis.sizes)));
    group.bench_function("groups", |b| b.iter(|| analysis.groups()));
    group.bench_function("paths", |b| b.iter(|| Paths::new(&analysis, None)));
    group.bench_function("suspects", |b| {
        b.iter(|| suspects(&analysis, None, &Thresholds::default()));
    });
    group.bench_function("summary", |b| {
        b.iter(|| Analysis::new(snapshot(file), Rules::Today).groups());
    });
    group.bench_function("diff", |b| {
        let read = || Ok::<_, ()>(snapshot(file));
        b.iter(|| diff(read, read, Rules::Today, None));
    });
    group.finish();
}
