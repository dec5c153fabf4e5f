// Greets whom it is given: the input {"name": "Ada"} gives the output {"greeting": "Hello, Ada"}.
import { Json, Kind, failed, log, outcome, succeeded, task } from "./sirsi";

export { alloc, dealloc } from "./sirsi";

export function handle(at: usize, length: i32): u64 {
  const message = task(at, length);
  const name = message.get("task").get("input").get("name");
  if (name.kind != Kind.TEXT) {
    return outcome(failed("INVALID", 'the input has no name: give one such as {"name": "Ada"}'));
  }
  const setting = message.get("config").get("greeting");
  const greeting = setting.kind == Kind.TEXT ? setting.characters : "Hello";
  log("info", `greets ${name.characters}`);
  return outcome(succeeded(Json.object().put("greeting", Json.text(`${greeting}, ${name.characters}`))));
}
