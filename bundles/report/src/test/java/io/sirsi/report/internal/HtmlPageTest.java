package io.sirsi.report.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sirsi.agent.AgentFailure;
import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.CloudScope;
import io.sirsi.cloud.Finding;
import io.sirsi.cloud.ResourceKey;
import io.sirsi.cloud.ScanState;
import io.sirsi.cloud.ScanSummary;
import io.sirsi.cloud.Severity;
import io.sirsi.report.ReportSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;

class HtmlPageTest {

    private static final int SMALL_PAGE = 700 * 1024;

    private final DefaultScanReport report = new DefaultScanReport();

    @Test
    void shows_totals_and_gaps_before_findings_and_resources() throws IOException {
        Document page = page(ListSource.mixed());

        assertThat(page.title())
                .isEqualTo(
                        "Scan 2026-03-01 08:30 UTC: 2 resources, 2 findings, 2 gaps - Sirsi Nexus");
        assertThat(page.select(".totals dt").eachText())
                .containsExactly("Resources", "Findings", "Gaps", "Duration", "API calls");
        assertThat(page.select(".totals dd").eachText())
                .containsExactly("2", "2", "2", "1 min 12 s", "1,234");
        assertThat(page.select("header .severity").eachText())
                .containsExactly("1 Critical", "0 High", "0 Medium", "1 Low", "0 Info");
        assertThat(page.select(".verdict").text())
                .isEqualTo(
                        "Partial. 2 gaps: what is named below could not be seen, and may well exist.");
        assertThat(page.select("main > section").eachAttr("id"))
                .containsExactly("gaps", "findings", "charts", "resources", "about");
        assertThat(page.select("#gaps tbody tr").eachText())
                .containsExactly(
                        "aws / 123456789012 / eu-west-1 aws:s3:bucket s3:ListAllMyBuckets was refused"
                                + " FORBIDDEN Needs a change first",
                        "aws / 123456789012 / eu-north-1 everything the region asks for patience"
                                + " THROTTLED Scanning again can help, after 9.0 s");
    }

    @Test
    void shows_each_finding_with_its_evidence_and_sizes_in_readable_units() throws IOException {
        Document page = page(ListSource.mixed());

        assertThat(page.select(".group").eachAttr("open")).hasSize(2);
        Element first = page.selectFirst(".finding");
        assertThat(first).isNotNull();
        assertThat(first.classNames()).contains("critical");
        assertThat(first.select(".sentence").text())
                .isEqualTo("/dev/sda is 97 % full; free some space or grow it.");
        assertThat(first.select(".pairs div").eachText())
                .containsExactly("freeBytes 1.0 MiB (1048576 bytes)", "usedPercent 97");
        assertThat(first.select(".show").attr("data-id")).isEqualTo("/dev/sda");
    }

    @Test
    void draws_each_chart_from_a_table_that_can_be_read_without_it() throws IOException {
        ListSource source = ListSource.mixed();
        source.resource(ListSource.IRELAND, ListSource.INSTANCE, "i-2", "web-2");

        Document page = page(source);

        assertThat(page.select("#by-type tbody tr").eachText())
                .containsExactly("aws:ec2:instance 2", "host:disk 1");
        assertThat(page.select("#by-provider tbody tr").eachText())
                .containsExactly("aws 2", "host 1");
        assertThat(page.select("#by-region tbody tr").eachText())
                .containsExactly("aws eu-west-1 2", "host global 1");
        assertThat(page.select("canvas[role=img][aria-label]")).hasSize(3);
    }

