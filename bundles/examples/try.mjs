// Runs one task with a module, without a node: node try.mjs MODULE.wasm [--input JSON] [--set KEY=VALUE]... [--type TASK-TYPE]
//   [--inventory FILE] [--cancel]
// The outcome goes to standard output, what the module logs, emits and reports to standard error. It stands in for the host of
// ABI.md far enough for trying: the permissions and limits are not enforced, there is one scan (that of the file, by default the
// made-up one of fixture-inventory.json), and secret, spawn, submit and http answer UNSUPPORTED. Exit status: 0 if the task
// succeeded, 1 if it did not, 2 if the module did not answer.
import { readFileSync } from "node:fs";

const NOT_CAPABLE = 76;
const BAD_DESCRIPTOR = 8;

function fail(sentence) {
  console.error(`try.mjs: ${sentence}`);
  process.exit(2);
}

function readArguments(argv) {
  const asked = { settings: {}, inventory: new URL("fixture-inventory.json", import.meta.url), cancel: false };
  while (argv.length > 0) {
    const word = argv.shift();
    if (word === "--input") asked.input = argv.shift();
    else if (word === "--inventory") asked.inventory = argv.shift();
    else if (word === "--type") asked.type = argv.shift();
    else if (word === "--cancel") asked.cancel = true;
    else if (word === "--set") {
      const [, key, value] = /^([^=]+)=(.*)$/s.exec(argv.shift() ?? "") ?? fail("--set takes KEY=VALUE.");
      asked.settings[key] = value;
    } else if (word.startsWith("--") || asked.module) fail(`'${word}' is not understood; see the head of the file.`);
    else asked.module = word;
  }
  return asked.module ? asked : fail("name a module.");
}

function metadata(file, module) {
  const sections = WebAssembly.Module.customSections(module, "sirsi.agent");
  if (sections.length !== 1) fail(`'${file}' has ${sections.length} sections sirsi.agent; it must have one.`);
  return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(sections[0]));
}

/** The functions of the module sirsi. */
class Host {
  #memory;
  #response = new Uint8Array();

  constructor(scan, settings, cancel) {
    Object.assign(this, { scan, settings, cancel });
  }

  connect(memory) {
    this.#memory = memory;
  }

  bytes(at, length) {
    return new Uint8Array(this.#memory.buffer, at >>> 0, length >>> 0);
  }

  imports() {
    const imports = {
      response: (at, length) => {
        const part = this.#response.subarray(0, length >>> 0);
        this.bytes(at, part.length).set(part);
        this.#response = new Uint8Array();
        return part.length;
      },
    };
    for (const name of ["log", "progress", "emit", "config", "secret", "spawn", "submit", "inventory", "http"]) {
      imports[name] = (at, length) => {
        const request = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(this.bytes(at, length)));
        this.#response = new TextEncoder().encode(JSON.stringify(this[name](request)));
        return this.#response.length;
      };
    }
    return imports;
  }

  log({ level, message }) {
    console.error(`${level}: ${message}`);
    return {};
  }

  progress({ done, total, note }) {
    console.error(`progress: ${done} of ${total} ${note ?? ""}`);
    return { cancelled: this.cancel };
  }

  emit({ type, data }) {
    console.error(`event ${type}: ${JSON.stringify(data)}`);
    return {};
  }

  config({ key }) {
    return { value: this.settings[key] ?? null };
  }

  inventory({ scan, provider, type, after, limit }) {
    if (scan !== "latest" && scan !== this.scan.scan) {
      return { error: { code: "NOT_FOUND", message: `there is no scan ${scan}` } };
    }
    const wanted = this.scan.resources.filter(
      (resource) => (!provider || resource.provider === provider) && (!type || resource.type === type),
    );
    const from = Number(after ?? 0);
    const to = from + (limit ?? 500);
    return { scan: this.scan.scan, resources: wanted.slice(from, to), next: to < wanted.length ? String(to) : null };
  }

  #unsupported(name) {
    return { error: { code: "UNSUPPORTED", message: `${name} is not there without a node` } };
  }

  secret() {
    return this.#unsupported("secret");
  }

  spawn() {
    return this.#unsupported("spawn");
  }

  submit() {
    return this.#unsupported("submit");
  }

  http() {
    return this.#unsupported("http");
  }
}

