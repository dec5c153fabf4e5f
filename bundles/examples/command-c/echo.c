/* A program that is an agent: reads the task from standard input, and gives its input back as the output. */
#include <stdio.h>

#include "sirsi.h"

static bool read_all(FILE *from, text *to) {
    char piece[4096];
    for (size_t count; (count = fread(piece, 1, sizeof piece, from)) > 0;) {
        text_bytes(to, piece, count);
    }
    return !ferror(from);
}

int main(void) {
    text task = {0}, outcome = {0};
    if (!read_all(stdin, &task)) {
        fputs("the task cannot be read\n", stderr);
        return 1;
    }
    json input = json_get(json_get(json_of(task.at, task.length), "task"), "input");
    fprintf(stderr, "echoes %zu bytes\n", (size_t) (input.end - input.at));
    text_add(&outcome, "{\"status\":\"succeeded\",\"output\":{\"echo\":%j}}", input);
    return fwrite(outcome.at, 1, outcome.length, stdout) == outcome.length ? 0 : 1;
}
