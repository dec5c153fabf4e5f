package io.sirsi.report.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.Template;
import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.CloudScope;
import io.sirsi.report.ReportSource;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * The page. Every value of the template is made visible and escaped as HTML, without the template
 * asking for it; resources go through as rows of JSON while they are read. Immutable.
 */
final class HtmlPage {

    private final ReportAssets assets;
    private final String policy;
    private final Template template;
    private final JsonFactory json =
            new JsonFactoryBuilder()
                    .characterEscapes(JsonEscapes.insideScript())
                    .rootValueSeparator(",\n")
                    .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                    .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
                    .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
                    .build();

    HtmlPage(ReportAssets assets) {
        this.assets = assets;
        this.policy = assets.contentSecurityPolicy();
        this.template =
                Mustache.compiler()
                        .escapeHTML(true)
                        .strictSections(true)
                        .withFormatter(value -> DisplayText.visible(String.valueOf(value)))
                        .compile(assets.template());
    }

    /** Writes the page, and does not close the stream. */
    void write(ReportSource source, OutputStream out) throws IOException {
        Writer writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        PageView view =
                PageView.of(
                        source.summary(),
                        source.findings(),
                        new PageView.Parts(
                                policy,
                                assets.chartLicence(),
                                (fragment, page) -> page.write(assets.style()),
                                (fragment, page) -> page.write(assets.chartLibrary()),
                                (fragment, page) -> page.write(assets.script()),
                                (fragment, page) -> writeRows(source, page)));
        try {
            template.execute(view, writer);
        } catch (MustacheException e) {
            if (e.getCause() instanceof IOException cannotWrite) {
                throw cannotWrite;
            }
            throw e;
        }
        writer.flush();
    }

    private void writeRows(ReportSource source, Writer page) throws IOException {
        page.write("[\n");
        try (JsonGenerator row = json.createGenerator(page)) {
            ResourceFeed.read(source, resource -> writeRow(row, resource));
        }
        page.write("\n]");
    }

    /** The order of the columns is known to report.js as well. */
    private static void writeRow(JsonGenerator row, CloudResource resource) throws IOException {
        CloudScope scope = resource.key().scope();
        row.writeStartArray();
        row.writeString(DisplayText.visible(scope.provider()));
        row.writeString(DisplayText.visible(scope.account()));
        row.writeString(DisplayText.visible(scope.region()));
        row.writeString(resource.key().type().value());
        row.writeString(DisplayText.visible(resource.key().id()));
        row.writeString(DisplayText.visible(resource.name()));
        writeMap(row, resource.tags(), false);
        writeMap(row, resource.attributes(), true);
        row.writeEndArray();
    }

    private static void writeMap(JsonGenerator row, Map<String, String> map, boolean sizes)
            throws IOException {
        row.writeStartArray();
        for (Map.Entry<String, String> entry : new TreeMap<>(map).entrySet()) {
            row.writeString(DisplayText.visible(entry.getKey()));
            row.writeString(
                    DisplayText.visible(
                            sizes
                                    ? DisplayText.attribute(entry.getKey(), entry.getValue())
                                    : entry.getValue()));
        }
        row.writeEndArray();
    }
}
