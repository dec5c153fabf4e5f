package io.sirsi.host.internal;

import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.Severity;
import io.sirsi.spi.cloud.FindingRule;
import io.sirsi.spi.cloud.FindingRule.Violation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** What someone should know of a machine. */
final class HostRules {

    private static final double INODES_PERCENT = 90;
    private static final double SWAP_PERCENT = 50;
    private static final double MEMORY_LEFT_PERCENT = 10;
    private static final double LOAD_PER_PROCESSOR = 2;
    private static final double UPTIME_DAYS = 180;
    private static final double PROCESS_MEMORY_PERCENT = 50;
    private static final double SECONDS_A_DAY = 86_400;

    /** Ports whose usual service is not made for everyone: no password, no encryption, or both. */
    private static final Map<Integer, String> RISKY =
            Map.ofEntries(
                    Map.entry(21, "FTP"),
                    Map.entry(23, "Telnet"),
                    Map.entry(69, "TFTP"),
                    Map.entry(139, "NetBIOS"),
                    Map.entry(445, "SMB"),
                    Map.entry(512, "rexec"),
                    Map.entry(513, "rlogin"),
                    Map.entry(514, "rsh"),
                    Map.entry(1433, "SQL Server"),
                    Map.entry(1521, "Oracle"),
                    Map.entry(2049, "NFS"),
                    Map.entry(2375, "Docker without TLS"),
                    Map.entry(2379, "etcd"),
                    Map.entry(3306, "MySQL"),
                    Map.entry(3389, "Remote Desktop"),
                    Map.entry(5432, "PostgreSQL"),
                    Map.entry(5900, "VNC"),
                    Map.entry(5984, "CouchDB"),
                    Map.entry(6379, "Redis"),
                    Map.entry(8009, "AJP"),
                    Map.entry(9200, "Elasticsearch"),
                    Map.entry(10250, "kubelet"),
                    Map.entry(11211, "memcached"),
                    Map.entry(27017, "MongoDB"));

    private HostRules() {}

    static List<FindingRule> of(Settings settings) {
        int filling = settings.fillingPercent();
        int full = settings.fullPercent();
        return List.of(
                new FindingRule(
                        "host-filesystem-filling",
                        Severity.MEDIUM,
                        HostTypes.FILE_SYSTEM,
                        (some, now) ->
                                number(some, "usedPercent").stream()
                                                .anyMatch(used -> used > filling && used <= full)
                                        ? space(some, filling)
                                        : Optional.empty()),
                new FindingRule(
                        "host-filesystem-full",
                        Severity.HIGH,
                        HostTypes.FILE_SYSTEM,
                        (some, now) ->
                                over(some, "usedPercent", full)
                                        ? space(some, full)
                                        : Optional.empty()),
                new FindingRule(
                        "host-filesystem-inodes",
                        Severity.MEDIUM,
                        HostTypes.FILE_SYSTEM,
                        (some, now) ->
                                over(some, "usedInodesPercent", INODES_PERCENT)
                                                && !is(some, "readOnly", "true")
                                        ? Optional.of(
                                                Violation.of(
                                                        some,
                                                        some.name()
                                                                + " has used "
                                                                + value(some, "usedInodesPercent")
                                                                + " % of its inodes: remove files"
                                                                + " that nobody needs before no"
                                                                + " new one can be made",
                                                        "usedInodesPercent",
                                                        "freeInodes",
                                                        "totalInodes"))
                                        : Optional.empty()),
                new FindingRule(
                        "host-port-risky",
                        Severity.HIGH,
                        HostTypes.PORT,
                        (some, now) -> port(some, true)),
                new FindingRule(
                        "host-port-exposed",
                        Severity.LOW,
                        HostTypes.PORT,
                        (some, now) -> port(some, false)),
                new FindingRule(
                        "host-swap-in-use",
                        Severity.MEDIUM,
                        HostTypes.MEMORY,
                        (some, now) ->
                                when(
                                        over(some, "swapUsedPercent", SWAP_PERCENT),
                                        some,
                                        value(some, "swapUsedPercent")
                                                + " % of the swap space is in use: find what needs"
                                                + " so much memory, or add some",
                                        "swapUsedPercent",
                                        "swapUsedBytes",
                                        "swapTotalBytes")),
                new FindingRule(
                        "host-memory-low",
                        Severity.HIGH,
                        HostTypes.MEMORY,
                        (some, now) ->
                                when(
                                        number(some, "availablePercent").stream()
                                                .anyMatch(left -> left < MEMORY_LEFT_PERCENT),
                                        some,
                                        "only "
                                                + value(some, "availablePercent")
                                                + " % of the memory is available: find what needs"
                                                + " so much, or add some",
                                        "availablePercent",
                                        "availableBytes",
                                        "totalBytes")),
                new FindingRule(
                        "host-load-high",
                        Severity.MEDIUM,
                        HostTypes.CPU,
                        (some, now) -> load(some)),
                new FindingRule(
                        "host-uptime-long",
                        Severity.INFO,
                        HostTypes.OS,
                        (some, now) ->
                                when(
                                        over(some, "uptimeSeconds", UPTIME_DAYS * SECONDS_A_DAY),
                                        some,
                                        "up since "
                                                + value(some, "bootedAt")
                                                + ", more than 180 days: updates of its kernel may"
                                                + " wait for a restart",
                                        "uptimeSeconds",
                                        "bootedAt",
                                        "kernel")),
                new FindingRule(
                        "host-interface-errors",
                        Severity.LOW,
                        HostTypes.INTERFACE,
                        (some, now) ->
                                when(
                                        over(some, "receiveErrors", 0)
                                                || over(some, "sendErrors", 0),
                                        some,
                                        some.name()
                                                + " has counted "
                                                + value(some, "receiveErrors")
                                                + " receive and "
                                                + value(some, "sendErrors")
                                                + " send errors: check cable, port and driver",
                                        "receiveErrors",
                                        "sendErrors")),
                new FindingRule(
                        "host-process-memory",
                        Severity.MEDIUM,
                        HostTypes.PROCESS,
                        (some, now) ->
                                when(
                                        over(some, "memoryPercent", PROCESS_MEMORY_PERCENT),
                                        some,
                                        some.name()
                                                + " (process "
                                                + value(some, "pid")
                                                + ") holds "
                                                + value(some, "memoryPercent")
                                                + " % of the memory: limit it, or give it a"
                                                + " machine of its own",
                                        "memoryPercent",
                                        "residentBytes",
                                        "pid")));
    }

