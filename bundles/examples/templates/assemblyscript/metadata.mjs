// A transform of asc: puts agent.json into the module, as its custom section sirsi.agent.
import { readFileSync } from "node:fs";
import { Transform } from "assemblyscript/transform";

export default class extends Transform {
  afterCompile(module) {
    module.addCustomSection("sirsi.agent", readFileSync("agent.json"));
  }
}
