//! Windows of time, ends of connections, and what is said about them.

use std::time::Duration;

use pve_vm_setup::api::ApiError;
use pve_vm_setup::console::{Ended, EscapeKey, Fact, Notice, Order, Place, Sight};
use rstest::rstest;

use super::story::{Story, lost, place, ticket};

#[test]
fn a_connection_that_comes_after_the_window_of_ten_seconds_gets_a_new_ticket() {
    let mut story = Story::begun(place());
    story.take(Fact::Opened(Ok(ticket())));
    story.now += Duration::from_secs(10);
    story.orders();
    story.take(Fact::Connected(Ok(()))).flush();
    assert_eq!(story.orders(), [Order::Disconnect, Order::Open]);
    assert!(story.sent.is_empty(), "the old ticket is not sent");
}

#[test]
fn a_server_that_does_not_answer_the_first_line_is_left_after_ten_seconds() {
    let mut story = Story::begun(place());
    story
        .take(Fact::Opened(Ok(ticket())))
        .take(Fact::Connected(Ok(())))
        .flush();
    story.orders();
    story.wait(10);
    assert_eq!(story.orders(), [Order::Disconnect, Order::Look]);
}

#[test]
fn after_a_lost_line_it_connects_again_with_a_new_ticket_and_says_so_once() {
    let mut story = Story::open();
    story.guest("$ ").take(Fact::Ended);
    assert_eq!(story.orders(), [Order::Look]);
    story.said();
    story.runs("running").wait(1);
    assert_eq!(story.orders(), [Order::Open]);
    story.opens();
    assert_eq!(story.said(), [Notice::Again]);
    // A prompt that waits for keys is not a silent guest.
    story.wait(60);
    assert_eq!(story.said(), []);
}

#[test]
fn a_network_that_is_away_for_long_is_said_once_and_tried_until_it_is_back() {
    let mut story = Story::open();
    story.guest("$ ").take(Fact::Ended);
    story.said();
    for _ in 0..20 {
        story.take(Fact::Seen(Err(lost()))).wait(10);
        story.take(Fact::Opened(Err(lost()))).wait(10);
    }
    assert!(matches!(story.said().as_slice(), [Notice::Lost(_)]));
    assert_eq!(story.orders().last(), Some(&Order::Open));
    story.opens();
    assert_eq!(story.said(), [Notice::Again]);
}

#[test]
fn keys_of_a_lost_line_are_not_typed_into_the_next_one_but_later_ones_are() {
    let mut story = Story::open();
    story.typed("old").take(Fact::Ended).runs("running");
    story.typed("new").wait(1);
    story.opens();
    assert_eq!(story.arrived(), b"new");
}

#[test]
fn a_vm_that_has_stopped_is_said_once_and_its_console_comes_back_when_it_runs() {
    let mut story = Story::open();
    story.guest("$ ").take(Fact::Ended);
    story.said();
    story.runs("stopped");
    assert_eq!(story.said(), [Notice::Stopped]);
    story.orders();
    story.wait(2).runs("stopped").wait(2);
    assert_eq!(story.orders(), [Order::Look, Order::Look]);
    assert_eq!(story.said(), []);
    story.typed("\x1ds");
    assert_eq!(story.orders(), [Order::Start]);
    story.take(Fact::Started(Ok(()))).runs("running").wait(1);
    assert_eq!(story.said(), [Notice::Starting]);
    story.opens();
    assert_eq!(story.said(), [Notice::Again]);
}

#[test]
fn a_ticket_that_is_refused_again_and_again_is_said_once() {
    let mut story = Story::open();
    story.guest("$ ").take(Fact::Ended);
    story.said();
    for _ in 0..5 {
        story.runs("running").wait(10);
        story.take(Fact::Opened(Err(ApiError::Refused {
            status: 500,
            message: "unable to find free port (5900-5999)".to_owned(),
        })));
    }
    let why = "unable to find free port (5900-5999)".to_owned();
    assert_eq!(story.said(), [Notice::Lost(why)]);
}

