package io.sirsi.shell.internal.command;

import io.sirsi.cloud.ProviderInfo;
import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.ScanId;
import io.sirsi.cloud.ScanSpec;
import io.sirsi.cloud.ScanState;
import io.sirsi.cloud.ScanSummary;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.report.ScanReport;
import io.sirsi.shell.internal.Durations;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Ids;
import io.sirsi.shell.internal.ProgressDisplay;
import io.sirsi.shell.internal.ScanSource;
import io.sirsi.shell.internal.ScanText;
import io.sirsi.shell.internal.ScanWatch;
import io.sirsi.shell.internal.Sleeper;
import io.sirsi.shell.internal.Text;
import io.sirsi.shell.internal.completion.AccountNames;
import io.sirsi.shell.internal.completion.ProviderNames;
import io.sirsi.shell.internal.completion.RegionNames;
import io.sirsi.shell.internal.completion.ResourceTypes;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.jspecify.annotations.Nullable;

/** Scans what can be reached, shows how far it is, and prints what was seen. */
@Service
@Command(
        scope = "cloud",
        name = "scan",
        description =
                "Scans what can be reached: this host, and every cloud account that is connected",
        detailedDescription =
                "Exit code: 0 also with gaps (a warning names them), 2 with --strict and gaps, 1 if the scan"
                        + " could not run. Ctrl-C calls the scan off. Example: cloud:scan --provider host --type host:disk")
public final class CloudScan extends HypervisorCommand {

    private static final int STRICT_EXIT = 2;
    private static final int MIN_WIDTH = 40;

    @Option(
            name = "--provider",
            description = "Only this provider; may be repeated",
            multiValued = true,
            valueToShowInHelp = "")
    @Completion(ProviderNames.class)
    private List<String> providers = List.of();

    @Option(
            name = "--account",
            description = "Only this account; may be repeated",
            multiValued = true,
            valueToShowInHelp = "")
    @Completion(AccountNames.class)
    private List<String> accounts = List.of();

    @Option(
            name = "--region",
            description = "Only this region; may be repeated",
            multiValued = true,
            valueToShowInHelp = "")
    @Completion(RegionNames.class)
    private List<String> regions = List.of();

    @Option(
            name = "--type",
            description = "Only this type of resource; may be repeated",
            multiValued = true,
            valueToShowInHelp = "")
    @Completion(ResourceTypes.class)
    private List<String> types = List.of();

    @Option(name = "--timeout", description = "The longest time for the whole, such as 15m")
    private @Nullable String timeout;

    @Option(name = "--strict", description = "Exit with 2 if anything could not be seen")
    private boolean strict;

    @Option(
            name = "--progress",
            description =
                    "bars, lines or none; bars in an interactive shell, else lines; none with --json")
    @Completion(
            value = StringsCompleter.class,
            values = {"bars", "lines", "none"})
    private @Nullable String progress;

    @Option(name = "--width", description = "The width of the terminal, in characters")
    private int width;

    @Override
    protected int run(Hypervisor hypervisor) throws IOException, InterruptedException {
        // Progress is for who watches, not for the next command of a pipe.
        PrintStream console = session().getConsole();
        ProgressDisplay display = json() ? ProgressDisplay.none() : display(console);
        ScanId scan = hypervisor.startScan(spec());
        new ScanWatch(hypervisor, console, Sleeper.REAL).follow(scan, display);
        ScanSummary summary = hypervisor.scanSummary(scan);
        if (json()) {
            use(
                    ScanReport.class,
                    CloudReport.NO_WRITER,
                    writer -> {
                        writer.writeJsonLines(new ScanSource(hypervisor, scan), out());
                        out().flush();
                        return 0;
                    });
        } else {
            ScanText.summary(out(), summary, hypervisor.findings(scan), width());
            hints(hypervisor);
            if (!summary.gaps().isEmpty()) {
                out().println(
                                "warning: "
                                        + Text.count(summary.gaps().size(), "gap")
                                        + ": what could not be seen is not in"
                                        + " these numbers");
            }
            out().println("scan " + scan + " " + summary.scan().state());
        }
        if (summary.scan().state() == ScanState.CANCELLED
                || summary.scan().state() == ScanState.INTERRUPTED) {
            return 1;
        }
        return strict && !summary.gaps().isEmpty() ? STRICT_EXIT : 0;
    }

    private ScanSpec spec() {
        Set<ResourceType> wanted =
                types.stream().map(Ids::resourceType).collect(Collectors.toSet());
        return new ScanSpec(
                Set.copyOf(providers),
                Set.copyOf(accounts),
                Set.copyOf(regions),
                wanted,
                timeout == null ? ScanSpec.EVERYTHING.timeout() : Durations.parse(timeout));
    }

    /** Says how to connect what is not connected, unless only certain providers were asked for. */
    private void hints(Hypervisor hypervisor) {
        if (providers.isEmpty()) {
            hypervisor.providers().stream()
                    .map(ProviderInfo::hint)
                    .forEach(hint -> hint.ifPresent(sentence -> out().println(sentence)));
        }
    }

    private ProgressDisplay display(PrintStream target) {
        String wanted = progress == null ? (interactive() ? "bars" : "lines") : progress;
        return switch (wanted) {
            case "bars" -> ProgressDisplay.bars(target, width());
            case "lines" -> ProgressDisplay.lines(target);
            case "none" -> ProgressDisplay.none();
            default ->
                    throw new IllegalArgumentException(
                            "unknown progress '" + wanted + "'; write bars, lines or none.");
        };
    }

    private int width() {
        if (width >= MIN_WIDTH) {
            return width;
        }
        return interactive() && session().getTerminal().getWidth() >= MIN_WIDTH
                ? session().getTerminal().getWidth()
                : ScanText.DEFAULT_WIDTH;
    }
}
