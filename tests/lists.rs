//! What an open list costs, counted by the allocator: nothing is copied for entries that are not on the screen. Nothing here
//! looks at a clock.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod harness;

use harness::Pilot;
use peak_alloc::PeakAlloc;
use pve_vm_setup::api::TagRules;
use pve_vm_setup::catalog::{Answer, Resource};
use pve_vm_setup::domain::{FieldId, Rights, Step};
use pve_vm_setup::steps;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// On General, with so many images on a storage and so many registered tags.
fn with_entries(count: usize) -> Pilot {
    let names: Vec<String> = (0..count)
        .map(|number| format!("image-{number:05}.iso"))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut pilot = Pilot::on(|cluster| {
        cluster.add_isos("cephfs", &names, 1_785_000_000);
    });
    let tags: Vec<String> = (0..count).map(|number| format!("tag{number:05}")).collect();
    let rules = TagRules {
        allowed: tags.clone(),
        may_add: true,
        case_sensitive: false,
        registered: tags,
    };
    let catalog = &mut pilot.wizard.catalog;
    catalog.learn(Resource::Tags, Answer::Tags(rules));
    // Without the right to set registered tags, each of them needs a hint.
    catalog.learn(Resource::Rights, Answer::Rights(Rights::default()));
    pilot
}

/// One test, so that nothing else is in use meanwhile.
#[test]
fn an_entry_of_ten_thousand_costs_no_more_memory_than_one_of_ten() {
    let peaks = [10, 10_000].map(|count| {
        let mut pilot = with_entries(count);
        ["tags", "iso", "iso on all storages"].map(|list| {
            pilot.wizard.answers.shown.all_storages = list.ends_with("all storages");
            let field = match list {
                "tags" => FieldId::new(Step::General, "tags"),
                _ => FieldId::new(Step::Os, "iso"),
            };
            let scope = pilot.wizard.scope();
            MEMORY.reset_peak_usage();
            let before = MEMORY.current_usage();
            let options = steps::options(&scope, field).unwrap();
            assert!(options.len() >= count, "{list}: {}", options.len());
            let last = options.get(options.len() - 1).unwrap();
            assert_eq!(options.position(&last.value), Some(options.len() - 1));
            assert_eq!(options.position("not there"), None);
            let _new = steps::new_choice(&scope, field, "tag00001");
            (list, MEMORY.peak_usage() - before)
        })
    });
    let [few, many] = peaks;
    for ((list, few), (_, many)) in few.into_iter().zip(many) {
        assert!(many <= few + 1024, "{list}: {few}, then {many} bytes");
    }
}
