//! Second factors from the first request to the session, in the simulated cluster: each kind that a terminal can serve, the
//! effect of a wrong code, and which codes are used up.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::sync::Arc;

use futures_util::FutureExt;
use pve_vm_setup::api::{
    ApiError, Client, Credentials, FactorKind, Login, ProxmoxApi, SecondFactor, ServerAddress,
};
use pve_vm_setup::domain::Secret;
use pve_vm_setup::sim::access::Factor;
use pve_vm_setup::sim::{
    SeededRandom, Series, SimTransport, Simulation, TestClock, demo, demo_cluster,
};

const OTP: &str = "ccccccbcgujhingjrdejhgfnuetrgigvejhhgbkugded";

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

fn now<T>(answer: impl Future<Output = T>) -> T {
    answer.now_or_never().expect("nothing to wait for")
}

struct Site {
    api: Client<SimTransport>,
    user: &'static str,
}

/// The first half of a login, whose challenge can be answered.
struct Half {
    kinds: Vec<FactorKind>,
    challenge: Secret,
}

impl Site {
    /// `totp@pve` of the demo, or another user with these factors instead.
    fn with(user: &'static str, factors: Option<Vec<Factor>>) -> Site {
        let simulation = Simulation::new(
            demo_cluster(Series::V9_2),
            Arc::new(TestClock::new()),
            Box::new(SeededRandom::new(5)),
        );
        if let Some(factors) = factors {
            simulation.edit(|cluster| {
                let mut users = cluster.access.users.iter_mut();
                users.find(|known| known.id == user).unwrap().factors = factors;
            });
        }
        Site {
            api: Client::new(SimTransport::new(&simulation)),
            user,
        }
    }

    fn half(&self) -> Half {
        let credentials = Credentials {
            server: ServerAddress::parse("pve1").unwrap(),
            user: self.user.to_owned(),
            password: secret(demo::PASSWORD),
        };
        match now(self.api.login(&credentials)) {
            Ok(Login::NeedsSecondFactor {
                kinds, challenge, ..
            }) => Half { kinds, challenge },
            other => panic!("{other:?}"),
        }
    }

    fn answer(&self, half: &Half, kind: FactorKind, code: &str) -> Result<Login, ApiError> {
        now(self.api.second_factor(&SecondFactor {
            server: ServerAddress::parse("pve1").unwrap(),
            user: self.user.to_owned(),
            challenge: half.challenge.clone(),
            kind,
            code: secret(code),
        }))
    }
}

#[test]
fn a_wrong_code_leaves_the_same_challenge_open_for_another_try() {
    let site = Site::with("totp@pve", None);
    let half = site.half();
    for wrong in ["000000", "", "totp:123456", "123456:"] {
        let refused = site.answer(&half, FactorKind::Totp, wrong);
        assert!(
            matches!(refused, Err(ApiError::Unauthorized { .. })),
            "{wrong}: {refused:?}"
        );
        assert!(now(site.api.version()).is_err(), "half a login was used");
    }
    let complete = site.answer(&half, FactorKind::Totp, demo::TOTP_CODE);
    assert!(matches!(complete, Ok(Login::Complete(_))), "{complete:?}");
    assert!(now(site.api.version()).is_ok());
}

#[test]
fn a_used_recovery_key_is_gone_and_the_next_challenge_counts_the_rest() {
    let keys = ["0a1b-2c3d-4e5f-6071", "ffff-eeee-dddd-cccc"];
    let factor = Factor::Recovery(keys.map(secret).to_vec());
    let site = Site::with("recovery@pve", Some(vec![factor]));
    for (used, key) in keys.into_iter().enumerate() {
        let half = site.half();
        let kind = FactorKind::Recovery { left: 2 - used };
        assert_eq!(half.kinds, [kind]);
        assert!(site.answer(&half, kind, key).is_ok());
        assert!(site.answer(&half, kind, key).is_err(), "it worked twice");
    }
    assert_eq!(site.half().kinds, [FactorKind::Recovery { left: 0 }]);
}

#[test]
fn a_yubikey_code_works_once_and_only_under_its_own_kind() {
    let site = Site::with("totp@pve", Some(vec![Factor::Yubico(vec![secret(OTP)])]));
    let half = site.half();
    assert_eq!(half.kinds, [FactorKind::Yubico]);
    assert!(site.answer(&half, FactorKind::Totp, OTP).is_err());
    assert!(site.answer(&half, FactorKind::Yubico, OTP).is_ok());
    assert!(site.answer(&half, FactorKind::Yubico, OTP).is_err());
}

#[test]
fn the_kinds_are_listed_in_the_order_in_which_they_are_offered() {
    let factors = vec![
        Factor::WebAuthn,
        Factor::Yubico(Vec::new()),
        Factor::Recovery(vec![secret("0a1b-2c3d-4e5f-6071")]),
        Factor::Totp(secret(demo::TOTP_CODE)),
    ];
    let site = Site::with("totp@pve", Some(factors));
    assert_eq!(
        site.half().kinds,
        [
            FactorKind::Totp,
            FactorKind::Recovery { left: 1 },
            FactorKind::Yubico,
            FactorKind::WebAuthn
        ]
    );
}
