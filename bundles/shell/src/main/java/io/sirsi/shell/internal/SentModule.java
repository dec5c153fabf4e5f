package io.sirsi.shell.internal;

import io.sirsi.wasm.ModuleFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/**
 * A module of WebAssembly that was sent along: the file itself, or a ZIP of {@code NAME.wasm} and
 * what lies beside it, {@code NAME.wasm.json} and {@code NAME.wasm.sig}. Nothing of it is written
 * to a disk here, and whether it is a module at all is seen later.
 */
public final class SentModule {

    /** The most that is unpacked of all entries together, in bytes. */
    static final int MOST = 9 << 20;

    private static final int MOST_ENTRIES = 3;
    private static final String UNNAMED = "module.wasm";
    private static final String METADATA = ".json";
    private static final String SIGNATURE = ".sig";

    /** One name without a folder: no separator of any system, no control or format character. */
    private static final Pattern ONE_NAME = Pattern.compile("[^/\\\\\\p{Cc}\\p{Cf}]{1,255}");

    private SentModule() {}

    /**
     * Takes the module that came with a command.
     *
     * @param session the shell's session
     * @param verb what is to be done with it, as in {@code ./sirsi wasm VERB}
     * @return the module
     * @throws IllegalArgumentException saying how one is sent, or what is wrong with what was sent
     */
    public static ModuleFile take(Session session, String verb) {
        return SentFile.take(session)
                .map(SentModule::read)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "no module was sent; write ./sirsi wasm "
                                                + verb
                                                + " FILE.wasm, or ./sirsi exec --file FILE.wasm"
                                                + " 'wasm:"
                                                + verb
                                                + "'."));
    }

    static ModuleFile read(SentFile sent) {
        byte[] bytes = sent.bytes();
        if (isZip(bytes)) {
            return module(unpacked(bytes));
        }
        if (bytes.length > MOST) {
            throw tooLarge();
        }
        return ModuleFile.of(checked(sent.name().isEmpty() ? UNNAMED : sent.name()), bytes);
    }

    /** A module begins with a zero byte, so that the two cannot be mistaken for each other. */
    private static boolean isZip(byte[] bytes) {
        return bytes.length > 1 && bytes[0] == 'P' && bytes[1] == 'K';
    }

    private static Map<String, byte[]> unpacked(byte[] zip) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        int left = MOST;
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = next(in); entry != null; entry = next(in)) {
                String name = checked(entry.getName());
                if (entries.size() == MOST_ENTRIES) {
                    throw wrong("it has more than " + MOST_ENTRIES + " entries");
                }
                byte[] content = in.readNBytes(left + 1);
                if (content.length > left) {
                    throw tooLarge();
                }
                left -= content.length;
                if (entries.put(name, content) != null) {
                    throw wrong("'" + name + "' is in it twice");
                }
            }
        } catch (IOException damaged) {
            throw new IllegalArgumentException(
                    "the ZIP that was sent is damaged; make it anew, or let ./sirsi wasm do it.",
                    damaged);
        }
        return entries;
    }

    /**
     * A name that is not in the encoding it claims is damage, too, although no checked exception.
     */
    private static @Nullable ZipEntry next(ZipInputStream in) throws IOException {
        try {
            return in.getNextEntry();
        } catch (IllegalArgumentException unreadable) {
            throw new ZipException(unreadable.getMessage());
        }
    }

    private static ModuleFile module(Map<String, byte[]> entries) {
        List<String> modules =
                entries.keySet().stream().filter(name -> name.endsWith(".wasm")).toList();
        if (modules.size() != 1) {
            throw wrong("it has " + Text.count(modules.size(), "module"));
        }
        String name = modules.get(0);
        ModuleFile module = ModuleFile.of(name, entries.getOrDefault(name, new byte[0]));
        for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
            if (entry.getKey().equals(name + METADATA)) {
                module = module.withMetadata(entry.getValue());
            } else if (entry.getKey().equals(name + SIGNATURE)) {
                module = module.withSignature(entry.getValue());
            } else if (!entry.getKey().equals(name)) {
                throw wrong("'" + entry.getKey() + "' does not belong to '" + name + "'");
            }
        }
        return module;
    }

    private static String checked(String name) {
        if (!ONE_NAME.matcher(name).matches() || name.equals("..") || name.equals(".")) {
            throw new IllegalArgumentException(
                    "'"
                            + Text.printable(name)
                            + "' is no name of a file; write 1 to 255 characters without a folder.");
        }
        return name;
    }

    private static IllegalArgumentException tooLarge() {
        return new IllegalArgumentException(
                "what was sent is more than 9 MiB; a module has at most 8 MiB.");
    }

    private static IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException(
                "the ZIP that was sent is no module, as "
                        + what
                        + "; it has NAME.wasm, and may have NAME.wasm.json and NAME.wasm.sig.");
    }
}
