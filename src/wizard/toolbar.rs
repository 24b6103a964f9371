//! The last Tab stop of a page: the commands of the function keys as buttons, for keyboards without these keys.

use super::Intent;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    Help,
    Reload,
    Advanced,
    Find,
    Requests,
}

impl Tool {
    pub const ALL: [Tool; 5] = [
        Tool::Help,
        Tool::Reload,
        Tool::Advanced,
        Tool::Find,
        Tool::Requests,
    ];

    pub fn label(self) -> &'static str {
        match self {
            Tool::Help => "Help",
            Tool::Reload => "Reload",
            Tool::Advanced => "Advanced",
            Tool::Find => "Find",
            Tool::Requests => "Requests",
        }
    }

    pub fn intent(self) -> Intent {
        match self {
            Tool::Help => Intent::Help,
            Tool::Reload => Intent::Reload,
            Tool::Advanced => Intent::Advanced,
            Tool::Find => Intent::Find,
            Tool::Requests => Intent::Requests,
        }
    }
}