    private static Optional<Violation> space(CloudResource some, int percent) {
        return when(
                !is(some, "readOnly", "true"),
                some,
                some.name()
                        + " is "
                        + value(some, "usedPercent")
                        + " % full, over "
                        + percent
                        + " %: remove what nobody needs, or make it larger",
                "usedPercent",
                "usableBytes",
                "totalBytes");
    }

    private static Optional<Violation> port(CloudResource some, boolean risky) {
        if (!is(some, "reach", "all-interfaces")) {
            return Optional.empty();
        }
        OptionalDouble port = number(some, "port");
        String service = port.isPresent() ? RISKY.get((int) port.getAsDouble()) : null;
        String who = value(some, "processes");
        String subject = who.isEmpty() ? "a process that cannot be seen" : who;
        if (risky) {
            return when(
                    service != null,
                    some,
                    subject
                            + " listens on all interfaces on "
                            + some.name()
                            + ", the port of "
                            + service
                            + ": bind it to one address, or close it to the outside",
                    "address",
                    "port",
                    "protocol",
                    "processes");
        }
        return when(
                service == null && is(some, "protocol", "tcp"),
                some,
                subject
                        + " listens on all interfaces on "
                        + some.name()
                        + ": bind it to one address if not everyone needs it",
                "address",
                "port",
                "protocol",
                "processes");
    }

    private static Optional<Violation> load(CloudResource some) {
        OptionalDouble processors = number(some, "logicalProcessors");
        return processors.isEmpty()
                ? Optional.empty()
                : when(
                        over(some, "load5Minutes", LOAD_PER_PROCESSOR * processors.getAsDouble()),
                        some,
                        "the load of five minutes is "
                                + value(some, "load5Minutes")
                                + " on "
                                + value(some, "logicalProcessors")
                                + " processors: find what keeps them busy, or add some",
                        "load5Minutes",
                        "logicalProcessors");
    }

    private static Optional<Violation> when(
            boolean violated, CloudResource some, String sentence, String... evidence) {
        return violated ? Optional.of(Violation.of(some, sentence, evidence)) : Optional.empty();
    }

    private static boolean over(CloudResource some, String attribute, double limit) {
        OptionalDouble number = number(some, attribute);
        return number.isPresent() && number.getAsDouble() > limit;
    }

    private static boolean is(CloudResource some, String attribute, String wanted) {
        return value(some, attribute).equals(wanted);
    }

    private static String value(CloudResource some, String attribute) {
        return some.attributes().getOrDefault(attribute, "");
    }

    private static OptionalDouble number(CloudResource some, String attribute) {
        String value = value(some, attribute);
        try {
            return value.isEmpty()
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(Double.parseDouble(value));
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }
}
