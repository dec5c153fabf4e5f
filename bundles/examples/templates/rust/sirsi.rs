//! An agent of Sirsi Nexus in Rust: what the host gives, and the JSON to talk to it. Copy this file beside your source and say
//! `mod sirsi;`. It needs the standard library alone and any compiler since 1.63.
//!
//! A task finds the module as it was after it was loaded, so nothing of an earlier task is there. A panic is logged and ends the call.
#![allow(dead_code)]

use std::alloc::Layout;
use std::fmt::Write;

/// A host function: takes a request, and returns how long the response is.
type Function = unsafe extern "C" fn(*const u8, usize) -> usize;

mod host {
    #[link(wasm_import_module = "sirsi")]
    extern "C" {
        pub fn log(at: *const u8, length: usize) -> usize;
        pub fn progress(at: *const u8, length: usize) -> usize;
        pub fn emit(at: *const u8, length: usize) -> usize;
        pub fn config(at: *const u8, length: usize) -> usize;
        pub fn secret(at: *const u8, length: usize) -> usize;
        pub fn spawn(at: *const u8, length: usize) -> usize;
        pub fn submit(at: *const u8, length: usize) -> usize;
        pub fn inventory(at: *const u8, length: usize) -> usize;
        pub fn http(at: *const u8, length: usize) -> usize;
        pub fn response(at: *mut u8, length: usize) -> usize;
    }
}

#[no_mangle]
pub extern "C" fn alloc(length: usize) -> *mut u8 {
    match Layout::array::<u8>(length.max(1)) {
        Ok(layout) => unsafe { std::alloc::alloc(layout) },
        Err(_) => std::ptr::null_mut(),
    }
}

/// # Safety
/// `at` comes from `alloc` or from an outcome, with this length.
#[no_mangle]
pub unsafe extern "C" fn dealloc(at: *mut u8, length: usize) {
    if let Ok(layout) = Layout::array::<u8>(length.max(1)) {
        std::alloc::dealloc(at, layout);
    }
}

/// A task as it came: its input, its type, and the settings of its agent.
pub struct Task {
    pub kind: String,
    pub input: Json,
    pub config: Json,
}

/// How a task ended, if not well.
pub enum Ended {
    /// A code of the ABI, such as `INVALID`, and one sentence.
    Failed(String, String),
    Cancelled(String),
}

/// What `handle` does: reads the task, runs it, and packs the outcome for the host.
pub fn answer(at: *const u8, length: usize, run: fn(Task) -> Result<Json, Ended>) -> u64 {
    std::panic::set_hook(Box::new(|panic| log("error", &panic.to_string())));
    let text = unsafe { std::slice::from_raw_parts(at, length) };
    let ended = match Json::parse(text) {
        None => Err(invalid("the task is no JSON")),
        Some(message) => run(Task {
            kind: message["task"]["type"].text().unwrap_or_default().to_owned(),
            input: message["task"]["input"].clone(),
            config: message["config"].clone(),
        }),
    };
    let outcome = match ended {
        Ok(output) => object([("status", "succeeded".into()), ("output", output)]),
        Err(Ended::Failed(code, message)) => {
            object([("status", "failed".into()), ("code", code.into()), ("message", message.into())])
        }
        Err(Ended::Cancelled(message)) => object([("status", "cancelled".into()), ("message", message.into())]),
    };
    let bytes = outcome.to_string().into_bytes().into_boxed_slice();
    let length = bytes.len();
    (Box::into_raw(bytes) as *mut u8 as u64) << 32 | length as u64
}

/// A task that was asked for wrongly.
pub fn invalid(sentence: impl Into<String>) -> Ended {
    Ended::Failed("INVALID".to_owned(), sentence.into())
}

/// Adds a line to the log; levels are `debug`, `info`, `warn` and `error`.
pub fn log(level: &str, message: &str) {
    // Nothing can be done about a line that is not kept.
    let _ = call(host::log, object([("level", level.into()), ("message", message.into())]));
}

/// What the host says to a task that tells how far it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wish {
    GoOn,
    Stop,
}

