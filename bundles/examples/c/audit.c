/* Reports resources that lack tags, are too large, or that everybody can reach. What it does is in ../README.md. */
#include "sirsi.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define MOST_TAGS 16

static const char *const PASSED_ON[] = {"scan", "provider", "type"};

static const char *const SIZES[] = {"sizeBytes", "storageBytes", "totalBytes", "residentBytes", "codeBytes"};

/* An attribute that says that everybody can reach a resource: if it has this value, or any, and the guard has its value. */
static const struct {
    const char *attribute, *value, *guard, *guard_value, *severity, *reason;
} DOORS[] = {
    {"policyIsPublic", "true", "restrictPublicBuckets", "false", "HIGH", "its policy is public"},
    {"aclIsPublic", "true", "ignorePublicAcls", "false", "HIGH", "its access control list is public"},
    {"publiclyAccessible", "true", NULL, NULL, "HIGH", "it is publicly accessible"},
    {"openToWorld", NULL, NULL, NULL, "HIGH", "it lets every address in"},
    {"publicIpAddress", NULL, NULL, NULL, "MEDIUM", "it has a public address"},
    {"reach", "all-interfaces", NULL, NULL, "MEDIUM", "it listens on all interfaces"},
    {"mapPublicIpOnLaunch", "true", NULL, NULL, "LOW", "it gives public addresses to what starts in it"},
};

typedef struct {
    char *tags[MOST_TAGS];
    size_t tag_count;
    uint64_t max_bytes, max_findings, page_size;
} settings;

typedef struct {
    text findings;
    uint64_t kept, omitted;
} report;

static uint64_t invalid(text *sentence) {
    text_bytes(sentence, "", 1);
    return sirsi_failed("INVALID", sentence->at);
}

/* Reads 1 to 19 digits. */
static bool whole(const char *digits, uint64_t *number) {
    size_t length = strlen(digits);
    if (length == 0 || length > 19 || strspn(digits, "0123456789") != length) {
        return false;
    }
    for (*number = 0; *digits != 0; digits++) {
        *number = *number * 10 + (uint64_t) (*digits - '0');
    }
    return true;
}

/* Reads a setting that is a number of 1 to `most`; without it, *number is left as it is. */
static bool number_setting(json config, const char *name, uint64_t most, uint64_t *number, text *wrong) {
    json value = json_get(config, name);
    if (json_kind(value) == 0 || json_kind(value) == 'n') {
        return true;
    }
    char *given = json_text(value);
    if (whole(given, number) && *number >= 1 && *number <= most) {
        return true;
    }
    text_add(wrong, "the setting %s is '%s': give a whole number from 1 to %u", name, given, most);
    return false;
}

/* Splits the names of the tags at commas; spaces around them do not count. */
static bool tags_setting(json config, settings *to, text *wrong) {
    json value = json_get(config, "requiredTags");
    char *names = json_kind(value) == 0 || json_kind(value) == 'n' ? strdup("owner") : json_text(value);
    for (char *name = names, *comma; name != NULL; name = comma == NULL ? NULL : comma + 1) {
        comma = strchr(name, ',');
        char *end = comma == NULL ? name + strlen(name) : comma;
        while (*name == ' ') {
            name++;
        }
        while (end > name && end[-1] == ' ') {
            end--;
        }
        *end = 0;
        if (*name == 0) {
            continue;
        }
        if (to->tag_count == MOST_TAGS) {
            text_add(wrong, "the setting requiredTags has more than %u names: give fewer", (uint64_t) MOST_TAGS);
            return false;
        }
        to->tags[to->tag_count++] = name;
    }
    return true;
}

static bool read_settings(json config, settings *to, text *wrong) {
    *to = (settings){.max_bytes = UINT64_C(1) << 40, .max_findings = 200, .page_size = 200};
    return tags_setting(config, to, wrong)
        && number_setting(config, "maxBytes", INT64_MAX, &to->max_bytes, wrong)
        && number_setting(config, "maxFindings", 500, &to->max_findings, wrong)
        && number_setting(config, "pageSize", 500, &to->page_size, wrong);
}

