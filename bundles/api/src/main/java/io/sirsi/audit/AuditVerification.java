package io.sirsi.audit;

import java.util.Optional;

/**
 * What a verification found.
 *
 * @param records how many records were read and hold
 * @param head the hash of the last record that holds, to be compared with one kept elsewhere: a
 *     chain alone cannot prove that its end was not cut off
 * @param damage where and how the chain is broken, as a sentence; empty if it is whole
 */
public record AuditVerification(long records, String head, Optional<String> damage) {

    /** {@return whether the chain is whole} */
    public boolean whole() {
        return damage.isEmpty();
    }
}
