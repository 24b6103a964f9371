//! Perl's spellings of a value are read alike, and every form of an answer is read as PVE means it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod api_support;

use api_support::canned::{Canned, client, client_given, credentials, now, response, server, task};
use pve_vm_setup::api::{
    ApiError, Client, Content, FactorKind, LogLines, Login, Membership, ProxmoxApi, RealmKind,
    TaskState, Volume,
};
use pve_vm_setup::domain::{PveVersion, VmId};
use rstest::rstest;
use serde_json::{Value, json};

fn login(data: &Value) -> Result<Login, ApiError> {
    let response = response(200, json!({ "data": data }).to_string());
    let client = Client::new(Canned {
        response,
        logins_too: true,
    });
    now(client.login(&credentials()))
}

#[test]
fn a_null_is_not_an_empty_list() {
    for wrong in [json!(null), json!({}), json!("x"), json!(0)] {
        let client = client(&wrong);
        assert!(now(client.pools()).is_err());
        assert!(now(client.storages("pve1")).is_err());
        assert!(now(client.volumes("pve1", "local", Content::Images)).is_err());
        assert!(now(client.resources()).is_err());
        assert!(now(client.cpu_flags("pve1")).is_err());
        let found = now(client.find_vm("pve1", VmId::new(101).unwrap()));
        assert!(found.guest.is_err() && found.tasks.is_err());
    }
}

#[rstest]
#[case(json!(1), true)]
#[case(json!("1"), true)]
#[case(json!(true), true)]
#[case(json!("on"), true)]
#[case(json!(0), false)]
#[case(json!("0"), false)]
#[case(json!(false), false)]
#[case(json!(null), false)]
#[case(json!(""), false)]
fn a_boolean_is_read_in_all_its_spellings(#[case] spelling: Value, #[case] meaning: bool) {
    let data =
        json!([{"storage": "a", "enabled": spelling, "active": spelling, "shared": spelling}]);
    let storage = now(client(&data).storages("pve1")).unwrap().remove(0);
    assert_eq!(
        [storage.enabled, storage.active, storage.shared],
        [meaning; 3]
    );
    let bridge = json!([{"iface": "a", "active": spelling, "bridge_vlan_aware": spelling}]);
    let bridge = now(client(&bridge).bridges("pve1")).unwrap().remove(0);
    assert_eq!([bridge.active, bridge.vlan_aware], [meaning; 2]);
}

#[rstest]
#[case(json!(270_553_174_016_u64), 270_553_174_016)]
#[case(json!("270553174016"), 270_553_174_016)]
#[case(json!(2.5e9), 2_500_000_000)]
#[case(json!(u64::MAX), u64::MAX)]
#[case(json!(-1), 0)]
#[case(json!("much"), 0)]
#[case(json!("1e400"), 0)]
#[case(json!([1]), 0)]
fn a_number_is_read_as_number_or_text(#[case] spelling: Value, #[case] meaning: u64) {
    let data = json!([{"storage": "a", "total": spelling}]);
    let storages = now(client(&data).storages("pve1")).unwrap();
    assert_eq!(storages[0].total, meaning);
}

#[test]
fn items_without_their_key_and_unknown_fields_are_skipped() {
    let data = json!([7, null, "x", [], {}, {"comment": "no id"}, {"poolid": ""}, {"poolid": "a", "new": {}}]);
    let pools = now(client(&data).pools()).unwrap();
    assert_eq!(pools.len(), 1);
    assert_eq!(
        (pools[0].id.as_str(), pools[0].comment.as_deref()),
        ("a", None)
    );
}

#[test]
fn lists_come_sorted_whatever_the_order_of_the_answer() {
    let of = |key: &str, names: &[&str]| -> Value {
        names.iter().map(|name| json!({ key: name })).collect()
    };
    let images = of("volid", &["s:iso/b.iso", "s:iso/C.iso", "s:iso/A.iso"]);
    let images = now(client(&images).volumes("pve1", "s", Content::Iso)).unwrap();
    let names: Vec<&str> = images.iter().map(Volume::file_name).collect();
    assert_eq!(names, ["A.iso", "b.iso", "C.iso"]);
    let storages = now(client(&of("storage", &["b", "c", "a"])).storages("pve1")).unwrap();
    assert_eq!(
        storages.iter().map(|s| &*s.id).collect::<Vec<_>>(),
        ["a", "b", "c"]
    );
    let models = now(client(&of("name", &["host", "EPYC", "athlon"])).cpu_models("pve1")).unwrap();
    assert_eq!(
        models.iter().map(|m| &*m.name).collect::<Vec<_>>(),
        ["athlon", "EPYC", "host"]
    );
    let realms = now(client(&of("realm", &["pve", "pam"])).realms(&server())).unwrap();
    assert_eq!(
        realms.iter().map(|r| &*r.name).collect::<Vec<_>>(),
        ["pam", "pve"]
    );
}

