//! The requests as they are sent to `/api2/json`, numbered, one parameter per line. Nothing is quoted: they are to be read,
//! not pasted.

use super::request::Request;

pub(super) fn say(requests: &[Request]) -> String {
    let blocks: Vec<String> = requests
        .iter()
        .enumerate()
        .map(
            |(
                at,
                Request {
                    method,
                    path,
                    params,
                    ..
                },
            )| {
                let head = format!("{}. {method} {path}\n", at + 1);
                let params = params
                    .iter()
                    .map(|(name, value)| format!("     {name}={value}\n"));
                std::iter::once(head).chain(params).collect()
            },
        )
        .collect();
    blocks.join("\n")
}
