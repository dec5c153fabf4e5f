/*
 * Gives the agent broken JSON, natively and under sanitizers: neither a task nor a page may make it read outside its memory.
 * check.sh builds and runs it: fuzz FILE ROUNDS, where the file is a page to break. The same rounds each time.
 */
#include <stdio.h>

#include "audit.c"

static const char TASK[] =
    "{\"task\":{\"input\":{\"scan\":\"l\\u00e4\\ud83d\\ude00\"}},\"config\":{\"requiredTags\":\"owner,\\ud83d\\ude00\",\"maxBytes\":\"1\"}}";

static const char *page, *answer;
static size_t page_length, answer_length, pages_asked;

static size_t give(const char *from, size_t length) {
    answer = from;
    return answer_length = length;
}

size_t sirsi_inventory(const char *request, size_t length) {
    (void) request, (void) length;
    return ++pages_asked > 3 ? give("{}", 2) : give(page, page_length);
}

size_t sirsi_progress(const char *request, size_t length) {
    (void) request, (void) length;
    return give("{}", 2);
}

size_t sirsi_log(const char *request, size_t length) {
    (void) request, (void) length;
    return give("{}", 2);
}

size_t sirsi_response(char *to, size_t length) {
    memcpy(to, answer, length < answer_length ? length : answer_length);
    return answer_length;
}

/* Xorshift; never 0. */
static uint32_t any(uint32_t below) {
    static uint32_t state = 1;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % below;
}

/* A copy of its exact size, often cut off, with some characters replaced by those that mean something. */
static char *broken(const char *whole, size_t *length) {
    static const char marks[] = "{}[]\",:\\u0dn9 ";
    *length = any(3) == 0 ? any((uint32_t) *length) : *length;
    char *copy = malloc(*length > 0 ? *length : 1);
    memcpy(copy, whole, *length);
    for (uint32_t i = any(20); i > 0 && *length > 0; i--) {
        copy[any((uint32_t) *length)] = marks[any(sizeof marks)];
    }
    return copy;
}

int main(int count, char **arguments) {
    static char whole[1 << 16];
    FILE *file = count == 3 ? fopen(arguments[1], "rb") : NULL;
    size_t size = file == NULL ? 0 : fread(whole, 1, sizeof whole, file);
    if (size == 0) {
        fputs("usage: fuzz FILE ROUNDS\n", stderr);
        return 2;
    }
    for (int rounds = atoi(arguments[2]); rounds > 0; rounds--) {
        size_t length = sizeof TASK - 1;
        char *task = any(2) == 0 ? broken(TASK, &length) : memcpy(malloc(length), TASK, length);
        page_length = size;
        page = broken(whole, &page_length);
        pages_asked = 0;
        handle(task, length);
        free(task);
        free((char *) page);
    }
    return 0;
}