#[test]
fn the_formats_of_a_storage_are_read_in_the_old_and_the_new_form() {
    let data = json!([
        {"storage": "both", "formats": {"supported": ["raw", "qcow2"], "default": "raw"}, "format": [{"vmdk": 1}, "raw"]},
        {"storage": "none"},
        {"storage": "old", "format": [{"raw": 1, "qcow2": "1", "subvol": 0}, "raw"], "content": "iso, images", "select_existing": 1},
    ]);
    let storages = now(client(&data).storages("pve1")).unwrap();
    assert_eq!(storages[0].formats, ["qcow2", "raw"]);
    assert!(storages[1].formats.is_empty() && storages[1].content.is_empty());
    assert_eq!(storages[2].formats, ["qcow2", "raw"]);
    assert_eq!(storages[2].content, ["images", "iso"]);
    assert!(storages[2].select_existing && storages[2].holds("iso"));
}

#[rstest]
#[case(json!({"version": "7.4-16", "release": "7.4"}), PveVersion::new(7, 4, 16))]
#[case(json!({"version": "9.2.11"}), PveVersion::new(9, 2, 11))]
#[case(json!({"version": "10.0.0~rc1"}), PveVersion::new(10, 0, 0))]
#[case(json!({"release": "8.4"}), PveVersion::new(8, 4, 0))]
#[case(json!({"release": 8.4}), PveVersion::new(8, 4, 0))]
fn every_spelling_of_a_version_is_read(#[case] data: Value, #[case] version: PveVersion) {
    assert_eq!(now(client(&data).version()), Ok(version));
}

#[rstest]
#[case(json!({"status": "running"}), TaskState::Running)]
#[case(json!({"status": "stopped", "exitstatus": "OK"}), TaskState::Ok)]
#[case(json!({"status": "stopped", "exitstatus": "WARNINGS: 3"}), TaskState::Warnings(3))]
#[case(json!({"status": "stopped", "exitstatus": "WARNINGS: many"}), TaskState::Warnings(1))]
#[case(json!({"status": "stopped", "exitstatus": "unexpected status"}), TaskState::NoResult("unexpected status".into()))]
#[case(json!({"status": "stopped", "exitstatus": "OK, but"}), TaskState::Failed("OK, but".into()))]
#[case(json!({"status": "stopped"}), TaskState::NoResult("no exit status".into()))]
fn every_end_of_a_task_is_told(#[case] data: Value, #[case] state: TaskState) {
    assert_eq!(now(client(&data).task_state(&task())), Ok(state));
}

#[test]
fn a_task_without_a_state_does_not_count_as_ended() {
    for data in [
        json!({}),
        json!(null),
        json!({"status": "paused"}),
        json!([]),
    ] {
        assert!(now(client(&data).task_state(&task())).is_err());
    }
}

fn log(body: &Value, start: usize) -> LogLines {
    let client = client_given(response(200, body.to_string()));
    now(client.task_log(&task(), start)).unwrap()
}

#[test]
fn the_placeholder_for_an_empty_log_is_not_a_line() {
    let stand_in = json!([{"n": 1, "t": "no content"}]);
    for body in [
        json!({"data": stand_in, "total": 0}),
        json!({"data": stand_in, "total": 1}),
        json!({"data": stand_in, "total": "1"}),
        json!({"data": stand_in}),
        json!({"data": []}),
    ] {
        assert_eq!(log(&body, 0), LogLines::default(), "{body}");
    }
    let real = json!({"data": [{"n": 1, "t": "x"}, {"n": 2, "t": "no content"}], "total": 2});
    assert_eq!(log(&real, 0).lines, ["x", "no content"]);
    let longer = json!({"data": stand_in, "total": 5});
    assert_eq!(log(&longer, 0).total, 5);
}

#[test]
fn log_lines_are_in_order_and_never_repeated() {
    let body = json!({"data": [{"n": "5", "t": "e"}, {"n": 4, "t": "d"}, {"n": 3, "t": "c"}, {"t": ""}], "total": 6});
    let read = log(&body, 3);
    assert_eq!(
        (read.lines, read.total),
        (vec!["d".into(), "e".into(), String::new()], 7)
    );
    let bytes = b"{\"data\":[{\"n\":1,\"t\":\"gr\xf6\xdfe\"}],\"total\":1}".to_vec();
    let latin1 = now(client_given(response(200, bytes)).task_log(&task(), 0)).unwrap();
    assert_eq!(latin1.lines, ["gr\u{fffd}\u{fffd}e"]);
}

#[test]
fn tags_may_be_created_unless_the_server_says_otherwise() {
    for (access, may_add) in [
        (json!(null), true),
        (json!({}), true),
        (json!({"user-allow": "free"}), true),
        (json!({"user-allow": "list"}), false),
        (json!("user-allow=existing,user-allow-list=a;b"), false),
    ] {
        let data = json!({"allowed-tags": ["b", "a", "b"], "user-tag-access": access});
        let tags = now(client(&data).tags()).unwrap();
        assert_eq!(
            (tags.allowed, tags.may_add),
            (vec!["a".into(), "b".into()], may_add)
        );
    }
}