static bool check_input(json input, text *wrong) {
    if (json_kind(input) == 0 || json_kind(input) == 'n' || json_is(input, "")) {
        return true;
    }
    if (json_kind(input) != '{') {
        text_add(wrong, "the input is no object: give one such as {\"scan\": \"latest\"}");
        return false;
    }
    for (size_t i = 0; i < COUNT(PASSED_ON); i++) {
        char kind = json_kind(json_get(input, PASSED_ON[i]));
        if (kind != 0 && kind != 'n' && kind != '"') {
            text_add(wrong, "the input's %s is no text: give one, or leave it out", PASSED_ON[i]);
            return false;
        }
    }
    return true;
}

/* Begins a finding, up to the sentence's first words; false if there are enough already. */
static bool begin(report *to, uint64_t most, const char *rule, const char *severity, json resource) {
    if (to->kept == most) {
        to->omitted++;
        return false;
    }
    json name = json_get(resource, "name"), id = json_get(resource, "id");
    text_add(
        &to->findings,
        "%s{\"rule\":\"resource-audit-%s\",\"severity\":\"%s\",\"resource\":{\"provider\":%j,\"account\":%j,\"region\":%j,"
        "\"type\":%j,\"id\":%j},\"sentence\":\"%i (%i) ",
        to->kept == 0 ? "" : ",", rule, severity, json_get(resource, "provider"), json_get(resource, "account"),
        json_get(resource, "region"), json_get(resource, "type"), id,
        json_kind(name) != '"' || json_is(name, "") ? id : name, json_get(resource, "type"));
    to->kept++;
    return true;
}

/* The parts of a machine cannot have tags. */
static void audit_tags(report *to, const settings *with, json resource) {
    json tags = json_get(resource, "tags");
    text missing = {0};
    for (size_t i = 0; i < with->tag_count; i++) {
        json value = json_get(tags, with->tags[i]);
        if (json_kind(value) != '"' || json_is(value, "")) {
            text_add(&missing, "%s%s", missing.length == 0 ? "" : ",", with->tags[i]);
        }
    }
    text_bytes(&missing, "", 1);
    if (missing.length > 1 && !json_is(json_get(resource, "provider"), "host")
        && begin(to, with->max_findings, "untagged", "LOW", resource)) {
        text_add(
            &to->findings, "lacks the tags %e: add them, so that it is known whose it is\",\"evidence\":{\"missingTags\":\"%e\"}}",
            missing.at, missing.at);
    }
    free(missing.at);
}

static void audit_size(report *to, const settings *with, json resource) {
    json attributes = json_get(resource, "attributes");
    for (size_t i = 0; i < COUNT(SIZES); i++) {
        char *size = json_text(json_get(attributes, SIZES[i]));
        uint64_t bytes;
        bool over = whole(size, &bytes) && bytes > with->max_bytes;
        if (over && begin(to, with->max_findings, "oversize", "MEDIUM", resource)) {
            text_add(
                &to->findings,
                "has %u bytes, more than %u: make it smaller, or raise maxBytes\",\"evidence\":{\"%s\":\"%e\",\"maxBytes\":\"%u\"}}",
                bytes, with->max_bytes, SIZES[i], size, with->max_bytes);
        }
        free(size);
        if (over) {
            return;
        }
    }
}

static void audit_doors(report *to, const settings *with, json resource) {
    json attributes = json_get(resource, "attributes");
    for (size_t i = 0; i < COUNT(DOORS); i++) {
        json value = json_get(attributes, DOORS[i].attribute);
        bool open = DOORS[i].value == NULL ? json_kind(value) == '"' : json_is(value, DOORS[i].value);
        if (!open || (DOORS[i].guard != NULL && !json_is(json_get(attributes, DOORS[i].guard), DOORS[i].guard_value))) {
            continue;
        }
        if (begin(to, with->max_findings, "public", DOORS[i].severity, resource)) {
            text_add(
                &to->findings, "is open to everybody: %s; close it if nobody outside needs it\",\"evidence\":{\"%s\":%j",
                DOORS[i].reason, DOORS[i].attribute, value);
            if (DOORS[i].guard != NULL) {
                text_add(&to->findings, ",\"%s\":\"%s\"", DOORS[i].guard, DOORS[i].guard_value);
            }
            text_add(&to->findings, "}}");
        }
        return;
    }
}