    @Test
    void leaves_hostile_text_as_text() throws IOException {
        ListSource source = new ListSource();
        List<String> texts = new ArrayList<>(HostileText.ALL);
        texts.add(HostileText.HALF_PAIR);
        for (String text : texts) {
            CloudScope scope = new CloudScope(text, text, text);
            source.resource(
                    scope, ListSource.DISK, text, text, Map.of(text, text), Map.of(text, text));
            source.finding(
                    text,
                    Severity.HIGH,
                    new ResourceKey(scope, ListSource.DISK, text),
                    text,
                    Map.of(text, text));
            source.gap(scope, Optional.empty(), AgentFailure.of(AgentFailure.Code.INTERNAL, text));
        }
        source.owner = texts.get(1);

        Document page = page(source);

        assertThat(page.select("script")).hasSize(3);
        assertThat(page.select("style")).hasSize(1);
        assertThat(page.select("img, svg, iframe, object, embed, b:not(.severity b), a:not(.skip)"))
                .isEmpty();
        for (Element element : page.getAllElements()) {
            assertThat(element.attributes())
                    .noneMatch(attribute -> attribute.getKey().startsWith("on"))
                    .noneMatch(attribute -> attribute.getKey().equals("autofocus"));
        }
        assertThat(page.select(".finding .sentence bdi").stream().map(Element::wholeText))
                .containsExactlyElementsOf(texts.stream().map(DisplayText::visible).toList());
        assertThat(
                        page.select("#gaps tbody tr td:nth-child(3) bdi").stream()
                                .map(Element::wholeText))
                .containsExactlyElementsOf(texts.stream().map(DisplayText::visible).toList());
        List<String> names = new ArrayList<>();
        for (JsonNode row : rows(page)) {
            assertThat(row.get(0)).isEqualTo(row.get(5));
            assertThat(row.get(6)).isEqualTo(row.get(7));
            names.add(row.get(5).textValue());
        }
        assertThat(names)
                .containsExactlyElementsOf(texts.stream().map(DisplayText::visible).toList());
    }

    @Test
    void says_it_in_words_when_there_is_nothing() throws IOException {
        Document page = page(new ListSource());

        assertThat(page.title())
                .isEqualTo(
                        "Scan 2026-03-01 08:30 UTC: 0 resources, 0 findings, 0 gaps - Sirsi Nexus");
        assertThat(page.select(".verdict.whole").text())
                .isEqualTo("Complete. Everything that was asked for was seen.");
        assertThat(page.select("#gaps p").text()).isEqualTo("No gaps were reported.");
        assertThat(page.select("#findings p").text())
                .isEqualTo("No rule found anything in what was seen.");
        assertThat(page.select("#resources p").text()).isEqualTo("No resources were seen.");
        assertThat(page.select("canvas, #table")).isEmpty();
        assertThat(rows(page)).isEmpty();
    }

    @Test
    void never_calls_a_scan_whole_that_saw_nothing_but_gaps() throws IOException {
        ListSource source =
                new ListSource()
                        .gap(
                                ListSource.IRELAND,
                                Optional.empty(),
                                AgentFailure.of(
                                        AgentFailure.Code.UNAUTHENTICATED, "the token expired"));

        Document page = page(source);

        assertThat(page.select(".verdict.lacking").text())
                .isEqualTo(
                        "Partial. One gap: what is named below could not be seen, and may well exist.");
        assertThat(page.select("#gaps .warning p").text()).startsWith("1 gap. ");
        assertThat(page.select("#gaps tbody tr")).hasSize(1);
        assertThat(page.select("#table")).isEmpty();
    }

    @Test
    void says_that_a_scan_has_not_ended_or_was_broken_off() throws IOException {
        ListSource source = ListSource.mixed();
        source.end = Optional.empty();
        source.state = ScanState.RUNNING;
        assertThat(page(source).select(".verdict").text())
                .startsWith("Running. The scan is still running");
        assertThat(page(source).select(".totals dd").eachText()).contains("still running");

        source.gaps.clear();
        source.state = ScanState.INTERRUPTED;
        assertThat(page(source).select(".verdict.lacking").text())
                .startsWith("Interrupted. The node went down");
    }

    @Test
    void loads_and_runs_nothing_that_is_not_inside() throws Exception {
        Document page = page(ListSource.mixed());

        List<String> addresses = new ArrayList<>();
        for (Element element : page.getAllElements()) {
            for (String name :
                    List.of("src", "href", "srcset", "action", "data", "poster", "background")) {
                if (element.hasAttr(name)) {
                    addresses.add(element.attr(name));
                }
            }
        }
        assertThat(addresses).containsExactlyInAnyOrder("#resources", "data:,");
        assertThat(page.select("[style], [http-equiv=refresh], base")).isEmpty();
        String style = page.select("style").get(0).data();
        assertThat(style).doesNotContain("url(", "@import", "http:", "https:");
        List<Element> scripts = page.select("script");
        assertThat(scripts.get(0).attr("type")).isEqualTo("application/json");
        String library = scripts.get(1).data();
        String ours = scripts.get(2).data();
        assertThat(library).contains("Chart.js v").doesNotContain("sourceMappingURL");
        assertThat(List.of(library, ours))
                .noneMatch(
                        script ->
                                script.matches(
                                        "(?s).*(import\\s*\\(|fetch\\(|XMLHttpRequest|WebSocket|sendBeacon"
                                                + "|\\beval\\(|new Function|innerHTML|document\\.write).*"));
        assertThat(page.select("meta[http-equiv=Content-Security-Policy]").attr("content"))
                .isEqualTo(
                        "default-src 'none'; script-src "
                                + hash(library)
                                + " "
                                + hash(ours)
                                + "; style-src "
                                + hash(style)
                                + "; img-src data:; base-uri 'none'; form-action 'none'");
    }

