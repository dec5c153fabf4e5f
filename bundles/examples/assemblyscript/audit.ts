// Reports resources that lack tags, are too large, or that everybody can reach. What it does is in ../README.md.
import { Json, Kind, cancelled, failed, failedBy, inventory, log, outcome, progress, succeeded, task } from "./sirsi";

export { alloc, dealloc } from "./sirsi";

const MOST_TAGS = 16;
const FILTERS: string[] = ["provider", "type"];
const SIZES: string[] = ["sizeBytes", "storageBytes", "totalBytes", "residentBytes", "codeBytes"];

/** An attribute that says that everybody can reach a resource: if it has this value, or any, and the guard has its value. */
class Door {
  constructor(
    readonly severity: string,
    readonly reason: string,
    readonly attribute: string,
    readonly value: string = "",
    readonly guard: string = "",
    readonly guardValue: string = "",
  ) {}
}

const DOORS: Door[] = [
  new Door("HIGH", "its policy is public", "policyIsPublic", "true", "restrictPublicBuckets", "false"),
  new Door("HIGH", "its access control list is public", "aclIsPublic", "true", "ignorePublicAcls", "false"),
  new Door("HIGH", "it is publicly accessible", "publiclyAccessible", "true"),
  new Door("HIGH", "it lets every address in", "openToWorld"),
  new Door("MEDIUM", "it has a public address", "publicIpAddress"),
  new Door("MEDIUM", "it listens on all interfaces", "reach", "all-interfaces"),
  new Door("LOW", "it gives public addresses to what starts in it", "mapPublicIpOnLaunch", "true"),
];

class Settings {
  readonly requiredTags: string[] = [];
  maxBytes: u64 = 1 << 40;
  maxFindings: u64 = 200;
  pageSize: u64 = 200;
  /** What is wrong with them, as a sentence; empty if nothing is. */
  wrong: string = "";

  constructor(private readonly config: Json) {
    this.readTags();
    this.maxBytes = this.number("maxBytes", i64.MAX_VALUE, (1 as u64) << 40);
    this.maxFindings = this.number("maxFindings", 500, 200);
    this.pageSize = this.number("pageSize", 500, 200);
  }

  private readTags(): void {
    const given = this.config.get("requiredTags");
    const names = (given.kind == Kind.NULL ? "owner" : written(given)).split(",");
    for (let i = 0; i < names.length; i++) {
      const name = withoutSpaces(names[i]);
      if (name.length > 0) this.requiredTags.push(name);
    }
    if (this.requiredTags.length > MOST_TAGS) {
      this.wrong = `the setting requiredTags has more than ${MOST_TAGS} names: give fewer`;
    }
  }

  /** A setting that is a number of 1 to `most`. */
  private number(name: string, most: u64, otherwise: u64): u64 {
    const value = this.config.get(name);
    if (value.kind == Kind.NULL) return otherwise;
    const number = whole(written(value));
    if (number >= 1 && number <= most) return number;
    if (this.wrong.length == 0) {
      this.wrong = `the setting ${name} is '${written(value)}': give a whole number from 1 to ${most}`;
    }
    return otherwise;
  }
}

/** Text without its quotes, and anything else as JSON. */
function written(value: Json): string {
  return value.kind == Kind.TEXT ? value.characters : value.toString();
}

function withoutSpaces(text: string): string {
  let begin = 0;
  let end = text.length;
  while (begin < end && text.charCodeAt(begin) == 0x20) begin++;
  while (end > begin && text.charCodeAt(end - 1) == 0x20) end--;
  return text.substring(begin, end);
}

/** Reads 1 to 19 digits; 0 if it is something else. */
function whole(digits: string): u64 {
  if (digits.length == 0 || digits.length > 19) return 0;
  let number: u64 = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return 0;
    number = number * 10 + digit;
  }
  return number;
}

/** What is wrong with the input, as a sentence; empty if nothing is. */
function wrongInput(input: Json): string {
  if (input.kind == Kind.NULL || (input.kind == Kind.TEXT && input.characters.length == 0)) return "";
  if (input.kind != Kind.OBJECT) return 'the input is no object: give one such as {"scan": "latest"}';
  const names = ["scan"].concat(FILTERS);
  for (let i = 0; i < names.length; i++) {
    const kind = input.get(names[i]).kind;
    if (kind != Kind.NULL && kind != Kind.TEXT) return `the input's ${names[i]} is no text: give one, or leave it out`;
  }
  return "";
}

class Report {
  readonly findings: Json = Json.list();
  omitted: u64 = 0;

  constructor(private readonly settings: Settings) {}

  audit(resource: Json): void {
    this.tags(resource);
    this.size(resource);
    this.doors(resource);
  }

