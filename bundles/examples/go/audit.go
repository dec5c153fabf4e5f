// Command audit is an agent that reports resources that lack tags, are too large, or that everybody can reach. What it does is
// in ../README.md.
package main

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"resource-audit-go/sirsi"
)

const mostTags = 16

var sizes = []string{"sizeBytes", "storageBytes", "totalBytes", "residentBytes", "codeBytes"}

// A door is an attribute that says that everybody can reach a resource: if it has this value, or any, and the guard has its value.
type door struct {
	severity, reason, attribute, value, guard, guardValue string
}

var doors = []door{
	{"HIGH", "its policy is public", "policyIsPublic", "true", "restrictPublicBuckets", "false"},
	{"HIGH", "its access control list is public", "aclIsPublic", "true", "ignorePublicAcls", "false"},
	{"HIGH", "it is publicly accessible", "publiclyAccessible", "true", "", ""},
	{"HIGH", "it lets every address in", "openToWorld", "", "", ""},
	{"MEDIUM", "it has a public address", "publicIpAddress", "", "", ""},
	{"MEDIUM", "it listens on all interfaces", "reach", "all-interfaces", "", ""},
	{"LOW", "it gives public addresses to what starts in it", "mapPublicIpOnLaunch", "true", "", ""},
}

type key struct {
	Provider string `json:"provider"`
	Account  string `json:"account"`
	Region   string `json:"region"`
	Type     string `json:"type"`
	ID       string `json:"id"`
}

type resource struct {
	key
	Name       string            `json:"name"`
	Tags       map[string]string `json:"tags"`
	Attributes map[string]string `json:"attributes"`
}

type page struct {
	Scan      string     `json:"scan"`
	Resources []resource `json:"resources"`
	Next      *string    `json:"next"`
}

type request struct {
	Scan     string  `json:"scan"`
	Provider string  `json:"provider,omitempty"`
	Type     string  `json:"type,omitempty"`
	After    *string `json:"after"`
	Limit    uint64  `json:"limit"`
}

type finding struct {
	Rule     string            `json:"rule"`
	Severity string            `json:"severity"`
	Resource key               `json:"resource"`
	Sentence string            `json:"sentence"`
	Evidence map[string]string `json:"evidence"`
}

type report struct {
	Scan      string    `json:"scan"`
	Resources uint64    `json:"resources"`
	Findings  []finding `json:"findings"`
	Omitted   uint64    `json:"omitted"`
}

type settings struct {
	requiredTags                    []string
	maxBytes, maxFindings, pageSize uint64
}

func readSettings(config map[string]json.RawMessage) (with settings, err error) {
	if with.requiredTags, err = requiredTags(config["requiredTags"]); err != nil {
		return with, err
	}
	for _, one := range []struct {
		name            string
		most, otherwise uint64
		to              *uint64
	}{
		{"maxBytes", math.MaxInt64, 1 << 40, &with.maxBytes},
		{"maxFindings", 500, 200, &with.maxFindings},
		{"pageSize", 500, 200, &with.pageSize},
	} {
		*one.to = one.otherwise
		value := config[one.name]
		if isNothing(value) {
			continue
		}
		number, ok := whole(written(value))
		if !ok || number < 1 || number > one.most {
			return with, sirsi.Invalid(fmt.Sprintf(
				"the setting %s is '%s': give a whole number from 1 to %d", one.name, written(value), one.most))
		}
		*one.to = number
	}
	return with, nil
}

func requiredTags(value json.RawMessage) (tags []string, err error) {
	names := "owner"
	if !isNothing(value) {
		names = written(value)
	}
	for _, name := range strings.Split(names, ",") {
		if name = strings.Trim(name, " "); name != "" {
			tags = append(tags, name)
		}
	}
	if len(tags) > mostTags {
		return nil, sirsi.Invalid(fmt.Sprintf("the setting requiredTags has more than %d names: give fewer", mostTags))
	}
	return tags, nil
}

func isNothing(value json.RawMessage) bool { return len(value) == 0 || string(value) == "null" }

// written is text without its quotes, and anything else as JSON.
func written(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text
	}
	return string(value)
}

// whole reads 1 to 19 digits.
func whole(digits string) (uint64, bool) {
	if len(digits) > 19 || strings.HasPrefix(digits, "+") {
		return 0, false
	}
	number, err := strconv.ParseUint(digits, 10, 64)
	return number, err == nil
}

