package io.sirsi.report.internal;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.CloudScope;
import io.sirsi.cloud.CoverageGap;
import io.sirsi.cloud.Finding;
import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.Scan;
import io.sirsi.cloud.ScanSpec;
import io.sirsi.cloud.ScanSummary;
import io.sirsi.cloud.Severity;
import io.sirsi.report.ReportSource;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One JSON object a line, in an order that is the same each time. Immutable. */
final class JsonLines {

    private final JsonFactory json =
            new JsonFactoryBuilder()
                    .characterEscapes(JsonEscapes.onOneLine())
                    .rootValueSeparator("")
                    .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                    .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
                    .build();

    /** Writes the lines, and does not close the stream. */
    void write(ReportSource source, OutputStream out) throws IOException {
        ScanSummary summary = source.summary();
        try (JsonGenerator line = json.createGenerator(out, JsonEncoding.UTF8)) {
            scan(line, summary.scan());
            ResourceFeed.read(source, resource -> resource(line, resource));
            for (Finding finding : source.findings()) {
                finding(line, finding);
            }
            for (CoverageGap gap : summary.gaps()) {
                gap(line, gap);
            }
            summary(line, summary);
        }
    }

    private static void scan(JsonGenerator line, Scan scan) throws IOException {
        begin(line, "scan");
        string(line, "id", scan.id().value());
        string(line, "owner", scan.owner());
        string(line, "startedAt", scan.span().startedAt().toString());
        ScanSpec spec = scan.spec();
        line.writeObjectFieldStart("asked");
        strings(line, "providers", spec.providers());
        strings(line, "accounts", spec.accounts());
        strings(line, "regions", spec.regions());
        strings(
                line,
                "types",
                spec.types().stream().map(ResourceType::value).collect(Collectors.toSet()));
        line.writeNumberField("timeoutMs", spec.timeout().toMillis());
        line.writeEndObject();
        end(line);
    }

    private static void resource(JsonGenerator line, CloudResource resource) throws IOException {
        begin(line, "resource");
        scope(line, resource.key().scope());
        string(line, "type", resource.key().type().value());
        string(line, "id", resource.key().id());
        string(line, "name", resource.name());
        map(line, "tags", resource.tags());
        map(line, "attributes", resource.attributes());
        end(line);
    }

    private static void finding(JsonGenerator line, Finding finding) throws IOException {
        begin(line, "finding");
        string(line, "rule", finding.rule());
        string(line, "severity", finding.severity().name());
        line.writeObjectFieldStart("resource");
        scope(line, finding.resource().scope());
        string(line, "type", finding.resource().type().value());
        string(line, "id", finding.resource().id());
        line.writeEndObject();
        string(line, "sentence", finding.sentence());
        map(line, "evidence", finding.evidence());
        end(line);
    }

    private static void gap(JsonGenerator line, CoverageGap gap) throws IOException {
        begin(line, "gap");
        scope(line, gap.scope());
        string(line, "type", gap.type().map(ResourceType::value).orElse(null));
        string(line, "code", gap.failure().code().name());
        string(line, "sentence", gap.failure().sentence());
        line.writeBooleanField("retryable", gap.failure().retryable());
        number(line, "retryAfterMs", gap.failure().retryAfter().map(Duration::toMillis));
        end(line);
    }

    private static void summary(JsonGenerator line, ScanSummary summary) throws IOException {
        Scan.Span span = summary.scan().span();
        begin(line, "summary");
        string(line, "state", summary.scan().state().name());
        string(line, "startedAt", span.startedAt().toString());
        string(line, "endedAt", span.endedAt().map(Instant::toString).orElse(null));
        number(
                line,
                "durationMs",
                span.endedAt().map(end -> Duration.between(span.startedAt(), end).toMillis()));
        line.writeNumberField("resources", summary.resources());
        line.writeObjectFieldStart("findings");
        Severity[] severities = Severity.values();
        for (int i = severities.length - 1; i >= 0; i--) {
            line.writeNumberField(
                    severities[i].name(), summary.findings().getOrDefault(severities[i], 0L));
        }
        line.writeEndObject();
        line.writeNumberField("gaps", summary.gaps().size());
        line.writeNumberField("apiCalls", summary.apiCalls());
        end(line);
    }

    private static void begin(JsonGenerator line, String kind) throws IOException {
        line.writeStartObject();
        line.writeStringField("kind", kind);
    }

    private static void end(JsonGenerator line) throws IOException {
        line.writeEndObject();
        line.writeRaw('\n');
    }

    private static void scope(JsonGenerator line, CloudScope scope) throws IOException {
        string(line, "provider", scope.provider());
        string(line, "account", scope.account());
        string(line, "region", scope.region());
    }

    private static void map(JsonGenerator line, String name, Map<String, String> map)
            throws IOException {
        line.writeObjectFieldStart(name);
        for (Map.Entry<String, String> entry : new TreeMap<>(map).entrySet()) {
            string(line, DisplayText.wellFormed(entry.getKey()), entry.getValue());
        }
        line.writeEndObject();
    }

    private static void strings(JsonGenerator line, String name, Set<String> values)
            throws IOException {
        line.writeArrayFieldStart(name);
        for (String value : new TreeSet<>(values)) {
            line.writeString(DisplayText.wellFormed(value));
        }
        line.writeEndArray();
    }

    private static void string(JsonGenerator line, String name, @Nullable String value)
            throws IOException {
        if (value == null) {
            line.writeNullField(name);
        } else {
            line.writeStringField(name, DisplayText.wellFormed(value));
        }
    }

    private static void number(JsonGenerator line, String name, Optional<Long> value)
            throws IOException {
        if (value.isPresent()) {
            line.writeNumberField(name, value.get());
        } else {
            line.writeNullField(name);
        }
    }
}
