package io.sirsi.launcher;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * {@code account list | add NAME --role ROLE (--key FILE | --password) | remove NAME}: who may log
 * in to this node.
 */
final class AccountCommand {

    private static final String USAGE =
            "account needs list, add NAME --role viewer|operator|admin (--key FILE.pub | --password), or remove NAME.";

    private final Accounts accounts;
    private final InputStream in;

    AccountCommand(Accounts accounts, InputStream in) {
        this.accounts = accounts;
        this.in = in;
    }

    /** {@return what to tell the person} */
    String run(Options options) throws IOException {
        String role = options.value("--role").orElse("");
        Optional<String> key = options.value("--key");
        boolean password = options.flag("--password");
        String verb = options.rest().isEmpty() ? "" : options.rest().get(0);
        String name = options.rest().size() < 2 ? "" : options.rest().get(1);
        if (options.rest().size() > 2) {
            throw new Refusal("'" + options.rest().get(2) + "' is one word too many; " + USAGE);
        }
        return switch (verb) {
            case "list" -> String.join(System.lineSeparator(), accounts.list());
            case "add" -> {
                if (key.isPresent() == password) {
                    throw new Refusal(
                            "an account needs either --key FILE.pub or --password; " + USAGE);
                }
                String login =
                        key.isPresent()
                                ? keyLine(Path.of(key.get()))
                                : PasswordLine.of(readPassword(), new SecureRandom());
                accounts.put(name, role, login);
                yield "account '"
                        + name
                        + "' may log in as "
                        + role
                        + key.map(file -> hint(name, file)).orElse("");
            }
            case "remove" -> {
                accounts.remove(name);
                yield "account '" + name + "' is closed";
            }
            default -> throw new Refusal(USAGE);
        };
    }

    private static String hint(String name, String publicKey) {
        return "; ./sirsi --user "
                + name
                + " --key "
                + publicKey.replaceFirst("\\.pub$", "")
                + " exec 'hypervisor:whoami' tries it";
    }

    private static String keyLine(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new Refusal("cannot read the public key '" + file + "'.");
        }
        String[] words = Files.readString(file).strip().split("\\s+", 3);
        if (words.length < 2 || !words[0].matches("ssh-rsa|ecdsa-sha2-nistp(256|384|521)")) {
            throw new Refusal(
                    "'"
                            + file
                            + "' is no public key that the node's SSH server can check; make one with"
                            + " ssh-keygen -t ecdsa (ed25519 is not understood by it), and name its .pub file.");
        }
        return "key=" + words[0] + " " + words[1];
    }

    /**
     * From the terminal without an echo, else the first line of what is piped in; never from the
     * command line.
     */
    @SuppressWarnings("SystemConsoleNull") // runs on 17 to 21, where no terminal means no console
    private char[] readPassword() throws IOException {
        Console console = System.console();
        if (console != null) {
            char[] typed = console.readPassword("password: ");
            return typed == null ? new char[0] : typed;
        }
        String line =
                new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
        return line == null ? new char[0] : line.toCharArray();
    }
}