/// Tells how far the task is, and asks whether it shall go on.
pub fn progress(done: u64, total: u64, note: &str) -> Result<Wish, Ended> {
    let request = object([("done", done.into()), ("total", total.into()), ("note", note.into())]);
    Ok(match call(host::progress, request)?["cancelled"] {
        Json::Bool(true) => Wish::Stop,
        _ => Wish::GoOn,
    })
}

/// Publishes an event.
pub fn emit(kind: &str, data: Json) -> Result<Json, Ended> {
    call(host::emit, object([("type", kind.into()), ("data", data)]))
}

/// A setting of the agent.
pub fn config(key: &str) -> Result<Json, Ended> {
    Ok(call(host::config, object([("key", key.into())]))?["value"].clone())
}

/// A secret that the agent may read.
pub fn secret(name: &str) -> Result<Json, Ended> {
    Ok(call(host::secret, object([("name", name.into())]))?["value"].clone())
}

/// A page of the unified inventory; the request is that of the ABI.
pub fn inventory(request: Json) -> Result<Json, Ended> {
    call(host::inventory, request)
}

/// Starts a sub-agent; the request is that of the ABI.
pub fn spawn(request: Json) -> Result<Json, Ended> {
    call(host::spawn, request)
}

/// Submits a task; the request is that of the ABI.
pub fn submit(request: Json) -> Result<Json, Ended> {
    call(host::submit, request)
}

/// Asks a server; the request is that of the ABI.
pub fn http(request: Json) -> Result<Json, Ended> {
    call(host::http, request)
}

fn call(function: Function, request: Json) -> Result<Json, Ended> {
    let request = request.to_string();
    let length = unsafe { function(request.as_ptr(), request.len()) };
    let mut response = vec![0; length];
    let copied = unsafe { host::response(response.as_mut_ptr(), length) };
    let answer = Json::parse(&response[..copied]).ok_or_else(|| {
        Ended::Failed("INTERNAL".to_owned(), "the host answered with no JSON".to_owned())
    })?;
    match (answer["error"]["code"].text(), answer["error"]["message"].text()) {
        (Some(code), Some(message)) => Err(Ended::Failed(code.to_owned(), message.to_owned())),
        _ => Ok(answer),
    }
}

/// A value of JSON. Numbers are kept as they are written; keys keep their order, and of equal ones the first counts.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// An object of these keys, in this order.
pub fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
    Json::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

impl From<&str> for Json {
    fn from(text: &str) -> Json {
        Json::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Json {
        Json::Text(text)
    }
}

impl From<u64> for Json {
    fn from(number: u64) -> Json {
        Json::Number(number.to_string())
    }
}

/// The value of a key; `Null` where there is none.
impl std::ops::Index<&str> for Json {
    type Output = Json;

    fn index(&self, name: &str) -> &Json {
        match self {
            Json::Object(members) => members.iter().find(|(key, _)| key == name).map_or(&Json::Null, |(_, value)| value),
            _ => &Json::Null,
        }
    }
}

impl Json {
    /// How deep lists and objects may be nested.
    const DEEPEST: usize = 64;

    /// The one value that a text consists of; none if it is not well formed.
    pub fn parse(text: &[u8]) -> Option<Json> {
        let text = std::str::from_utf8(text).ok()?;
        let mut reader = Reader { rest: text };
        let value = reader.value(Json::DEEPEST)?;
        reader.space();
        reader.rest.is_empty().then(|| value)
    }

    /// The characters, if it is text.
    pub fn text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The elements, if it is a list; none else.
    pub fn list(&self) -> &[Json] {
        match self {
            Json::List(elements) => elements,
            _ => &[],
        }
    }
}

impl std::fmt::Display for Json {
    fn fmt(&self, to: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Json::Null => to.write_str("null"),
            Json::Bool(value) => write!(to, "{}", value),
            Json::Number(digits) => to.write_str(digits),
            Json::Text(text) => quote(text, to),
            Json::List(elements) => {
                for (i, element) in elements.iter().enumerate() {
                    write!(to, "{}{}", if i == 0 { "[" } else { "," }, element)?;
                }
                to.write_str(if elements.is_empty() { "[]" } else { "]" })
            }
            Json::Object(members) => {
                for (i, (key, value)) in members.iter().enumerate() {
                    to.write_str(if i == 0 { "{" } else { "," })?;
                    quote(key, to)?;
                    write!(to, ":{}", value)?;
                }
                to.write_str(if members.is_empty() { "{}" } else { "}" })
            }
        }
    }
}

