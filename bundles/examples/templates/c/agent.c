/* Greets whom it is given: the input {"name": "Ada"} gives the output {"greeting": "Hello, Ada"}. */
#include "sirsi.h"

SIRSI_EXPORT(handle) uint64_t handle(const char *at, size_t length) {
    json message = json_of(at, length);
    json name = json_get(json_get(json_get(message, "task"), "input"), "name");
    if (json_kind(name) != '"') {
        return sirsi_failed("INVALID", "the input has no name: give one such as {\"name\": \"Ada\"}");
    }
    json setting = json_get(json_get(message, "config"), "greeting");
    static const char hello[] = "\"Hello\"";
    json greeting = json_kind(setting) == '"' ? setting : json_of(hello, sizeof hello - 1);

    text line = {0}, response;
    text_add(&line, "{\"level\":\"info\",\"message\":\"greets %i\"}", name);
    sirsi_call(sirsi_log, &line, &response);

    text outcome = {0};
    text_add(&outcome, "{\"status\":\"succeeded\",\"output\":{\"greeting\":\"%i, %i\"}}", greeting, name);
    return sirsi_outcome(&outcome);
}
