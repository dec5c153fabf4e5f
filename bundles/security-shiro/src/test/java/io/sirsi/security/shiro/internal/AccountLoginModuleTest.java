package io.sirsi.security.shiro.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.KeyPair;
import java.security.Principal;
import java.security.PublicKey;
import java.util.Map;
import java.util.stream.Collectors;
import javax.security.auth.Subject;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.FailedLoginException;
import javax.security.auth.login.LoginException;
import org.apache.karaf.jaas.boot.principal.ClientPrincipal;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.apache.karaf.jaas.modules.publickey.PublickeyCallback;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountLoginModuleTest {

    private static final KeyPair KEY = Keys.ed25519();

    @TempDir Path folder;
    private Node node;

    @BeforeEach
    void set_up() {
        String key = ";key=" + Keys.line(KEY.getPublic());
        String password = ";password=" + CountingDerivation.stored("s3cret", 210_000);
        node =
                new Node(
                        folder,
                        "vera = roles=viewer"
                                + key
                                + password
                                + "\notto = roles=operator"
                                + key
                                + password
                                + "\nada = roles=admin"
                                + key
                                + password);
    }

    /** Knows a name and a password and refuses every other question, as Karaf's doors do. */
    private static CallbackHandler typed(String name, String password) {
        return callbacks -> {
            for (Callback callback : callbacks) {
                if (callback instanceof NameCallback asked) {
                    asked.setName(name);
                } else if (callback instanceof PasswordCallback asked) {
                    asked.setPassword(password == null ? null : password.toCharArray());
                } else {
                    throw new UnsupportedCallbackException(callback);
                }
            }
        };
    }

    /** Knows a name and a public key and refuses every other question, as Karaf's SSH does. */
    private static CallbackHandler shown(String name, PublicKey key) {
        return callbacks -> {
            for (Callback callback : callbacks) {
                if (callback instanceof NameCallback asked) {
                    asked.setName(name);
                } else if (callback instanceof PublickeyCallback asked) {
                    asked.setPublicKey(key);
                } else {
                    throw new UnsupportedCallbackException(callback);
                }
            }
        };
    }

    private Subject login(CallbackHandler handler) throws LoginException {
        Subject subject = new Subject();
        subject.getPrincipals().add(new ClientPrincipal("ssh", "/127.0.0.1:5000"));
        AccountLoginModule module = module(subject, handler);
        assertThat(module.login()).isTrue();
        assertThat(subject.getPrincipals(UserPrincipal.class)).isEmpty();
        assertThat(module.commit()).isTrue();
        return subject;
    }

    private AccountLoginModule module(Subject subject, CallbackHandler handler) {
        AccountLoginModule module = new AccountLoginModule();
        module.initialize(subject, handler, Map.of(), Map.of(AccountLoginModule.DESK, node.desk));
        return module;
    }

    private static String roles(Subject subject) {
        return subject.getPrincipals(RolePrincipal.class).stream()
                .map(Principal::getName)
                .sorted()
                .collect(Collectors.joining(" "));
    }

    @Test
    void gives_each_role_what_karafs_access_lists_ask_for() throws LoginException {
        assertThat(roles(login(typed("vera", "s3cret")))).isEqualTo("ssh viewer");
        assertThat(roles(login(typed("otto", "s3cret")))).isEqualTo("operator ssh viewer");
        assertThat(roles(login(shown("ada", KEY.getPublic()))))
                .isEqualTo("admin manager operator ssh systembundles viewer");
    }

    @Test
    void puts_one_user_into_the_subject() throws LoginException {
        assertThat(login(shown("vera", KEY.getPublic())).getPrincipals(UserPrincipal.class))
                .extracting(UserPrincipal::getName)
                .containsExactly("vera");
        assertThat(node.audit.actions.get(0).caller()).hasToString("vera@shell");
    }

    @Test
    void refuses_without_a_reason() {
        for (CallbackHandler handler :
                new CallbackHandler[] {
                    typed("vera", "wrong"),
                    typed("vera", null),
                    typed(null, "s3cret"),
                    typed("nobody", "s3cret"),
                    shown("vera", Keys.ed25519().getPublic()),
                    shown("vera", null),
                    shown(null, KEY.getPublic())
                }) {
            Subject subject = new Subject();
            AccountLoginModule module = module(subject, handler);
            assertThatThrownBy(module::login)
                    .isExactlyInstanceOf(FailedLoginException.class)
                    .hasMessage("login refused");
            assertThat(module.commit()).isFalse();
            assertThat(subject.getPrincipals()).isEmpty();
        }
    }

    @Test
    void takes_everything_back_at_logout_and_when_the_login_is_called_off() throws LoginException {
        Subject subject = new Subject();
        AccountLoginModule module = module(subject, typed("ada", "s3cret"));
        module.login();
        module.commit();
        assertThat(module.logout()).isTrue();
        assertThat(subject.getPrincipals()).isEmpty();
        module.login();
        module.commit();
        assertThat(module.abort()).isTrue();
        assertThat(subject.getPrincipals()).isEmpty();
        assertThat(module.commit()).isFalse();
    }
}
