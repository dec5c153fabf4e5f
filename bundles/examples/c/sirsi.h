/*
 * An agent of Sirsi Nexus in C: what the host gives, and the JSON to talk to it. Copy this file beside your source, include it
 * in one source file, and define
 *
 *     SIRSI_EXPORT(handle) uint64_t handle(const char *task, size_t length);
 *
 * which reads the task with json_of(task, length) and returns sirsi_outcome(&text).
 *
 * Memory: a task finds the module as it was after _initialize, so what a short task allocates needs no free. Where there is no
 * memory left, the call ends with a trap.
 */
#ifndef SIRSI_H
#define SIRSI_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A program, which is built without -mexec-model=reactor and has a main, defines SIRSI_COMMAND first: it exports nothing. */
#ifdef SIRSI_COMMAND
#define SIRSI_EXPORT(name) __attribute__((unused)) static
#else
#define SIRSI_EXPORT(name) __attribute__((export_name(#name)))
#endif
#define SIRSI_IMPORT(name) __attribute__((import_module("sirsi"), import_name(#name)))

/* ---- Host functions: each takes a request and returns the length of the response, which sirsi_call fetches. ---- */

typedef size_t sirsi_function(const char *request, size_t length);

SIRSI_IMPORT(log) sirsi_function sirsi_log;
SIRSI_IMPORT(progress) sirsi_function sirsi_progress;
SIRSI_IMPORT(emit) sirsi_function sirsi_emit;
SIRSI_IMPORT(config) sirsi_function sirsi_config;
SIRSI_IMPORT(secret) sirsi_function sirsi_secret;
SIRSI_IMPORT(spawn) sirsi_function sirsi_spawn;
SIRSI_IMPORT(submit) sirsi_function sirsi_submit;
SIRSI_IMPORT(inventory) sirsi_function sirsi_inventory;
SIRSI_IMPORT(http) sirsi_function sirsi_http;
SIRSI_IMPORT(response) size_t sirsi_response(char *to, size_t length);

SIRSI_EXPORT(alloc) void *sirsi_alloc(size_t length) {
    return malloc(length > 0 ? length : 1);
}

SIRSI_EXPORT(dealloc) void sirsi_dealloc(void *at, size_t length) {
    (void) length;
    free(at);
}

/* ---- Text that grows. Zero it, add to it, free text.at. ---- */

typedef struct {
    char *at;
    size_t length, capacity;
} text;

static inline void text_bytes(text *to, const char *from, size_t length) {
    if (length == 0) {
        return; /* from may be NULL */
    }
    if (length > to->capacity - to->length) {
        size_t capacity = 2 * to->capacity + length + 64;
        to->at = realloc(to->at, capacity);
        if (to->at == NULL || capacity < length) {
            __builtin_trap();
        }
        to->capacity = capacity;
    }
    memcpy(to->at + to->length, from, length);
    to->length += length;
}

/* ---- Reading JSON: a value is a piece of a text that somebody else owns; nothing is copied, nothing recurses. ---- */

/* The source of one value; without one, at is NULL. Malformed text reads as values that are not there, never beyond its end. */
typedef struct {
    const char *at, *end;
} json;

static inline const char *json_space(const char *at, const char *end) {
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')) {
        at++;
    }
    return at;
}

/* Behind the value that begins at `at`, or NULL if it does not end. */
static inline const char *json_behind(const char *at, const char *end) {
    size_t depth = 0;
    do {
        at = json_space(at, end);
        if (at == end) {
            return NULL;
        }
        char c = *at++;
        if (c == '"') {
            while (at < end && *at != '"') {
                at += *at == '\\' ? 2 : 1;
            }
            if (at >= end) {
                return NULL;
            }
            at++;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            if (depth-- == 0) {
                return NULL;
            }
        } else if (c == ',' || c == ':') {
            if (depth == 0) {
                return NULL;
            }
        } else {
            while (at < end && strchr(" \t\n\r,:]}[{\"", *at) == NULL) {
                at++;
            }
        }
    } while (depth > 0);
    return at;
}

/* The value that begins a text. */
static inline json json_of(const char *at, size_t length) {
    const char *end = at + length;
    at = json_space(at, end);
    const char *behind = json_behind(at, end);
    return behind == NULL ? (json){NULL, NULL} : (json){at, behind};
}

/* What a value is, by its first character: '{', '[', '"', 't', 'f', 'n', a digit or '-'; 0 if there is none. */
static inline char json_kind(json value) {
    return value.at == NULL ? 0 : *value.at;
}

/*
 * Goes through an array or object: begin with rest = the container; each call takes the next value, and its key if it has one,
 * and says whether there was one.
 */
static inline bool json_next(json *rest, json *key, json *value) {
    *key = *value = (json){NULL, NULL};
    const char *at = json_space(rest->at, rest->end);
    if (at == rest->end || strchr("{[,", *at) == NULL) {
        return false;
    }
    at = json_space(at + 1, rest->end);
    const char *behind = json_behind(at, rest->end);
    if (behind == NULL) {
        return false;
    }
    const char *colon = json_space(behind, rest->end);
    if (*at == '"' && colon < rest->end && *colon == ':') {
        *key = (json){at, behind};
        at = json_space(colon + 1, rest->end);
        behind = json_behind(at, rest->end);
        if (behind == NULL) {
            return false;
        }
    }
    *value = (json){at, behind};
    rest->at = behind;
    return true;
}

static inline unsigned json_hex(const char *at) {
    unsigned code = 0;
    for (int i = 0; i < 4; i++) {
        char c = at[i];
        unsigned digit = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : 0;
        code = code << 4 | digit;
    }
    return code;
}

