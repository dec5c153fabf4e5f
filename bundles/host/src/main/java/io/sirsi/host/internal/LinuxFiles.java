package io.sirsi.host.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What Linux says in {@code /proc} and {@code /sys}, where reading it takes neither a native
 * library nor another program. Formats are those of the kernel's documentation: <a
 * href="https://docs.kernel.org/filesystems/proc.html">proc</a>, <a
 * href="https://docs.kernel.org/admin-guide/iostats.html">iostats</a>.
 */
final class LinuxFiles {

    private static final int SECTOR_BYTES = 512;
    private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");
    private static final Set<String> NETWORK_TYPES =
            Set.of(
                    "nfs",
                    "nfs4",
                    "cifs",
                    "smb3",
                    "smbfs",
                    "9p",
                    "ceph",
                    "afs",
                    "gfs2",
                    "glusterfs",
                    "fuse.glusterfs",
                    "fuse.sshfs",
                    "fuse.s3fs",
                    "lustre",
                    "beegfs");

    /** Types without a device below them that still keep files. */
    private static final Set<String> KEPT_TYPES = Set.of("zfs", "btrfs", "bcachefs");

    /** Images of installed packages: never written to, always full. */
    private static final String IMAGE_TYPE = "squashfs";

    private final Path root;

    /**
     * Reads below a root.
     *
     * @param root {@code /}, or a copy of what is needed of it
     */
    LinuxFiles(Path root) {
        this.root = root;
    }

    /**
     * A mounted file system.
     *
     * @param device the numbers of its device, such as {@code 254:0}
     * @param subtree which part of it is mounted, {@code /} for the whole
     * @param mountPoint where
     * @param type such as {@code ext4}
     * @param source what is mounted, such as {@code /dev/vda1}
     * @param readOnly whether nobody can write to it
     */
    record Mount(
            String device,
            String subtree,
            String mountPoint,
            String type,
            String source,
            boolean readOnly) {

        boolean network() {
            return NETWORK_TYPES.contains(type);
        }
    }

    /** {@return the name of this machine} */
    String hostName() throws IOException {
        return read("proc/sys/kernel/hostname");
    }

    /** {@return what the firmware says of the machine, and what it runs in} */
    Attributes machine() throws IOException {
        Attributes machine = new Attributes();
        machine.text("hostName", hostName());
        machine.text("manufacturer", readIfThere("sys/class/dmi/id/sys_vendor").orElse(null));
        machine.text(
                "model",
                readIfThere("sys/class/dmi/id/product_name")
                        .or(() -> readIfThere("proc/device-tree/model"))
                        .map(text -> text.replace("\0", ""))
                        .orElse(null));
        machine.text("modelVersion", readIfThere("sys/class/dmi/id/product_version").orElse(null));
        machine.text("board", readIfThere("sys/class/dmi/id/board_name").orElse(null));
        machine.text("firmwareVendor", readIfThere("sys/class/dmi/id/bios_vendor").orElse(null));
        machine.text("firmwareVersion", readIfThere("sys/class/dmi/id/bios_version").orElse(null));
        machine.text("firmwareDate", readIfThere("sys/class/dmi/id/bios_date").orElse(null));
        cpuFlags().ifPresent(flags -> machine.flag("virtual", flags.contains("hypervisor")));
        machine.text("container", container().orElse(null));
        return machine;
    }

