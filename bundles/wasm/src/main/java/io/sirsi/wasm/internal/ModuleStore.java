package io.sirsi.wasm.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirsi.agent.AgentType;
import io.sirsi.wasm.ModuleDigest;
import io.sirsi.wasm.ModuleFile;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
 * what makes an installation true; whatever a crash or a full disk leaves besides is swept away.
 * Only the node's user can read or write it. Used by one thread at a time.
 */
final class ModuleStore {

    /** How many versions of a module are kept, the serving one included. */
    static final int KEPT = 5;

    /** How many files that were taken back are remembered. */
    private static final int MOST_WITHDRAWN = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(ModuleStore.class);
    private static final String WITHDRAWN = "withdrawn.json";
    private static final String VERSIONS = "versions.json";
    private static final String COMING = ".coming";

    /** The files of a type that we write: nothing else is swept. */
    private static final Pattern OURS =
            Pattern.compile("([0-9a-f]{64}\\.(wasm|json|sig)|versions\\.json)(\\.coming)?");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final StoreDisk disk;
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
     * @throws IOException if it cannot be made, or what is remembered of withdrawn files is damaged
     */
    ModuleStore(Path folder) throws IOException {
        this(folder, StoreDisk.ofTheMachine());
    }

    /** Opens the store on another disk. */
    ModuleStore(Path folder, StoreDisk disk) throws IOException {
        this.folder = folder.toAbsolutePath();
        this.disk = disk;
        make(this.folder);
        disk.delete(coming(this.folder.resolve(WITHDRAWN)));
        this.withdrawn = readWithdrawn(this.folder.resolve(WITHDRAWN));
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
        List<Version> versions = new ArrayList<>();
        versions.add(version);
        before.stream()
                .filter(old -> !old.digest().equals(version.digest()))
                .limit(KEPT - 1L)
                .forEach(versions::add);
        try {
            if (!Files.isDirectory(place)) {
                disk.makeFolder(place);
            }
            if (before.isEmpty()) {
                disk.force(folder);
            }
            String stem = version.digest().value();
            write(place.resolve(stem + ".wasm"), file.binary());
            writeOptional(place.resolve(stem + ".json"), file.metadata());
            writeOptional(place.resolve(stem + ".sig"), file.signature());
            writeList(place, versions);
        } catch (IOException unwritable) {
            takeBack(place, version, before);
            throw unwritable;
        }
        settle(place, versions);
        return List.copyOf(versions);
    }

    /** Says which versions there are, the serving one first. On disk when this returns. */
    void set(AgentType type, List<Version> versions) throws IOException {
        Path place = folder.resolve(type.value());
        writeList(place, versions);
        settle(place, versions);
    }

    private void writeList(Path place, List<Version> versions) throws IOException {
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
    }

    /** The list is written: makes it last, and deletes what it does not name. */
    private void settle(Path place, List<Version> versions) throws IOException {
        disk.force(place);
        sweep(place, versions);
    }

    /** What was written of an installation that failed must not keep a full disk full. */
    private void takeBack(Path place, Version version, List<Version> before) {
        String stem = version.digest().value();
        if (before.stream().noneMatch(old -> old.digest().equals(version.digest()))) {
            List.of(".wasm", ".json", ".sig")
                    .forEach(ending -> deleteOrLeave(place.resolve(stem + ending)));
        }
        if (before.isEmpty()) {
            deleteOrLeave(place);
        }
    }

    /** Deletes a type with all its versions; gone when this returns. */
    void remove(AgentType type) throws IOException {
        Path place = folder.resolve(type.value());
        if (Files.isDirectory(place)) {
            disk.delete(place.resolve(VERSIONS));
            settle(place, List.of());
            deleteOrLeave(place);
        }
        disk.force(folder);
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
        disk.force(folder);
        withdrawn = digests;
    }

    private static Set<ModuleDigest> readWithdrawn(Path file) throws IOException {
        Set<ModuleDigest> digests = new LinkedHashSet<>();
        try {
            Optional<byte[]> bytes = optional(file);
            if (bytes.isPresent()) {
                for (JsonNode one : array(bytes.get())) {
                    digests.add(new ModuleDigest(one.asText()));
                }
            }
        } catch (IllegalArgumentException | IOException damaged) {
            throw new IOException(
                    file
                            + " is damaged ("
                            + damaged.getMessage()
                            + "); delete it, and modules that were taken back may come again from"
                            + " the folder",
                    damaged);
        }
        return digests;
    }