func readInput(input json.RawMessage) (request, error) {
	asked := request{Scan: "latest"}
	if isNothing(input) || string(input) == `""` {
		return asked, nil
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(input, &members) != nil {
		return asked, sirsi.Invalid(`the input is no object: give one such as {"scan": "latest"}`)
	}
	for _, one := range []struct {
		name string
		to   *string
	}{{"scan", &asked.Scan}, {"provider", &asked.Provider}, {"type", &asked.Type}} {
		if value := members[one.name]; !isNothing(value) && json.Unmarshal(value, one.to) != nil {
			return asked, sirsi.Invalid("the input's " + one.name + " is no text: give one, or leave it out")
		}
	}
	return asked, nil
}

func (r *report) add(with settings, about resource, rule, severity, rest string, evidence map[string]string) {
	if uint64(len(r.Findings)) == with.maxFindings {
		r.Omitted++
		return
	}
	name := about.Name
	if name == "" {
		name = about.ID
	}
	r.Findings = append(r.Findings, finding{
		Rule:     "resource-audit-" + rule,
		Severity: severity,
		Resource: about.key,
		Sentence: fmt.Sprintf("%s (%s) %s", name, about.Type, rest),
		Evidence: evidence,
	})
}

// tags does not look at the parts of a machine: they cannot have any.
func (r *report) tags(with settings, about resource) {
	var missing []string
	for _, tag := range with.requiredTags {
		if about.Tags[tag] == "" {
			missing = append(missing, tag)
		}
	}
	if len(missing) == 0 || about.Provider == "host" {
		return
	}
	names := strings.Join(missing, ",")
	rest := fmt.Sprintf("lacks the tags %s: add them, so that it is known whose it is", names)
	r.add(with, about, "untagged", "LOW", rest, map[string]string{"missingTags": names})
}

func (r *report) size(with settings, about resource) {
	for _, attribute := range sizes {
		size := about.Attributes[attribute]
		if bytes, ok := whole(size); ok && bytes > with.maxBytes {
			rest := fmt.Sprintf("has %d bytes, more than %d: make it smaller, or raise maxBytes", bytes, with.maxBytes)
			evidence := map[string]string{attribute: size, "maxBytes": strconv.FormatUint(with.maxBytes, 10)}
			r.add(with, about, "oversize", "MEDIUM", rest, evidence)
			return
		}
	}
}

func (r *report) doors(with settings, about resource) {
	for _, door := range doors {
		value, known := about.Attributes[door.attribute]
		if !known || (door.value != "" && value != door.value) {
			continue
		}
		evidence := map[string]string{door.attribute: value}
		if door.guard != "" {
			if about.Attributes[door.guard] != door.guardValue {
				continue
			}
			evidence[door.guard] = door.guardValue
		}
		rest := fmt.Sprintf("is open to everybody: %s; close it if nobody outside needs it", door.reason)
		r.add(with, about, "public", door.severity, rest, evidence)
		return
	}
}

func audit(task sirsi.Task) (any, error) {
	with, err := readSettings(task.Config)
	if err != nil {
		return nil, err
	}
	asked, err := readInput(task.Input)
	if err != nil {
		return nil, err
	}
	asked.Limit = with.pageSize
	found := report{Findings: []finding{}}
	for number := 1; ; number++ {
		var answer page
		if err := sirsi.Inventory(asked, &answer); err != nil {
			return nil, err
		}
		for _, one := range answer.Resources {
			found.Resources++
			found.tags(with, one)
			found.size(with, one)
			found.doors(with, one)
		}
		// The scan that the first page came from is the scan of them all.
		found.Scan, asked.Scan, asked.After = answer.Scan, answer.Scan, answer.Next
		total := found.Resources
		if answer.Next != nil {
			total += with.pageSize // a guess while pages follow
		}
		stop, err := sirsi.Progress(found.Resources, total, fmt.Sprintf("page %d", number))
		if err != nil {
			return nil, err
		}
		if stop {
			return nil, &sirsi.Cancelled{Message: fmt.Sprintf("asked to stop after %d resources", found.Resources)}
		}
		if answer.Next == nil {
			break
		}
	}
	sirsi.Log("info", fmt.Sprintf("audited %d resources of scan %s: %d findings",
		found.Resources, found.Scan, uint64(len(found.Findings))+found.Omitted))
	return found, nil
}

func init() { sirsi.Handle(audit) }

func main() {}
