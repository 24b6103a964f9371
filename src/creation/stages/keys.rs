//! The stages by the names that stand in the journal, where one is meant and not its row.

pub const CREATE: &str = "create";
pub const START: &str = "start";
pub const STOP: &str = "stop";
pub const DESTROY: &str = "destroy";
pub const REMOVE_VOLUME: &str = "remove-volume";
