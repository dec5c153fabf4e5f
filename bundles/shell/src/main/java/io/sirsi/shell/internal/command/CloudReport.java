package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.report.ReportSource;
import io.sirsi.report.ScanReport;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Ids;
import io.sirsi.shell.internal.ScanSource;
import io.sirsi.shell.internal.completion.ScanIds;
import java.io.IOException;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Writes a scan as a document to the caller's stream, never to a file of the node. */
@Service
@Command(
        scope = "cloud",
        name = "report",
        description =
                "Writes what a scan saw as one HTML file or as JSON lines, to the terminal or pipe",
        detailedDescription = "Example: ./sirsi exec 'cloud:report latest' > report.html")
public final class CloudReport extends HypervisorCommand {

    /** What to say while no bundle writes reports. */
    static final String NO_WRITER =
            "the bundle io.sirsi.report is not active; see bundle:list and the log.";

    @Argument(name = "scan", description = "The scan; latest is the newest")
    @Completion(ScanIds.class)
    private String scan = "latest";

    @Option(name = "--format", description = "html or jsonl")
    @Completion(
            value = StringsCompleter.class,
            values = {"html", "jsonl"})
    private String format = "html";

    @Override
    protected int run(Hypervisor hypervisor) throws IOException, InterruptedException {
        ReportSource source = new ScanSource(hypervisor, Ids.scan(hypervisor, scan));
        return use(
                ScanReport.class,
                NO_WRITER,
                writer -> {
                    switch (json() ? "jsonl" : format) {
                        case "html" -> writer.writeHtml(source, out());
                        case "jsonl" -> writer.writeJsonLines(source, out());
                        default ->
                                throw new IllegalArgumentException(
                                        "unknown format '" + format + "'; write html or jsonl.");
                    }
                    out().flush();
                    return 0;
                });
    }
}
