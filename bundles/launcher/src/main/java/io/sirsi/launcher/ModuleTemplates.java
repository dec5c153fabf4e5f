package io.sirsi.launcher;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code wasm new FOLDER --lang LANGUAGE --type NAME [--id REVERSE.DOMAIN]}: a folder to begin a
 * module in, from a template of the distribution. Needs no node.
 *
 * @param folder where the templates are, a folder each, by language
 */
record ModuleTemplates(Path folder) {

    private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final Pattern ID = Pattern.compile("[a-z0-9.-]{3,128}");

    private static final String USAGE =
            "write ./sirsi wasm new FOLDER --lang LANGUAGE --type NAME [--id REVERSE.DOMAIN].";

    /**
     * Makes a folder.
     *
     * @param options the words after {@code new}
     * @return what to tell the person
     * @throws Refusal if a word makes no sense, there is something in the folder, or it cannot be
     *     written
     */
    String make(Options options) {
        String language = needed(options, "--lang");
        String type = needed(options, "--type");
        String id = options.value("--id").orElse("com.example." + type);
        if (options.rest().size() != 1) {
            throw new Refusal("wasm new needs one folder; " + USAGE);
        }
        String name = options.rest().get(0);
        if (name.startsWith("-")) {
            throw new Refusal("'" + name + "' is no option of wasm new; " + USAGE);
        }
        List<String> languages = languages();
        if (!languages.contains(language)) {
            throw new Refusal(
                    "there is no template for '"
                            + language
                            + "'; write --lang "
                            + String.join(" or ", languages)
                            + ".");
        }
        check(TYPE, type, "no agent type", "1 to 32 lower-case letters, digits and dashes");
        check(ID, id, "no id of a module", "a reverse domain name such as com.example." + type);
        Path target = Path.of(name);
        requireEmpty(target, name);
        copy(folder.resolve(language), target, Map.of("@TYPE@", type, "@ID@", id));
        return "made '"
                + name
                + "', the beginning of agent type '"
                + type
                + "' in "
                + language
                + "; its build.sh builds it, then ./sirsi wasm check looks at it";
    }

    private static String needed(Options options, String option) {
        return options.value(option)
                .orElseThrow(() -> new Refusal("wasm new needs " + option + "; " + USAGE));
    }

    private static void check(Pattern shape, String text, String none, String instead) {
        if (!shape.matcher(text).matches()) {
            throw new Refusal("'" + text + "' is " + none + "; write " + instead + ".");
        }
    }

    private List<String> languages() {
        try (Stream<Path> folders = Files.list(folder)) {
            return folders.filter(Files::isDirectory)
                    .map(path -> String.valueOf(path.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException absent) {
            throw new Refusal(
                    "there are no templates in '" + folder + "'; build the distribution anew.");
        }
    }

    private static void requireEmpty(Path target, String name) {
        if (!Files.exists(target)) {
            return;
        }
        if (!Files.isDirectory(target)) {
            throw new Refusal("'" + name + "' is a file; name a new folder.");
        }
        try (Stream<Path> content = Files.list(target)) {
            if (content.findAny().isPresent()) {
                throw new Refusal("there is something in '" + name + "'; name a new folder.");
            }
        } catch (IOException unreadable) {
            throw new Refusal("cannot read the folder '" + name + "'; see its permissions.");
        }
    }

    private static void copy(Path template, Path target, Map<String, String> words) {
        try (Stream<Path> paths = Files.walk(template)) {
            for (Path path : paths.sorted().toList()) {
                Path copy = target.resolve(template.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(copy);
                } else {
                    byte[] content = replaced(Files.readAllBytes(path), words);
                    Files.write(copy, content);
                    if (isScript(content)) {
                        letRun(copy);
                    }
                }
            }
        } catch (IOException cannot) {
            throw new Refusal(
                    "cannot write to '"
                            + target
                            + "' ("
                            + cannot.getClass().getSimpleName()
                            + "); see the permissions of the folder.");
        }
    }

    /** {@return the text with the words put in; what is no text stays as it is} */
    private static byte[] replaced(byte[] content, Map<String, String> words) {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
        } catch (CharacterCodingException binary) {
            return content;
        }
        for (Map.Entry<String, String> word : words.entrySet()) {
            text = text.replace(word.getKey(), word.getValue());
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isScript(byte[] content) {
        return content.length > 1 && content[0] == '#' && content[1] == '!';
    }

    /** Whoever may read a script may run it. The distribution does not keep such rights. */
    private static void letRun(Path script) throws IOException {
        Set<PosixFilePermission> rights = new HashSet<>(Files.getPosixFilePermissions(script));
        if (rights.contains(PosixFilePermission.OWNER_READ)) {
            rights.add(PosixFilePermission.OWNER_EXECUTE);
        }
        if (rights.contains(PosixFilePermission.GROUP_READ)) {
            rights.add(PosixFilePermission.GROUP_EXECUTE);
        }
        if (rights.contains(PosixFilePermission.OTHERS_READ)) {
            rights.add(PosixFilePermission.OTHERS_EXECUTE);
        }
        Files.setPosixFilePermissions(script, rights);
    }
}