fn quote(text: &str, to: &mut std::fmt::Formatter) -> std::fmt::Result {
    to.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                to.write_char('\\')?;
                to.write_char(c)?;
            }
            '\0'..='\u{1f}' => write!(to, "\\u{:04x}", c as u32)?,
            _ => to.write_char(c)?,
        }
    }
    to.write_char('"')
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    /// Takes what the text goes on with, if it is this.
    fn take(&mut self, word: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(word)?;
        Some(())
    }

    /// Takes this, after white space.
    fn mark(&mut self, mark: &str) -> Option<()> {
        self.space();
        self.take(mark)
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        self.space();
        match self.rest.as_bytes().first()? {
            b'n' => self.take("null").map(|_| Json::Null),
            b't' => self.take("true").map(|_| Json::Bool(true)),
            b'f' => self.take("false").map(|_| Json::Bool(false)),
            b'"' => self.string().map(Json::Text),
            b'[' => self.list(depth.checked_sub(1)?),
            b'{' => self.object(depth.checked_sub(1)?),
            _ => self.number(),
        }
    }

    fn list(&mut self, depth: usize) -> Option<Json> {
        self.take("[")?;
        let mut elements = Vec::new();
        if self.mark("]").is_some() {
            return Some(Json::List(elements));
        }
        loop {
            elements.push(self.value(depth)?);
            if self.mark(",").is_none() {
                return self.take("]").map(|_| Json::List(elements));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Option<Json> {
        self.take("{")?;
        let mut members = Vec::new();
        if self.mark("}").is_some() {
            return Some(Json::Object(members));
        }
        loop {
            self.space();
            let key = self.string()?;
            self.mark(":")?;
            members.push((key, self.value(depth)?));
            if self.mark(",").is_none() {
                return self.take("}").map(|_| Json::Object(members));
            }
        }
    }

    fn number(&mut self) -> Option<Json> {
        let start = self.rest;
        let _ = self.take("-");
        if self.take("0").is_none() {
            self.digits()?;
        }
        if self.take(".").is_some() {
            self.digits()?;
        }
        if self.take("e").or_else(|| self.take("E")).is_some() {
            let _ = self.take("+").or_else(|| self.take("-"));
            self.digits()?;
        }
        Some(Json::Number(start[..start.len() - self.rest.len()].to_owned()))
    }

    /// Takes one digit or more.
    fn digits(&mut self) -> Option<()> {
        let rest = self.rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let some = rest.len() < self.rest.len();
        self.rest = rest;
        some.then(|| ())
    }

    fn string(&mut self) -> Option<String> {
        self.take("\"")?;
        let mut text = String::new();
        loop {
            let end = self.rest.find(['"', '\\'])?;
            text.push_str(&self.rest[..end]);
            let escaped = self.rest.as_bytes()[end] == b'\\';
            self.rest = &self.rest[end + 1..];
            if !escaped {
                return Some(text);
            }
            text.push(self.escape()?);
        }
    }

    fn escape(&mut self) -> Option<char> {
        let name = self.rest.chars().next()?;
        self.rest = &self.rest[name.len_utf8()..];
        match name {
            '"' | '\\' | '/' => Some(name),
            'b' => Some('\u{8}'),
            'f' => Some('\u{c}'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            'u' => self.unit(),
            _ => None,
        }
    }

    /// One or two units of UTF-16; a surrogate without its other half becomes U+FFFD.
    fn unit(&mut self) -> Option<char> {
        let high = self.hex()?;
        if let Some(c) = char::from_u32(high) {
            return Some(c);
        }
        let behind = self.rest;
        if high < 0xdc00 && self.take("\\u").is_some() {
            let low = self.hex()?;
            if (0xdc00..0xe000).contains(&low) {
                return char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
            }
        }
        self.rest = behind;
        Some(char::REPLACEMENT_CHARACTER)
    }

    fn hex(&mut self) -> Option<u32> {
        let code = u32::from_str_radix(self.rest.get(..4)?, 16).ok()?;
        self.rest = &self.rest[4..];
        Some(code)
    }
}
