package io.sirsi.report.internal;

import io.sirsi.report.ReportSource;
import io.sirsi.report.ScanReport;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Writes reports; reads template, styles and scripts when the first page is asked for, and keeps
 * them.
 */
@Component
public final class DefaultScanReport implements ScanReport {

    private final JsonLines lines = new JsonLines();
    private volatile @Nullable HtmlPage page;

    @Activate
    public DefaultScanReport() {}

    @Override
    public void writeHtml(ReportSource source, OutputStream out) throws IOException {
        page().write(source, out);
    }

    @Override
    public void writeJsonLines(ReportSource source, OutputStream out) throws IOException {
        lines.write(source, out);
    }

    /** Two first callers at once both read; that does no harm. */
    private HtmlPage page() {
        HtmlPage loaded = page;
        if (loaded == null) {
            loaded = new HtmlPage(ReportAssets.load());
            page = loaded;
        }
        return loaded;
    }
}
