package io.sirsi.wasm.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirsi.agent.AgentType;
import io.sirsi.wasm.ModuleDigest;
import io.sirsi.wasm.ModuleFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The installed modules on disk: a folder a type, in it the files of each version, named by their
 * digest, and {@code versions.json}, which says which of them serves. Replacing that one file is
 * what makes an installation true; whatever a crash leaves besides is swept away. Only the node's
 * user can read or write it. Used by one thread at a time.
 */
final class ModuleStore {

    /** How many versions of a module are kept, the serving one included. */
    static final int KEPT = 5;

    /** How many files that were taken back are remembered. */
    private static final int MOST_WITHDRAWN = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(ModuleStore.class);
    private static final String WITHDRAWN = "withdrawn.json";
    private static final String VERSIONS = "versions.json";

    /** The files that we write: nothing else is swept. */
    private static final Pattern OURS =
            Pattern.compile("([0-9a-f]{64}\\.(wasm|json|sig)|versions\\.json)(\\.coming)?");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private Set<ModuleDigest> withdrawn;

    /**
     * A version that was installed.
     *
     * @param digest which file
     * @param id the module's id, which no other may take over
     * @param name how the file was called
     * @param by who installed it
     * @param at when
     */
    record Version(ModuleDigest digest, String id, String name, String by, Instant at) {}

    /**
     * What is in the store.
     *
     * @param versions the versions of each type, the serving one first
     * @param damage one sentence for each type that cannot be read; it is left as it is
     */
    record Contents(SortedMap<AgentType, List<Version>> versions, List<String> damage) {}

    /**
     * Opens the store.
     *
     * @param folder where it is; made if it is not there
     * @throws IOException if it cannot be made
     */
    ModuleStore(Path folder) throws IOException {
        this.folder = folder;
        makeFolder(folder);
        try {
            this.withdrawn = readWithdrawn(folder.resolve(WITHDRAWN));
        } catch (IllegalArgumentException damaged) {
            throw new IOException(folder.resolve(WITHDRAWN) + " is damaged; delete it", damaged);
        }
    }

    /** {@return what is in it; folders that are not named as a type are not ours} */
    Contents contents() throws IOException {
        SortedMap<AgentType, List<Version>> versions = new TreeMap<>();
        List<String> damage = new ArrayList<>();
        try (DirectoryStream<Path> places = Files.newDirectoryStream(folder, Files::isDirectory)) {
            for (Path place : places) {
                Optional<AgentType> type = typeOf(place);
                if (type.isPresent()) {
                    try {
                        read(place).ifPresent(found -> versions.put(type.get(), found));
                    } catch (IOException unreadable) {
                        damage.add(String.valueOf(unreadable.getMessage()));
                    }
                }
            }
        }
        return new Contents(versions, damage);
    }

