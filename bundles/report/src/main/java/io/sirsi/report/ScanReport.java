package io.sirsi.report;

import java.io.IOException;
import java.io.OutputStream;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Writes what a scan saw as a document. Thread-safe; reads the source once, and does not close the
 * stream.
 */
@ProviderType
public interface ScanReport {

    /**
     * Writes one HTML file that needs nothing else: it opens without a network and asks for none.
     *
     * @param source what the scan saw
     * @param out where to, as UTF-8
     * @throws IOException if it cannot be written
     */
    void writeHtml(ReportSource source, OutputStream out) throws IOException;

    /**
     * Writes one JSON object a line. Its field "kind" says what the line is: one "scan", then each
     * "resource", "finding" and "gap", and last the "summary". Resources are streamed.
     *
     * @param source what the scan saw
     * @param out where to, as UTF-8
     * @throws IOException if it cannot be written
     */
    void writeJsonLines(ReportSource source, OutputStream out) throws IOException;
}
