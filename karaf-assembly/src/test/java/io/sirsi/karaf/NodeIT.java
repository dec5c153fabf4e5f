package io.sirsi.karaf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sirsi.launcher.Announcement;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ClientChannel;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One running node: its doors, and who comes in. */
class NodeIT {

    private static final Map<String, String> DISTRIBUTION = new TreeMap<>();
    private static final Node NODE = Node.fresh();

    private static KeyPair viewer;

    @BeforeAll
    static void start() throws IOException {
        DISTRIBUTION.putAll(filesOfTheDistribution());
        NODE.up();
        viewer = NODE.account("vera", "viewer");
    }

    @AfterAll
    static void stop() {
        NODE.close();
    }

    @Test
    void up_returns_when_the_node_is_ready() {
        Outcome status = NODE.launcher("status");
        assertThat(status.exitCode()).as(status.toString()).isZero();
        assertThat(status.out()).startsWith("node is up: version 0.1.0, pid " + NODE.pid());
        assertThat(NODE.log()).contains("node 0.1.0 is ready").doesNotContain("| ERROR |");
    }

    @Test
    void status_is_told_to_machines_too() {
        assertThat(NODE.launcher("status", "--json").out())
                .startsWith("{\"state\":\"up\"")
                .contains("\"pid\":" + NODE.pid(), "\"sshPort\":" + NODE.announcement().sshPort());
    }

    @Test
    void exec_gives_the_output_of_the_command_and_its_exit_code() {
        Outcome list = NODE.launcher("exec", "bundle:list -t 0 --no-format");
        assertThat(list.exitCode()).as(list.toString()).isZero();
        assertThat(list.out()).contains("Sirsi Nexus :: Node").contains("Active");
        assertThat(list.err()).isEmpty();
    }

    @Test
    void exec_of_an_unknown_command_fails() {
        assertThat(NODE.launcher("exec", "no:such").exitCode()).isEqualTo(1);
    }

    @Test
    void a_command_chooses_its_exit_code_by_the_integer_that_it_returns() {
        assertThat(NODE.exec("\"abc\" length").exitCode()).isEqualTo(3);
    }

    @Test
    void every_bundle_is_active() {
        assertThat(
                        NODE.exec("bundle:list -t 0 --no-format")
                                .out()
                                .lines()
                                .filter(line -> line.matches("\\d+\t.*")))
                .hasSizeGreaterThan(40)
                .filteredOn(line -> !line.contains("Hosts: "))
                .allMatch(line -> line.contains("Active"));
    }

