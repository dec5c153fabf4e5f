package io.sirsi.host.internal;

import io.sirsi.agent.AgentFailure;
import io.sirsi.cloud.ResourceType;
import io.sirsi.spi.agent.AgentFailureException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.hardware.ComputerSystem;
import oshi.hardware.GlobalMemory;
import oshi.hardware.HWDiskStore;
import oshi.hardware.NetworkIF;
import oshi.software.os.InternetProtocolStats.IPConnection;
import oshi.software.os.InternetProtocolStats.TcpState;
import oshi.software.os.OSFileStore;
import oshi.software.os.OSProcess;
import oshi.software.os.OperatingSystem;
import oshi.util.GlobalConfig;

/**
 * Reads the machine by OSHI, and on Linux by files where OSHI would run programs. Loading it loads
 * native code: made at the first look, not before. Thread-safe.
 */
final class HostListers {

    private final SystemInfo system;
    private final Optional<LinuxFiles> linux;
    private final Settings settings;
    private final FileSystemSpace.Meter meter;
    private final LoadSampler sampler;

    private HostListers(
            SystemInfo system, Optional<LinuxFiles> linux, Settings settings, Pause pause) {
        this.system = system;
        this.linux = linux;
        this.settings = settings;
        this.meter = FileSystemSpace::ofLinux;
        this.sampler = new LoadSampler(system, settings.cpuIntervalMs(), pause, System::nanoTime);
    }

    /**
     * Loads OSHI.
     *
     * @param linux the files of Linux; empty on any other system
     * @param settings the operator's choice
     * @param pause waits for the second look at the processors
     * @return the listers
     */
    static HostListers load(Optional<LinuxFiles> linux, Settings settings, Pause pause) {
        // Where udev is there, OSHI reads disks through it, else it sees none: we read them alike
        // everywhere, and need no more of it.
        GlobalConfig.set(GlobalConfig.OSHI_OS_LINUX_ALLOWUDEV, false);
        return new HostListers(new SystemInfo(), linux, settings, pause);
    }

    /** {@return the lister of each type} */
    Map<ResourceType, HostLister> byType() {
        return Map.of(
                HostTypes.MACHINE, this::machine,
                HostTypes.OS, this::os,
                HostTypes.CPU, this::cpu,
                HostTypes.MEMORY, this::memory,
                HostTypes.DISK, this::disks,
                HostTypes.FILE_SYSTEM, this::fileSystems,
                HostTypes.INTERFACE, this::interfaces,
                HostTypes.PORT, this::ports,
                HostTypes.PROCESS, this::processes);
    }

    /** {@return the name of this machine} */
    String hostName() throws IOException, AgentFailureException {
        String name =
                linux.isPresent()
                        ? linux.get().hostName()
                        : system.getOperatingSystem().getNetworkParams().getHostName();
        if (name.isBlank()) {
            throw mute("its name");
        }
        return name;
    }

    private Listing machine() throws IOException, AgentFailureException {
        Attributes machine;
        if (linux.isPresent()) {
            machine = linux.get().machine();
        } else {
            ComputerSystem computer = system.getHardware().getComputerSystem();
            machine =
                    new Attributes()
                            .text("hostName", hostName())
                            .text("manufacturer", computer.getManufacturer())
                            .text("model", computer.getModel())
                            .text("firmwareVendor", computer.getFirmware().getManufacturer())
                            .text("firmwareVersion", computer.getFirmware().getVersion())
                            .text("firmwareDate", computer.getFirmware().getReleaseDate());
        }
        machine.text("architecture", System.getProperty("os.arch"));
        return one("machine", hostName(), machine);
    }

    private Listing os() throws IOException {
        OperatingSystem os = system.getOperatingSystem();
        OperatingSystem.OSVersionInfo version = os.getVersionInfo();
        Attributes attributes =
                new Attributes()
                        .text("family", os.getFamily())
                        .text("manufacturer", os.getManufacturer())
                        .text("version", version.getVersion())
                        .text("codeName", version.getCodeName())
                        .text(linux.isPresent() ? "kernel" : "build", version.getBuildNumber())
                        .positive("bits", os.getBitness())
                        .time("bootedAt", Instant.ofEpochSecond(os.getSystemBootTime()))
                        .positive("uptimeSeconds", os.getSystemUptime())
                        .positive("processes", os.getProcessCount())
                        .positive("threads", os.getThreadCount());
        if (linux.isPresent() && linux.get().hidesProcesses()) {
            attributes.flag("hidesProcesses", true);
        }
        return one("os", os.getFamily(), attributes);
    }