/* Decodes the character at *at into at most 4 bytes of UTF-8, moves *at behind it, and returns how many bytes they are. */
static inline size_t json_character(const char **at, const char *end, char utf8[4]) {
    char c = *(*at)++;
    if (c != '\\') {
        utf8[0] = c;
        return 1;
    }
    c = *(*at)++;
    if (c != 'u' || end - *at < 4) {
        static const char names[] = "bfnrt", meant[] = "\b\f\n\r\t";
        const char *name = strchr(names, c);
        utf8[0] = name != NULL && c != 0 ? meant[name - names] : c;
        return 1;
    }
    unsigned code = json_hex(*at);
    *at += 4;
    if (code >= 0xd800 && code < 0xe000) {
        unsigned low = end - *at >= 6 && (*at)[0] == '\\' && (*at)[1] == 'u' ? json_hex(*at + 2) : 0;
        if (code < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            *at += 6;
        } else {
            code = 0xfffd;
        }
    }
    size_t count = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = count - 1; i > 0; i--, code >>= 6) {
        utf8[i] = (char) (0x80 | (code & 0x3f));
    }
    utf8[0] = (char) (count == 1 ? code : (0xf00u >> count & 0xff) | code);
    return count;
}

/* The characters of a string, or the source of anything else, ended by a zero; to be freed. Empty if there is no value. */
static inline char *json_text(json value) {
    text to = {0};
    if (value.at != NULL && *value.at != '"') {
        text_bytes(&to, value.at, (size_t) (value.end - value.at));
    } else if (value.at != NULL) {
        for (const char *at = value.at + 1; at < value.end - 1;) {
            char utf8[4];
            size_t count = json_character(&at, value.end - 1, utf8);
            text_bytes(&to, utf8, count);
        }
    }
    text_bytes(&to, "", 1);
    return to.at;
}

/* Whether a value is this string. */
static inline bool json_is(json value, const char *expected) {
    if (json_kind(value) != '"') {
        return false;
    }
    for (const char *at = value.at + 1; at < value.end - 1;) {
        char utf8[4];
        size_t count = json_character(&at, value.end - 1, utf8);
        for (size_t i = 0; i < count; i++, expected++) {
            if (*expected == 0 || *expected != utf8[i]) {
                return false;
            }
        }
    }
    return *expected == 0;
}

/* The value of a key of an object. */
static inline json json_get(json object, const char *name) {
    json key, value;
    while (json_next(&object, &key, &value)) {
        if (json_is(key, name)) {
            return value;
        }
    }
    return (json){NULL, NULL};
}

/* ---- Writing JSON ---- */

static inline void text_escaped(text *to, const char *from) {
    for (; *from != 0; from++) {
        unsigned char c = (unsigned char) *from;
        if (c == '"' || c == '\\') {
            text_bytes(to, "\\", 1);
            text_bytes(to, from, 1);
        } else if (c < 0x20) {
            static const char digits[] = "0123456789abcdef";
            text_bytes(to, (char[]){'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]}, 6);
        } else {
            text_bytes(to, from, 1);
        }
    }
}

/*
 * Adds to a text. In the format stand
 *   %s  for a char * as it is                        %u  for a uint64_t
 *   %e  for a char *, escaped, without its quotes    %j  for a json as it is; null if there is none
 *   %i  for a json that is a string, without its quotes: the inside of another string
 */
static inline void text_add(text *to, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    for (const char *percent; (percent = strchr(format, '%')) != NULL; format = percent + 2) {
        text_bytes(to, format, (size_t) (percent - format));
        switch (percent[1]) {
            case 's': {
                const char *from = va_arg(arguments, const char *);
                text_bytes(to, from, strlen(from));
                break;
            }
            case 'e': text_escaped(to, va_arg(arguments, const char *)); break;
            case 'j': {
                json value = va_arg(arguments, json);
                text_bytes(to, value.at == NULL ? "null" : value.at, value.at == NULL ? 4 : (size_t) (value.end - value.at));
                break;
            }
            case 'i': {
                json value = va_arg(arguments, json);
                if (json_kind(value) == '"') {
                    text_bytes(to, value.at + 1, (size_t) (value.end - value.at - 2));
                }
                break;
            }
            case 'u': {
                char digits[20];
                size_t first = sizeof digits;
                uint64_t number = va_arg(arguments, uint64_t);
                do {
                    digits[--first] = (char) ('0' + number % 10);
                    number /= 10;
                } while (number > 0);
                text_bytes(to, digits + first, sizeof digits - first);
                break;
            }
            default: __builtin_trap();
        }
    }
    text_bytes(to, format, strlen(format));
    va_end(arguments);
}

/* ---- Calling the host, and answering it ---- */

/* Calls a host function and frees the request; the response is in `*response`, to be freed after the last use of the json. */
static inline json sirsi_call(sirsi_function *function, text *request, text *response) {
    size_t length = function(request->at, request->length);
    free(request->at);
    *request = (text){0};
    *response = (text){.at = sirsi_alloc(length), .capacity = length};
    if (response->at == NULL) {
        __builtin_trap();
    }
    response->length = sirsi_response(response->at, length);
    return json_of(response->at, response->length);
}

/* What handle returns: the host reads it and gives it back with dealloc. */
static inline uint64_t sirsi_outcome(text *outcome) {
    return (uint64_t) (uintptr_t) outcome->at << 32 | outcome->length;
}

/* The outcome of a task that failed: a code of the ABI, and one sentence. */
static inline uint64_t sirsi_failed(const char *code, const char *sentence) {
    text outcome = {0};
    text_add(&outcome, "{\"status\":\"failed\",\"code\":\"%e\",\"message\":\"%e\"}", code, sentence);
    return sirsi_outcome(&outcome);
}

#endif
