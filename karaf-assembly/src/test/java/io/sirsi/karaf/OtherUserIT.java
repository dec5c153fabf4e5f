package io.sirsi.karaf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The launcher in the name of somebody else than the administrator. */
class OtherUserIT {

    private static final Path CHECKOUT =
            Path.of(System.getProperty("sirsi.checkout", "..")).toAbsolutePath().normalize();
    private static final String MODULE =
            CHECKOUT.resolve("bundles/examples/c/audit.wasm").toString();
    private static final Node NODE = Node.fresh();

    @TempDir private static Path folder;

    @BeforeAll
    static void start() throws Exception {
        NODE.up();
        open("vera", "viewer", "ecdsa-sha2-nistp256", 256);
        open("otto", "operator", "ecdsa-sha2-nistp521", 521);
        open("rosa", "viewer", "ssh-rsa", 3072);
    }

    @AfterAll
    static void stop() {
        NODE.close();
    }

    @ParameterizedTest
    @CsvSource({"vera", "otto", "rosa"})
    void an_account_is_who_its_key_says(String name) {
        assertThat(as(name, "exec", "hypervisor:whoami --json").out()).contains("\"" + name + "\"");
    }

    @Test
    void a_viewer_lists_and_neither_installs_nor_runs() {
        Outcome list = as("vera", "wasm", "list");
        assertThat(list.exitCode()).as(list.toString()).isZero();

        for (String verb : new String[] {"install", "run", "check"}) {
            Outcome refused = as("vera", "wasm", verb, MODULE);
            assertThat(refused.exitCode()).as(refused.toString()).isEqualTo(1);
            assertThat(refused.err().lines())
                    .singleElement()
                    .asString()
                    .contains("'vera'", "may not wasm:" + verb);
        }
        assertThat(as("vera", "wasm", "list", "--json").out()).contains("[]");
    }

    @Test
    void a_viewer_gets_help_and_reads_no_file() {
        assertThat(as("vera", "exec", "help").out()).contains("agent:list");
        for (String reading : new String[] {"cat", "less", "grep x", "head", "source"}) {
            assertThat(as("vera", "exec", "shell:" + reading + " etc/users.properties").exitCode())
                    .as(reading)
                    .isNotZero();
        }
    }

    @Test
    void an_operator_checks_and_runs_and_does_not_install() {
        Outcome check = as("otto", "wasm", "check", MODULE);
        assertThat(check.exitCode()).as(check.toString()).isZero();
        Outcome run = as("otto", "wasm", "run", MODULE, "--input", "{}");
        assertThat(run.out()).as(run.toString()).contains("after ");
        assertThat(as("otto", "wasm", "install", MODULE).err()).contains("may not wasm:install");
    }

    @Test
    void a_key_of_somebody_else_is_refused_by_its_file() {
        Outcome refused =
                NODE.launcher(
                        Map.of("SIRSI_USER", "otto", "SIRSI_KEY", key("vera").toString()),
                        "exec",
                        "agent:list");

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err().lines())
                .singleElement()
                .asString()
                .contains("did not let 'otto' in", "'" + key("vera") + "'", "account list");
    }

    @Test
    void the_script_takes_both_in_front_of_the_command() {
        Outcome viewer =
                Commands.run(
                        List.of(
                                CHECKOUT.resolve("sirsi").toString(),
                                "--user=vera",
                                "--key",
                                key("vera").toString(),
                                "exec",
                                "hypervisor:whoami"),
                        Map.of("SIRSI_DATA", NODE.data().toString()));

        assertThat(viewer.exitCode()).as(viewer.toString()).isZero();
        assertThat(viewer.out()).contains("vera");
    }

    private static Outcome as(String name, String... words) {
        return NODE.launcher(Map.of("SIRSI_USER", name, "SIRSI_KEY", key(name).toString()), words);
    }

    private static Path key(String name) {
        return folder.resolve(name);
    }

    /** As a person would: ssh-keygen, and the launcher. */
    private static void open(String name, String role, String type, int bits) throws Exception {
        KeyPair pair = KeyUtils.generateKeyPair(type, bits);
        try (OutputStream out = Files.newOutputStream(key(name))) {
            OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, name, null, out);
        }
        Files.setPosixFilePermissions(key(name), PosixFilePermissions.fromString("rw-------"));
        Path publicHalf = folder.resolve(name + ".pub");
        Files.writeString(publicHalf, PublicKeyEntry.toString(pair.getPublic()) + " " + name);
        Outcome opened =
                NODE.launcher(
                        "account", "add", name, "--role", role, "--key", publicHalf.toString());
        assertThat(opened.exitCode()).as(opened.toString()).isZero();
    }
}
