package io.sirsi.report.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sirsi.agent.AgentFailure;
import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.CloudScope;
import io.sirsi.cloud.CoverageGap;
import io.sirsi.cloud.Finding;
import io.sirsi.cloud.ResourceKey;
import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.ScanState;
import io.sirsi.cloud.Severity;
import io.sirsi.report.ReportSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class JsonLinesTest {

    private static final Pattern LINE_END =
            Pattern.compile("[\\n\\r\\u000b\\f\\u0085\\u2028\\u2029]");

    private final ObjectMapper json = new ObjectMapper();

    @Test
    void reads_back_as_the_same_values() throws IOException {
        ListSource source = ListSource.mixed();
        for (String text : HostileText.ALL) {
            source.resource(
                    new CloudScope(text, text, text),
                    ListSource.DISK,
                    text,
                    text,
                    Map.of(text, text),
                    Map.of("a" + text, text));
            source.finding(
                    text,
                    Severity.MEDIUM,
                    new ResourceKey(new CloudScope(text, text, text), ListSource.DISK, text),
                    text,
                    Map.of(text, text));
            source.gap(
                    new CloudScope(text, text, text),
                    Optional.of(ListSource.DISK),
                    AgentFailure.throttled(text, Optional.of(Duration.ofMillis(1_500))));
        }

        List<JsonNode> lines = lines(source);

        assertThat(of(lines, "resource").stream().map(JsonLinesTest::resource))
                .containsExactlyElementsOf(source.resources);
        assertThat(of(lines, "finding").stream().map(JsonLinesTest::finding))
                .containsExactlyElementsOf(source.findings);
        assertThat(of(lines, "gap").stream().map(JsonLinesTest::gap))
                .containsExactlyElementsOf(source.gaps);
        assertThat(lines)
                .hasSize(2 + source.resources.size() + source.findings.size() + source.gaps.size());
        assertThat(source.summariesRead).isEqualTo(1);
        assertThat(source.findingsRead).isEqualTo(1);
        assertThat(source.resourcesRead).isEqualTo(1);
    }

    @Test
    void begins_with_the_scan_and_ends_with_its_figures() throws IOException {
        List<JsonNode> lines = lines(ListSource.mixed());

        assertThat(lines.stream().map(line -> line.get("kind").textValue()))
                .containsExactly(
                        "scan",
                        "resource",
                        "resource",
                        "finding",
                        "finding",
                        "gap",
                        "gap",
                        "summary");
        assertThat(lines.get(0))
                .isEqualTo(
                        json.readTree(
                                """
                                {"kind": "scan", "id": "scan-0123456789abcdefghijklmnop", "owner": "ops",
                                 "startedAt": "2026-03-01T08:30:15.250Z",
                                 "asked": {"providers": [], "accounts": [], "regions": [], "types": [], "timeoutMs": 900000}}
                                """));
        assertThat(lines.get(lines.size() - 1))
                .isEqualTo(
                        json.readTree(
                                """
                                {"kind": "summary", "state": "PARTIAL", "startedAt": "2026-03-01T08:30:15.250Z",
                                 "endedAt": "2026-03-01T08:31:27.595Z", "durationMs": 72345, "resources": 2,
                                 "findings": {"CRITICAL": 1, "HIGH": 0, "MEDIUM": 0, "LOW": 1, "INFO": 0},
                                 "gaps": 2, "apiCalls": 1234}
                                """));
    }

    @Test
    void leaves_the_end_open_while_the_scan_runs() throws IOException {
        ListSource source = new ListSource();
        source.state = ScanState.RUNNING;
        source.end = Optional.empty();

        List<JsonNode> lines = lines(source);

        assertThat(lines).hasSize(2);
        assertThat(lines.get(1).get("endedAt").isNull()).isTrue();
        assertThat(lines.get(1).get("durationMs").isNull()).isTrue();
    }

    @Test
    void says_null_where_a_gap_is_about_every_type() throws IOException {
        JsonNode gap = of(lines(ListSource.mixed()), "gap").get(1);

        assertThat(gap.get("type").isNull()).isTrue();
        assertThat(gap.get("code").textValue()).isEqualTo("THROTTLED");
        assertThat(gap.get("retryable").booleanValue()).isTrue();
        assertThat(gap.get("retryAfterMs").longValue()).isEqualTo(9_000);
    }

    @Test
    void replaces_only_what_utf_8_cannot_say() throws IOException {
        ListSource source =
                new ListSource()
                        .resource(
                                ListSource.HOST,
                                ListSource.DISK,
                                HostileText.HALF_PAIR,
                                "\uD83D\uDE80");

        JsonNode resource = of(lines(source), "resource").get(0);

        assertThat(resource.get("id").textValue()).isEqualTo("half \uFFFD pair \uFFFD");
        assertThat(resource.get("name").textValue()).isEqualTo("\uD83D\uDE80");
    }

    @Test
    void writes_a_resource_before_it_reads_the_next_few_hundred() throws IOException {
        StreamedSource source = new StreamedSource(10_000);

        new JsonLines().write(source, source.written);

        assertThat(source.mostHeldBack).isBetween(1L, 64L * 1024);
        assertThat(source.written.toString(StandardCharsets.UTF_8).lines()).hasSize(10_002);
    }

    /** Splits as a reader does that knows every line end of Unicode. */
    private List<JsonNode> lines(ReportSource source) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new DefaultScanReport().writeJsonLines(source, out);
        String text = out.toString(StandardCharsets.UTF_8);
        assertThat(text).endsWith("}\n");
        text = text.substring(0, text.length() - 1);
        List<JsonNode> lines = new ArrayList<>();
        for (String line : LINE_END.split(text, -1)) {
            lines.add(json.readTree(line));
        }
        return lines;
    }

    private static List<JsonNode> of(List<JsonNode> lines, String kind) {
        return lines.stream().filter(line -> line.get("kind").textValue().equals(kind)).toList();
    }

    private static CloudResource resource(JsonNode line) {
        return new CloudResource(
                key(line), text(line, "name"), map(line.get("tags")), map(line.get("attributes")));
    }

    private static Finding finding(JsonNode line) {
        return new Finding(
                text(line, "rule"),
                Severity.valueOf(text(line, "severity")),
                key(line.get("resource")),
                text(line, "sentence"),
                map(line.get("evidence")));
    }

    private static CoverageGap gap(JsonNode line) {
        JsonNode wait = line.get("retryAfterMs");
        return new CoverageGap(
                scope(line),
                line.get("type").isNull()
                        ? Optional.empty()
                        : Optional.of(ResourceType.of(text(line, "type"))),
                new AgentFailure(
                        AgentFailure.Code.valueOf(text(line, "code")),
                        text(line, "sentence"),
                        wait.isNull()
                                ? Optional.empty()
                                : Optional.of(Duration.ofMillis(wait.longValue()))));
    }

    private static ResourceKey key(JsonNode node) {
        return new ResourceKey(scope(node), ResourceType.of(text(node, "type")), text(node, "id"));
    }

    private static CloudScope scope(JsonNode node) {
        return new CloudScope(text(node, "provider"), text(node, "account"), text(node, "region"));
    }

    private static Map<String, String> map(JsonNode node) {
        Map<String, String> map = new TreeMap<>();
        node.properties().forEach(entry -> map.put(entry.getKey(), entry.getValue().textValue()));
        return map;
    }

    private static String text(JsonNode node, String field) {
        return node.get(field).textValue();
    }
}
