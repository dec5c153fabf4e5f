//! Reports resources that lack tags, are too large, or that everybody can reach. What it does is in ../README.md.

mod sirsi;

use sirsi::{invalid, object, Ended, Json, Task};

/// The metadata, as the custom section of the module.
#[used]
#[link_section = "sirsi.agent"]
pub static AGENT: [u8; include_bytes!("agent.json").len()] = *include_bytes!("agent.json");

const MOST_TAGS: usize = 16;
const FILTERS: [&str; 2] = ["provider", "type"];
const SIZES: [&str; 5] = ["sizeBytes", "storageBytes", "totalBytes", "residentBytes", "codeBytes"];

/// An attribute that says that everybody can reach a resource: if it has this value, or any, and the guard has its value.
struct Door {
    attribute: &'static str,
    value: Option<&'static str>,
    guard: Option<(&'static str, &'static str)>,
    severity: &'static str,
    reason: &'static str,
}

#[rustfmt::skip]
const DOORS: [Door; 7] = [
    Door { attribute: "policyIsPublic", value: Some("true"), guard: Some(("restrictPublicBuckets", "false")),
           severity: "HIGH", reason: "its policy is public" },
    Door { attribute: "aclIsPublic", value: Some("true"), guard: Some(("ignorePublicAcls", "false")),
           severity: "HIGH", reason: "its access control list is public" },
    Door { attribute: "publiclyAccessible", value: Some("true"), guard: None,
           severity: "HIGH", reason: "it is publicly accessible" },
    Door { attribute: "openToWorld", value: None, guard: None,
           severity: "HIGH", reason: "it lets every address in" },
    Door { attribute: "publicIpAddress", value: None, guard: None,
           severity: "MEDIUM", reason: "it has a public address" },
    Door { attribute: "reach", value: Some("all-interfaces"), guard: None,
           severity: "MEDIUM", reason: "it listens on all interfaces" },
    Door { attribute: "mapPublicIpOnLaunch", value: Some("true"), guard: None,
           severity: "LOW", reason: "it gives public addresses to what starts in it" },
];

struct Settings {
    required_tags: Vec<String>,
    max_bytes: u64,
    max_findings: u64,
    page_size: u64,
}

impl Settings {
    fn read(config: &Json) -> Result<Settings, Ended> {
        Ok(Settings {
            required_tags: required_tags(&config["requiredTags"])?,
            max_bytes: number(config, "maxBytes", i64::MAX as u64, 1 << 40)?,
            max_findings: number(config, "maxFindings", 500, 200)?,
            page_size: number(config, "pageSize", 500, 200)?,
        })
    }
}

fn required_tags(value: &Json) -> Result<Vec<String>, Ended> {
    let names = match value {
        Json::Null => "owner".to_owned(),
        given => written(given),
    };
    let tags: Vec<String> =
        names.split(',').map(|name| name.trim_matches(' ').to_owned()).filter(|name| !name.is_empty()).collect();
    if tags.len() > MOST_TAGS {
        return Err(invalid(format!("the setting requiredTags has more than {} names: give fewer", MOST_TAGS)));
    }
    Ok(tags)
}

/// A setting that is a number of 1 to `most`.
fn number(config: &Json, name: &str, most: u64, default: u64) -> Result<u64, Ended> {
    if config[name] == Json::Null {
        return Ok(default);
    }
    let given = written(&config[name]);
    whole(&given).filter(|number| (1..=most).contains(number)).ok_or_else(|| {
        invalid(format!("the setting {} is '{}': give a whole number from 1 to {}", name, given, most))
    })
}

/// Text without its quotes, and anything else as JSON.
fn written(value: &Json) -> String {
    value.text().map_or_else(|| value.to_string(), str::to_owned)
}

/// Reads 1 to 19 digits.
fn whole(digits: &str) -> Option<u64> {
    let fits = digits.len() <= 19 && digits.bytes().all(|c| c.is_ascii_digit());
    digits.parse().ok().filter(|_| fits)
}

fn check_input(input: &Json) -> Result<(), Ended> {
    match input {
        Json::Null => return Ok(()),
        Json::Text(text) if text.is_empty() => return Ok(()),
        Json::Object(_) => {}
        _ => return Err(invalid("the input is no object: give one such as {\"scan\": \"latest\"}")),
    }
    for name in ["scan", "provider", "type"] {
        if !matches!(input[name], Json::Null | Json::Text(_)) {
            return Err(invalid(format!("the input's {} is no text: give one, or leave it out", name)));
        }
    }
    Ok(())
}

#[derive(Default)]
struct Report {
    findings: Vec<Json>,
    omitted: u64,
}

