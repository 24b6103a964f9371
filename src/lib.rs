//! Creates virtual machines on Proxmox VE from a terminal. `tests/architecture.rs` enforces these rules. Dependencies run
//! one way: `domain <- api <- catalog <- form <- steps <- plan_file <- wizard <- ui <- runtime <- cli <- main`. No files
//! depend on each other in a circle. `voices` sits on `domain`, `creation` and `console` on `api`, all three below `wizard`;
//! `sim` sits on `api`, and only `cli` and the tests use it. Only `ui` and `runtime` use ratatui, only `runtime` crossterm,
//! only `api/http` reqwest.

pub mod api;
pub mod catalog;
pub mod cli;
pub mod config;
pub mod console;
pub mod creation;
pub mod domain;
pub mod form;
pub mod plan_file;
pub mod runtime;
pub mod sim;
pub mod steps;
pub mod ui;
pub mod voices;
pub mod wizard;