    private Listing cpu() throws IOException, AgentFailureException, InterruptedException {
        CentralProcessor processor = system.getHardware().getProcessor();
        Attributes attributes;
        if (linux.isPresent()) {
            attributes = linux.get().cpu();
        } else {
            CentralProcessor.ProcessorIdentifier identifier = processor.getProcessorIdentifier();
            attributes =
                    new Attributes()
                            .text("model", identifier.getName())
                            .text("vendor", identifier.getVendor())
                            .text("family", identifier.getFamily())
                            .text("stepping", identifier.getStepping())
                            .positive("maxFrequencyHz", processor.getMaxFreq());
        }
        if (processor.getLogicalProcessorCount() < 1) {
            throw mute("its processors");
        }
        double[] load = processor.getSystemLoadAverage(3);
        attributes
                .positive("packages", processor.getPhysicalPackageCount())
                .positive("cores", processor.getPhysicalProcessorCount())
                .positive("logicalProcessors", processor.getLogicalProcessorCount())
                .decimal("load1Minute", load[0])
                .decimal("load5Minutes", load[1])
                .decimal("load15Minutes", load[2])
                .decimal("usedPercent", sampler.sample().usedPercent())
                .count("watchedMs", settings.cpuIntervalMs());
        String model = attributes.map().getOrDefault("model", "processor");
        return one("cpu", model, attributes);
    }

    private Listing memory() throws AgentFailureException {
        GlobalMemory memory = system.getHardware().getMemory();
        long total = memory.getTotal();
        if (total <= 0) {
            throw mute("its memory");
        }
        long available = memory.getAvailable();
        long swapTotal = memory.getVirtualMemory().getSwapTotal();
        long swapUsed = memory.getVirtualMemory().getSwapUsed();
        Attributes attributes =
                new Attributes()
                        .count("totalBytes", total)
                        .count("availableBytes", available)
                        .percent("availablePercent", available, total)
                        .count("swapTotalBytes", swapTotal)
                        .count("swapUsedBytes", swapUsed)
                        .percent("swapUsedPercent", swapUsed, swapTotal);
        linux.ifPresent(files -> files.memoryLimit(attributes));
        return one("memory", "memory", attributes);
    }

    private Listing disks() throws IOException {
        if (linux.isPresent()) {
            return Listing.of(linux.get().disks());
        }
        List<Listing.Entry> disks = new ArrayList<>();
        for (HWDiskStore disk : system.getHardware().getDiskStores()) {
            disks.add(
                    new Listing.Entry(
                            disk.getName(),
                            disk.getName(),
                            new Attributes()
                                    .text("device", disk.getName())
                                    .text("model", disk.getModel())
                                    .positive("sizeBytes", disk.getSize())
                                    .count("reads", disk.getReads())
                                    .count("readBytes", disk.getReadBytes())
                                    .count("writes", disk.getWrites())
                                    .count("writtenBytes", disk.getWriteBytes())
                                    .count("busyMs", disk.getTransferTime())
                                    .count("partitions", disk.getPartitions().size())
                                    .map()));
        }
        return Listing.of(disks);
    }

    private Listing fileSystems() throws IOException, AgentFailureException {
        Listing listing = linux.isPresent() ? linuxFileSystems(linux.get()) : otherFileSystems();
        if (listing.entries().isEmpty()) {
            throw mute("its file systems");
        }
        return listing;
    }