    @Test
    void carries_the_licence_of_the_library_inside_and_stays_small() throws IOException {
        byte[] bytes = html(ListSource.mixed());

        Document page = Jsoup.parse(new String(bytes, StandardCharsets.UTF_8));
        assertThat(page.select("footer pre").text())
                .contains("MIT License", "Permission is hereby granted");
        assertThat(bytes.length).isLessThan(SMALL_PAGE);
    }

    @Test
    void reads_the_source_once_and_writes_the_same_page_each_time() throws IOException {
        ListSource source = ListSource.mixed();

        byte[] page = html(source);

        assertThat(source.summariesRead).isEqualTo(1);
        assertThat(source.findingsRead).isEqualTo(1);
        assertThat(source.resourcesRead).isEqualTo(1);
        assertThat(html(ListSource.mixed())).isEqualTo(page);
    }

    @Test
    void has_written_a_resource_before_it_reads_the_next_few_hundred() throws IOException {
        StreamedSource source = new StreamedSource(10_000);

        report.writeHtml(source, source.written);

        assertThat(source.mostHeldBack).isBetween(1L, 64L * 1024);
        Document page = Jsoup.parse(source.written.toString(StandardCharsets.UTF_8));
        assertThat(rows(page)).hasSize(10_000);
        assertThat(page.select("#table tbody tr")).isEmpty();
    }

    @Test
    void tells_that_the_disk_is_full_whatever_the_source_makes_of_it() {
        ReportSource wrapping =
                new ReportSource() {
                    private final StreamedSource inner = new StreamedSource(10_000);

                    @Override
                    public ScanSummary summary() {
                        return inner.summary();
                    }

                    @Override
                    public List<Finding> findings() {
                        return inner.findings();
                    }

                    @Override
                    public void forEachResource(Consumer<CloudResource> reader) {
                        try {
                            inner.forEachResource(reader);
                        } catch (UncheckedIOException e) {
                            throw new IllegalStateException("the query failed", e);
                        }
                    }
                };

        assertThatThrownBy(() -> report.writeHtml(wrapping, new FullDisk(400_000)))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("No space left on device");
        assertThatThrownBy(() -> report.writeHtml(wrapping, new FullDisk(100)))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("No space left on device");
        assertThatThrownBy(() -> report.writeJsonLines(wrapping, new FullDisk(100)))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("No space left on device");
    }

    @Test
    void passes_on_what_the_source_says_when_it_fails() {
        ListSource broken = ListSource.mixed();
        ReportSource source =
                new ReportSource() {
                    @Override
                    public ScanSummary summary() {
                        return broken.summary();
                    }

                    @Override
                    public List<Finding> findings() {
                        return broken.findings();
                    }

                    @Override
                    public void forEachResource(Consumer<CloudResource> reader) {
                        throw new IllegalStateException("the database is away");
                    }
                };

        assertThatThrownBy(() -> report.writeHtml(source, new ByteArrayOutputStream()))
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("the database is away");
    }

    @Test
    void has_no_value_in_its_template_that_goes_unescaped() {
        assertThat(ReportAssets.load().template()).doesNotContain("{{{", "{{&");
    }

    @Test
    void refuses_a_script_that_would_end_its_own_tag() {
        assertThatThrownBy(() -> new ReportAssets("", "", "'</SCRIPT>'", "", ""))
                .hasMessage("our script cannot stand inside a page: it contains </script");
    }

    private Document page(ReportSource source) throws IOException {
        return Jsoup.parse(new String(html(source), StandardCharsets.UTF_8));
    }

    private byte[] html(ReportSource source) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        report.writeHtml(source, out);
        return out.toByteArray();
    }

    private static JsonNode rows(Document page) throws IOException {
        return new ObjectMapper().readTree(page.select("script#rows").get(0).data());
    }

    private static String hash(String text) throws Exception {
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    }

    /** A disk with so many bytes left. */
    private static final class FullDisk extends OutputStream {
        private long left;

        FullDisk(long left) {
            this.left = left;
        }

        @Override
        public void write(int b) throws IOException {
            if (--left < 0) {
                throw new IOException("No space left on device");
            }
        }
    }
}