class Exit extends Error {
  constructor(status) {
    super(`exit status ${status}`);
    this.status = status;
  }
}

/** WASI preview 1 as ABI.md has it: standard streams in memory, the clock and randomness by permission, no files. */
class Wasi {
  output = [];
  #stderr = new TextDecoder();

  constructor(host, permissions, input) {
    Object.assign(this, { host, permissions, input });
  }

  #view() {
    return new DataView(this.host.bytes(0, 0).buffer);
  }

  #permitted(permission, action) {
    if (!this.permissions.includes(permission)) return NOT_CAPABLE;
    action();
    return 0;
  }

  #vectors(at, count) {
    const view = this.#view();
    return Array.from({ length: count }, (_, i) =>
      this.host.bytes(view.getUint32(at + 8 * i, true), view.getUint32(at + 8 * i + 4, true)),
    );
  }

  #write(descriptor, bytes, command) {
    if (descriptor === 1 && command) this.output.push(Uint8Array.from(bytes));
    else process.stderr.write(this.#stderr.decode(bytes, { stream: true }));
  }

  imports(names, command) {
    const known = {
      args_sizes_get: (count, size) => this.#zeroes(count, size),
      args_get: () => 0,
      environ_sizes_get: (count, size) => this.#zeroes(count, size),
      environ_get: () => 0,
      clock_res_get: (_, to) => this.#permitted("wasi:clock", () => this.#view().setBigUint64(to, 1000n, true)),
      clock_time_get: (clock, _, to) =>
        this.#permitted("wasi:clock", () => {
          const now = clock === 0 ? BigInt(Date.now()) * 1000000n : process.hrtime.bigint();
          this.#view().setBigUint64(to, now, true);
        }),
      random_get: (at, length) =>
        this.#permitted("wasi:random", () => crypto.getRandomValues(this.host.bytes(at, length))),
      fd_write: (descriptor, at, count, to) => {
        if (descriptor !== 1 && descriptor !== 2) return BAD_DESCRIPTOR;
        const pieces = this.#vectors(at, count);
        pieces.forEach((piece) => this.#write(descriptor, piece, command));
        this.#view().setUint32(to, pieces.reduce((sum, piece) => sum + piece.length, 0), true);
        return 0;
      },
      fd_read: (descriptor, at, count, to) => {
        if (descriptor !== 0) return BAD_DESCRIPTOR;
        let read = 0;
        for (const piece of this.#vectors(at, count)) {
          const part = this.input.subarray(0, piece.length);
          piece.set(part);
          this.input = this.input.subarray(part.length);
          read += part.length;
        }
        this.#view().setUint32(to, read, true);
        return 0;
      },
      fd_close: (descriptor) => (descriptor > 2 ? BAD_DESCRIPTOR : 0),
      fd_seek: (descriptor) => (descriptor > 2 ? BAD_DESCRIPTOR : 70),
      fd_fdstat_get: (descriptor, to) => {
        if (descriptor > 2) return BAD_DESCRIPTOR;
        this.host.bytes(to, 24).fill(0);
        this.#view().setUint8(to, 2); // a character device
        this.#view().setBigUint64(to + 8, descriptor === 0 ? 2n : 64n, true); // may be read, or written
        return 0;
      },
      fd_prestat_get: () => BAD_DESCRIPTOR,
      poll_oneoff: (from, to, count, written) => this.#permitted("wasi:clock", () => this.#poll(from, to, count, written)),
      proc_exit: (status) => {
        throw new Exit(status);
      },
      sched_yield: () => 0,
    };
    return Object.fromEntries(names.map((name) => [name, known[name] ?? (() => NOT_CAPABLE)]));
  }

  /** Waits for the first of several clocks. What is no clock is not to be had, and answers at once. */
  #poll(from, to, count, written) {
    const view = this.#view();
    const wishes = Array.from({ length: count }, (_, i) => {
      const at = from + 48 * i;
      const isClock = view.getUint8(at + 8) === 0;
      const absolute = view.getUint16(at + 40, true) === 1;
      const now = view.getUint32(at + 16, true) === 0 ? BigInt(Date.now()) * 1000000n : process.hrtime.bigint();
      const nanos = isClock ? view.getBigUint64(at + 24, true) - (absolute ? now : 0n) : 0n;
      return { user: view.getBigUint64(at, true), isClock, nanos };
    });
    const first = wishes.reduce((least, { nanos }) => (nanos < least ? nanos : least), wishes[0]?.nanos ?? 0n);
    if (first > 0n) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(first) / 1e6);
    const due = wishes.filter(({ nanos }) => nanos <= first);
    due.forEach(({ user, isClock }, i) => {
      this.host.bytes(to + 32 * i, 32).fill(0);
      view.setBigUint64(to + 32 * i, user, true);
      view.setUint16(to + 32 * i + 8, isClock ? 0 : NOT_CAPABLE, true);
    });
    view.setUint32(written, due.length, true);
  }

  #zeroes(...places) {
    places.forEach((to) => this.#view().setUint32(to, 0, true));
    return 0;
  }
}

