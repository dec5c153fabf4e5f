package io.sirsi.security.shiro.internal;

import io.sirsi.audit.AuditAction;
import io.sirsi.audit.AuditOutcome;
import io.sirsi.audit.AuditTrail;
import io.sirsi.failure.RefusedException;
import io.sirsi.security.Caller;
import io.sirsi.security.Permission;
import java.security.PublicKey;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets people in or not, slows down guessing, and writes both into the audit before anyone is in.
 *
 * <p>Wrong passwords are counted by account and by source. While one of them has to wait, every
 * password is refused, the right one too, at the same cost as a wrong one. Keys never have to wait:
 * nobody can lock an owner out by guessing a password. Thread-safe.
 */
final class LoginDesk {

    /** What a login asks for. */
    static final Permission LOGIN = Permission.of("access:login");

    private static final Logger LOG = LoggerFactory.getLogger(LoginDesk.class);

    /** How many passwords are hashed at once; each takes a core for about a tenth of a second. */
    private static final int HASHED_AT_ONCE = 2;

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int SOURCES = 4_096;
    private static final int SHOWN_KEYS = 1_024;

    private final AccountRealm realm;
    private final AuditTrail audit;
    private final Lockout accounts;
    private final Lockout sources;
    private final Lockout keyNoise;
    private final Semaphore hashing = new Semaphore(HASHED_AT_ONCE, true);
    private final AtomicLong unrecorded = new AtomicLong();
    private final Map<String, Boolean> shownKeys =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                    return size() > SHOWN_KEYS;
                }
            };
    private volatile boolean closed;

    /**
     * @param realm knows the accounts
     * @param audit where logins are written; when it cannot, nobody gets in
     * @param config how guessing is slowed down
     * @param nanoTime a clock that nobody sets
     */
    LoginDesk(AccountRealm realm, AuditTrail audit, SecurityConfig config, LongSupplier nanoTime) {
        this.realm = realm;
        this.audit = audit;
        Duration first = Duration.ofSeconds(config.lockSeconds());
        Duration longest = Duration.ofSeconds(config.maxLockSeconds());
        this.accounts = new Lockout(config.maxFailures(), first, longest, SOURCES, nanoTime);
        this.sources = new Lockout(config.maxSourceFailures(), first, longest, SOURCES, nanoTime);
        this.keyNoise = new Lockout(config.maxSourceFailures(), first, longest, SOURCES, nanoTime);
    }

    /**
     * A login by password.
     *
     * @return the account, or nobody; the reason is never told
     */
    Optional<Account> password(LoginAttempt attempt, char[] password) {
        if (closed || !enter()) {
            return Optional.empty();
        }
        try {
            // Only accounts that exist are counted by name: made-up names cannot push them out.
            boolean known = realm.account(attempt.name()).isPresent();
            if ((known && accounts.isLocked(attempt.name())) || sources.isLocked(attempt.host())) {
                realm.authenticateNobody(password);
                unrecorded.incrementAndGet();
                return Optional.empty();
            }
            Optional<Account> account = realm.authenticate(attempt.name(), password);
            if (account.isPresent()) {
                accounts.succeeded(attempt.name());
                return admitted(attempt, account.get(), "password accepted");
            }
            countWrongPassword(attempt, known);
            denied(attempt, "password refused");
            return Optional.empty();
        } finally {
            hashing.release();
        }
    }

    /** No more guesses run side by side than can be hashed, so none slips past the count. */
    private boolean enter() {
        try {
            return hashing.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void countWrongPassword(LoginAttempt attempt, boolean known) {
        Duration account = known ? accounts.failed(attempt.name()) : Duration.ZERO;
        Duration source = sources.failed(attempt.host());
        if (!account.isZero()) {
            LOG.warn(
                    "too many wrong passwords for '{}': its passwords wait {} s, its keys do not",
                    attempt.shownName(),
                    account.toSeconds());
        }
        if (!source.isZero()) {
            LOG.warn(
                    "too many wrong passwords from '{}': passwords from there wait {} s",
                    attempt.host(),
                    source.toSeconds());
        }
    }

    /**
     * A login by public key. A server asks this before it has seen a signature, so a yes says only
     * that the key is the account's.
     *
     * @return the account, or nobody; the reason is never told
     */
    Optional<Account> publicKey(LoginAttempt attempt, PublicKey key) {
        if (closed) {
            return Optional.empty();
        }
        Optional<Account> account = realm.authenticate(attempt.name(), key);
        if (account.isPresent()) {
            String fingerprint = AuthorizedKey.of(key).map(AuthorizedKey::fingerprint).orElse("");
            if (isShownAgain(attempt, fingerprint)) {
                return account;
            }
            Optional<Account> admitted =
                    admitted(attempt, account.get(), "key " + fingerprint + " is the account's");
            admitted.ifPresent(recorded -> remember(attempt, fingerprint));
            return admitted;
        }
        if (keyNoise.isLocked(attempt.host())) {
            unrecorded.incrementAndGet();
        } else {
            keyNoise.failed(attempt.host());
            denied(attempt, "key refused");
        }
        return Optional.empty();
    }

    /** SSH shows a key twice on one connection, without and with a signature: one login. */
    private boolean isShownAgain(LoginAttempt attempt, String fingerprint) {
        if (attempt.source().equals(attempt.host())) {
            return false;
        }
        String shown = attempt.name() + " " + fingerprint + " " + attempt.source();
        synchronized (shownKeys) {
            return shownKeys.remove(shown) != null;
        }
    }

    private void remember(LoginAttempt attempt, String fingerprint) {
        synchronized (shownKeys) {
            shownKeys.put(attempt.name() + " " + fingerprint + " " + attempt.source(), true);
        }
    }

    /** Nobody comes in any more. */
    void close() {
        closed = true;
    }

    private Optional<Account> admitted(LoginAttempt attempt, Account account, String note) {
        return record(new Caller(account.name(), attempt.door()), attempt, AuditOutcome.DONE, note)
                ? Optional.of(account)
                : Optional.empty();
    }

    private void denied(LoginAttempt attempt, String note) {
        record(new Caller("anonymous", attempt.door()), attempt, AuditOutcome.DENIED, note);
    }

    private boolean record(Caller caller, LoginAttempt attempt, AuditOutcome outcome, String note) {
        Map<String, String> detail = new LinkedHashMap<>();
        detail.put("source", attempt.host());
        long skipped = unrecorded.getAndSet(0);
        if (skipped > 0) {
            detail.put("unrecordedRefusalsBefore", Long.toString(skipped));
        }
        try {
            long intent = audit.intent(new AuditAction(caller, LOGIN, attempt.shownName(), detail));
            audit.result(intent, outcome, note);
            return true;
        } catch (RefusedException e) {
            unrecorded.addAndGet(skipped);
            LOG.error("the login of '{}' is refused: {}", attempt.shownName(), e.getMessage());
            return false;
        }
    }
}
