package io.sirsi.security.shiro.internal;

import java.io.IOException;
import java.security.Principal;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.Subject;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.FailedLoginException;
import javax.security.auth.login.LoginException;
import javax.security.auth.spi.LoginModule;
import org.apache.karaf.jaas.boot.principal.ClientPrincipal;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.apache.karaf.jaas.modules.publickey.PublickeyCallback;
import org.jspecify.annotations.Nullable;

/**
 * One login through one of Karaf's doors. The door's callback handler knows either a public key or
 * a password, and refuses to be asked for the other; so the key is asked for first. Made by Karaf
 * for each login, used by one thread.
 */
public final class AccountLoginModule implements LoginModule {

    /** The option under which the {@link LoginDesk} is handed over. */
    static final String DESK = "io.sirsi.security.shiro.desk";

    private @Nullable Subject subject;
    private @Nullable CallbackHandler handler;
    private @Nullable LoginDesk desk;
    private @Nullable Account account;
    private Set<Principal> principals = Set.of();

    /** Made by Karaf. */
    public AccountLoginModule() {}

    @Override
    public void initialize(
            Subject subject,
            CallbackHandler handler,
            Map<String, ?> sharedState,
            Map<String, ?> options) {
        this.subject = subject;
        this.handler = handler;
        this.desk = (LoginDesk) options.get(DESK);
    }

    @Override
    public boolean login() throws LoginException {
        Subject who = subject;
        CallbackHandler asks = handler;
        LoginDesk decides = desk;
        if (who == null || asks == null || decides == null) {
            throw new LoginException("the login was not initialized");
        }
        try {
            Optional<Account> admitted = byKey(who, asks, decides);
            account = admitted.orElseThrow(AccountLoginModule::refusal);
            return true;
        } catch (IOException e) {
            throw refusal();
        }
    }

    private static Optional<Account> byKey(Subject who, CallbackHandler asks, LoginDesk decides)
            throws IOException, LoginException {
        NameCallback name = new NameCallback("name");
        PublickeyCallback key = new PublickeyCallback();
        try {
            asks.handle(new Callback[] {name, key});
        } catch (UnsupportedCallbackException thisDoorTakesPasswords) {
            return byPassword(who, asks, decides);
        }
        PublicKey shown = key.getPublicKey();
        if (name.getName() == null || shown == null) {
            return Optional.empty();
        }
        return decides.publicKey(attempt(who, name.getName()), shown);
    }

    private static Optional<Account> byPassword(
            Subject who, CallbackHandler asks, LoginDesk decides)
            throws IOException, LoginException {
        NameCallback name = new NameCallback("name");
        PasswordCallback password = new PasswordCallback("password", false);
        try {
            asks.handle(new Callback[] {name, password});
        } catch (UnsupportedCallbackException neither) {
            throw new LoginException("this door has neither a key nor a password");
        }
        char[] typed = password.getPassword();
        password.clearPassword();
        if (name.getName() == null || typed == null) {
            return Optional.empty();
        }
        try {
            return decides.password(attempt(who, name.getName()), typed);
        } finally {
            Arrays.fill(typed, '\0');
        }
    }

    private static LoginAttempt attempt(Subject who, String name) {
        for (ClientPrincipal client : who.getPrincipals(ClientPrincipal.class)) {
            String door = "ssh".equals(client.getMethod()) ? "shell" : client.getMethod();
            return new LoginAttempt(name, door, String.valueOf(client.getAddress()));
        }
        return new LoginAttempt(name, "console", "");
    }

    private static FailedLoginException refusal() {
        return new FailedLoginException("login refused");
    }

    @Override
    public boolean commit() {
        Subject who = subject;
        Account admitted = account;
        if (who == null || admitted == null) {
            return false;
        }
        Set<Principal> added = new HashSet<>();
        added.add(new UserPrincipal(admitted.name()));
        for (Role role : admitted.roles()) {
            role.karafRoles().forEach(word -> added.add(new RolePrincipal(word)));
        }
        who.getPrincipals().addAll(added);
        principals = added;
        return true;
    }

    @Override
    public boolean abort() {
        boolean succeeded = account != null;
        forget();
        return succeeded;
    }

    @Override
    public boolean logout() {
        forget();
        return true;
    }

    private void forget() {
        if (subject != null) {
            subject.getPrincipals().removeAll(principals);
        }
        principals = Set.of();
        account = null;
    }
}