    private Optional<List<Version>> read(Path place) throws IOException {
        if (!Files.exists(place.resolve(VERSIONS), LinkOption.NOFOLLOW_LINKS)) {
            LOG.debug("{} has no {}: what is left in it is deleted", place, VERSIONS);
            sweep(place, List.of());
            deleteOrLeave(place);
            return Optional.empty();
        }
        List<Version> versions = readList(place);
        if (versions.stream().allMatch(version -> isThere(place, version))) {
            sweep(place, versions);
        }
        return Optional.of(versions);
    }

    private static List<Version> readList(Path place) throws IOException {
        List<Version> versions = new ArrayList<>();
        try {
            for (JsonNode one : array(Files.readAllBytes(place.resolve(VERSIONS)))) {
                versions.add(
                        new Version(
                                new ModuleDigest(one.path("digest").asText()),
                                one.path("id").asText(),
                                one.path("name").asText(),
                                one.path("by").asText(),
                                Instant.parse(one.path("at").asText())));
            }
        } catch (RuntimeException | IOException damaged) {
            throw new IOException(damaged(place, String.valueOf(damaged.getMessage())), damaged);
        }
        if (versions.isEmpty()) {
            throw new IOException(damaged(place, "it names no version"));
        }
        return List.copyOf(versions);
    }

    /** A list that names what is not there may be what is damaged: then nothing is deleted. */
    private static boolean isThere(Path place, Version version) {
        return Files.exists(place.resolve(version.digest().value() + ".wasm"));
    }

    private static JsonNode array(byte[] json) throws IOException {
        JsonNode array = JSON.readTree(json);
        if (!array.isArray()) {
            throw new IOException("it is not a list");
        }
        return array;
    }

    private static String damaged(Path place, String how) {
        return place.resolve(VERSIONS)
                + " is damaged ("
                + how.lines().findFirst().orElse("")
                + "); delete the folder "
                + place
                + " and install the module again";
    }

    /**
     * Deletes what belongs to no version, and what was not finished; what a crash leaves of it is
     * deleted the next time. What cannot be deleted makes no installation untrue.
     */
    private void sweep(Path place, List<Version> versions) {
        Set<String> stems =
                versions.stream()
                        .map(version -> version.digest().value())
                        .collect(Collectors.toSet());
        try (DirectoryStream<Path> files = Files.newDirectoryStream(place)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (OURS.matcher(name).matches()
                        && !name.equals(VERSIONS)
                        && (name.endsWith(COMING)
                                || !stems.contains(name.substring(0, name.indexOf('.'))))) {
                    deleteOrLeave(file);
                }
            }
        } catch (DirectoryIteratorException | IOException unreadable) {
            LOG.warn("{} cannot be tidied: {}", place, unreadable.toString());
        }
    }

    /** What somebody else has put there stays, and what cannot be deleted. */
    private void deleteOrLeave(Path path) {
        try {
            disk.delete(path);
        } catch (DirectoryNotEmptyException notOursAlone) {
            LOG.warn("{} has files that are not ours; they stay", path);
        } catch (IOException stays) {
            LOG.warn("{} is not needed and cannot be deleted: {}", path, stays.toString());
        }
    }

    private static Optional<byte[]> optional(Path file) throws IOException {
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }

    private void writeOptional(Path file, Optional<byte[]> bytes) throws IOException {
        if (bytes.isPresent()) {
            write(file, bytes.get());
        } else {
            disk.delete(file);
        }
    }

    /** Whole under its name, or not at all; the name is on disk when its folder is forced. */
    private void write(Path file, byte[] bytes) throws IOException {
        Path coming = coming(file);
        disk.delete(coming);
        try {
            disk.write(coming, bytes);
            disk.rename(coming, file);
        } catch (IOException unwritable) {
            deleteOrLeave(coming);
            throw unwritable;
        }
    }

    private static Path coming(Path file) {
        return file.resolveSibling(file.getFileName() + COMING);
    }

    /** New names are on disk when this returns, those of new parents, too. */
    private void make(Path path) throws IOException {
        Path parent = path.getParent();
        if (parent != null && !Files.isDirectory(path)) {
            make(parent);
            disk.makeFolder(path);
            disk.force(parent);
        }
    }
}
