package io.sirsi.wasm.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.wasm.ModuleFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModuleFolderTest {

    /** What was offered. */
    private record Offered(String name, String text, boolean metadata, boolean last) {}

    private static final String WHOLE = "whole";

    @TempDir Path folder;
    private final BlockingQueue<Offered> offered = new LinkedBlockingQueue<>();
    private ModuleFolder watched;

    @AfterEach
    void stop() {
        if (watched != null) {
            watched.close();
        }
    }

    @Test
    void offers_what_lies_there_already() throws Exception {
        Files.writeString(folder.resolve("a.wasm"), WHOLE);
        watch();

        assertThat(next()).isEqualTo(new Offered("a.wasm", WHOLE, false, false));
    }

    @Test
    void offers_what_is_moved_in_once_with_what_lies_beside_it() throws Exception {
        watch();
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(folder.resolve("a.wasm.json"), "{}");
        Files.move(Files.writeString(outside.resolve("a"), WHOLE), folder.resolve("a.wasm"));

        assertThat(next()).isEqualTo(new Offered("a.wasm", WHOLE, true, false));
        assertThat(offered.poll(100, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void offers_a_file_that_is_being_written_until_it_is_whole() throws Exception {
        watch();
        Files.writeString(folder.resolve("a.wasm"), "who");
        for (Offered part = next(); !part.text().equals("who"); ) {
            part = next();
        }

        Files.writeString(folder.resolve("a.wasm"), "le", StandardOpenOption.APPEND);

        for (Offered whole = next(); !whole.text().equals(WHOLE); ) {
            whole = next();
        }
    }

    @Test
    void says_once_that_a_file_is_not_taken_when_it_has_not_changed_for_a_while() throws Exception {
        watch();
        Files.writeString(folder.resolve("a.wasm"), "garbage");

        Offered last = next();
        while (!last.last()) {
            last = next();
        }
        assertThat(last.text()).isEqualTo("garbage");
        assertThat(offered.poll(700, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void goes_on_after_the_folder_was_deleted() throws Exception {
        watch();
        Files.delete(folder);
        for (int i = 0; i < 500 && !Files.isDirectory(folder); i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        Files.writeString(folder.resolve("a.wasm"), WHOLE);

        assertThat(next().name()).isEqualTo("a.wasm");
    }

    @Test
    void reads_no_device_beside_a_module() throws Exception {
        watch();
        Files.createSymbolicLink(folder.resolve("z.wasm.json"), Path.of("/dev/zero"));
        Files.writeString(folder.resolve("z.wasm"), WHOLE);
        Files.writeString(folder.resolve("a.wasm"), WHOLE);

        assertThat(next().name()).isEqualTo("a.wasm");
    }

    @Test
    void offers_a_changed_file_again() throws Exception {
        watch();
        Files.writeString(folder.resolve("a.wasm"), WHOLE);
        for (Offered first = next(); !first.text().equals(WHOLE); ) {
            first = next();
        }

        Files.writeString(folder.resolve("coming"), WHOLE + " and new");
        Files.move(
                folder.resolve("coming"), folder.resolve("a.wasm"), StandardCopyOption.ATOMIC_MOVE);

        Offered changed = next();
        while (changed.text().equals(WHOLE)) {
            changed = next();
        }
        assertThat(changed.text()).isEqualTo(WHOLE + " and new");
    }

    @Test
    void follows_no_link_and_reads_nothing_too_large_and_nothing_else() throws Exception {
        watch();
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Path secret = Files.writeString(outside.resolve("secret"), WHOLE);
        Files.createSymbolicLink(folder.resolve("link.wasm"), secret);
        Files.move(
                Files.write(outside.resolve("large"), new byte[2_000]),
                folder.resolve("large.wasm"));
        Files.writeString(folder.resolve("other.txt"), "x");
        Files.writeString(folder.resolve(".hidden.wasm"), "x");
        Files.writeString(folder.resolve("a.wasm"), WHOLE);

        assertThat(next().name()).isEqualTo("a.wasm");
        assertThat(offered.poll(100, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void complains_of_nothing_when_it_is_closed_while_a_module_is_taken() throws Exception {
        CountDownLatch taking = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        ModuleFolder busy =
                new ModuleFolder(
                        folder,
                        1_000,
                        (file, last) -> {
                            taking.countDown();
                            try {
                                return mayEnd.await(10, TimeUnit.SECONDS);
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        },
                        System::nanoTime);
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            Files.writeString(folder.resolve("a.wasm"), WHOLE);
            assertThat(taking.await(10, TimeUnit.SECONDS)).isTrue();
            Thread closing = new Thread(busy::close, "closing");
            closing.start();
            while (closing.getState() != Thread.State.TIMED_WAITING) { // for the thread to end
                Thread.onSpinWait();
            }
            mayEnd.countDown();
            closing.join();
        } finally {
            System.setErr(before);
        }
        assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain("ERROR");
    }

    private void watch() throws IOException {
        watched =
                new ModuleFolder(
                        folder,
                        1_000,
                        (ModuleFile file, boolean last) -> {
                            String text = new String(file.binary(), StandardCharsets.UTF_8);
                            offered.add(
                                    new Offered(
                                            file.name(), text, file.metadata().isPresent(), last));
                            return text.startsWith(WHOLE);
                        },
                        System::nanoTime);
    }

    private Offered next() throws InterruptedException {
        Offered one = offered.poll(10, TimeUnit.SECONDS);
        assertThat(one).as("what is offered").isNotNull();
        return one;
    }
}
