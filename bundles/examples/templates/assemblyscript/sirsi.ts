// An agent of Sirsi Nexus in AssemblyScript: what the host gives, and the JSON to talk to it. Copy this file beside your source,
// and export from that
//
//   export { alloc, dealloc } from "./sirsi";
//   export function handle(at: usize, length: i32): u64 { … return outcome(…); }
//
// Memory is collected as it goes; an agent that reads page after page calls __collect() after each, so that it needs no more than
// one at a time. A task finds the module as it was after _initialize, so nothing of an earlier task is there. A failed assertion is logged and
// ends the call.

// @ts-ignore: a decorator of AssemblyScript
@external("sirsi", "log") declare function hostLog(at: usize, length: i32): i32;
// @ts-ignore
@external("sirsi", "progress") declare function hostProgress(at: usize, length: i32): i32;
// @ts-ignore
@external("sirsi", "emit") declare function hostEmit(at: usize, length: i32): i32;
// @ts-ignore
@external("sirsi", "config") declare function hostConfig(at: usize, length: i32): i32;
// @ts-ignore
@external("sirsi", "secret") declare function hostSecret(at: usize, length: i32): i32;
// @ts-ignore
@external("sirsi", "spawn") declare function hostSpawn(at: usize, length: i32): i32;
// @ts-ignore
@external("sirsi", "submit") declare function hostSubmit(at: usize, length: i32): i32;
// @ts-ignore
@external("sirsi", "inventory") declare function hostInventory(at: usize, length: i32): i32;
// @ts-ignore
@external("sirsi", "http") declare function hostHttp(at: usize, length: i32): i32;
// @ts-ignore
@external("sirsi", "response") declare function hostResponse(at: usize, length: i32): i32;

export function alloc(length: i32): usize {
  return heap.alloc(max(length, 1));
}

export function dealloc(at: usize, length: i32): void {
  heap.free(at);
}

/** What `asc --use abort=sirsi/abort` calls when an assertion failed. */
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  const what = message === null ? "failed" : message;
  const where = file === null ? "" : file;
  log("error", `${what} (${where}:${line}:${column})`);
  unreachable();
}

/** Adds a line to the log; levels are debug, info, warn and error. */
export function log(level: string, message: string): void {
  const request = utf8(Json.object().put("level", Json.text(level)).put("message", Json.text(message)));
  response(hostLog(changetype<usize>(request), request.byteLength));
}

/** Tells how far the task is. True if it was asked to stop. */
export function progress(done: u64, total: u64, note: string): bool {
  const told = Json.object().put("done", Json.number(done)).put("total", Json.number(total)).put("note", Json.text(note));
  const request = utf8(told);
  return response(hostProgress(changetype<usize>(request), request.byteLength)).get("cancelled").is("true");
}

/*
 * The other host functions: request and response are those of the ABI. Where it could not be done, the response has an `error`,
 * which failedBy makes the outcome.
 */

export function emit(asked: Json): Json {
  const request = utf8(asked);
  return response(hostEmit(changetype<usize>(request), request.byteLength));
}

export function config(asked: Json): Json {
  const request = utf8(asked);
  return response(hostConfig(changetype<usize>(request), request.byteLength));
}

export function secret(asked: Json): Json {
  const request = utf8(asked);
  return response(hostSecret(changetype<usize>(request), request.byteLength));
}

export function spawn(asked: Json): Json {
  const request = utf8(asked);
  return response(hostSpawn(changetype<usize>(request), request.byteLength));
}

export function submit(asked: Json): Json {
  const request = utf8(asked);
  return response(hostSubmit(changetype<usize>(request), request.byteLength));
}

export function inventory(asked: Json): Json {
  const request = utf8(asked);
  return response(hostInventory(changetype<usize>(request), request.byteLength));
}

export function http(asked: Json): Json {
  const request = utf8(asked);
  return response(hostHttp(changetype<usize>(request), request.byteLength));
}

/** The task that the host wrote; null if it is no JSON. */
export function task(at: usize, length: i32): Json {
  return Json.parse(String.UTF8.decodeUnsafe(at, length));
}

export function succeeded(output: Json): Json {
  return Json.object().put("status", Json.text("succeeded")).put("output", output);
}

/** A task that failed: a code of the ABI, such as INVALID, and one sentence. */
export function failed(code: string, sentence: string): Json {
  return Json.object().put("status", Json.text("failed")).put("code", Json.text(code)).put("message", Json.text(sentence));
}

/** A task that failed because a host function did. */
export function failedBy(response: Json): Json {
  const error = response.get("error");
  return failed(error.get("code").characters, error.get("message").characters);
}

