package io.sirsi.hypervisor.internal;

import io.sirsi.agent.Health;
import io.sirsi.audit.AuditAction;
import io.sirsi.audit.AuditOutcome;
import io.sirsi.audit.AuditTrail;
import io.sirsi.failure.RefusedException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does things between an audit intent and an audit result. Thread-safe. */
final class Ledger {

    private static final Logger log = LoggerFactory.getLogger(Ledger.class);

    private final AuditTrail trail;
    private volatile Health health = Health.ok();

    Ledger(AuditTrail trail) {
        this.trail = trail;
    }

    /**
     * Writes the intent, acts, writes the result. Without the intent nothing is done; without the
     * result what was done stays done, and the health of the audit says so.
     *
     * @param action what is about to be done
     * @param effect does it
     * @param note what the result says of it
     * @return what came out
     * @throws RefusedException UNAVAILABLE if the intent cannot be written; whatever the effect
     *     throws
     */
    <T> T run(AuditAction action, Supplier<T> effect, Function<? super T, String> note) {
        long intent = intent(action);
        AuditOutcome outcome = AuditOutcome.FAILED;
        String words = "it failed; the log has the details";
        try {
            T result = effect.get();
            outcome = AuditOutcome.DONE;
            words = note.apply(result);
            return result;
        } catch (RefusedException e) {
            outcome = AuditOutcome.REFUSED;
            words = String.valueOf(e.getMessage());
            throw e;
        } finally {
            result(intent, outcome, words);
        }
    }

    /** Records that something allowed was refused before it was tried; gives the refusal back. */
    RefusedException refused(AuditAction action, RefusedException refusal) {
        result(intent(action), AuditOutcome.REFUSED, String.valueOf(refusal.getMessage()));
        return refusal;
    }

    /** Records that something was not allowed. It stays a no, also where that cannot be written. */
    void denied(AuditAction action, String sentence) {
        told(action, AuditOutcome.DENIED, sentence);
    }

    /** Records what is so already, and goes on where that cannot be written. */
    void told(AuditAction action, AuditOutcome outcome, String sentence) {
        try {
            result(intent(action), outcome, sentence);
        } catch (RefusedException e) {
            log.error(
                    "could not be audited: {} {} {}: {}",
                    action.caller(),
                    action.permission(),
                    outcome,
                    sentence,
                    e);
        }
    }

    /** {@return whether the last record could be written} */
    Health health() {
        return health;
    }

    private long intent(AuditAction action) {
        try {
            long intent = trail.intent(action);
            health = Health.ok();
            return intent;
        } catch (RuntimeException e) {
            health =
                    new Health(
                            Health.Status.CRITICAL,
                            "the audit cannot be written, so nothing can be done: "
                                    + e.getMessage());
            throw e;
        }
    }

    private void result(long intent, AuditOutcome outcome, String note) {
        try {
            trail.result(intent, outcome, note);
        } catch (RuntimeException e) {
            health =
                    new Health(
                            Health.Status.CRITICAL,
                            "the result of audit record "
                                    + intent
                                    + " could not be written: "
                                    + e.getMessage());
            log.error("the result {} of audit record {} could not be written", outcome, intent, e);
        }
    }
}
