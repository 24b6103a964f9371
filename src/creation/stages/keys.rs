//! The stages by their journal names, for code that refers to one without its row.

pub const CREATE: &str = "create";
pub const SERIAL_CONSOLE: &str = "serial-console";
pub const START: &str = "start";
pub const STOP: &str = "stop";
pub const DESTROY: &str = "destroy";
pub const REMOVE_VOLUME: &str = "remove-volume";
