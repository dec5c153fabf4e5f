package io.sirsi.launcher;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A module of WebAssembly that goes with a command: the file itself, or a ZIP of it and what lies
 * beside it, {@code FILE.json} and {@code FILE.sig}.
 */
final class SentModule {

    /** The most that the node unpacks of all together, in bytes. */
    static final int MOST = 9 << 20;

    private static final String TOO_LONG = "is longer than 9 MiB; a module has at most 8 MiB.";

    private SentModule() {}

    /**
     * Reads a module.
     *
     * @param file its name as typed
     * @return what is sent
     * @throws Refusal naming the file, and why it cannot be sent
     */
    static SentFile read(String file) {
        if (!file.endsWith(".wasm")) {
            throw new Refusal(
                    "'" + file + "' is no compiled module; name a file such as tag-audit.wasm.");
        }
        String name = SentFile.nameOf(file);
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put(name, SentFile.read(file, MOST, TOO_LONG));
        for (String side : List.of(".json", ".sig")) {
            if (Files.exists(Path.of(file + side))) {
                entries.put(name + side, SentFile.read(file + side, MOST, TOO_LONG));
            }
        }
        if (entries.values().stream().mapToLong(bytes -> bytes.length).sum() > MOST) {
            throw new Refusal(
                    "'"
                            + file
                            + "' is, with what lies beside it, longer than 9 MiB; make it less.");
        }
        return entries.size() == 1
                ? new SentFile(name, entries.getOrDefault(name, new byte[0]))
                : new SentFile(name + ".zip", zip(entries));
    }

    private static byte[] zip(Map<String, byte[]> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        } catch (IOException impossible) { // it is written to memory
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
