package io.sirsi.wasm.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.agent.AgentType;
import io.sirsi.wasm.ModuleDigest;
import io.sirsi.wasm.ModuleFile;
import io.sirsi.wasm.internal.ModuleStore.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A store, and who changes it in the order in which {@link DefaultWasmModules} does. */
final class StoreOwner {

    final ModuleStore store;
    private final Path folder;
    private final Map<AgentType, List<Version>> served = new TreeMap<>();

    /**
     * What can be seen of a store.
     *
     * @param modules the versions of each type with their signatures, the serving one first
     * @param withdrawn which files were taken back
     */
    record View(Map<AgentType, List<Map.Entry<Version, String>>> modules, Set<String> withdrawn) {

        /** Asserts that the store is as before something was done or as after it, and whole. */
        void isBetween(View before, View after) {
            assertThat(modules).isIn(before.modules(), after.modules());
            Set<String> certain = new TreeSet<>(before.withdrawn());
            certain.retainAll(after.withdrawn());
            Set<String> possible = new TreeSet<>(before.withdrawn());
            possible.addAll(after.withdrawn());
            assertThat(withdrawn).containsAll(certain);
            assertThat(possible).containsAll(withdrawn);
        }
    }

    /** Opens a store in which nothing is damaged. */
    StoreOwner(Path folder, StoreDisk disk) throws IOException {
        this.folder = folder;
        this.store = new ModuleStore(folder, disk);
        ModuleStore.Contents contents = store.contents();
        assertThat(contents.damage()).isEmpty();
        served.putAll(contents.versions());
    }

    void install(AgentType type, ModuleFile file, int number) throws IOException {
        ModuleDigest digest = file.digest();
        store.welcome(digest);
        served.put(
                type,
                store.add(type, file, version(file, number), served.getOrDefault(type, List.of())));
    }

    void rollback(AgentType type) throws IOException {
        List<Version> versions = served.get(type);
        List<Version> rest = List.copyOf(versions.subList(1, versions.size()));
        store.set(type, rest);
        served.put(type, rest);
        try {
            store.withdraw(versions.get(0).digest());
        } catch (IOException once) { // going back is true already, and must not be done twice
            store.withdraw(versions.get(0).digest());
        }
    }

    void unload(AgentType type) throws IOException {
        for (Version version : served.getOrDefault(type, List.of())) {
            store.withdraw(version.digest());
        }
        store.remove(type);
        served.remove(type);
    }

    /**
     * {@return what there is on disk; each version must be whole, and nothing else may be there}
     */
    View view() throws IOException {
        Map<AgentType, List<Map.Entry<Version, String>>> modules = new LinkedHashMap<>();
        Set<String> expected = new TreeSet<>();
        ModuleStore.Contents contents = store.contents();
        assertThat(contents.damage()).isEmpty();
        for (Map.Entry<AgentType, List<Version>> module : contents.versions().entrySet()) {
            List<Map.Entry<Version, String>> versions = new ArrayList<>();
            expected.add(module.getKey() + "/versions.json");
            for (Version version : module.getValue()) {
                ModuleFile file = store.file(module.getKey(), version);
                assertThat(file.digest()).isEqualTo(version.digest());
                String stem = module.getKey() + "/" + version.digest();
                expected.add(stem + ".wasm");
                file.metadata().ifPresent(there -> expected.add(stem + ".json"));
                file.signature().ifPresent(there -> expected.add(stem + ".sig"));
                versions.add(Map.entry(version, hex(file.signature())));
            }
            modules.put(module.getKey(), versions);
        }
        Set<String> files = files();
        Set<String> withdrawn = new TreeSet<>();
        if (files.remove("withdrawn.json")) {
            String text = Files.readString(folder.resolve("withdrawn.json"));
            Stream.of(text.split("[\\[\\],\"]+", -1))
                    .filter(part -> !part.isEmpty())
                    .forEach(withdrawn::add);
        }
        assertThat(withdrawn)
                .allSatisfy(one -> assertThat(store.withdrawn(new ModuleDigest(one))).isTrue());
        assertThat(files).isEqualTo(expected);
        return new View(modules, withdrawn);
    }

    private Set<String> files() throws IOException {
        Set<String> files = new TreeSet<>();
        try (Stream<Path> all = Files.walk(folder)) {
            all.filter(Files::isRegularFile)
                    .forEach(file -> files.add(folder.relativize(file).toString()));
        }
        return files;
    }

    private static String hex(Optional<byte[]> bytes) {
        return bytes.map(HexFormat.of()::formatHex).orElse("none");
    }

    /** {@return the record of an installation; every fact of it follows from the number} */
    static Version version(ModuleFile file, int number) {
        return new Version(
                file.digest(),
                "org.example.audit",
                file.name(),
                "ada " + number,
                Instant.ofEpochSecond(number));
    }

    /** {@return a module with a side file and a signature} */
    static ModuleFile whole(int number) {
        return bare(number).withMetadata(bytes("{\"n\":" + number + "}")).withSignature(bytes("s"));
    }

    /** {@return a module alone} */
    static ModuleFile bare(int number) {
        return ModuleFile.of("audit-" + number + ".wasm", bytes("module number " + number));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