    @Test
    void a_second_up_is_refused_with_one_sentence() {
        Outcome second = NODE.tryUp();
        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.err().lines())
                .singleElement()
                .asString()
                .contains("already up (pid " + NODE.pid() + ")", "./sirsi down");
    }

    @Test
    void it_listens_on_loopback_only_and_on_nothing_but_its_doors() throws IOException {
        Announcement node = NODE.announcement();
        assertThat(ListeningSockets.of(node.pid()))
                .isNotEmpty()
                .allSatisfy(
                        socket -> {
                            assertThat(socket)
                                    .containsPattern(
                                            "^(0100007F|0000000000000000FFFF00000100007F):");
                        });
        assertThat(ListeningSockets.of(node.pid()))
                .hasSize(3)
                .anyMatch(socket -> socket.endsWith(":" + node.sshPort()));
    }

    @Test
    void it_writes_nothing_into_the_distribution() throws IOException {
        assertThat(filesOfTheDistribution()).isEqualTo(DISTRIBUTION);
    }

    @Test
    void its_keys_are_for_the_owner_alone() throws IOException {
        try (Stream<Path> keys = Files.list(NODE.data().resolve("keys"))) {
            assertThat(keys)
                    .hasSizeGreaterThanOrEqualTo(3)
                    .allSatisfy(
                            key ->
                                    assertThat(
                                                    PosixFilePermissions.toString(
                                                            Files.getPosixFilePermissions(key)))
                                            .isEqualTo("rw-------"));
        }
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(NODE.data().resolve("keys"))))
                .isEqualTo("rwx------");
    }

    @ParameterizedTest
    @CsvSource({"karaf,karaf", "admin,admin", "admin,karaf", "root,root", "smx,smx"})
    void there_is_no_default_password_for_the_shell(String account, String password) {
        assertThatThrownBy(() -> loginWithPassword(account, password))
                .isInstanceOf(SshException.class);
    }

    @Test
    void a_key_that_nobody_registered_is_refused() {
        KeyPair stranger = Node.newKey();
        assertThatThrownBy(() -> NODE.execAs("admin", stranger, "shell:info"))
                .isInstanceOf(Node.refusal());
    }

    @ParameterizedTest
    @CsvSource({"karaf,karaf", "admin,admin", "admin,''"})
    void there_is_no_default_password_for_jmx(String account, String password) {
        assertThatThrownBy(() -> NODE.jmx(new String[] {account, password}))
                .isInstanceOf(SecurityException.class);
    }

    @Test
    void jmx_without_credentials_is_refused() {
        assertThatThrownBy(() -> NODE.jmx(null))
                .isInstanceOfAny(SecurityException.class, IllegalArgumentException.class);
    }

    @Test
    void nobody_tunnels_through_the_node() throws IOException {
        try (ServerSocket reachable = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                SshClient client = client();
                ClientSession session = login(client, "vera", viewer)) {
            SshdSocketAddress target = new SshdSocketAddress("127.0.0.1", reachable.getLocalPort());
            assertThatThrownBy(
                            () ->
                                    session.createDirectTcpipChannel(target, target)
                                            .open()
                                            .verify(Duration.ofSeconds(10)))
                    .hasMessageContaining("SshChannelOpenException");
        }
    }

    @Test
    void files_are_not_transferred() throws IOException {
        try (SshClient client = client();
                ClientSession session = login(client, "vera", viewer);
                ClientChannel sftp = session.createSubsystemChannel("sftp")) {
            sftp.open().verify(Duration.ofSeconds(10));
            assertThat(sftp.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), Duration.ofSeconds(10)))
                    .contains(ClientChannelEvent.CLOSED)
                    .doesNotContain(ClientChannelEvent.TIMEOUT);
        }
        Outcome scp = NODE.execAs("vera", viewer, "scp -f etc/io.sirsi.accounts.properties");
        assertThat(scp.exitCode()).isEqualTo(1);
        assertThat(scp.out()).doesNotContain("AAAA");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shell:cat etc/io.sirsi.accounts.properties",
                "head etc/io.sirsi.accounts.properties",
                "grep admin etc/io.sirsi.accounts.properties",
                "shell:exec ls",
                "shell:date > stolen.txt",
                "bundle:stop 1",
                "system:shutdown -f",
                "config:list",
                "jaas:realm-list",
                "\"x\" getClass",
                "$.context getBundles"
            })
    void a_viewer_does_not_reach_files_code_or_administration(String command) {
        Outcome outcome = NODE.execAs("vera", viewer, command);
        assertThat(outcome.exitCode()).as(outcome.toString()).isEqualTo(1);
        assertThat(outcome.out()).doesNotContain("AAAA", "accounts.properties");
        assertThat(NODE.data().resolve("stolen.txt")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shell:date",
                "hypervisor:whoami",
                "session:list",
                "agent:list",
                "task:list",
                "task:stats",
                "cloud:scans",
                "bus:subscribers",
                "metrics:list"
            })
    void a_viewer_may_look_around(String command) {
        Outcome outcome = NODE.execAs("vera", viewer, command);
        assertThat(outcome.exitCode()).as(outcome.toString()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "agent:spawn host",
                "cloud:scan",
                "session:open x",
                "task:pause --all",
                "wasm:unload tag-audit",
                "audit:list"
            })
    void a_viewer_is_refused_with_a_sentence_and_the_audit_keeps_it(String command) {
        Outcome outcome = NODE.execAs("vera", viewer, command);
        assertThat(outcome.exitCode()).as(outcome.toString()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err().lines())
                .singleElement()
                .asString()
                .startsWith("'vera' (viewer) may not ");
        assertThat(NODE.exec("audit:list --json").out())
                .contains("\"entry\":\"denied ", outcome.err().strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"b\":[1,{\"c\":2}]}",
                "{1,2} `date` $HOME ${x} !1 ~ #2 %v [a]",
                "a; b | c & d > e < f // g",
                "\u00fc \"quoted\""
            })
    void a_word_in_single_quotes_reaches_its_command_as_it_was_typed(String word) {
        assertThat(NODE.exec("session:show '" + word + "'").err())
                .startsWith("not a session id: '" + word + "'");
    }

    private static Map<String, String> filesOfTheDistribution() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(Node.home())) {
            for (Path path : all.toList()) {
                files.put(
                        path.toString(),
                        Files.isDirectory(path)
                                ? "folder"
                                : Files.size(path) + " " + Files.getLastModifiedTime(path));
            }
        }
        return files;
    }

    private static void loginWithPassword(String account, String password) throws IOException {
        try (SshClient client = client();
                ClientSession session = connect(client, account)) {
            session.addPasswordIdentity(password);
            session.auth().verify(Duration.ofSeconds(10));
        }
    }

    private static ClientSession login(SshClient client, String account, KeyPair key)
            throws IOException {
        ClientSession session = connect(client, account);
        session.addPublicKeyIdentity(key);
        session.auth().verify(Duration.ofSeconds(10));
        return session;
    }

    private static SshClient client() {
        SshClient client = SshClient.setUpDefaultClient();
        client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
        client.start();
        return client;
    }

    private static ClientSession connect(SshClient client, String account) throws IOException {
        Announcement node = NODE.announcement();
        return client.connect(account, node.sshHost(), node.sshPort())
                .verify(Duration.ofSeconds(10))
                .getSession();
    }
}