    /** {@return what the kernel says of its first processor} */
    Attributes cpu() throws IOException {
        Map<String, String> first = new LinkedHashMap<>();
        for (String line : lines("proc/cpuinfo")) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                first.putIfAbsent(line.substring(0, colon).strip(), line.substring(colon + 1));
            }
        }
        Attributes cpu = new Attributes();
        cpu.text("model", first.get("model name"));
        cpu.text("vendor", first.getOrDefault("vendor_id", first.get("CPU implementer")));
        cpu.text("family", first.get("cpu family"));
        cpu.text("stepping", first.get("stepping"));
        readIfThere("sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq")
                .ifPresent(kilohertz -> cpu.positive("maxFrequencyHz", number(kilohertz) * 1000));
        return cpu;
    }

    /** {@return the disks, real or virtual: block devices with a device behind them} */
    List<Listing.Entry> disks() throws IOException {
        List<Mount> mounts = mounts();
        List<Listing.Entry> disks = new ArrayList<>();
        try (Stream<Path> names = Files.list(root.resolve("sys/block"))) {
            for (Path block : names.sorted().toList()) {
                String name = String.valueOf(block.getFileName());
                if (Files.exists(block.resolve("device"))
                        && !name.startsWith("sr")
                        && !name.startsWith("fd")) {
                    disks.add(new Listing.Entry(name, name, disk(block, name, mounts).map()));
                }
            }
        }
        return disks;
    }

    private Attributes disk(Path block, String name, List<Mount> mounts) throws IOException {
        Attributes disk = new Attributes();
        disk.text("device", "/dev/" + name);
        disk.text("vendor", readIfThere(block.resolve("device/vendor")).orElse(null));
        disk.text("model", readIfThere(block.resolve("device/model")).orElse(null));
        disk.positive("sizeBytes", numberIn(block.resolve("size")) * SECTOR_BYTES);
        disk.positive("blockBytes", numberIn(block.resolve("queue/logical_block_size")));
        flagIn(disk, "rotating", block.resolve("queue/rotational"));
        flagIn(disk, "removable", block.resolve("removable"));
        flagIn(disk, "readOnly", block.resolve("ro"));
        readIfThere(block.resolve("stat"))
                .map(text -> text.strip().split("\\s+"))
                .filter(fields -> fields.length >= 10)
                .ifPresent(
                        fields -> {
                            disk.count("reads", number(fields[0]));
                            disk.count("readBytes", number(fields[2]) * SECTOR_BYTES);
                            disk.count("writes", number(fields[4]));
                            disk.count("writtenBytes", number(fields[6]) * SECTOR_BYTES);
                            disk.count("busyMs", number(fields[9]));
                        });
        List<String> devices = new ArrayList<>();
        readIfThere(block.resolve("dev")).ifPresent(devices::add);
        int partitions = 0;
        try (Stream<Path> inside = Files.list(block)) {
            for (Path part : inside.sorted().toList()) {
                if (Files.exists(part.resolve("partition"))) {
                    partitions++;
                    readIfThere(part.resolve("dev")).ifPresent(devices::add);
                }
            }
        }
        disk.count("partitions", partitions);
        disk.text(
                "mountPoints",
                String.join(
                        ",",
                        mounts.stream()
                                .filter(mount -> devices.contains(mount.device()))
                                .map(Mount::mountPoint)
                                .sorted()
                                .toList()));
        return disk;
    }

    /**
     * {@return the mounted file systems that keep files, each once, at its most telling mount
     * point}
     */
    List<Mount> mounts() throws IOException {
        Set<String> withoutDevice = Set.copyOf(typesWithoutDevice());
        Map<String, Mount> best = new LinkedHashMap<>();
        Comparator<Mount> telling =
                Comparator.comparing((Mount mount) -> !mount.subtree().equals("/"))
                        .thenComparing(mount -> mount.mountPoint().length())
                        .thenComparing(Mount::mountPoint);
        for (String line : lines("proc/self/mountinfo")) {
            Optional<Mount> mount = mount(line).filter(some -> keepsFiles(some, withoutDevice));
            mount.ifPresent(
                    some ->
                            best.merge(
                                    some.device(),
                                    some,
                                    (a, b) -> telling.compare(a, b) <= 0 ? a : b));
        }
        return best.values().stream().sorted(Comparator.comparing(Mount::mountPoint)).toList();
    }

    /** {@return whether the kernel hides the processes of other users} */
    boolean hidesProcesses() throws IOException {
        return lines("proc/self/mountinfo").stream()
                .filter(line -> line.contains(" - proc ") && line.contains(" /proc "))
                .anyMatch(
                        line ->
                                line.matches(
                                        ".*[ ,]hidepid=(1|2|4|noaccess|invisible|ptraceable)(,.*|$)"));
    }

    /** Adds the limits that a control group sets for what runs here, if there are any. */
    void memoryLimit(Attributes memory) {
        readIfThere("sys/fs/cgroup/memory.max")
                .filter(text -> !text.equals("max"))
                .ifPresent(
                        limit -> {
                            memory.positive("groupLimitBytes", number(limit));
                            readIfThere("sys/fs/cgroup/memory.current")
                                    .ifPresent(
                                            used -> memory.count("groupUsedBytes", number(used)));
                        });
    }

    /** Checks that the kernel tells about sockets. */
    void requireSockets() throws IOException {
        read("proc/net/tcp");
    }

    /** {@return the user that a process belongs to, if it is still there} */
    Optional<String> owner(int pid) {
        try {
            return Optional.of(Files.getOwner(root.resolve("proc/" + pid)).getName());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<Mount> mount(String line) {
        int dash = line.indexOf(" - ");
        if (dash < 0) {
            return Optional.empty();
        }
        String[] left = line.substring(0, dash).split(" ", -1);
        String[] right = line.substring(dash + 3).split(" ", -1);
        if (left.length < 6 || right.length < 3) {
            return Optional.empty();
        }
        boolean readOnly =
                List.of(left[5].split(",", -1)).contains("ro")
                        || List.of(right[2].split(",", -1)).contains("ro");
        return Optional.of(
                new Mount(
                        left[2],
                        unescape(left[3]),
                        unescape(left[4]),
                        right[0],
                        unescape(right[1]),
                        readOnly));
    }

    private static boolean keepsFiles(Mount mount, Collection<String> withoutDevice) {
        return mount.mountPoint().equals("/")
                || mount.network()
                || KEPT_TYPES.contains(mount.type())
                || (!mount.type().equals(IMAGE_TYPE)
                        && !withoutDevice.contains(mount.type().split("\\.", 2)[0]));
    }

    private List<String> typesWithoutDevice() throws IOException {
        return lines("proc/filesystems").stream()
                .filter(line -> line.startsWith("nodev"))
                .map(line -> line.substring("nodev".length()).strip())
                .toList();
    }

    private Optional<Set<String>> cpuFlags() throws IOException {
        return lines("proc/cpuinfo").stream()
                .filter(line -> line.startsWith("flags"))
                .findFirst()
                .map(
                        line ->
                                Set.copyOf(
                                        Arrays.asList(
                                                line.substring(line.indexOf(':') + 1)
                                                        .strip()
                                                        .split("\\s+"))));
    }

    private Optional<String> container() {
        if (Files.exists(root.resolve(".dockerenv"))) {
            return Optional.of("docker");
        }
        if (Files.exists(root.resolve("run/.containerenv"))) {
            return Optional.of("podman");
        }
        return Files.exists(root.resolve("var/run/secrets/kubernetes.io"))
                ? Optional.of("kubernetes")
                : Optional.empty();
    }

    /** Undoes the kernel's way to write blanks and the like in paths: three octal digits. */
    private static String unescape(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        Matcher matcher = OCTAL.matcher(text);
        return matcher.replaceAll(
                match ->
                        Matcher.quoteReplacement(
                                String.valueOf((char) Integer.parseInt(match.group(1), 8))));
    }

    private static void flagIn(Attributes attributes, String name, Path file) {
        readIfThere(file).ifPresent(text -> attributes.flag(name, text.equals("1")));
    }

    private static long numberIn(Path file) {
        return readIfThere(file).map(LinuxFiles::number).orElse(-1L);
    }

    /** Reads a number; what is none, or does not fit, is -1. */
    private static long number(String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private String read(String file) throws IOException {
        return Files.readString(root.resolve(file), UTF_8).strip();
    }

    /** Reads lines; a path with bytes that are no UTF-8 must not hide the others. */
    private List<String> lines(String file) throws IOException {
        byte[] bytes = Files.readAllBytes(root.resolve(file));
        String text = new String(bytes, UTF_8);
        Charset charset = text.indexOf('\ufffd') < 0 ? UTF_8 : ISO_8859_1;
        return new String(bytes, charset).lines().toList();
    }

    private Optional<String> readIfThere(String file) {
        return readIfThere(root.resolve(file));
    }

    /** Reads a file that many machines do not have, or show to their administrator only. */
    private static Optional<String> readIfThere(Path file) {
        try {
            return Optional.of(Files.readString(file, UTF_8).strip())
                    .filter(text -> !text.isEmpty());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
