package io.sirsi.security.shiro.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.security.Caller;
import io.sirsi.security.Decision;
import io.sirsi.security.Permission;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the default roles may do: the written table, and that nothing else is allowed. */
class PermissionMatrixTest {

    /** permission, viewer, operator, admin. */
    private static final List<String> TABLE =
            List.of(
                    "session:open              no  yes yes",
                    "session:read              yes yes yes",
                    "session:any               no  no  yes",
                    "session:suspend           no  yes yes",
                    "session:resume            no  yes yes",
                    "session:close             no  yes yes",
                    "agent:read                yes yes yes",
                    "agent:spawn:aws           no  yes yes",
                    "agent:spawn:host          no  yes yes",
                    "agent:terminate:aws       no  yes yes",
                    "agent:terminate:host      no  yes yes",
                    "task:submit:cloud.scan    no  yes yes",
                    "task:read                 yes yes yes",
                    "task:cancel               no  yes yes",
                    "task:pause                no  yes yes",
                    "task:resume               no  yes yes",
                    "cloud:read                yes yes yes",
                    "cloud:scan                no  yes yes",
                    "hypervisor:read           yes yes yes",
                    "audit:read                no  yes yes",
                    "audit:verify              no  yes yes",
                    "metrics:read              yes yes yes",
                    "wasm:read                 yes yes yes",
                    "wasm:check                no  yes yes",
                    "wasm:run                  no  yes yes",
                    "wasm:install              no  no  yes",
                    "wasm:rollback             no  no  yes",
                    "wasm:unload               no  no  yes",
                    "event:emit                no  yes yes",
                    "wasi:clock                no  yes yes",
                    "wasi:random               no  yes yes",
                    "http:call:example.com     no  no  yes",
                    "host:read                 no  yes yes",
                    "sts:identify              no  yes yes",
                    "ec2:describe              no  yes yes",
                    "s3:read                   no  yes yes",
                    "iam:read                  no  yes yes",
                    "rds:describe              no  yes yes",
                    "lambda:list               no  yes yes",
                    "ec2:terminate             no  no  yes",
                    "s3:write                  no  no  yes",
                    "iam:create                no  no  yes",
                    "secret:read:token         no  no  yes",
                    "secret:read               no  no  yes",
                    "deploy:install            no  no  yes",
                    "access:login              no  no  yes",
                    "agent                     no  no  yes",
                    "session                   no  no  yes",
                    "cloud                     no  no  yes");

    private static final String ACCOUNTS =
            "vera = roles=viewer\notto = roles=operator\nada = roles=admin\nbroken = roles=root\n";

    @TempDir Path folder;
    private Node node;

    @BeforeEach
    void set_up() {
        node = new Node(folder, ACCOUNTS);
    }

    private boolean may(String name, String permission) {
        return node.authorizer.decide(new Caller(name, "shell"), Permission.of(permission))
                instanceof Decision.Granted;
    }

    private String why(String name, String permission) {
        return node.authorizer.decide(new Caller(name, "shell"), Permission.of(permission))
                        instanceof Decision.Denied denied
                ? denied.sentence()
                : "granted";
    }

    private static String yes(boolean granted) {
        return granted ? "yes" : "no ";
    }

    @Test
    void the_default_roles_may_do_what_the_table_says() {
        List<String> decided =
                TABLE.stream()
                        .map(row -> row.split(" ", 2)[0])
                        .map(
                                permission ->
                                        String.format(
                                                        "%-25s %s %s %s",
                                                        permission,
                                                        yes(may("vera", permission)),
                                                        yes(may("otto", permission)),
                                                        yes(may("ada", permission)))
                                                .trim())
                        .toList();
        assertThat(decided).isEqualTo(TABLE);
    }

    /** A permission that is added to the contract has to be added to the table, too. */
    @Test
    void the_table_has_every_permission_that_the_contract_names() throws IOException {
        Path contract = Path.of("../api/src/main/java/io/sirsi/hypervisor");
        Pattern words = Pattern.compile("\\{@code\\s+([a-z]+:[a-z]+(?::[A-Z]+)?)\\}");
        Set<String> named = new TreeSet<>();
        try (Stream<Path> sources = Files.list(contract)) {
            for (Path source : sources.toList()) {
                Matcher found =
                        words.matcher(
                                Files.readString(source).replaceAll("\\s*\\n\\s*\\*\\s*", " "));
                while (found.find()) {
                    named.add(found.group(1).replaceAll(":[A-Z]+$", ":"));
                }
            }
        }
        assertThat(named).hasSizeGreaterThan(15).contains("agent:spawn:", "session:any");
        assertThat(named)
                .allSatisfy(
                        permission ->
                                assertThat(TABLE).anyMatch(row -> row.startsWith(permission)));
    }

    @ParameterizedTest
    @CsvSource({"nobody", "broken", "system", "anonymous", "Vera", "vera2", "*", "ada:x"})
    void who_has_no_account_may_do_nothing(String name) {
        for (String row : TABLE) {
            assertThat(may(name, row.split(" ", 2)[0])).isFalse();
        }
        assertThat(node.authorizer.permissionsOf(new Caller(name, "shell"))).isEmpty();
    }

