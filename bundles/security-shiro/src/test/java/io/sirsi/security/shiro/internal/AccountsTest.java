package io.sirsi.security.shiro.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountsTest {

    private static final String KEY = Keys.line(Keys.ed25519().getPublic());
    private static final String PASSWORD = CountingDerivation.stored("s3cret", 210_000);

    @Test
    void reads_roles_keys_and_a_password() {
        String other = Keys.line(Keys.ec("secp256r1").getPublic());
        Accounts accounts =
                Accounts.parse(
                        "# people\n\neve = roles=viewer, operator;key="
                                + KEY
                                + " eve@laptop;key="
                                + other
                                + ";password="
                                + PASSWORD
                                + "\r\nbob=roles=admin\n");
        assertThat(accounts.problems()).isEmpty();
        Account eve = accounts.find("eve").orElseThrow();
        assertThat(eve.roles()).isEqualTo(Set.of(Role.VIEWER, Role.OPERATOR));
        assertThat(eve.keys())
                .containsExactly(AuthorizedKey.parse(KEY), AuthorizedKey.parse(other));
        assertThat(eve.password()).get().extracting(PasswordHash::text).isEqualTo(PASSWORD);
        assertThat(eve.roleWords()).isEqualTo("viewer, operator");
        assertThat(accounts.find("bob").orElseThrow().keys()).isEmpty();
    }

    @Test
    void names_are_exact_to_the_case() {
        Accounts accounts = Accounts.parse("eve = roles=viewer\nEve = roles=admin");
        assertThat(accounts.find("eve").orElseThrow().roleWords()).isEqualTo("viewer");
        assertThat(accounts.find("Eve").orElseThrow().roleWords()).isEqualTo("admin");
        assertThat(accounts.find("EVE")).isEmpty();
        assertThat(accounts.find("eve ")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "roles=",
                "roles=root",
                "roles=Admin",
                "roles=admin;",
                "roles=admin;;",
                "roles=viewer,,admin",
                "roles=*",
                "roles=viewer;roles=admin",
                "role=admin",
                "admin",
                "",
                "roles=admin;key=",
                "roles=admin;key=ssh-ed25519",
                "roles=admin;key=ssh-ed25519 AAAA",
                "roles=admin;key=ssh-dss AAAAB3NzaC1kc3M=",
                "roles=admin;key=ssh-ed25519 %%%%",
                "roles=admin;password=s3cret",
                "roles=admin;password=",
                "roles=admin;password=$pbkdf2-sha512$1000$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
                "roles=admin;password=$pbkdf2-sha512$99999999$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
                "roles=admin;password=$pbkdf2-sha512$210000$AAAA$AAAA",
                "roles=admin;password=$2a$10$abcdefghijklmnopqrstuv",
                "roles=admin;comment=boss",
            })
    void a_line_that_makes_no_sense_closes_its_account_and_no_other(String value) {
        Accounts accounts = Accounts.parse("bob = roles=viewer\neve = " + value + "\n");
        assertThat(accounts.find("eve")).isEmpty();
        assertThat(accounts.find("bob")).isPresent();
        assertThat(accounts.problems()).singleElement().asString().contains("line 2 ('eve')");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "= roles=admin",
                " = roles=admin",
                "a b = roles=admin",
                "a:b = roles=admin",
                "e\u0301ve = roles=admin",
                "\u202eeve = roles=admin",
                "\ufeffeve = roles=admin",
                "-eve = roles=admin",
                "eve",
            })
    void a_line_without_a_proper_name_is_named_by_its_number_alone(String line) {
        Accounts accounts = Accounts.parse(line);
        assertThat(accounts.size()).isZero();
        assertThat(accounts.problems())
                .singleElement()
                .asString()
                .startsWith("line 1: ")
                .matches("[\\x20-\\x7e]*");
    }

    @Test
    void nobody_is_called_system_or_anonymous() {
        Accounts accounts =
                Accounts.parse(
                        "system = roles=admin\nSystem = roles=admin\nanonymous = roles=admin");
        assertThat(accounts.size()).isZero();
        assertThat(accounts.problems()).hasSize(3).allMatch(p -> p.contains("reserved"));
    }

    @Test
    void two_lines_of_one_name_close_the_account() {
        Accounts accounts =
                Accounts.parse("eve = roles=viewer\neve = roles=admin\neve = roles=viewer");
        assertThat(accounts.find("eve")).isEmpty();
        assertThat(accounts.problems()).hasSize(2);
    }

    @Test
    void a_good_line_does_not_heal_a_bad_one_of_the_same_name() {
        assertThat(Accounts.parse("eve = roles=root\neve = roles=admin").find("eve")).isEmpty();
    }

    @Test
    void a_problem_repeats_no_secret() {
        Accounts accounts =
                Accounts.parse(
                        "eve = roles=admin;password=hunter2\nbob = hunter2\nkim = x=hunter2");
        assertThat(accounts.problems()).hasSize(3).noneMatch(p -> p.contains("hunter2"));
    }

    @Test
    void every_check_of_a_password_costs_as_much_as_the_dearest() {
        String dear = CountingDerivation.stored("s3cret", 600_000);
        assertThat(Accounts.NONE.iterations()).isEqualTo(210_000);
        assertThat(
                        Accounts.parse(
                                        "eve = roles=viewer;password="
                                                + PASSWORD
                                                + "\nbob = roles=viewer;password="
                                                + dear)
                                .iterations())
                .isEqualTo(600_000);
    }
}
