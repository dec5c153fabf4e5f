package io.sirsi.security.shiro.internal;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * All accounts, as one reading of the account file gave them. A line a person:
 *
 * <pre>{@code
 * NAME = roles=ROLE[,ROLE];key=TYPE BASE64[;key=…][;password=$pbkdf2-sha512$…]
 * }</pre>
 *
 * A line that makes no sense takes its account away and no other's. Two lines of one name take that
 * account away: nobody can tell which was meant.
 */
final class Accounts {

    /** Nobody. */
    static final Accounts NONE = parse("");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");

    /** What no person is called: the platform, and whoever did not log in. */
    private static final Set<String> RESERVED = Set.of("system", "anonymous");

    private final Map<String, Account> byName;
    private final List<String> problems;
    private final int iterations;

    private Accounts(Map<String, Account> byName, List<String> problems) {
        this.byName = Map.copyOf(byName);
        this.problems = List.copyOf(problems);
        this.iterations =
                byName.values().stream()
                        .flatMap(account -> account.password().stream())
                        .mapToInt(PasswordHash::iterations)
                        .max()
                        .orElse(PasswordHash.MIN_ITERATIONS);
    }

    /** {@return what a file says; never fails} */
    static Accounts parse(String text) {
        Map<String, Account> accounts = new LinkedHashMap<>();
        Set<String> seen = new HashSet<>();
        List<String> problems = new ArrayList<>();
        String[] lines = text.split("\\R", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int equals = line.indexOf('=');
            String name = equals < 0 ? "" : line.substring(0, equals).strip();
            String where = "line " + (i + 1);
            if (!NAME.matcher(name).matches()) {
                problems.add(
                        where
                                + ": does not begin with NAME =, a name of 1 to 64 letters, digits"
                                + " and . _ @ -");
                continue;
            }
            where += " ('" + name + "')";
            if (!seen.add(name)) {
                accounts.remove(name);
                problems.add(where + ": the account has a line already; none of them counts");
                continue;
            }
            try {
                accounts.put(name, account(name, line.substring(equals + 1)));
            } catch (IllegalArgumentException e) {
                problems.add(where + ": " + e.getMessage());
            }
        }
        return new Accounts(accounts, problems);
    }

    private static Account account(String name, String value) {
        if (RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("this name is reserved");
        }
        @Nullable Set<Role> roles = null;
        @Nullable PasswordHash password = null;
        List<AuthorizedKey> keys = new ArrayList<>();
        for (String part : value.split(";", -1)) {
            int equals = part.indexOf('=');
            String word = equals < 0 ? "" : part.substring(0, equals).strip();
            String rest = part.substring(equals + 1).strip();
            if (word.equals("roles") && roles == null) {
                roles = roles(rest);
            } else if (word.equals("key")) {
                keys.add(AuthorizedKey.parse(rest));
            } else if (word.equals("password") && password == null) {
                password = PasswordHash.parse(rest);
            } else {
                throw new IllegalArgumentException(
                        "parts are roles= and password= (once each) and key=, between semicolons");
            }
        }
        if (roles == null) {
            throw new IllegalArgumentException("roles= is missing");
        }
        return new Account(name, roles, keys, Optional.ofNullable(password));
    }

    private static Set<Role> roles(String text) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String word : text.split(",", -1)) {
            roles.add(
                    Role.named(word.strip())
                            .orElseThrow(
                                    () ->
                                            new IllegalArgumentException(
                                                    "roles are viewer, operator and admin")));
        }
        return roles;
    }

    /** {@return the account with exactly this name} */
    Optional<Account> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** {@return what was wrong, a sentence a line of the file; never a secret} */
    List<String> problems() {
        return problems;
    }

    /** {@return how many PBKDF2 iterations every check of a password has to cost} */
    int iterations() {
        return iterations;
    }

    /** {@return how many accounts there are} */
    int size() {
        return byName.size();
    }
}
