package io.sirsi.host.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads a small copy of /proc and /sys, written as the kernel writes them. */
final class LinuxFilesTest {

    @TempDir private Path root;

    @BeforeEach
    void boot() throws IOException {
        write("proc/sys/kernel/hostname", "box-7\n");
        write(
                "proc/filesystems",
                "nodev\tproc\nnodev\tfuse\nnodev\ttmpfs\nnodev\toverlay\n\text4\n\txfs\n");
        write("proc/self/mountinfo", "");
        write(
                "proc/cpuinfo",
                """
                processor\t: 0
                vendor_id\t: GenuineIntel
                cpu family\t: 6
                model\t\t: 85
                model name\t: Some CPU @ 2.50GHz
                stepping\t: 7
                flags\t\t: fpu vme hypervisor fpu

                processor\t: 1
                model name\t: another
                """);
    }

    @Test
    void says_what_firmware_and_processor_say_of_the_machine() throws IOException {
        write("sys/class/dmi/id/sys_vendor", "ACME\n");
        write("sys/class/dmi/id/product_name", "Roadrunner 9\n");
        write("sys/class/dmi/id/product_version", "Not Specified\n");
        write(".dockerenv", "");

        assertThat(files().machine().map())
                .isEqualTo(
                        Map.of(
                                "hostName", "box-7",
                                "manufacturer", "ACME",
                                "model", "Roadrunner 9",
                                "virtual", "true",
                                "container", "docker"));
    }

    @Test
    void takes_the_model_of_a_board_without_dmi_from_its_device_tree() throws IOException {
        write("proc/device-tree/model", "Raspberry Pi 4 Model B\0");

        assertThat(files().machine().map()).containsEntry("model", "Raspberry Pi 4 Model B");
    }

    @Test
    void describes_the_first_processor() throws IOException {
        write("sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq", "3900000\n");

        assertThat(files().cpu().map())
                .isEqualTo(
                        Map.of(
                                "model", "Some CPU @ 2.50GHz",
                                "vendor", "GenuineIntel",
                                "family", "6",
                                "stepping", "7",
                                "maxFrequencyHz", "3900000000"));
    }

    @Test
    void lists_disks_and_leaves_out_loops_volumes_and_optical_drives() throws IOException {
        write("sys/block/nvme0n1/device/model", "SSD 970  \n");
        write("sys/block/nvme0n1/size", "2048\n");
        write("sys/block/nvme0n1/dev", "259:0\n");
        write("sys/block/nvme0n1/removable", "0\n");
        write("sys/block/nvme0n1/ro", "0\n");
        write("sys/block/nvme0n1/queue/rotational", "0\n");
        write("sys/block/nvme0n1/queue/logical_block_size", "4096\n");
        write("sys/block/nvme0n1/stat", "  10 0 80 5 20 0 160 7 0 33 44 0 0\n");
        write("sys/block/nvme0n1/nvme0n1p1/partition", "1\n");
        write("sys/block/nvme0n1/nvme0n1p1/dev", "259:1\n");
        write("sys/block/loop0/size", "8\n");
        write("sys/block/dm-0/size", "8\n");
        write("sys/block/sr0/device/model", "DVD\n");
        write(
                "proc/self/mountinfo",
                "22 1 259:1 / /boot\\040files rw,noatime - ext4 /dev/nvme0n1p1 rw\n");

        assertThat(files().disks())
                .containsExactly(
                        new Listing.Entry(
                                "nvme0n1",
                                "nvme0n1",
                                Map.ofEntries(
                                        Map.entry("device", "/dev/nvme0n1"),
                                        Map.entry("model", "SSD 970"),
                                        Map.entry("sizeBytes", "1048576"),
                                        Map.entry("blockBytes", "4096"),
                                        Map.entry("rotating", "false"),
                                        Map.entry("removable", "false"),
                                        Map.entry("readOnly", "false"),
                                        Map.entry("reads", "10"),
                                        Map.entry("readBytes", "40960"),
                                        Map.entry("writes", "20"),
                                        Map.entry("writtenBytes", "81920"),
                                        Map.entry("busyMs", "33"),
                                        Map.entry("partitions", "1"),
                                        Map.entry("mountPoints", "/boot files"))));
    }

    @Test
    void leaves_out_what_a_disk_does_not_say() throws IOException {
        write("sys/block/sda/device/vendor", "\n");
        write("sys/block/sda/size", "0\n");
        write("sys/block/sda/stat", "1 2 3\n");

        assertThat(files().disks())
                .singleElement()
                .satisfies(
                        disk ->
                                assertThat(disk.attributes())
                                        .isEqualTo(
                                                Map.of("device", "/dev/sda", "partitions", "0")));
    }

    @Test
    void fails_where_it_cannot_look_instead_of_listing_nothing() {
        LinuxFiles nowhere = new LinuxFiles(root.resolve("nowhere"));

        assertThatIOException().isThrownBy(nowhere::hostName);
        assertThatIOException().isThrownBy(nowhere::machine);
        assertThatIOException().isThrownBy(nowhere::cpu);
        assertThatIOException().isThrownBy(nowhere::disks);
        assertThatIOException().isThrownBy(nowhere::mounts);
        assertThatIOException().isThrownBy(nowhere::hidesProcesses);
        assertThatIOException().isThrownBy(nowhere::requireSockets);
        assertThat(nowhere.owner(1)).isEmpty();
    }