/* Asks for the page after `after`; the scan that the first page came from is the scan of them all. */
static json ask(json input, json scan, json after, uint64_t limit, text *response) {
    text request = {0};
    text_add(&request, "{\"scan\":%j", scan);
    for (size_t i = 1; i < COUNT(PASSED_ON); i++) {
        json value = json_get(input, PASSED_ON[i]);
        if (json_kind(value) == '"') {
            text_add(&request, ",\"%s\":%j", PASSED_ON[i], value);
        }
    }
    text_add(&request, ",\"after\":%j,\"limit\":%u}", after, limit);
    return sirsi_call(sirsi_inventory, &request, response);
}

/* Tells how far it is; the total is a guess while pages follow. True if the task was asked to stop. */
static bool told_to_stop(uint64_t page, uint64_t resources, uint64_t total) {
    text request = {0}, response;
    text_add(&request, "{\"done\":%u,\"total\":%u,\"note\":\"page %u\"}", resources, total, page);
    bool stop = json_kind(json_get(sirsi_call(sirsi_progress, &request, &response), "cancelled")) == 't';
    free(response.at);
    return stop;
}

static uint64_t succeeded(json scan, uint64_t resources, const report *found) {
    text message = {0}, response, outcome = {0};
    text_add(
        &message, "{\"level\":\"info\",\"message\":\"audited %u resources of scan %i: %u findings\"}", resources, scan,
        found->kept + found->omitted);
    sirsi_call(sirsi_log, &message, &response);
    text_add(&outcome, "{\"status\":\"succeeded\",\"output\":{\"scan\":%j,\"resources\":%u,\"findings\":[", scan, resources);
    text_bytes(&outcome, found->findings.at, found->findings.length);
    text_add(&outcome, "],\"omitted\":%u}}", found->omitted);
    return sirsi_outcome(&outcome);
}

SIRSI_EXPORT(handle) uint64_t handle(const char *at, size_t length) {
    json message = json_of(at, length);
    json input = json_get(json_get(message, "task"), "input");
    settings with;
    text wrong = {0};
    if (!read_settings(json_get(message, "config"), &with, &wrong) || !check_input(input, &wrong)) {
        return invalid(&wrong);
    }

    static const char latest[] = "\"latest\"";
    json scan = json_get(input, "scan");
    if (json_kind(scan) != '"') {
        scan = json_of(latest, sizeof latest - 1);
    }
    report found = {0};
    json after = {0};
    uint64_t resources = 0;
    text held = {0};
    for (uint64_t page = 1;; page++) {
        text response;
        json answer = ask(input, scan, after, with.page_size, &response);
        free(held.at); /* the page before, which scan and after were in */
        held = response;
        json error = json_get(answer, "error");
        if (json_kind(error) == '{') {
            text outcome = {0};
            text_add(
                &outcome, "{\"status\":\"failed\",\"code\":%j,\"message\":%j}", json_get(error, "code"), json_get(error, "message"));
            return sirsi_outcome(&outcome);
        }

        scan = json_get(answer, "scan");
        json rest = json_get(answer, "resources"), key, resource;
        while (json_next(&rest, &key, &resource)) {
            resources++;
            audit_tags(&found, &with, resource);
            audit_size(&found, &with, resource);
            audit_doors(&found, &with, resource);
        }

        after = json_get(answer, "next");
        bool last = json_kind(after) != '"';
        if (told_to_stop(page, resources, last ? resources : resources + with.page_size)) {
            text outcome = {0};
            text_add(&outcome, "{\"status\":\"cancelled\",\"message\":\"asked to stop after %u resources\"}", resources);
            return sirsi_outcome(&outcome);
        }
        if (last) {
            return succeeded(scan, resources, &found);
        }
    }
}
