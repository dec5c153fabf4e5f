// Gives the same tasks to several modules, and says where their outcomes differ: node check.mjs MODULE.wasm...
// The outcome of the first task is compared with fixture-outcome.json, too. Exit status: 0 if all is well.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const TRY = new URL("try.mjs", import.meta.url).pathname;
const EXPECTED = new URL("fixture-outcome.json", import.meta.url);
const HOST_FUNCTIONS = "log progress emit config secret spawn submit inventory http response".split(" ");
// The last two are constants that the linker of Rust adds.
const EXPORTS = "memory alloc dealloc handle health _initialize __heap_base __data_end".split(" ");
const NEEDED = ["memory", "alloc", "dealloc", "handle"];

const TASKS = [
  [],
  ["--set", "pageSize=7"],
  ["--set", "pageSize=1"],
  ["--set", "pageSize=501"],
  ["--set", "requiredTags=owner, team ,,Größe"],
  ["--set", "requiredTags="],
  ["--set", `requiredTags=${Array.from({ length: 17 }, (_, i) => `tag${i}`)}`],
  ["--set", "maxBytes=1"],
  ["--set", "maxBytes=4000787030016"],
  ["--set", "maxBytes=9223372036854775807"],
  ["--set", "maxBytes=9223372036854775808"],
  ["--set", "maxBytes=0"],
  ["--set", "maxBytes=-1"],
  ["--set", "maxBytes=+1"],
  ["--set", "maxBytes=1e3"],
  ["--set", "maxBytes=many \"bytes\""],
  ["--set", "maxFindings=3"],
  ["--set", "maxFindings=0"],
  ["--cancel", "--set", "pageSize=5"],
  ["--input", '{"scan": "scan-of-the-fixture"}'],
  ["--input", '{"scan": "another"}'],
  ["--input", '{"scan": 1}'],
  ["--input", '{"provider": "host"}'],
  ["--input", '{"provider": "nobody"}'],
  ["--input", '{"type": "aws:s3:bucket"}'],
  ["--input", '{"type": ["aws:s3:bucket"]}'],
  ["--input", '"latest"'],
  ["--input", '""'],
  ["--input", "null"],
  ["--input", "[1]"],
];

/** The same JSON for the same value: keys in order, no white space. */
function canonical(text) {
  const ordered = (_, value) =>
    value && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return JSON.stringify(JSON.parse(text), ordered);
}

function outcome(module, task) {
  try {
    return canonical(execFileSync(process.execPath, [TRY, module, ...task], { stdio: ["ignore", "pipe", "ignore"] }));
  } catch (ended) {
    if (ended.status === 1) return canonical(ended.stdout);
    return `no outcome, status ${ended.status}`;
  }
}

/** What a module imports or exports that ABI.md does not name, and what it lacks. */
function strangers(file) {
  const module = new WebAssembly.Module(readFileSync(file));
  const imports = WebAssembly.Module.imports(module)
    .filter((one) => one.kind !== "function" || !(one.module === "wasi_snapshot_preview1" || (one.module === "sirsi" && HOST_FUNCTIONS.includes(one.name))))
    .map((one) => `imports ${one.module}.${one.name}`);
  const names = WebAssembly.Module.exports(module).map((one) => one.name);
  const exports = names.filter((name) => !EXPORTS.includes(name)).map((name) => `exports ${name}`);
  return [...imports, ...exports, ...NEEDED.filter((name) => !names.includes(name)).map((name) => `lacks ${name}`)];
}

const modules = process.argv.slice(2);
const faults = modules.flatMap((module) => strangers(module).map((what) => `${module}: ${what}`));
const outcomes = TASKS.map((task) => modules.map((module) => outcome(module, task)));
outcomes.forEach((those, i) => {
  const expected = i === 0 ? canonical(readFileSync(EXPECTED, "utf8")) : those[0];
  those.forEach((one, j) => {
    if (one !== expected || one.startsWith("no outcome")) {
      faults.push(`${modules[j]} ${TASKS[i].join(" ")}\n  gives   ${one}\n  and not ${expected}`);
    }
  });
});
faults.forEach((fault) => console.error(fault));
console.log(`${TASKS.length} tasks, ${modules.length} modules: ${faults.length === 0 ? "all outcomes the same" : `${faults.length} faults`}`);
process.exit(faults.length === 0 ? 0 : 1);