    private Listing linuxFileSystems(LinuxFiles files) throws IOException {
        List<Listing.Entry> entries = new ArrayList<>();
        List<AgentFailure> gaps = new ArrayList<>();
        for (LinuxFiles.Mount mount : files.mounts()) {
            Attributes attributes =
                    new Attributes()
                            .text("mountPoint", mount.mountPoint())
                            .text("source", mount.source())
                            .text("format", mount.type())
                            .flag("readOnly", mount.readOnly())
                            .flag("network", mount.network());
            if (!mount.network() || settings.measureNetworkFileSystems()) {
                try {
                    meter.measure(mount.mountPoint()).describe(attributes);
                } catch (IOException e) {
                    gaps.add(
                            AgentFailure.of(
                                    AgentFailure.Code.FORBIDDEN,
                                    "the system does not say how full the file system at "
                                            + mount.mountPoint()
                                            + " is: "
                                            + e.getMessage()));
                }
            }
            entries.add(
                    new Listing.Entry(mount.mountPoint(), mount.mountPoint(), attributes.map()));
        }
        return new Listing(entries, gaps);
    }

    private Listing otherFileSystems() {
        Map<String, Listing.Entry> entries = new LinkedHashMap<>();
        boolean localOnly = !settings.measureNetworkFileSystems();
        for (OSFileStore store :
                system.getOperatingSystem().getFileSystem().getFileStores(localOnly)) {
            Attributes attributes =
                    new Attributes()
                            .text("mountPoint", store.getMount())
                            .text("source", store.getVolume())
                            .text("format", store.getType())
                            .flag(
                                    "readOnly",
                                    Arrays.asList(store.getOptions().split(",", -1))
                                            .contains("ro"));
            new FileSystemSpace(
                            store.getTotalSpace(),
                            store.getFreeSpace(),
                            store.getUsableSpace(),
                            store.getTotalInodes(),
                            store.getFreeInodes())
                    .describe(attributes);
            entries.putIfAbsent(
                    store.getMount(),
                    new Listing.Entry(store.getMount(), store.getMount(), attributes.map()));
        }
        return Listing.of(List.copyOf(entries.values()));
    }

    private Listing interfaces() throws AgentFailureException {
        Map<String, Listing.Entry> entries = new TreeMap<>();
        for (NetworkIF some : system.getHardware().getNetworkIFs(true)) {
            Attributes attributes =
                    new Attributes()
                            .text("displayName", some.getDisplayName())
                            .text("macAddress", some.getMacaddr())
                            .positive("mtu", some.getMTU())
                            .positive("speedBitsPerSecond", some.getSpeed())
                            .text("state", some.getIfOperStatus().name().toLowerCase(Locale.ROOT))
                            .text("ipv4", addresses(some.getIPv4addr(), some.getSubnetMasks()))
                            .text("ipv6", addresses(some.getIPv6addr(), some.getPrefixLengths()))
                            .count("receivedBytes", some.getBytesRecv())
                            .count("sentBytes", some.getBytesSent())
                            .count("receivedPackets", some.getPacketsRecv())
                            .count("sentPackets", some.getPacketsSent())
                            .count("receiveErrors", some.getInErrors())
                            .count("sendErrors", some.getOutErrors())
                            .count("receiveDrops", some.getInDrops())
                            .count("collisions", some.getCollisions());
            entries.putIfAbsent(
                    some.getName(),
                    new Listing.Entry(some.getName(), some.getName(), attributes.map()));
        }
        if (entries.isEmpty()) {
            throw mute("its network interfaces");
        }
        return Listing.of(List.copyOf(entries.values()));
    }

