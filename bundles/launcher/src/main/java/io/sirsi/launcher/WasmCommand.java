package io.sirsi.launcher;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code wasm VERB ...}, as what the node's shell is asked for.
 *
 * @param command the command of the shell
 * @param file the module that goes with it, or none
 */
record WasmCommand(String command, SentFile file) {

    private static final List<String> WITH_FILE = List.of("check", "run", "install");
    private static final List<String> WITHOUT =
            List.of("list", "show", "stats", "rollback", "unload");

    /**
     * Reads the words after {@code wasm}.
     *
     * @param words a verb, and what it needs
     * @throws Refusal if there is no such verb, or its module cannot be sent
     */
    static WasmCommand of(List<String> words) {
        String verb = words.isEmpty() ? "" : words.get(0);
        List<String> rest = words.subList(Math.min(1, words.size()), words.size());
        if (WITH_FILE.contains(verb)) {
            if (rest.isEmpty() || rest.get(0).startsWith("-")) {
                throw new Refusal(
                        "wasm "
                                + verb
                                + " needs the module right after it, e.g. ./sirsi wasm "
                                + verb
                                + " tag-audit.wasm.");
            }
            return new WasmCommand(
                    command(verb, rest.subList(1, rest.size()).stream()),
                    SentModule.read(rest.get(0)));
        }
        if (WITHOUT.contains(verb)) {
            // The node's shell wants options first; people write them last.
            return new WasmCommand(
                    command(
                            verb,
                            Stream.concat(
                                    rest.stream().filter(WasmCommand::isOption),
                                    rest.stream().filter(word -> !isOption(word)))),
                    SentFile.NONE);
        }
        throw new Refusal(
                (verb.isEmpty() ? "wasm needs a verb" : "'" + verb + "' is no verb of wasm")
                        + "; write new, "
                        + String.join(", ", WITH_FILE)
                        + ", "
                        + String.join(", ", WITHOUT)
                        + ", or see ./sirsi wasm --help.");
    }

    private static boolean isOption(String word) {
        return word.startsWith("-");
    }

    private static String command(String verb, Stream<String> words) {
        return Stream.concat(Stream.of("wasm:" + verb), words.map(ShellWord::quote))
                .collect(Collectors.joining(" "));
    }
}