impl Report {
    fn add(&mut self, with: &Settings, resource: &Json, rule: &str, severity: &str, rest: &str, evidence: Json) {
        if self.findings.len() as u64 == with.max_findings {
            self.omitted += 1;
            return;
        }
        let id = resource["id"].text().unwrap_or_default();
        let name = resource["name"].text().filter(|name| !name.is_empty()).unwrap_or(id);
        let kind = resource["type"].text().unwrap_or_default();
        self.findings.push(object([
            ("rule", format!("resource-audit-{}", rule).into()),
            ("severity", severity.into()),
            ("resource", Json::Object(
                ["provider", "account", "region", "type", "id"]
                    .map(|key| (key.to_owned(), resource[key].clone()))
                    .into(),
            )),
            ("sentence", format!("{} ({}) {}", name, kind, rest).into()),
            ("evidence", evidence),
        ]));
    }

    /// The parts of a machine cannot have tags.
    fn tags(&mut self, with: &Settings, resource: &Json) {
        let lacks = |tag: &&String| resource["tags"][tag.as_str()].text().unwrap_or_default().is_empty();
        let missing: Vec<&str> = with.required_tags.iter().filter(lacks).map(String::as_str).collect();
        if missing.is_empty() || resource["provider"].text() == Some("host") {
            return;
        }
        let missing = missing.join(",");
        let rest = format!("lacks the tags {}: add them, so that it is known whose it is", missing);
        self.add(with, resource, "untagged", "LOW", &rest, object([("missingTags", missing.into())]));
    }

    fn size(&mut self, with: &Settings, resource: &Json) {
        for attribute in SIZES {
            let size = resource["attributes"][attribute].text().unwrap_or_default();
            if let Some(bytes) = whole(size).filter(|bytes| *bytes > with.max_bytes) {
                let rest =
                    format!("has {} bytes, more than {}: make it smaller, or raise maxBytes", bytes, with.max_bytes);
                let evidence =
                    object([(attribute, size.into()), ("maxBytes", with.max_bytes.to_string().into())]);
                self.add(with, resource, "oversize", "MEDIUM", &rest, evidence);
                return;
            }
        }
    }

    fn doors(&mut self, with: &Settings, resource: &Json) {
        let attributes = &resource["attributes"];
        for door in &DOORS {
            let value = match attributes[door.attribute].text() {
                Some(value) if door.value.map_or(true, |expected| expected == value) => value,
                _ => continue,
            };
            let mut evidence = vec![(door.attribute.to_owned(), value.into())];
            if let Some((guard, expected)) = door.guard {
                if attributes[guard].text() != Some(expected) {
                    continue;
                }
                evidence.push((guard.to_owned(), expected.into()));
            }
            let rest = format!("is open to everybody: {}; close it if nobody outside needs it", door.reason);
            self.add(with, resource, "public", door.severity, &rest, Json::Object(evidence));
            return;
        }
    }
}

/// Asks for the page after `after`.
fn ask(input: &Json, scan: Json, after: Json, limit: u64) -> Result<Json, Ended> {
    let mut request = vec![("scan".to_owned(), scan)];
    for filter in FILTERS {
        if let value @ Json::Text(_) = &input[filter] {
            request.push((filter.to_owned(), value.clone()));
        }
    }
    request.push(("after".to_owned(), after));
    request.push(("limit".to_owned(), limit.into()));
    sirsi::inventory(Json::Object(request))
}

fn audit(task: Task) -> Result<Json, Ended> {
    let with = Settings::read(&task.config)?;
    check_input(&task.input)?;
    let mut scan: Json = task.input["scan"].text().unwrap_or("latest").into();
    let mut after = Json::Null;
    let mut report = Report::default();
    let mut resources = 0;
    for page in 1_u64.. {
        let answer = ask(&task.input, scan, after, with.page_size)?;
        for resource in answer["resources"].list() {
            resources += 1;
            report.tags(&with, resource);
            report.size(&with, resource);
            report.doors(&with, resource);
        }
        // The scan that the first page came from is the scan of them all.
        scan = answer["scan"].clone();
        after = answer["next"].clone();
        let last = after == Json::Null;
        // The total is a guess while pages follow.
        let total = if last { resources } else { resources + with.page_size };
        if sirsi::progress(resources, total, &format!("page {}", page))? == sirsi::Wish::Stop {
            return Err(Ended::Cancelled(format!("asked to stop after {} resources", resources)));
        }
        if last {
            break;
        }
    }
    let found = report.findings.len() as u64 + report.omitted;
    sirsi::log("info", &format!("audited {} resources of scan {}: {} findings", resources, written(&scan), found));
    Ok(object([
        ("scan", scan),
        ("resources", resources.into()),
        ("findings", Json::List(report.findings)),
        ("omitted", report.omitted.into()),
    ]))
}

#[no_mangle]
pub extern "C" fn handle(at: *const u8, length: usize) -> u64 {
    sirsi::answer(at, length, audit)
}