  private add(resource: Json, rule: string, severity: string, rest: string, evidence: Json): void {
    if ((this.findings.elements.length as u64) == this.settings.maxFindings) {
      this.omitted++;
      return;
    }
    const key = Json.object();
    const parts = ["provider", "account", "region", "type", "id"];
    for (let i = 0; i < parts.length; i++) key.put(parts[i], resource.get(parts[i]));
    const name = resource.get("name").characters;
    const known = name.length > 0 ? name : resource.get("id").characters;
    this.findings.add(
      Json.object()
        .put("rule", Json.text("resource-audit-" + rule))
        .put("severity", Json.text(severity))
        .put("resource", key)
        .put("sentence", Json.text(`${known} (${resource.get("type").characters}) ${rest}`))
        .put("evidence", evidence),
    );
  }

  /** The parts of a machine cannot have tags. */
  private tags(resource: Json): void {
    const tags = resource.get("tags");
    const missing: string[] = [];
    for (let i = 0; i < this.settings.requiredTags.length; i++) {
      const tag = this.settings.requiredTags[i];
      if (tags.get(tag).characters.length == 0) missing.push(tag);
    }
    if (missing.length == 0 || resource.get("provider").is("host")) return;
    const names = missing.join(",");
    const rest = `lacks the tags ${names}: add them, so that it is known whose it is`;
    this.add(resource, "untagged", "LOW", rest, Json.object().put("missingTags", Json.text(names)));
  }

  private size(resource: Json): void {
    const attributes = resource.get("attributes");
    const most = this.settings.maxBytes;
    for (let i = 0; i < SIZES.length; i++) {
      const size = attributes.get(SIZES[i]).characters;
      const bytes = whole(size);
      if (bytes <= most) continue;
      const rest = `has ${bytes} bytes, more than ${most}: make it smaller, or raise maxBytes`;
      const evidence = Json.object().put(SIZES[i], Json.text(size)).put("maxBytes", Json.text(most.toString()));
      this.add(resource, "oversize", "MEDIUM", rest, evidence);
      return;
    }
  }

  private doors(resource: Json): void {
    const attributes = resource.get("attributes");
    for (let i = 0; i < DOORS.length; i++) {
      const door = DOORS[i];
      const value = attributes.get(door.attribute);
      if (value.kind != Kind.TEXT || (door.value.length > 0 && !value.is(door.value))) continue;
      const evidence = Json.object().put(door.attribute, value);
      if (door.guard.length > 0) {
        if (!attributes.get(door.guard).is(door.guardValue)) continue;
        evidence.put(door.guard, Json.text(door.guardValue));
      }
      const rest = `is open to everybody: ${door.reason}; close it if nobody outside needs it`;
      this.add(resource, "public", door.severity, rest, evidence);
      return;
    }
  }
}

/** Asks for the page after `after`. */
function ask(input: Json, scan: Json, after: Json, limit: u64): Json {
  const request = Json.object().put("scan", scan);
  for (let i = 0; i < FILTERS.length; i++) {
    const value = input.get(FILTERS[i]);
    if (value.kind == Kind.TEXT) request.put(FILTERS[i], value);
  }
  return inventory(request.put("after", after).put("limit", Json.number(limit)));
}

function audit(input: Json, settings: Settings): Json {
  const report = new Report(settings);
  let scan = input.get("scan");
  if (scan.kind != Kind.TEXT) scan = Json.text("latest");
  let after = Json.nothing();
  let resources: u64 = 0;
  for (let page = 1; ; page++) {
    const answer = ask(input, scan, after, settings.pageSize);
    if (answer.get("error").kind == Kind.OBJECT) return failedBy(answer);
    const list = answer.get("resources").elements;
    for (let i = 0; i < list.length; i++) {
      resources++;
      report.audit(list[i]);
    }
    // The scan that the first page came from is the scan of them all.
    scan = answer.get("scan");
    after = answer.get("next");
    const last = after.kind == Kind.NULL;
    // The total is a guess while pages follow.
    if (progress(resources, last ? resources : resources + settings.pageSize, `page ${page}`)) {
      return cancelled(`asked to stop after ${resources} resources`);
    }
    if (last) break;
    __collect(); // the page
  }
  const found = (report.findings.elements.length as u64) + report.omitted;
  log("info", `audited ${resources} resources of scan ${written(scan)}: ${found} findings`);
  return succeeded(
    Json.object()
      .put("scan", scan)
      .put("resources", Json.number(resources))
      .put("findings", report.findings)
      .put("omitted", Json.number(report.omitted)),
  );
}

export function handle(at: usize, length: i32): u64 {
  const message = task(at, length);
  const input = message.get("task").get("input");
  const settings = new Settings(message.get("config"));
  const wrong = settings.wrong.length > 0 ? settings.wrong : wrongInput(input);
  return outcome(wrong.length > 0 ? failed("INVALID", wrong) : audit(input, settings));
}
