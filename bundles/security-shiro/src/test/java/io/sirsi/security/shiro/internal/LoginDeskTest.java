package io.sirsi.security.shiro.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.audit.AuditAction;
import io.sirsi.security.Caller;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginDeskTest {

    private static final KeyPair KEY = Keys.ed25519();
    private static final KeyPair OTHER_KEY = Keys.ed25519();
    private static final String ACCOUNTS =
            "eve = roles=viewer;key="
                    + Keys.line(KEY.getPublic())
                    + ";password="
                    + CountingDerivation.stored("s3cret", 210_000)
                    + "\nbob = roles=admin;password="
                    + CountingDerivation.stored("b0b", 300_000)
                    + "\nkim = roles=viewer\n";

    @TempDir Path folder;
    private Node node;

    @BeforeEach
    void set_up() {
        node = new Node(folder, ACCOUNTS);
    }

    private Optional<Account> password(String name, String typed, String host) {
        return node.desk.password(new LoginAttempt(name, "jmx", host), typed.toCharArray());
    }

    private Optional<Account> password(String name, String typed) {
        return password(name, typed, "192.0.2.1");
    }

    private Optional<Account> key(String name, KeyPair pair, String source) {
        return node.desk.publicKey(new LoginAttempt(name, "shell", source), pair.getPublic());
    }

    @Test
    void lets_in_by_the_right_password_and_by_the_right_key() {
        assertThat(password("eve", "s3cret")).get().extracting(Account::name).isEqualTo("eve");
        assertThat(key("eve", KEY, "/192.0.2.1:5000")).isPresent();
    }

    @Test
    void lets_nobody_in_otherwise() {
        assertThat(password("eve", "S3cret")).isEmpty();
        assertThat(password("Eve", "s3cret")).isEmpty();
        assertThat(password("eve", "")).isEmpty();
        assertThat(password("kim", "")).isEmpty();
        assertThat(password("nobody", "s3cret")).isEmpty();
        assertThat(password("system", "s3cret")).isEmpty();
        assertThat(key("eve", OTHER_KEY, "/192.0.2.1:5000")).isEmpty();
        assertThat(key("bob", KEY, "/192.0.2.1:5000")).isEmpty();
        assertThat(key("nobody", KEY, "/192.0.2.1:5000")).isEmpty();
    }

    @Test
    void costs_the_same_for_known_unknown_and_locked_accounts() {
        for (int i = 0; i < 8; i++) {
            password("eve", "wrong");
            assertThat(node.derivation.spent()).isEqualTo(300_000);
            password("nobody", "wrong", "192.0.2.2");
            assertThat(node.derivation.spent()).isEqualTo(300_000);
            password("kim", "wrong", "192.0.2.3");
            assertThat(node.derivation.spent()).isEqualTo(300_000);
            password("bob", "b0b", "192.0.2.4");
            assertThat(node.derivation.spent()).isEqualTo(300_000);
        }
    }

    @Test
    void refuses_the_right_password_while_the_account_waits() {
        for (int i = 0; i < 5; i++) {
            assertThat(password("eve", "wrong")).isEmpty();
        }
        assertThat(password("eve", "s3cret", "198.51.100.7")).isEmpty();
        assertThat(password("bob", "b0b")).isPresent();
        node.nanos.advance(Duration.ofSeconds(30));
        assertThat(password("eve", "s3cret")).isPresent();
    }

    @Test
    void never_makes_a_key_wait() {
        for (int i = 0; i < 50; i++) {
            password("eve", "wrong");
            key("eve", OTHER_KEY, "/192.0.2.1:" + (6000 + i));
        }
        assertThat(key("eve", KEY, "/192.0.2.1:5000")).isPresent();
    }

    @Test
    void a_key_login_does_not_give_a_guesser_new_tries() {
        for (int i = 0; i < 5; i++) {
            password("eve", "wrong");
        }
        assertThat(key("eve", KEY, "/192.0.2.1:5000")).isPresent();
        assertThat(password("eve", "s3cret")).isEmpty();
    }

    @Test
    void a_source_that_tries_many_names_waits() {
        for (int i = 0; i < 10; i++) {
            password("name" + i, "wrong");
        }
        assertThat(password("bob", "b0b")).isEmpty();
        assertThat(password("bob", "b0b", "198.51.100.7")).isPresent();
    }

    @Test
    void a_login_of_its_own_does_not_give_a_source_new_tries() {
        for (int i = 0; i < 9; i++) {
            password("name" + i, "wrong");
        }
        assertThat(password("bob", "b0b")).isPresent();
        password("eve", "wrong");
        assertThat(password("bob", "b0b")).isEmpty();
    }

    @Test
    void made_up_names_do_not_push_out_the_count_of_a_real_one() {
        for (int i = 0; i < 4; i++) {
            password("eve", "wrong", "203.0.113." + i);
        }
        for (int i = 0; i < 10_000; i++) {
            password("name" + i, "wrong", "10.0." + i / 250 + "." + i % 250);
        }
        password("eve", "wrong", "203.0.113.9");
        assertThat(password("eve", "s3cret", "203.0.113.10")).isEmpty();
    }

    @Test
    void at_most_as_many_wrong_passwords_are_compared_at_once_as_may_be_wrong()
            throws InterruptedException {
        ExecutorService many = Executors.newFixedThreadPool(32);
        for (int i = 0; i < 200; i++) {
            int port = i;
            many.execute(() -> password("eve", "wrong", "192.0.2." + port));
        }
        many.shutdown();
        assertThat(many.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        // five count; one more may already be under way on the second permit
        assertThat(node.audit.actions.size()).isBetween(5, 6);
    }

    @Test
    void writes_who_came_in_and_how() {
        password("eve", "s3cret");
        key("eve", KEY, "/192.0.2.1:5000");
        assertThat(node.audit.actions)
                .extracting(AuditAction::caller)
                .containsExactly(new Caller("eve", "jmx"), new Caller("eve", "shell"));
        assertThat(node.audit.actions)
                .allSatisfy(
                        action -> {
                            assertThat(action.permission()).hasToString("access:login");
                            assertThat(action.target()).isEqualTo("eve");
                            assertThat(action.detail()).containsEntry("source", "192.0.2.1");
                        });
        assertThat(node.audit.results.get(0)).isEqualTo("1 DONE password accepted");
        assertThat(node.audit.results.get(1)).startsWith("2 DONE key SHA256:");
    }

    @Test
    void writes_a_key_that_is_shown_twice_on_one_connection_once() {
        assertThat(key("eve", KEY, "/192.0.2.1:5000")).isPresent();
        assertThat(key("eve", KEY, "/192.0.2.1:5000")).isPresent();
        assertThat(node.audit.actions).hasSize(1);
        assertThat(key("eve", KEY, "/192.0.2.1:5001")).isPresent();
        assertThat(node.audit.actions).hasSize(2);
        assertThat(key("eve", KEY, "")).isPresent();
        assertThat(key("eve", KEY, "")).isPresent();
        assertThat(node.audit.actions).hasSize(4);
    }

    @Test
    void writes_a_refusal_in_nobodys_name_with_the_typed_name_cut_and_escaped() {
        password("eve\r\n\u202e\u001b[31m" + "x".repeat(500), "hunter2");
        AuditAction action = node.audit.actions.get(0);
        assertThat(action.caller()).isEqualTo(new Caller("anonymous", "jmx"));
        assertThat(action.target())
                .startsWith("eve\\u000d\\u000a\\u202e\\u001b[31mxxx")
                .endsWith("...")
                .hasSizeLessThan(200)
                .matches("[\\x21-\\x7e]+");
        assertThat(node.audit.results).containsExactly("1 DENIED password refused");
        assertThat(node.audit.actions.toString()).doesNotContain("hunter2");
    }

    @Test
    void a_flood_of_refusals_is_counted_and_not_written_one_by_one() {
        for (int i = 0; i < 500; i++) {
            password("eve", "wrong");
            key("eve", OTHER_KEY, "/192.0.2.1:" + i);
        }
        int written = node.audit.actions.size();
        assertThat(written).isLessThan(30);
        node.nanos.advance(Duration.ofHours(1));
        password("eve", "s3cret");
        long counted =
                node.audit.actions.stream()
                        .map(action -> action.detail().get("unrecordedRefusalsBefore"))
                        .filter(n -> n != null)
                        .mapToLong(Long::parseLong)
                        .sum();
        assertThat(written + counted).isEqualTo(1_000);
    }

    @Test
    void refuses_a_login_that_cannot_be_written() {
        node.audit.full = true;
        assertThat(password("eve", "s3cret")).isEmpty();
        assertThat(key("eve", KEY, "/192.0.2.1:5000")).isEmpty();
        assertThat(key("eve", KEY, "/192.0.2.1:5000")).isEmpty();
        node.audit.full = false;
        assertThat(password("eve", "s3cret")).isPresent();
    }

    @Test
    void lets_nobody_in_after_it_was_closed() {
        node.desk.close();
        assertThat(password("eve", "s3cret")).isEmpty();
        assertThat(key("eve", KEY, "/192.0.2.1:5000")).isEmpty();
    }

    @Test
    void a_key_counts_no_more_when_it_was_taken_out_of_the_file() {
        assertThat(key("eve", KEY, "/192.0.2.1:5000")).isPresent();
        node.write("eve = roles=viewer");
        assertThat(key("eve", KEY, "/192.0.2.1:5000")).isEmpty();
    }

    @Test
    void knows_the_host_of_a_source() {
        Map<String, String> hosts =
                Map.of(
                        "/127.0.0.1:5000", "127.0.0.1",
                        "localhost/127.0.0.1:5000", "127.0.0.1",
                        "127.0.0.1", "127.0.0.1",
                        "/[0:0:0:0:0:0:0:1]:5000", "[0:0:0:0:0:0:0:1]",
                        "0:0:0:0:0:0:0:1", "0:0:0:0:0:0:0:1",
                        "", "");
        Set<String> found =
                hosts.keySet().stream()
                        .map(source -> source + " " + new LoginAttempt("x", "jmx", source).host())
                        .collect(Collectors.toSet());
        assertThat(found)
                .isEqualTo(
                        hosts.entrySet().stream()
                                .map(entry -> entry.getKey() + " " + entry.getValue())
                                .collect(Collectors.toSet()));
    }
}
