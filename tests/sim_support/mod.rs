//! The demo cluster with a clock moved by hand and one user logged in, used without a client.
#![allow(dead_code, reason = "each test file uses its part")]

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use pve_vm_setup::api::{ApiError, Method, Request, Response, ServerAddress, Ticket, Transport};
use pve_vm_setup::domain::Secret;
use pve_vm_setup::sim::{
    SeededRandom, Series, SimTransport, Simulation, TestClock, demo, demo_cluster,
};
use serde_json::Value;

pub struct Site {
    pub simulation: Simulation,
    pub clock: TestClock,
    pub ticket: Ticket,
}

impl Site {
    pub fn new(series: Series) -> Site {
        let clock = TestClock::new();
        let simulation = Simulation::new(
            demo_cluster(series),
            Arc::new(clock.clone()),
            Box::new(SeededRandom::new(3)),
        );
        let ticket = log_in(&simulation, "root@pam");
        Site {
            simulation,
            clock,
            ticket,
        }
    }

    pub fn call(&self, method: Method, path: &str, params: &[(&str, &str)]) -> Response {
        let mut request = Request::new(method, path);
        for (name, value) in params {
            request = request.with(name, *value);
        }
        request.ticket = Some(self.ticket.clone());
        self.simulation.answer(&request)
    }

    pub fn get(&self, path: &str) -> Value {
        data(&self.call(Method::Get, path, &[]))
    }

    /// The same site, seen by another user.
    pub fn seen_by(mut self, user: &str) -> Site {
        self.ticket = log_in(&self.simulation, user);
        self
    }

    /// The task of a creation on pve1.
    #[track_caller]
    pub fn create(&self, params: &[(&str, &str)]) -> String {
        self.create_on("pve1", params)
    }

    #[track_caller]
    pub fn create_on(&self, node: &str, params: &[(&str, &str)]) -> String {
        let answer = self.call(Method::Post, &format!("/nodes/{node}/qemu"), params);
        assert_eq!(answer.status, 200, "{:?}", answer.reason);
        data(&answer).as_str().unwrap().to_owned()
    }

    /// How a task ended, after enough time for it.
    pub fn end(&self, upid: &str) -> String {
        self.advance(20_000);
        let node = upid.split(':').nth(1).unwrap();
        let state = self.get(&format!("/nodes/{node}/tasks/{upid}/status"));
        state["exitstatus"].as_str().unwrap().to_owned()
    }

    pub fn log(&self, upid: &str) -> Vec<String> {
        let node = upid.split(':').nth(1).unwrap();
        let lines = self.get(&format!("/nodes/{node}/tasks/{upid}/log"));
        let texts = lines.as_array().unwrap().iter();
        texts
            .map(|line| line["t"].as_str().unwrap().to_owned())
            .collect()
    }

    pub fn state(&self, upid: &str) -> Value {
        self.get(&format!("/nodes/pve1/tasks/{upid}/status"))
    }

    pub fn advance(&self, millis: u64) {
        self.clock.advance(Duration::from_millis(millis));
    }

    pub fn send(&self, request: Request) -> Option<Result<Response, ApiError>> {
        let server = ServerAddress::parse("pve1").unwrap();
        let transport = SimTransport::new(&self.simulation);
        transport.send(&server, request).now_or_never()
    }
}

pub fn body(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap_or(Value::Null)
}

pub fn data(response: &Response) -> Value {
    body(response)["data"].clone()
}

pub fn ask_ticket(simulation: &Simulation, user: &str, params: &[(&str, &str)]) -> Response {
    let mut request = Request::new(Method::Post, "/access/ticket").with("username", user);
    for (name, value) in params {
        request = request.with(name, *value);
    }
    simulation.answer(&request)
}

pub fn log_in(simulation: &Simulation, user: &str) -> Ticket {
    let answer = data(&ask_ticket(
        simulation,
        user,
        &[("password", demo::PASSWORD)],
    ));
    let text = |name: &str| Secret::new(answer[name].as_str().unwrap().to_owned());
    Ticket {
        value: text("ticket"),
        csrf: text("CSRFPreventionToken"),
    }
}