    private static String addresses(String[] addresses, Short[] prefixLengths) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < addresses.length; i++) {
            String prefix = i < prefixLengths.length ? "/" + prefixLengths[i] : "";
            all.add(ListeningPorts.text(addresses[i]) + prefix);
        }
        return String.join(",", all);
    }

    private Listing ports() throws IOException {
        if (linux.isPresent()) {
            linux.get().requireSockets();
        }
        OperatingSystem os = system.getOperatingSystem();
        ListeningPorts ports = new ListeningPorts();
        for (IPConnection socket : os.getInternetProtocolStats().getConnections()) {
            boolean tcp = socket.getType().startsWith("tcp");
            boolean listens =
                    tcp ? socket.getState() == TcpState.LISTEN : socket.getForeignPort() == 0;
            if (listens && socket.getLocalPort() > 0) {
                ports.add(
                        tcp ? "tcp" : "udp",
                        address(socket),
                        socket.getLocalPort(),
                        socket.getowningProcessId());
            }
        }
        Map<Integer, String> names = new TreeMap<>();
        Set<Integer> pids = new HashSet<>(ports.pids());
        for (int pid : pids) {
            OSProcess process = os.getProcess(pid);
            if (process != null) {
                names.put(pid, process.getName());
            }
        }
        return ports.listing(names);
    }

    private static InetAddress address(IPConnection socket) throws UnknownHostException {
        byte[] bytes = socket.getLocalAddress();
        int length = socket.getType().endsWith("4") ? 4 : 16;
        return InetAddress.getByAddress(bytes.length == 0 ? new byte[length] : bytes);
    }

    private Listing processes() throws IOException, AgentFailureException, InterruptedException {
        List<LoadSample.Busy> all = sampler.sample().processes();
        if (all.isEmpty()) {
            throw mute("its processes");
        }
        Comparator<LoadSample.Busy> byPid =
                Comparator.comparing(busy -> busy.process().getProcessID());
        Set<Integer> topCpu =
                top(
                        all,
                        Comparator.comparingDouble(LoadSample.Busy::cpuPercent)
                                .reversed()
                                .thenComparing(byPid));
        Set<Integer> topMemory =
                top(
                        all,
                        Comparator.comparingLong(
                                        (LoadSample.Busy busy) ->
                                                busy.process().getResidentSetSize())
                                .reversed()
                                .thenComparing(byPid));
        long memory = system.getHardware().getMemory().getTotal();
        List<Listing.Entry> entries = new ArrayList<>();
        for (LoadSample.Busy busy : all.stream().sorted(byPid).toList()) {
            int pid = busy.process().getProcessID();
            Set<String> tops = new TreeSet<>();
            if (topCpu.contains(pid)) {
                tops.add("cpu");
            }
            if (topMemory.contains(pid)) {
                tops.add("memory");
            }
            if (!tops.isEmpty()) {
                entries.add(process(busy, String.join(",", tops), memory));
            }
        }
        List<AgentFailure> gaps = new ArrayList<>();
        if (linux.isPresent() && linux.get().hidesProcesses()) {
            gaps.add(
                    AgentFailure.of(
                            AgentFailure.Code.FORBIDDEN,
                            "the kernel may hide processes of other users (/proc is mounted with"
                                    + " hidepid): run the node as a member of the group that"
                                    + " may see them"));
        }
        return new Listing(entries, gaps);
    }

    private Set<Integer> top(List<LoadSample.Busy> all, Comparator<LoadSample.Busy> order) {
        return all.stream()
                .sorted(order)
                .limit(settings.topProcesses())
                .map(busy -> busy.process().getProcessID())
                .collect(Collectors.toSet());
    }

    /** Describes a process; never with its arguments or environment, which may hold secrets. */
    private Listing.Entry process(LoadSample.Busy busy, String tops, long memory) {
        OSProcess process = busy.process();
        int pid = process.getProcessID();
        String user = linux.isPresent() ? linux.get().owner(pid).orElse("") : process.getUser();
        Attributes attributes =
                new Attributes()
                        .count("pid", pid)
                        .count("parentPid", process.getParentProcessID())
                        .text("user", user)
                        .text("executable", process.getPath())
                        .text("state", process.getState().name().toLowerCase(Locale.ROOT))
                        .positive("threads", process.getThreadCount())
                        .count("residentBytes", process.getResidentSetSize())
                        .percent("memoryPercent", process.getResidentSetSize(), memory)
                        .decimal("cpuPercent", busy.cpuPercent())
                        .time("startedAt", Instant.ofEpochMilli(process.getStartTime()))
                        .text("topBy", tops);
        String name = process.getName().isBlank() ? "process " + pid : process.getName();
        return new Listing.Entry(Integer.toString(pid), name, attributes.map());
    }

    private static Listing one(String id, String name, Attributes attributes) {
        return Listing.of(List.of(new Listing.Entry(id, name, attributes.map())));
    }

    private static AgentFailureException mute(String what) {
        return new AgentFailureException(
                AgentFailure.of(
                        AgentFailure.Code.UNSUPPORTED,
                        "the operating system of this machine says nothing about " + what));
    }
}