    @Test
    void lists_each_file_system_once_at_its_most_telling_place() throws IOException {
        write(
                "proc/self/mountinfo",
                """
                1 0 0:30 / / rw,relatime - overlay overlay rw,lowerdir=/a
                2 1 0:31 / /proc rw - proc proc rw
                3 1 0:32 / /tmp rw - tmpfs tmpfs rw
                4 1 8:1 /etc/hosts /etc/hosts rw - ext4 /dev/sda1 rw
                5 1 8:1 /data /srv/data ro - ext4 /dev/sda1 rw
                6 1 8:2 /sub /a rw - xfs /dev/sda2 rw
                7 1 8:2 / /a/much/longer/path rw - xfs /dev/sda2 ro,attr2
                8 1 0:40 / /home rw shared:5 master:1 - nfs4 server:/home rw,vers=4.2
                9 1 0:41 / /var/lib/docker/overlay2/x/merged rw - overlay overlay rw
                10 1 0:42 / /pool rw - zfs pool rw
                11 1 7:1 / /snap/core/1 ro - squashfs /dev/loop1 ro
                12 1 0:43 / /run/portal rw - fuse.portal portal rw
                13 1 0:44 / /mnt/far rw - fuse.sshfs far: rw
                a line that makes no sense
                """);

        assertThat(files().mounts())
                .containsExactly(
                        new LinuxFiles.Mount("0:30", "/", "/", "overlay", "overlay", false),
                        new LinuxFiles.Mount(
                                "8:2", "/", "/a/much/longer/path", "xfs", "/dev/sda2", true),
                        new LinuxFiles.Mount("0:40", "/", "/home", "nfs4", "server:/home", false),
                        new LinuxFiles.Mount("0:44", "/", "/mnt/far", "fuse.sshfs", "far:", false),
                        new LinuxFiles.Mount("0:42", "/", "/pool", "zfs", "pool", false),
                        new LinuxFiles.Mount(
                                "8:1", "/data", "/srv/data", "ext4", "/dev/sda1", true));
    }

    @Test
    void a_path_that_is_no_utf_8_hides_no_other() throws IOException {
        Path file = root.resolve("proc/self/mountinfo");
        Files.write(
                file,
                "1 0 8:1 / /caf\u00e9 rw - ext4 /dev/sda1 rw\n2 0 8:2 / /b rw - ext4 /dev/sda2 rw\n"
                        .getBytes(ISO_8859_1));

        assertThat(files().mounts())
                .extracting(LinuxFiles.Mount::mountPoint)
                .containsExactly("/b", "/caf\u00e9");
    }

    @ParameterizedTest
    @CsvSource({
        "'rw', false",
        "'rw,hidepid=0', false",
        "'rw,hidepid=off', false",
        "'rw,gid=4,hidepid=2', true",
        "'rw,hidepid=1', true",
        "'rw,hidepid=invisible,gid=4', true",
        "'rw,hidepid=noaccess', true",
    })
    void knows_whether_processes_of_others_are_hidden(String options, boolean hidden)
            throws IOException {
        write("proc/self/mountinfo", "9 1 0:5 / /proc rw,nosuid - proc proc " + options + "\n");

        assertThat(files().hidesProcesses()).isEqualTo(hidden);
    }

    @Test
    void says_the_limit_of_a_control_group_where_there_is_one() throws IOException {
        Attributes without = new Attributes();
        files().memoryLimit(without);
        write("sys/fs/cgroup/memory.max", "max\n");
        files().memoryLimit(without);
        assertThat(without.map()).isEmpty();

        write("sys/fs/cgroup/memory.max", "1073741824\n");
        write("sys/fs/cgroup/memory.current", "1000\n");
        Attributes with = new Attributes();
        files().memoryLimit(with);
        assertThat(with.map())
                .isEqualTo(Map.of("groupLimitBytes", "1073741824", "groupUsedBytes", "1000"));
    }

    @Test
    void knows_the_owner_of_a_process() throws IOException {
        write("proc/42/stat", "");

        assertThat(files().owner(42)).contains(Files.getOwner(root).getName());
        assertThat(files().owner(43)).isEmpty();
    }

    @Test
    void an_attribute_that_is_unknown_is_left_out() {
        assertThat(
                        new Attributes()
                                .text("a", null)
                                .text("b", " ")
                                .text("c", "Unknown")
                                .text("d", "To Be Filled By O.E.M.")
                                .count("e", -1)
                                .positive("f", 0)
                                .decimal("g", Double.NaN)
                                .percent("h", 1, 0)
                                .time("i", java.time.Instant.EPOCH)
                                .count("zero", 0)
                                .decimal("tenth", 12.345)
                                .percent("third", 1, 3)
                                .map())
                .isEqualTo(Map.of("zero", "0", "tenth", "12.3", "third", "33.3"));
    }

    private LinuxFiles files() {
        return new LinuxFiles(root);
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.write(path, List.of());
        Files.writeString(path, text);
    }
}