    private static Optional<AgentType> typeOf(Path place) {
        try {
            return Optional.of(new AgentType(String.valueOf(place.getFileName())));
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    /** {@return the files of a version} */
    ModuleFile file(AgentType type, Version version) throws IOException {
        Path place = folder.resolve(type.value());
        String stem = version.digest().value();
        ModuleFile file =
                ModuleFile.of(version.name(), Files.readAllBytes(place.resolve(stem + ".wasm")));
        Optional<byte[]> metadata = optional(place.resolve(stem + ".json"));
        if (metadata.isPresent()) {
            file = file.withMetadata(metadata.get());
        }
        Optional<byte[]> signature = optional(place.resolve(stem + ".sig"));
        return signature.isPresent() ? file.withSignature(signature.get()) : file;
    }

    /**
     * Makes a version the serving one. On disk when this returns. A file system with a journal does
     * not keep a later rename in a folder and lose an earlier one, so the list is never there
     * without the files that it names; one that did would be found out by the digest.
     *
     * @param before the versions until now, the serving one first
     * @return the versions from now on
     */
    List<Version> add(AgentType type, ModuleFile file, Version version, List<Version> before)
            throws IOException {
        Path place = folder.resolve(type.value());
        if (!Files.isDirectory(place)) {
            makeFolder(place);
            force(folder);
        }
        String stem = version.digest().value();
        write(place.resolve(stem + ".wasm"), file.binary());
        writeOptional(place.resolve(stem + ".json"), file.metadata());
        writeOptional(place.resolve(stem + ".sig"), file.signature());
        List<Version> versions = new ArrayList<>();
        versions.add(version);
        before.stream()
                .filter(old -> !old.digest().equals(version.digest()))
                .limit(KEPT - 1L)
                .forEach(versions::add);
        set(type, versions);
        return List.copyOf(versions);
    }

    /** Says which versions there are, the serving one first. On disk when this returns. */
    void set(AgentType type, List<Version> versions) throws IOException {
        Path place = folder.resolve(type.value());
        ArrayNode list = JSON.createArrayNode();
        for (Version version : versions) {
            ObjectNode one = list.addObject();
            one.put("digest", version.digest().value());
            one.put("id", version.id());
            one.put("name", version.name());
            one.put("by", version.by());
            one.put("at", version.at().toString());
        }
        write(place.resolve(VERSIONS), JSON.writeValueAsBytes(list));
        force(place);
        sweep(place, versions);
    }

    /** Deletes a type with all its versions; gone when this returns. */
    void remove(AgentType type) throws IOException {
        Path place = folder.resolve(type.value());
        if (Files.isDirectory(place)) {
            Files.deleteIfExists(place.resolve(VERSIONS));
            sweep(place, List.of());
            force(place);
            deleteEmpty(place);
        }
        force(folder);
    }

    /** {@return whether somebody took this file back: it does not come again by itself} */
    boolean withdrawn(ModuleDigest digest) {
        return withdrawn.contains(digest);
    }

    /** Remembers that somebody took a file back. On disk when this returns. */
    void withdraw(ModuleDigest digest) throws IOException {
        Set<ModuleDigest> more = new LinkedHashSet<>(withdrawn);
        more.remove(digest);
        more.add(digest);
        while (more.size() > MOST_WITHDRAWN) {
            more.remove(more.iterator().next());
        }
        keepWithdrawn(more);
    }

    /** Forgets that somebody took a file back, because somebody wants it. */
    void welcome(ModuleDigest digest) throws IOException {
        if (withdrawn.contains(digest)) {
            Set<ModuleDigest> fewer = new LinkedHashSet<>(withdrawn);
            fewer.remove(digest);
            keepWithdrawn(fewer);
        }
    }

    private void keepWithdrawn(Set<ModuleDigest> digests) throws IOException {
        write(
                folder.resolve(WITHDRAWN),
                JSON.writeValueAsBytes(digests.stream().map(ModuleDigest::value).toList()));
        force(folder);
        withdrawn = digests;
    }

    private static Set<ModuleDigest> readWithdrawn(Path file) throws IOException {
        Set<ModuleDigest> digests = new LinkedHashSet<>();
        Optional<byte[]> bytes = optional(file);
        if (bytes.isPresent()) {
            for (JsonNode one : JSON.readTree(bytes.get())) {
                digests.add(new ModuleDigest(one.asText()));
            }
        }
        return digests;
    }

    private Optional<List<Version>> read(Path place) throws IOException {
        Optional<byte[]> bytes = optional(place.resolve(VERSIONS));
        if (bytes.isEmpty()) { // a crash came before the first version was true
            sweep(place, List.of());
            deleteEmpty(place);
            return Optional.empty();
        }
        List<Version> versions = new ArrayList<>();
        try {
            for (JsonNode one : JSON.readTree(bytes.get())) {
                versions.add(
                        new Version(
                                new ModuleDigest(one.path("digest").asText()),
                                one.path("id").asText(),
                                one.path("name").asText(),
                                one.path("by").asText(),
                                Instant.parse(one.path("at").asText())));
            }
        } catch (RuntimeException | IOException damaged) {
            throw new IOException(damaged(place), damaged);
        }
        if (versions.isEmpty()) {
            throw new IOException(damaged(place));
        }
        sweep(place, versions);
        return Optional.of(List.copyOf(versions));
    }

    /** What somebody else has put there stays. */
    private static void deleteEmpty(Path place) throws IOException {
        try {
            Files.deleteIfExists(place);
        } catch (DirectoryNotEmptyException notOursAlone) {
            LOG.warn("{} has files that are not ours; they stay", place);
        }
    }

    private static String damaged(Path place) {
        return place.resolve(VERSIONS)
                + " is damaged; delete the folder "
                + place
                + " and install the module again";
    }

    /** Deletes what belongs to no version; what a crash leaves of it is deleted the next time. */
    private static void sweep(Path place, List<Version> versions) throws IOException {
        Set<String> stems =
                versions.stream()
                        .map(version -> version.digest().value())
                        .collect(Collectors.toSet());
        try (DirectoryStream<Path> files = Files.newDirectoryStream(place)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                int dot = name.indexOf('.');
                if (OURS.matcher(name).matches()
                        && !name.equals(VERSIONS)
                        && !stems.contains(dot < 0 ? name : name.substring(0, dot))) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static Optional<byte[]> optional(Path file) throws IOException {
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }

    private static void writeOptional(Path file, Optional<byte[]> bytes) throws IOException {
        if (bytes.isPresent()) {
            write(file, bytes.get());
        } else {
            Files.deleteIfExists(file);
        }
    }

    /** Whole under its name, or not at all; the name is on disk when its folder is forced. */
    private static void write(Path file, byte[] bytes) throws IOException {
        Path coming = file.resolveSibling(file.getFileName() + ".coming");
        Files.deleteIfExists(coming);
        try (FileChannel channel =
                FileChannel.open(
                        coming,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        }
        Files.move(coming, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** A new name is on disk when its folder is. */
    private static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void makeFolder(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            Files.createDirectories(
                    path,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
    }
}