/** Settings arrive in the types of the schema, as far as a number of JavaScript holds them. */
function typed(settings, schema) {
  const entries = Object.entries(settings).map(([key, value]) => {
    const type = schema?.properties?.[key]?.type;
    if (type === "integer" && /^-?\d+$/.test(value) && Number.isSafeInteger(Number(value))) return [key, Number(value)];
    if (type === "boolean" && /^(true|false)$/.test(value)) return [key, value === "true"];
    return [key, value];
  });
  return Object.fromEntries(entries);
}

function react(exports, host, task) {
  exports._initialize?.();
  const at = exports.alloc(task.length) >>> 0;
  if (at === 0) fail("alloc had no room for the task.");
  host.bytes(at, task.length).set(task);
  const packed = BigInt.asUintN(64, exports.handle(at, task.length));
  const [from, length] = [Number(packed >> 32n), Number(packed & 0xffffffffn)];
  const outcome = Uint8Array.from(host.bytes(from, length));
  exports.dealloc(from, length);
  exports.dealloc(at, task.length);
  return outcome;
}

function command(exports, wasi) {
  try {
    exports._start();
  } catch (ended) {
    if (!(ended instanceof Exit)) throw ended;
    if (ended.status !== 0 && wasi.output.length === 0) fail(`the program ended with status ${ended.status} and no outcome.`);
  }
  return Buffer.concat(wasi.output);
}

const asked = readArguments(process.argv.slice(2));
const module = new WebAssembly.Module(readFileSync(asked.module));
const agent = metadata(asked.module, module);
const config = typed(asked.settings, agent.configSchema);
const host = new Host(JSON.parse(readFileSync(asked.inventory, "utf8")), config, asked.cancel);
const taskType = asked.type ?? agent.taskTypes?.[0] ?? agent.type;
const task = new TextEncoder().encode(
  JSON.stringify({
    abi: 1,
    task: {
      id: "t-1",
      type: taskType,
      attempt: 1,
      remainingMs: 30000,
      input: asked.input === undefined ? {} : JSON.parse(asked.input),
      labels: {},
      resumeToken: null,
    },
    agent: { id: `${agent.type}-1`, type: agent.type, session: "s-1" },
    config,
  }),
);

const isCommand = WebAssembly.Module.exports(module).every(({ name }) => name !== "handle");
const wasi = new Wasi(host, agent.requiredPermissions ?? [], task);
const wanted = WebAssembly.Module.imports(module);
const instance = new WebAssembly.Instance(module, {
  sirsi: host.imports(),
  wasi_snapshot_preview1: wasi.imports(
    wanted.filter((one) => one.module === "wasi_snapshot_preview1").map((one) => one.name),
    isCommand,
  ),
});
host.connect(instance.exports.memory);
let written;
try {
  written = isCommand ? command(instance.exports, wasi) : react(instance.exports, host, task);
} catch (trap) {
  if (!(trap instanceof WebAssembly.RuntimeError || trap instanceof Exit)) throw trap;
  fail(`the module ended before its outcome: ${trap.message}.`);
}
const outcome = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(written));
console.log(JSON.stringify(outcome, null, 2));
process.exit(outcome.status === "succeeded" ? 0 : 1);
