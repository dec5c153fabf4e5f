//! A program that is an agent: reads the task from standard input, and gives its input back as the output.

use std::io::{Read, Write};

#[path = "../rust/sirsi.rs"]
mod sirsi;

use sirsi::{object, Json};

/// The metadata, as the custom section of the module.
#[used]
#[link_section = "sirsi.agent"]
pub static AGENT: [u8; include_bytes!("agent.json").len()] = *include_bytes!("agent.json");

fn main() -> std::io::Result<()> {
    let mut task = Vec::new();
    std::io::stdin().read_to_end(&mut task)?;
    let message = Json::parse(&task).ok_or(std::io::ErrorKind::InvalidData)?;
    let input = &message["task"]["input"];
    eprintln!("echoes {} bytes", input.to_string().len());
    let outcome = object([("status", "succeeded".into()), ("output", object([("echo", input.clone())]))]);
    std::io::stdout().write_all(outcome.to_string().as_bytes())
}
