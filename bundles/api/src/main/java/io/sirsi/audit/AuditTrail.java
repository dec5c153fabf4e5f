package io.sirsi.audit;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An append-only, hash-chained record. Every action is two records: an intent, on disk before the
 * effect, and a result. An intent without a result means that the node went down in between.
 * Thread-safe; writing blocks until the record is on disk.
 */
@ProviderType
public interface AuditTrail {

    /**
     * Writes what is about to be done.
     *
     * @param action who wants to do what on what
     * @return the sequence number of the record, to be given to {@link #result}
     * @throws io.sirsi.failure.RefusedException with reason UNAVAILABLE if it cannot be written;
     *     then nothing may be done
     */
    long intent(AuditAction action);

    /**
     * Writes how it ended.
     *
     * @param intent the number that {@link #intent} gave
     * @param outcome how it ended
     * @param note one sentence, or empty
     */
    void result(long intent, AuditOutcome outcome, String note);

    /**
     * Reads records.
     *
     * @param query which
     * @return the newest that match, oldest first
     */
    List<AuditRecord> read(AuditQuery query);

    /**
     * Recomputes the whole chain from the file. Takes time in proportion to its length.
     *
     * @return whether it is whole, and where it is not
     */
    AuditVerification verify();
}
