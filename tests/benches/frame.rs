//! The cost of a key press: one update and one frame, with ten, a thousand and ten thousand entries on the cluster. The
//! cost of a key must not grow with what is not on the screen.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

#[path = "../harness/mod.rs"]
mod harness;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};

use harness::Pilot;
use pve_vm_setup::domain::Step;

const COUNTS: [usize; 3] = [10, 1_000, 10_000];

/// A cluster whose default ISO storage holds this many images.
fn cluster_of(count: usize) -> Pilot {
    let names: Vec<String> = (0..count)
        .map(|number| format!("image-{number:05}.iso"))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Pilot::on(|cluster| cluster.add_isos("cephfs", &names, 1_785_000_000))
}

fn typing(criterion: &mut Criterion) {
    let mut pilot = Pilot::logged_in();
    pilot.focus_on("name");
    criterion.bench_function("type and delete a character", |bench| {
        bench.iter(|| pilot.keys("a<bs>").terminal(80, 24));
    });
    pilot.go_to(Step::Confirm);
    criterion.bench_function("draw Confirm at 200x60", |bench| {
        bench.iter(|| pilot.terminal(200, 60));
    });
}

fn entries(criterion: &mut Criterion) {
    for step in Step::ALL.into_iter().filter(|step| *step != Step::Login) {
        let mut group = criterion.benchmark_group(format!("move on {}", step.title()));
        for count in COUNTS {
            let mut pilot = cluster_of(count);
            pilot.go_to(step);
            group.bench_function(BenchmarkId::from_parameter(count), |bench| {
                bench.iter(|| pilot.keys("<tab>").terminal(80, 24));
            });
        }
    }
    let mut group = criterion.benchmark_group("move in the list");
    for count in COUNTS {
        let mut pilot = cluster_of(count);
        pilot.go_to(Step::Os).focus_on("iso").keys("<enter>");
        group.bench_function(BenchmarkId::from_parameter(count), |bench| {
            bench.iter(|| pilot.keys("<down><up>").terminal(80, 24));
        });
    }
    group.finish();
    let mut group = criterion.benchmark_group("a letter of the filter and back");
    for count in COUNTS {
        let mut pilot = cluster_of(count);
        pilot.go_to(Step::Os).focus_on("iso").keys("<enter>image");
        group.bench_function(BenchmarkId::from_parameter(count), |bench| {
            bench.iter(|| pilot.keys("-<bs>").terminal(80, 24));
        });
    }
    group.finish();
    let mut group = criterion.benchmark_group("enter Confirm and go back");
    for count in COUNTS {
        let mut pilot = cluster_of(count);
        pilot.go_to(Step::Network);
        group.bench_function(BenchmarkId::from_parameter(count), |bench| {
            bench.iter(|| pilot.keys("<pgdn>").keys("<pgup>").terminal(80, 24));
        });
    }
    group.finish();
}

criterion_group!(benches, typing, entries);
criterion_main!(benches);