#[test]
fn the_style_of_tags_and_the_registered_ones_are_read_parsed_or_as_they_stand_in_the_file() {
    for (style, case_sensitive) in [
        (json!(null), false),
        (json!({}), false),
        (json!({"shape": "full"}), false),
        (json!({"case-sensitive": 0}), false),
        (json!({"case-sensitive": "0"}), false),
        (json!({"case-sensitive": 1}), true),
        (json!({"case-sensitive": "1"}), true),
        (json!({"case-sensitive": true}), true),
        (json!("shape=full,case-sensitive=1"), true),
        (json!("shape=full"), false),
        (json!(7), false),
    ] {
        let data = json!({"tag-style": style});
        let tags = now(client(&data).tags()).unwrap();
        assert_eq!(tags.case_sensitive, case_sensitive, "{data}");
        assert!(tags.registered.is_empty());
    }
    for registered in [json!(["prod", "Web"]), json!("prod;Web")] {
        let tags = now(client(&json!({ "registered-tags": registered })).tags()).unwrap();
        assert_eq!(tags.registered, ["prod", "Web"]);
    }
}

#[test]
fn an_id_counts_as_free_only_when_the_server_repeats_one() {
    let vmid = VmId::new(162).unwrap();
    assert_eq!(now(client(&json!("162")).vmid_is_free(vmid)), Ok(true));
    assert!(now(client(&json!(null)).vmid_is_free(vmid)).is_err());
}

#[test]
fn the_local_node_is_the_one_that_answers() {
    let data = json!([
        {"type": "cluster", "name": "lab", "local": 1},
        {"type": "node", "name": "pve1", "local": 0},
        {"type": "node", "name": "pve2", "local": "1"},
    ]);
    assert_eq!(
        now(client(&data).membership()),
        Ok(Some(Membership {
            local: Some("pve2".into()),
            offline: Vec::new(),
            nodes: 2,
        }))
    );
    assert_eq!(
        now(client(&json!([])).membership()),
        Ok(Some(Membership::default()))
    );
}

#[test]
fn realms_of_any_kind_are_listed() {
    let data = json!([
        {"realm": "sso", "type": "openid", "default": 1},
        {"realm": "new", "type": "oauth9"},
        {"realm": "dir", "type": "ldap", "comment": "People\n"},
        {"realm": "ad", "type": "ad", "comment": ""},
    ]);
    let realms = now(client(&data).realms(&server())).unwrap();
    let kinds: Vec<RealmKind> = realms.iter().map(|realm| realm.kind).collect();
    assert_eq!(
        kinds,
        [
            RealmKind::Ad,
            RealmKind::Ldap,
            RealmKind::Other,
            RealmKind::OpenId
        ]
    );
    assert_eq!([realms[1].label(), realms[0].label()], ["People", "ad"]);
    assert!(realms[3].default && realms[3].unusable().is_some());
}

#[test]
fn the_user_is_shown_as_the_server_spells_it() {
    let complete =
        |name: Value| json!({"username": name, "ticket": "PVE:x", "CSRFPreventionToken": "c"});
    let Ok(Login::Complete(session)) = login(&complete(json!("Root@pam"))) else {
        panic!("not complete");
    };
    assert_eq!(session.user, "Root@pam");
    let Ok(Login::Complete(session)) = login(&complete(json!(null))) else {
        panic!("not complete");
    };
    assert_eq!(session.user, "root@pam");
}

#[rstest]
#[case("%7B%22totp%22%3Atrue%7D", &[FactorKind::Totp])]
#[case("%7B%22yubico%22%3A1%2C%22u2f%22%3A%7B%7D%2C%22totp%22%3Afalse%7D", &[FactorKind::Yubico, FactorKind::U2f])]
#[case("%7B%22recovery%22%3A%5B%5D%7D", &[FactorKind::Recovery { left: 0 }])]
#[case("{\"recovery\"%3A[1,2,7]}", &[FactorKind::Recovery { left: 3 }])]
#[case("%7B%7D", &[])]
fn the_challenge_is_read_from_inside_the_ticket(
    #[case] json: &str,
    #[case] expected: &[FactorKind],
) {
    for need in [json!(1), json!("1"), json!(null)] {
        let ticket = format!("PVE:!tfa!{json}:6B01041D::x");
        match login(&json!({"ticket": ticket, "NeedTFA": need})) {
            Ok(Login::NeedsSecondFactor {
                kinds, challenge, ..
            }) => {
                assert_eq!(kinds, expected);
                assert_eq!(challenge.expose(), ticket);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[rstest]
#[case(json!({"username": "root@pam"}))]
#[case(json!({"ticket": "PVE:root@pam:0::x"}))]
#[case(json!({"ticket": "PVE:root@pam:0::x", "CSRFPreventionToken": "a\r\nb"}))]
#[case(json!({"ticket": "PVE:!tfa!u2f!abc:0::x", "NeedTFA": 1}))]
#[case(json!({"ticket": "PVE:root@pam:0::x", "CSRFPreventionToken": "c", "NeedTFA": 1}))]
#[case(json!(null))]
fn a_login_that_cannot_be_used_is_an_error(#[case] data: Value) {
    assert!(matches!(login(&data), Err(ApiError::Unreadable { .. })));
}
