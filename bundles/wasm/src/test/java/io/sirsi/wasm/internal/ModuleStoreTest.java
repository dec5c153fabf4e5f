package io.sirsi.wasm.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sirsi.agent.AgentType;
import io.sirsi.wasm.ModuleDigest;
import io.sirsi.wasm.ModuleFile;
import io.sirsi.wasm.internal.ModuleStore.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModuleStoreTest {

    private static final AgentType AUDIT = new AgentType("audit");
    private static final AgentType OTHER = new AgentType("other");

    @TempDir Path temp;
    private Path folder;

    @BeforeEach
    void nameTheFolder() {
        folder = temp.resolve("data/wasm");
    }

    @Test
    void keeps_every_fact_of_a_version_and_every_byte_of_its_files() throws Exception {
        ModuleFile file =
                ModuleFile.of("tag audit.wasm", new byte[] {0, 'a', 's', 'm', -1, 13, 10})
                        .withMetadata("{\"title\":\"\u00dcber\"}".getBytes(StandardCharsets.UTF_8))
                        .withSignature(new byte[] {-128, 0, 127});
        Version version =
                new Version(
                        file.digest(),
                        "org.example.audit",
                        file.name(),
                        "ada \"\u00fc\" \\ \n",
                        Instant.parse("2026-11-22T10:11:12.123456789Z"));
        open().store.add(AUDIT, file, version, List.of());

        ModuleStore again = new ModuleStore(folder);
        assertThat(again.contents().versions()).containsExactly(Map.entry(AUDIT, List.of(version)));
        ModuleFile kept = again.file(AUDIT, version);
        assertThat(kept.name()).isEqualTo(file.name());
        assertThat(kept.binary()).isEqualTo(file.binary());
        assertThat(kept.metadata()).hasValue(file.metadata().orElseThrow());
        assertThat(kept.signature()).hasValue(file.signature().orElseThrow());
    }

    @Test
    void keeps_types_apart_and_five_versions_of_each() throws Exception {
        StoreOwner owner = open();
        for (int i = 1; i <= 7; i++) {
            owner.install(AUDIT, StoreOwner.whole(i), i);
        }
        owner.install(OTHER, StoreOwner.bare(1), 8);

        assertThat(numbers(AUDIT)).containsExactly(7, 6, 5, 4, 3);
        assertThat(numbers(OTHER)).containsExactly(1);
        assertThat(files("audit")).hasSize(3 * ModuleStore.KEPT + 1);
        assertThat(open().view()).isEqualTo(owner.view());
    }

    @Test
    void a_version_that_is_installed_again_serves_and_is_kept_once() throws Exception {
        StoreOwner owner = open();
        owner.install(AUDIT, StoreOwner.whole(1), 1);
        owner.install(AUDIT, StoreOwner.whole(2), 2);
        owner.install(AUDIT, unsigned(1), 3);

        assertThat(numbers(AUDIT)).containsExactly(1, 2);
        Version serving = versions(AUDIT).get(0);
        assertThat(serving.by()).isEqualTo("ada 3");
        assertThat(open().store.file(AUDIT, serving).signature()).isEmpty();
    }

    @Test
    void goes_back_version_by_version_and_remembers_what_was_taken_back() throws Exception {
        StoreOwner owner = open();
        for (int i = 1; i <= 3; i++) {
            owner.install(AUDIT, StoreOwner.whole(i), i);
        }

        owner.rollback(AUDIT);
        assertThat(numbers(AUDIT)).containsExactly(2, 1);
        owner.rollback(AUDIT);
        assertThat(numbers(AUDIT)).containsExactly(1);

        ModuleStore again = new ModuleStore(folder);
        assertThat(again.withdrawn(digest(3))).isTrue();
        assertThat(again.withdrawn(digest(2))).isTrue();
        assertThat(again.withdrawn(digest(1))).isFalse();
        owner.install(AUDIT, StoreOwner.whole(3), 4);
        assertThat(new ModuleStore(folder).withdrawn(digest(3))).isFalse();
    }

    @Test
    void nothing_is_left_of_a_type_that_was_unloaded() throws Exception {
        StoreOwner owner = open();
        owner.install(AUDIT, StoreOwner.whole(1), 1);
        owner.install(OTHER, StoreOwner.whole(2), 2);

        owner.unload(AUDIT);

        assertThat(folder.resolve("audit")).doesNotExist();
        assertThat(numbers(OTHER)).containsExactly(2);
        assertThat(new ModuleStore(folder).withdrawn(digest(1))).isTrue();
        owner.unload(AUDIT); // nothing to do
    }

    @Test
    void remembers_the_newest_thousand_that_were_taken_back() throws Exception {
        LosingDisk disk = LosingDisk.empty(Files.createDirectory(temp.resolve("disk")));
        ModuleStore store = new ModuleStore(disk.root().resolve("wasm"), disk);
        for (int i = 0; i <= 1_000; i++) {
            store.withdraw(digest(i));
        }

        ModuleStore again = new ModuleStore(disk.root().resolve("wasm"));
        assertThat(again.withdrawn(digest(0))).isFalse();
        assertThat(again.withdrawn(digest(1))).isTrue();
        assertThat(again.withdrawn(digest(1_000))).isTrue();
    }

    @Test
    void sweeps_what_was_left_and_nothing_else() throws Exception {
        StoreOwner owner = open();
        owner.install(AUDIT, StoreOwner.whole(1), 1);
        Path place = folder.resolve("audit");
        String kept = digest(1).value();
        String gone = digest(2).value();
        for (String left :
                List.of(
                        gone + ".wasm",
                        gone + ".sig.coming",
                        kept + ".wasm.coming",
                        "versions.json.coming")) {
            Files.writeString(place.resolve(left), "half");
        }
        Files.writeString(folder.resolve("withdrawn.json.coming"), "[");
        Files.writeString(place.resolve("notes.txt"), "somebody's");
        Files.createDirectories(folder.resolve("begun"));
        Files.writeString(folder.resolve("begun").resolve(gone + ".wasm"), "half");
        Files.createDirectories(folder.resolve("Not A Type"));
        Files.writeString(folder.resolve("Not A Type").resolve(gone + ".wasm"), "somebody's");

        new ModuleStore(folder).contents();

        assertThat(files("audit"))
                .containsExactlyInAnyOrder(
                        kept + ".wasm",
                        kept + ".json",
                        kept + ".sig",
                        "versions.json",
                        "notes.txt");
        assertThat(files("")).containsExactlyInAnyOrder("audit", "Not A Type");
        assertThat(files("Not A Type")).containsExactly(gone + ".wasm");
    }

    @Test
    void everything_is_the_users_alone() throws Exception {
        StoreOwner owner = open();
        owner.install(AUDIT, StoreOwner.whole(1), 1);
        owner.store.withdraw(digest(2));

        try (Stream<Path> all = Files.walk(temp.resolve("data"))) {
            assertThat(all)
                    .hasSize(8)
                    .allSatisfy(
                            path ->
                                    assertThat(
                                                    PosixFilePermissions.toString(
                                                            Files.getPosixFilePermissions(path)))
                                            .isEqualTo(
                                                    Files.isDirectory(path)
                                                            ? "rwx------"
                                                            : "rw-------"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[",
                "[]",
                "{}",
                "null",
                "[{\"digest\":\"0\"}]",
                "{\"a\":[]}",
                "\u0000\u0000\u0000"
            })
    void a_damaged_list_is_told_and_takes_no_other_type_down(String text) throws Exception {
        StoreOwner owner = open();
        owner.install(AUDIT, StoreOwner.whole(1), 1);
        owner.install(OTHER, StoreOwner.whole(2), 2);
        List<String> before = files("audit");
        Files.writeString(folder.resolve("audit/versions.json"), text);

        tellsDamage();
        assertThat(files("audit")).isEqualTo(before);

        new ModuleStore(folder)
                .add(
                        AUDIT,
                        StoreOwner.whole(3),
                        StoreOwner.version(StoreOwner.whole(3), 3),
                        List.of());
        assertThat(numbers(AUDIT)).containsExactly(3);
        open().view();
    }

    @Test
    void a_list_that_is_a_folder_or_a_link_to_nothing_is_told() throws Exception {
        StoreOwner owner = open();
        owner.install(AUDIT, StoreOwner.whole(1), 1);
        owner.install(OTHER, StoreOwner.whole(2), 2);
        Path list = folder.resolve("audit/versions.json");

        Files.delete(list);
        Files.createSymbolicLink(list, temp.resolve("nowhere"));
        tellsDamage();
        Files.delete(list);
        Files.createDirectories(list.resolve("inside"));
        tellsDamage();
    }

    @Test
    void a_flipped_bit_of_the_list_deletes_nothing_and_is_told_or_leaves_the_module_whole()
            throws Exception {
        StoreOwner owner = open();
        owner.install(AUDIT, StoreOwner.whole(1), 1);
        owner.install(AUDIT, StoreOwner.whole(2), 2);
        owner.install(OTHER, StoreOwner.whole(3), 3);
        Path list = folder.resolve("audit/versions.json");
        byte[] good = Files.readAllBytes(list);
        List<String> before = files("audit");
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= (byte) (1 << at % 8);
            Files.write(list, bad);

            ModuleStore store = new ModuleStore(folder);
            ModuleStore.Contents contents = store.contents();

            assertThat(files("audit")).as("byte %s", at).isEqualTo(before);
            assertThat(contents.versions()).containsKey(OTHER);
            assertThat(contents.damage().isEmpty()).isEqualTo(contents.versions().size() == 2);
            for (Version version : contents.versions().getOrDefault(AUDIT, List.of())) {
                boolean there = Files.exists(folder.resolve("audit/" + version.digest() + ".wasm"));
                assertThat(version.digest()).matches(d -> there == is(d, 1, 2));
                if (there) {
                    assertThat(store.file(AUDIT, version).digest()).isEqualTo(version.digest());
                }
            }
        }
    }

    @Test
    void a_module_that_is_cut_off_or_flipped_is_found_out_by_its_digest() throws Exception {
        StoreOwner owner = open();
        owner.install(AUDIT, StoreOwner.whole(1), 1);
        Version version = versions(AUDIT).get(0);
        for (String ending : List.of(".wasm", ".json")) {
            Path file = folder.resolve("audit/" + version.digest() + ending);
            byte[] good = Files.readAllBytes(file);
            for (int at = 0; at < good.length; at++) {
                byte[] bad = good.clone();
                bad[at] ^= (byte) (1 << at % 8);
                Files.write(file, bad);
                assertThat(owner.store.file(AUDIT, version).digest())
                        .isNotEqualTo(version.digest());
                Files.write(file, Arrays.copyOf(good, at));
                assertThat(owner.store.file(AUDIT, version).digest())
                        .isNotEqualTo(version.digest());
            }
            Files.write(file, good);
        }
        Path side = folder.resolve("audit/" + version.digest() + ".json");
        Files.delete(side);
        assertThat(owner.store.file(AUDIT, version).digest()).isNotEqualTo(version.digest());
    }

    @Test
    void a_module_that_is_gone_or_a_folder_cannot_be_read_and_its_list_stays() throws Exception {
        StoreOwner owner = open();
        owner.install(AUDIT, StoreOwner.whole(1), 1);
        owner.install(AUDIT, StoreOwner.whole(2), 2);
        Version version = versions(AUDIT).get(0);
        Path file = folder.resolve("audit/" + version.digest() + ".wasm");
        Path elsewhere = Files.move(file, temp.resolve("elsewhere"));

        assertThatThrownBy(() -> owner.store.file(AUDIT, version)).isInstanceOf(IOException.class);
        assertThat(numbers(AUDIT)).containsExactly(2, 1);
        Files.createDirectory(file);
        assertThatThrownBy(() -> owner.store.file(AUDIT, version)).isInstanceOf(IOException.class);
        assertThat(numbers(AUDIT)).containsExactly(2, 1);
        Files.delete(file);
        Files.createSymbolicLink(file, elsewhere); // a link to the right bytes is as good
        assertThat(owner.store.file(AUDIT, version).digest()).isEqualTo(version.digest());

        owner.install(AUDIT, StoreOwner.whole(2), 3); // replaces the link, not what it leads to
        assertThat(file).isRegularFile().isNotEqualTo(elsewhere);
        assertThat(Files.isSymbolicLink(file)).isFalse();
        assertThat(elsewhere).exists();
    }

    @Test
    void a_leftover_that_cannot_be_deleted_makes_no_installation_untrue() throws Exception {
        StoreOwner owner = open();
        owner.install(AUDIT, StoreOwner.whole(1), 1);
        Path stuck = folder.resolve("audit/" + digest(9) + ".wasm");
        Files.createDirectories(stuck.resolve("inside"));

        owner.install(AUDIT, StoreOwner.whole(2), 2);

        assertThat(numbers(AUDIT)).containsExactly(2, 1);
        assertThat(stuck).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[1", "[\"0\"]", "null"})
    void what_was_taken_back_is_not_forgotten_because_it_is_damaged(String text) throws Exception {
        open().store.withdraw(digest(1));
        Files.writeString(folder.resolve("withdrawn.json"), text);

        assertThatThrownBy(() -> new ModuleStore(folder))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(folder.resolve("withdrawn.json") + " is damaged (")
                .hasMessageEndingWith(
                        "); delete it, and modules that were taken back may come again from the"
                                + " folder");
    }

    @Test
    void a_full_disk_refuses_a_module_and_keeps_what_there_was() throws Exception {
        Path small = Files.createDirectory(temp.resolve("small"));
        assumeTrue(mounted(small), "no small file system can be mounted here: mount(8) needs root");
        try {
            folder = small.resolve("wasm");
            StoreOwner owner = open();
            owner.install(AUDIT, StoreOwner.whole(1), 1);
            StoreOwner.View before = owner.view();
            ModuleFile large = ModuleFile.of("large.wasm", new byte[2 << 20]);

            assertThatThrownBy(() -> owner.install(AUDIT, large, 2))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No space left");
            assertThat(owner.view()).isEqualTo(before); // at once: what was half-written is gone
            assertThatThrownBy(() -> owner.install(OTHER, large, 3))
                    .isInstanceOf(IOException.class);
            assertThat(owner.view()).isEqualTo(before);
            assertThat(folder.resolve("other")).doesNotExist();
            owner.install(OTHER, StoreOwner.whole(4), 4);
            assertThat(numbers(OTHER)).containsExactly(4);
        } finally {
            run("umount", small.toString());
        }
    }

    private void tellsDamage() throws IOException {
        Path place = folder.resolve("audit");
        ModuleStore.Contents contents = new ModuleStore(folder).contents();
        assertThat(contents.versions()).containsOnlyKeys(OTHER);
        assertThat(contents.damage())
                .singleElement()
                .asString()
                .startsWith(place.resolve("versions.json") + " is damaged (")
                .endsWith("); delete the folder " + place + " and install the module again");
    }

    private static boolean mounted(Path place) throws Exception {
        return run("mount", "-t", "tmpfs", "-o", "size=1m", "none", place.toString());
    }

    private static boolean run(String... command) throws Exception {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException absent) {
            return false;
        }
    }

    private StoreOwner open() throws IOException {
        return new StoreOwner(folder, StoreDisk.ofTheMachine());
    }

    private List<Version> versions(AgentType type) throws IOException {
        return new ModuleStore(folder).contents().versions().getOrDefault(type, List.of());
    }

    /** {@return the numbers of the versions that are kept, the serving one first} */
    private List<Integer> numbers(AgentType type) throws IOException {
        List<Integer> numbers = new ArrayList<>();
        for (Version version : versions(type)) {
            numbers.add(Integer.valueOf(version.name().replaceAll("[^0-9]", "")));
        }
        return numbers;
    }

    private List<String> files(String place) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(place))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static boolean is(ModuleDigest digest, int... numbers) {
        return Arrays.stream(numbers).anyMatch(number -> digest(number).equals(digest));
    }

    private static ModuleDigest digest(int number) {
        return StoreOwner.whole(number).digest();
    }

    private static ModuleFile unsigned(int number) {
        ModuleFile whole = StoreOwner.whole(number);
        return ModuleFile.of(whole.name(), whole.binary())
                .withMetadata(whole.metadata().orElseThrow());
    }
}