/// A deadline that has passed and changes nothing would keep the program busy.
#[test]
fn after_each_deadline_the_next_one_lies_ahead() {
    let mut silent = Story::open();
    silent.typed("\x1d");
    let mut installing = Story::open();
    installing
        .typed("\x1di")
        .guest("\x1b[2J\x1b[4;2H|*NixOS 25.05 Installer |\x1b[5;2H| Options |")
        .take(Fact::Ended);
    let mut late = Story::open();
    late.typed("\x1di").wait(19);
    late.guest("\x1b[2J\x1b[4;2H|*NixOS 25.05 Installer |\x1b[5;2H| Options |");
    let mut stuck = Story::open();
    stuck.typed(vec![b'x'; 64 * 1024]);
    let mut stopped = Story::open();
    stopped.take(Fact::Ended).runs("stopped");
    for (name, mut story) in [
        ("silent", silent),
        ("installing", installing),
        ("late", late),
        ("stuck", stuck),
        ("stopped", stopped),
    ] {
        for _ in 0..20 {
            let Some(next) = story.console.deadline(story.now) else {
                break;
            };
            story.now = story.now.max(next);
            story.take(Fact::Ticked);
            let after = story.console.deadline(story.now);
            assert!(after.is_none_or(|after| after > story.now), "{name}");
        }
    }
}

#[test]
fn starting_is_not_offered_to_a_user_who_may_not() {
    let mut story = Story::begun(Place {
        may_start: false,
        ..place()
    });
    story.opens().take(Fact::Ended).runs("stopped");
    let words = story
        .said()
        .last()
        .unwrap()
        .words(&place(), EscapeKey::default());
    assert!(words.contains("VM 105 (web) has stopped"), "{words}");
    story.orders();
    story.typed("\x1ds");
    assert_eq!(story.orders(), []);
}

#[test]
fn a_vm_that_has_moved_is_followed_to_its_node() {
    let mut story = Story::open();
    story.take(Fact::Ended);
    story.orders();
    story.take(Fact::Seen(Ok(Sight::Moved("pve2".to_owned()))));
    assert_eq!(story.orders(), [Order::Open]);
    assert_eq!(story.console.place().node, "pve2");
}

#[test]
fn a_server_that_ends_each_console_at_once_is_not_asked_forever() {
    let mut story = Story::open();
    for _ in 0..3 {
        story.take(Fact::Ended).runs("running").wait(10);
        story.opens();
    }
    assert_eq!(story.ended, Some(Ended::ByServer));
    let words = Ended::ByServer.words(&place());
    assert!(words.contains("qm pending 105"), "{words}");
}

#[rstest]
#[case::forbidden(ApiError::Forbidden { message: "Permission check failed (/vms/105, VM.Console)".to_owned() }, "VM.Console")]
#[case::not_running(ApiError::Refused { status: 500, message: "VM 105 not running".to_owned() }, "VM 105 not running")]
#[case::unreachable(lost(), "the connection was closed")]
fn a_console_that_never_opened_ends_with_the_servers_reason(
    #[case] error: ApiError,
    #[case] words: &str,
) {
    let mut story = Story::begun(place());
    story.take(Fact::Opened(Err(error)));
    let ended = story.ended.clone().unwrap().words(&place());
    assert!(ended.contains(words), "{ended}");
}

#[test]
fn a_token_that_is_refused_at_the_first_line_is_told_to_log_in_with_a_password() {
    let mut story = Story::begun(Place {
        by_token: true,
        ..place()
    });
    story
        .take(Fact::Opened(Ok(ticket())))
        .take(Fact::Connected(Ok(())))
        .flush()
        .take(Fact::Ended);
    assert_eq!(story.ended, Some(Ended::TokenRefused));
    let words = Ended::TokenRefused.words(&place());
    assert!(words.contains("Log in with a password"), "{words}");
}

#[test]
fn a_guest_that_says_nothing_for_ten_seconds_is_said_once_and_others_are_named() {
    let mut story = Story::open();
    story.said();
    story.wait(60);
    assert_eq!(story.orders(), [Order::FindOthers]);
    story.take(Fact::Others(Vec::new()));
    assert_eq!(story.said(), [Notice::Silent]);

    let mut story = Story::open();
    story.said();
    story
        .wait(10)
        .take(Fact::Others(vec!["ops@pve".to_owned()]));
    let said = story.said();
    assert_eq!(said, [Notice::Held(vec!["ops@pve".to_owned()])]);
    let words = said[0].words(&place(), EscapeKey::default());
    assert!(
        words.contains("ops@pve has a console of this VM open"),
        "{words}"
    );

    let mut story = Story::open();
    story.said();
    story.guest("$ ").wait(60);
    assert_eq!((story.orders(), story.said()), (vec![], vec![]));
}

#[test]
fn nothing_is_written_over_a_guest_that_speaks_while_others_are_looked_for() {
    let mut story = Story::open();
    story.said();
    story.wait(10).guest("$ ").take(Fact::Others(Vec::new()));
    assert_eq!(story.said(), []);
}