export function cancelled(sentence: string): Json {
  return Json.object().put("status", Json.text("cancelled")).put("message", Json.text(sentence));
}

/** What handle returns: the host reads it and gives it back with dealloc. */
export function outcome(value: Json): u64 {
  const bytes = utf8(value);
  const at = alloc(bytes.byteLength);
  memory.copy(at, changetype<usize>(bytes), bytes.byteLength);
  return ((at as u64) << 32) | (bytes.byteLength as u64);
}

function utf8(value: Json): ArrayBuffer {
  return String.UTF8.encode(value.toString());
}

function response(length: i32): Json {
  const bytes = new ArrayBuffer(length);
  const copied = hostResponse(changetype<usize>(bytes), length);
  return Json.parse(String.UTF8.decodeUnsafe(changetype<usize>(bytes), copied));
}

export enum Kind {
  NULL,
  /** true, false, or a number, as it is written. */
  SCALAR,
  TEXT,
  LIST,
  OBJECT,
}

// What values have that are neither a list nor an object.
const NO_ELEMENTS: Json[] = [];
const NO_KEYS: string[] = [];

/** A value of JSON. Numbers are kept as they are written; keys keep their order, and of equal ones the first counts. */
export class Json {
  private constructor(
    readonly kind: Kind,
    /** The characters of a text or a scalar; empty for all else. */
    readonly characters: string = "",
    /** The elements of a list, or the values of an object. */
    readonly elements: Json[] = NO_ELEMENTS,
    /** The keys of an object, in the order of its values. */
    readonly keys: string[] = NO_KEYS,
  ) {}

  static nothing(): Json {
    return new Json(Kind.NULL);
  }

  static object(): Json {
    return new Json(Kind.OBJECT, "", [], []);
  }

  static list(): Json {
    return new Json(Kind.LIST, "", []);
  }

  static text(characters: string): Json {
    return new Json(Kind.TEXT, characters);
  }

  static number(number: u64): Json {
    return new Json(Kind.SCALAR, number.toString());
  }

  static scalar(characters: string): Json {
    return new Json(Kind.SCALAR, characters);
  }

  /** The one value that a text consists of; null if it is not well formed. */
  static parse(text: string): Json {
    const reader = new Reader(text);
    const value = reader.value(64);
    return reader.ended() ? value : Json.nothing();
  }

  /** Adds a key and its value. */
  put(key: string, value: Json): Json {
    this.keys.push(key);
    this.elements.push(value);
    return this;
  }

  /** Adds an element to a list. */
  add(value: Json): Json {
    this.elements.push(value);
    return this;
  }

  /** The value of a key; null where there is none. */
  get(key: string): Json {
    const index = this.keys.indexOf(key);
    return index < 0 ? Json.nothing() : this.elements[index];
  }

  /** Whether it is a text or scalar of these characters. */
  is(characters: string): bool {
    return (this.kind == Kind.TEXT || this.kind == Kind.SCALAR) && this.characters == characters;
  }

  toString(): string {
    const pieces: string[] = [];
    this.write(pieces);
    return pieces.join("");
  }

  private write(to: string[]): void {
    if (this.kind == Kind.NULL) {
      to.push("null");
    } else if (this.kind == Kind.SCALAR) {
      to.push(this.characters);
    } else if (this.kind == Kind.TEXT) {
      quote(this.characters, to);
    } else {
      const object = this.kind == Kind.OBJECT;
      to.push(object ? "{" : "[");
      for (let i = 0; i < this.elements.length; i++) {
        if (i > 0) to.push(",");
        if (object) {
          quote(this.keys[i], to);
          to.push(":");
        }
        this.elements[i].write(to);
      }
      to.push(object ? "}" : "]");
    }
  }
}

function quote(text: string, to: string[]): void {
  to.push('"');
  let begin = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c >= 0x20 && c != 0x22 && c != 0x5c) continue;
    to.push(text.substring(begin, i));
    to.push(c < 0x20 ? "\\u00" + (c < 16 ? "0" : "") + c.toString(16) : "\\" + String.fromCharCode(c));
    begin = i + 1;
  }
  to.push(text.substring(begin));
  to.push('"');
}

/** Reads JSON. Where it is not well formed, `broken` is set, and what follows is null. */
class Reader {
  private at: i32 = 0;
  private broken: bool = false;

  constructor(private readonly text: string) {}

  ended(): bool {
    this.space();
    return !this.broken && this.at == this.text.length;
  }

