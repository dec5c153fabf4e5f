//! Greets whom it is given: the input {"name": "Ada"} gives the output {"greeting": "Hello, Ada"}.

mod sirsi;

use sirsi::{invalid, object, Ended, Json, Task};

/// The metadata, as the custom section of the module.
#[used]
#[link_section = "sirsi.agent"]
pub static AGENT: [u8; include_bytes!("agent.json").len()] = *include_bytes!("agent.json");

fn greet(task: Task) -> Result<Json, Ended> {
    let name = task.input["name"]
        .text()
        .ok_or_else(|| invalid("the input has no name: give one such as {\"name\": \"Ada\"}"))?;
    let greeting = task.config["greeting"].text().unwrap_or("Hello");
    sirsi::log("info", &format!("greets {}", name));
    Ok(object([("greeting", format!("{}, {}", greeting, name).into())]))
}

#[no_mangle]
pub extern "C" fn handle(at: *const u8, length: usize) -> u64 {
    sirsi::answer(at, length, greet)
}
