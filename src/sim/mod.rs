//! A simulated Proxmox VE cluster: it answers requests as PVE 7.4, 8.4 or 9.2 does, as far as this program sends them.
//! `Simulation` is the handle; `SimTransport` carries requests to it in this process, `Server` over HTTPS on loopback.
//! Knows only `api` and `domain`; its clock and its randomness are passed in.

pub mod access;
mod call;
pub mod cloudinit;
pub mod cluster;
mod console;
mod consoles;
pub mod contract;
pub mod demo;
mod dispatch;
mod edits;
mod face;
pub mod guest;
mod handlers;
mod incoming;
pub mod internet;
mod launch;
mod reply;
mod serial;
pub mod server;
mod settle;
mod simulation;
pub mod steering;
pub mod storage;
pub mod tasks;
mod tickets;
mod units;
pub mod volume;
pub mod world;

pub use cluster::Cluster;
pub use contract::{Contract, Series};
pub use demo::demo_cluster;
pub use face::{OwnInternet, SimTransport};
pub use server::Server;
pub use simulation::Simulation;
pub use steering::{Failure, Matcher, RecordedRequest};
pub use world::{Clock, Random, SeededRandom, Sleep, TestClock};
