//! What a key press costs: one update and one frame, and a filter over a long list.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

#[path = "../harness/mod.rs"]
mod harness;

use criterion::{Criterion, criterion_group, criterion_main};

use harness::Pilot;
use pve_vm_setup::domain::Step;

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

fn filtering(criterion: &mut Criterion) {
    let names: Vec<String> = (0..5_000)
        .map(|number| format!("image-{number:05}.iso"))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut pilot = Pilot::on(|cluster| cluster.add_isos("cephfs", &names, 1_785_000_000));
    pilot
        .go_to(Step::Os)
        .focus_on("iso")
        .keys("<enter>image-04");
    criterion.bench_function("filter 5000 images", |bench| {
        bench.iter(|| pilot.keys("2<bs>").terminal(80, 24));
    });
}

criterion_group!(benches, typing, filtering);
criterion_main!(benches);