  /** The next value, nested at most so deep. */
  value(depth: i32): Json {
    this.space();
    const c = this.peek();
    if (c == 0x22) return Json.text(this.string());
    if (c == 0x7b && depth > 0) return this.object(depth - 1);
    if (c == 0x5b && depth > 0) return this.list(depth - 1);
    const begin = this.at;
    while (isWord(this.peek())) this.at++;
    const word = this.text.substring(begin, this.at);
    if (word == "null") return Json.nothing();
    if (word == "true" || word == "false" || isNumber(word)) return Json.scalar(word);
    this.broken = true;
    return Json.nothing();
  }

  private object(depth: i32): Json {
    const object = Json.object();
    this.at++;
    if (this.mark(0x7d)) return object;
    do {
      this.space();
      const key = this.string();
      this.need(0x3a);
      object.put(key, this.value(depth));
    } while (!this.broken && this.mark(0x2c));
    this.need(0x7d);
    return object;
  }

  private list(depth: i32): Json {
    const list = Json.list();
    this.at++;
    if (this.mark(0x5d)) return list;
    do {
      list.add(this.value(depth));
    } while (!this.broken && this.mark(0x2c));
    this.need(0x5d);
    return list;
  }

  private string(): string {
    this.need(0x22);
    let text = "";
    let begin = this.at;
    while (!this.broken) {
      const c = this.peek();
      if (c < 0x20) {
        this.broken = true; // also the end of the text
      } else if (c == 0x22) {
        break;
      } else if (c == 0x5c) {
        text += this.text.substring(begin, this.at);
        this.at++;
        text += this.escape();
        begin = this.at;
      } else {
        this.at++;
      }
    }
    const rest = this.text.substring(begin, this.at);
    this.at++;
    return text.length == 0 ? rest : text + rest;
  }

  private escape(): string {
    const c = this.peek();
    this.at++;
    if (c == 0x75) return this.unit();
    const index = '"\\/bfnrt'.indexOf(String.fromCharCode(c));
    if (index < 0) {
      this.broken = true;
      return "";
    }
    return '"\\/\b\f\n\r\t'.charAt(index);
  }

  /** One or two units of UTF-16; a surrogate without its other half becomes U+FFFD. */
  private unit(): string {
    const high = this.hex();
    if (high < 0xd800 || high >= 0xe000) return String.fromCharCode(high);
    const behind = this.at;
    if (high < 0xdc00 && this.text.substr(this.at, 2) == "\\u") {
      this.at += 2;
      const low = this.hex();
      if (low >= 0xdc00 && low < 0xe000) return String.fromCharCode(high, low);
    }
    this.at = behind;
    return "\ufffd";
  }

  private hex(): i32 {
    let code = 0;
    for (let i = 0; i < 4; i++) {
      const c = this.peek();
      const lower = c | 32;
      if (c >= 0x30 && c <= 0x39) code = (code << 4) | (c - 0x30);
      else if (lower >= 0x61 && lower <= 0x66) code = (code << 4) | (lower - 0x61 + 10);
      else this.broken = true;
      this.at++;
    }
    return code;
  }

  /** The next unit, or -1 at the end. */
  private peek(): i32 {
    return this.at < this.text.length ? this.text.charCodeAt(this.at) : -1;
  }

  private space(): void {
    let c = this.peek();
    while (c == 0x20 || c == 0x09 || c == 0x0a || c == 0x0d) {
      this.at++;
      c = this.peek();
    }
  }

  /** Takes a mark after white space, if it is there. */
  private mark(mark: i32): bool {
    this.space();
    if (this.peek() != mark) return false;
    this.at++;
    return true;
  }

  private need(mark: i32): void {
    if (!this.mark(mark)) this.broken = true;
  }
}

function isDigit(c: i32): bool {
  return c >= 0x30 && c <= 0x39;
}

function isWord(c: i32): bool {
  return isDigit(c) || (c >= 0x61 && c <= 0x7a) || c == 0x45 || c == 0x2b || c == 0x2d || c == 0x2e;
}

function isNumber(word: string): bool {
  let at = word.startsWith("-") ? 1 : 0;
  const whole = digitsFrom(word, at);
  if (whole == at || (whole > at + 1 && word.charCodeAt(at) == 0x30)) return false;
  at = whole;
  if (at < word.length && word.charCodeAt(at) == 0x2e) {
    const behind = digitsFrom(word, at + 1);
    if (behind == at + 1) return false;
    at = behind;
  }
  if (at < word.length && (word.charCodeAt(at) | 32) == 0x65) {
    at++;
    if (at < word.length && (word.charCodeAt(at) == 0x2b || word.charCodeAt(at) == 0x2d)) at++;
    const behind = digitsFrom(word, at);
    if (behind == at) return false;
    at = behind;
  }
  return at == word.length;
}

/** Where the digits from here end. */
function digitsFrom(word: string, at: i32): i32 {
  while (at < word.length && isDigit(word.charCodeAt(at))) at++;
  return at;
}