    @Test
    void the_platform_may_do_everything_and_is_not_recognized_by_its_name() {
        Permission any = Permission.of("ec2:terminate");
        assertThat(node.authorizer.decide(Caller.SYSTEM, any)).isEqualTo(Decision.granted());
        assertThat(node.authorizer.permissionsOf(Caller.SYSTEM)).isEqualTo(Set.of(Permission.ALL));
        Caller forged = new Caller("system", "system");
        assertThat(forged).isEqualTo(Caller.SYSTEM);
        assertThat(node.authorizer.decide(forged, any)).isInstanceOf(Decision.Denied.class);
        assertThat(node.authorizer.permissionsOf(forged)).isEmpty();
    }

    @Test
    void says_who_may_not_what_and_what_to_do_next() {
        assertThat(why("vera", "agent:spawn:aws"))
                .isEqualTo(
                        "'vera' (viewer) may not agent:spawn:aws; ask an administrator for a role"
                                + " that includes it.");
        assertThat(why("nobody", "task:read"))
                .isEqualTo(
                        "'nobody' is no account of this node, so it may not task:read; ask an"
                                + " administrator to add it to the account file.");
    }

    @Test
    void roles_add_up() {
        node.write("both = roles=viewer,operator\n");
        assertThat(may("both", "cloud:scan")).isTrue();
        assertThat(may("both", "session:any")).isFalse();
        assertThat(node.authorizer.permissionsOf(new Caller("both", "jmx")))
                .contains(Permission.of("agent:spawn"), Permission.of("metrics:read"));
    }

    @Test
    void a_role_that_is_taken_away_is_gone_within_a_second() {
        assertThat(may("otto", "cloud:scan")).isTrue();
        node.write("otto = roles=viewer\n");
        assertThat(may("otto", "cloud:scan")).isFalse();
        assertThat(may("ada", "cloud:scan")).isFalse();
    }

    @Test
    void a_wildcard_that_is_asked_for_is_had_only_by_who_has_all_of_it() {
        assertThat(may("otto", "agent:spawn:*")).isTrue();
        assertThat(may("otto", "ec2:*")).isFalse();
        assertThat(may("vera", "*")).isFalse();
        assertThat(may("otto", "*")).isFalse();
        assertThat(may("ada", "*")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ":",
                "**",
                "*:",
                "agent:spawn,read",
                "agent:{spawn,read}",
                "AGENT:READ",
                "agent:re\u00e4d",
                "agent\uff1aread",
                "agent:re\u0301ad",
                "agent:read\u0000",
                "agent:read\n*",
                "agent:re*",
                "agent::read",
                "a:b:c:d:e:f:g",
            })
    void an_entry_of_the_configuration_that_is_no_permission_gives_nothing(String entry) {
        Node odd =
                new Node(
                        folder,
                        ACCOUNTS,
                        Map.of("role_viewer", new String[] {"metrics:read", entry}));
        Set<String> given =
                odd.authorizer.permissionsOf(new Caller("vera", "shell")).stream()
                        .map(Permission::value)
                        .collect(Collectors.toSet());
        // a comma separates, as a .cfg file has lists no other way: the halves are no permission
        given.removeAll(Set.of("metrics:read", "agent:spawn", "read"));
        assertThat(given).isEmpty();
        assertThat(odd.authorizer.decide(new Caller("vera", "shell"), Permission.of("audit:read")))
                .isInstanceOf(Decision.Denied.class);
    }

    @Test
    void reads_a_list_of_one_string_with_commas_as_a_cfg_file_gives_it() {
        Node cfg =
                new Node(
                        folder,
                        ACCOUNTS,
                        Map.of("role_viewer", new String[] {" metrics:read , audit:read,"}));
        assertThat(cfg.authorizer.permissionsOf(new Caller("vera", "shell")))
                .isEqualTo(Set.of(Permission.of("metrics:read"), Permission.of("audit:read")));
    }

    @Test
    void random_text_is_no_permission_or_is_decided_as_written() {
        Random random = new Random(20_261_122);
        String alphabet = "abz09.-_:*,;{}[] \t\n\u0000\u00e4\u0130\uff0aAZ'\"\\";
        Set<Permission> viewer = node.authorizer.permissionsOf(new Caller("vera", "shell"));
        int permissions = 0;
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(12); n >= 0; n--) {
                text.append(
                        random.nextInt(4) == 0
                                ? TABLE.get(random.nextInt(TABLE.size())).split(" ", 2)[0]
                                : String.valueOf(
                                        alphabet.charAt(random.nextInt(alphabet.length()))));
            }
            try {
                Permission permission = Permission.of(text.toString());
                permissions++;
                boolean expected = viewer.stream().anyMatch(p -> begins(p, permission));
                assertThat(may("vera", permission.value()))
                        .as(permission.value())
                        .isEqualTo(expected);
                assertThat(may("nobody", permission.value())).isFalse();
            } catch (IllegalArgumentException noPermission) {
                assertThat(text.toString()).doesNotMatch("[a-z0-9._-]{1,9}");
            }
        }
        assertThat(permissions).isGreaterThan(1_000);
    }

    /** The viewer has no wildcards: what it has must be how the other begins, part by part. */
    private static boolean begins(Permission mine, Permission other) {
        return (other.value() + ":").startsWith(mine.value() + ":");
    }
}
