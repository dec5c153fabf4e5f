package io.sirsi.audit.internal;

import static io.sirsi.audit.internal.Trails.spawn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.audit.AuditAction;
import io.sirsi.audit.AuditOutcome;
import io.sirsi.audit.AuditQuery;
import io.sirsi.audit.AuditRecord;
import io.sirsi.audit.AuditVerification;
import io.sirsi.failure.RefusedException;
import io.sirsi.security.Caller;
import io.sirsi.security.Permission;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileAuditTrailTest {

    @TempDir Path folder;

    @Test
    void intents_and_results_are_numbered_without_gaps_and_read_back_oldest_first() {
        FileAuditTrail trail = Trails.open(folder);

        long first = trail.intent(spawn("ada", "aws-1"));
        trail.result(first, AuditOutcome.DONE, "");
        long second = trail.intent(spawn("bob", "aws-2"));
        trail.result(second, AuditOutcome.DENIED, "bob may not");

        List<AuditRecord> records = trail.read(AuditQuery.newest(100));
        assertThat(records)
                .extracting(AuditRecord::entry)
                .containsExactly(
                        new AuditRecord.Remark(
                                "The trail was opened; the 0 records before this one hold."),
                        new AuditRecord.Intent(spawn("ada", "aws-1")),
                        new AuditRecord.Result(2, AuditOutcome.DONE, ""),
                        new AuditRecord.Intent(spawn("bob", "aws-2")),
                        new AuditRecord.Result(4, AuditOutcome.DENIED, "bob may not"));
        assertThat(records).extracting(AuditRecord::sequence).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(records).extracting(AuditRecord::at).containsOnly(Trails.NOON);
        assertThat(trail.verify())
                .isEqualTo(new AuditVerification(5, records.get(4).hash(), Optional.empty()));
        trail.close();
    }

    @Test
    void a_query_finds_the_newest_by_caller_and_permission_with_their_results() {
        FileAuditTrail trail = Trails.open(folder, 600);
        for (int i = 0; i < 20; i++) {
            long ada = trail.intent(spawn("ada", "a" + i));
            long bob =
                    trail.intent(
                            AuditAction.of(
                                    new Caller("bob", "jmx"),
                                    Permission.of("cloud:scan"),
                                    "b" + i));
            trail.result(bob, AuditOutcome.DONE, "");
            trail.result(ada, AuditOutcome.FAILED, "");
        }

        List<AuditRecord> bobs =
                trail.read(new AuditQuery(Optional.of("bob"), Optional.empty(), 4));
        List<AuditRecord> spawns =
                trail.read(new AuditQuery(Optional.empty(), Optional.of("agent:"), 1_000));

        assertThat(bobs).extracting(AuditRecord::sequence).containsExactly(75L, 76L, 79L, 80L);
        assertThat(spawns).hasSize(40);
        assertThat(trail.read(new AuditQuery(Optional.of("eve"), Optional.empty(), 10))).isEmpty();
        trail.close();
    }

    @Test
    void the_chain_goes_on_from_file_to_file_and_from_start_to_start() throws IOException {
        FileAuditTrail trail = Trails.open(folder, 600);
        for (int i = 0; i < 20; i++) {
            trail.intent(spawn("ada", "aws-" + i));
        }
        String head = trail.verify().head();
        trail.close();

        FileAuditTrail again = Trails.open(folder, 600);

        List<AuditRecord> records = again.read(AuditQuery.newest(10_000));
        assertThat(Segments.list(folder)).hasSizeGreaterThan(5);
        assertThat(records)
                .extracting(AuditRecord::sequence)
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 22).boxed().toList());
        assertThat(records.get(20).hash()).isEqualTo(head);
        assertThat(again.verify().whole()).isTrue();
        assertThat(again.verify().records()).isEqualTo(22);
        again.close();
    }

    @Test
    void records_that_are_longer_than_a_block_are_read_backwards() {
        Map<String, String> detail = new HashMap<>();
        for (int i = 0; i < 60; i++) {
            detail.put("key" + i, "\u202e".repeat(1_000));
        }
        AuditAction large =
                new AuditAction(
                        new Caller("ada", "shell"), Permission.of("agent:spawn"), "", detail);
        FileAuditTrail trail = Trails.open(folder, 16 << 20);

        trail.intent(large);
        trail.intent(spawn("ada", "small"));
        trail.intent(large);

        assertThat(trail.read(AuditQuery.newest(3)))
                .extracting(AuditRecord::entry)
                .containsExactly(
                        new AuditRecord.Intent(large),
                        new AuditRecord.Intent(spawn("ada", "small")),
                        new AuditRecord.Intent(large));
        trail.close();
    }

    @Test
    void an_intent_is_on_disk_before_its_number_is_known_and_stays_open_if_the_node_dies()
            throws IOException {
        FailingDisk disk = new FailingDisk();
        FileAuditTrail trail = new FileAuditTrail(folder, Trails.LARGE, Trails.CLOCK, disk);
        int forces = disk.forces.get();
        long intent = trail.intent(spawn("ada", "aws-1"));
        assertThat(disk.forces.get()).isEqualTo(forces + 1);
        Path copy = folder.resolve("killed");
        Trails.copy(folder, copy);
        trail.close();

        FileAuditTrail survivor = Trails.open(copy);

        assertThat(survivor.read(AuditQuery.newest(2)))
                .extracting(AuditRecord::entry)
                .containsExactly(
                        new AuditRecord.Intent(spawn("ada", "aws-1")),
                        new AuditRecord.Remark(
                                "The trail was opened; the 2 records before this one hold."));
        assertThat(survivor.verify().whole()).isTrue();
        survivor.result(intent, AuditOutcome.FAILED, "the node went down");
        assertThat(survivor.read(AuditQuery.newest(1)).get(0).entry())
                .isEqualTo(
                        new AuditRecord.Result(intent, AuditOutcome.FAILED, "the node went down"));
        survivor.close();
    }

    @Test
    void many_writers_keep_a_whole_chain_and_each_has_its_own_number() throws Exception {
        FileAuditTrail trail = onTheRealDisk();
        List<Long> numbers = Collections.synchronizedList(new ArrayList<>());
        List<Future<?>> writers = new ArrayList<>();
        ExecutorService executor = Executors.newFixedThreadPool(8);
        for (int writer = 0; writer < 8; writer++) {
            String caller = "writer-" + writer;
            writers.add(
                    executor.submit(
                            () ->
                                    IntStream.range(0, 50)
                                            .forEach(i -> numbers.add(both(trail, caller, i)))));
        }
        for (Future<?> writer : writers) {
            writer.get(50, TimeUnit.SECONDS);
        }
        executor.shutdown();

        assertThat(numbers).hasSize(400).doesNotHaveDuplicates();
        assertThat(trail.verify().whole()).isTrue();
        assertThat(trail.verify().records()).isEqualTo(801);
        for (AuditRecord record : trail.read(AuditQuery.newest(10_000))) {
            if (record.entry() instanceof AuditRecord.Intent intent) {
                assertThat(intent.action().target()).isNotEmpty();
                assertThat(numbers).contains(record.sequence());
            }
        }
        trail.close();
    }

    private static long both(FileAuditTrail trail, String caller, int number) {
        long intent = trail.intent(spawn(caller, "aws-" + number));
        trail.result(intent, AuditOutcome.DONE, "");
        return intent;
    }

    @Test
    void writers_that_wait_share_one_force() throws Exception {
        FailingDisk disk = new FailingDisk();
        FileAuditTrail trail = new FileAuditTrail(folder, Trails.LARGE, Trails.CLOCK, disk);
        CountDownLatch forcing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        disk.duringForce.set(
                () -> {
                    forcing.countDown();
                    awaitUninterruptibly(goOn);
                });
        int forces = disk.forces.get();
        List<Thread> writers = new ArrayList<>();
        writers.add(start(() -> trail.intent(spawn("ada", "first"))));
        assertThat(forcing.await(20, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 10; i++) {
            writers.add(start(() -> trail.intent(spawn("ada", "waits"))));
        }
        for (Thread writer : writers.subList(1, 11)) {
            awaitWaiting(writer);
        }
        goOn.countDown();
        for (Thread writer : writers) {
            writer.join(20_000);
        }

        assertThat(disk.forces.get()).isEqualTo(forces + 2);
        assertThat(trail.verify().records()).isEqualTo(12);
        trail.close();
    }

    private static Thread start(Runnable work) {
        Thread thread = new Thread(work);
        thread.start();
        return thread;
    }

    private static void awaitWaiting(Thread thread) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void an_interrupted_thread_writes_like_any_other_and_stays_interrupted() {
        FileAuditTrail trail = onTheRealDisk();

        Thread.currentThread().interrupt();
        long intent = trail.intent(spawn("ada", "aws-1"));
        trail.result(intent, AuditOutcome.DONE, "");

        assertThat(Thread.interrupted()).isTrue();
        assertThat(trail.read(AuditQuery.newest(2))).hasSize(2);
        assertThat(trail.verify().records()).isEqualTo(3);
        trail.close();
    }

    private FileAuditTrail onTheRealDisk() {
        return new FileAuditTrail(folder, 5_000, Trails.CLOCK, path -> new DiskSegmentFile(path));
    }

    @Test
    void a_second_node_is_told_that_the_trail_is_taken() {
        FileAuditTrail trail = Trails.open(folder);

        assertThatThrownBy(() -> Trails.open(folder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Another node holds the audit trail in " + folder)
                .hasMessageContaining("SIRSI_DATA");

        trail.intent(spawn("ada", "unharmed"));
        trail.close();
        Trails.open(folder).close();
    }

    @Test
    void a_closed_trail_refuses_intents_and_swallows_results() {
        FileAuditTrail trail = Trails.open(folder);
        long intent = trail.intent(spawn("ada", "aws-1"));
        trail.close();

        assertThatThrownBy(() -> trail.intent(spawn("ada", "aws-2")))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.reason()).isEqualTo(RefusedException.Reason.UNAVAILABLE));
        trail.result(intent, AuditOutcome.DONE, "");

        FileAuditTrail again = Trails.open(folder);
        assertThat(again.verify().records()).isEqualTo(3);
        again.close();
    }

    @Test
    void a_result_of_an_intent_that_never_was_is_not_written() {
        FileAuditTrail trail = Trails.open(folder);

        trail.result(0, AuditOutcome.DONE, "");
        trail.result(99, AuditOutcome.DONE, "");

        assertThat(trail.verify().records()).isEqualTo(1);
        trail.close();
    }

    @Test
    void only_the_owner_can_read_the_trail() throws IOException {
        Path made = folder.resolve("audit");
        Trails.open(made).close();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Trails.file(made))))
                .isEqualTo("rw-------");
    }

    @Test
    void the_folder_comes_from_the_configuration_or_else_from_the_data_folder() {
        FileAuditTrail configured = new FileAuditTrail(config(folder + "/configured", 1));
        configured.intent(spawn("ada", "aws-1"));
        configured.close();
        String before = System.getProperty("sirsi.data", "");
        System.setProperty("sirsi.data", folder.toString());
        try {
            new FileAuditTrail(config(" ", 1)).close();
        } finally {
            System.setProperty("sirsi.data", before);
        }

        assertThat(folder.resolve("configured")).isDirectoryContaining("glob:**.jsonl");
        assertThat(folder.resolve("audit")).isDirectoryContaining("glob:**.jsonl");
    }

    @Test
    void configuration_that_makes_no_sense_is_named() {
        assertThatThrownBy(() -> new FileAuditTrail(config(folder.toString(), 0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("io.sirsi.audit.cfg: segmentMiB must be 1 to 1024, not 0");
        assertThatThrownBy(() -> new FileAuditTrail(config("", 1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("set folder in io.sirsi.audit.cfg");
    }

    private static FileAuditTrail.Config config(String folder, int segmentMiB) {
        return (FileAuditTrail.Config)
                Proxy.newProxyInstance(
                        FileAuditTrail.class.getClassLoader(),
                        new Class<?>[] {FileAuditTrail.Config.class},
                        (proxy, method, args) ->
                                method.getName().equals("folder") ? folder : (Object) segmentMiB);
    }

    @Test
    void a_folder_that_cannot_be_made_is_named() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> Trails.open(file.resolve("audit")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(file.resolve("audit").toString());
    }
}
