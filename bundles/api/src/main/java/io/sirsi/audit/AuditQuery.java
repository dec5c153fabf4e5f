package io.sirsi.audit;

import java.util.Optional;

/**
 * Which records to read.
 *
 * @param caller only those by this account, if given
 * @param permission only those whose permission begins with this text, if given
 * @param limit how many at most, 1 to 10,000
 */
public record AuditQuery(Optional<String> caller, Optional<String> permission, int limit) {

    public AuditQuery {
        if (limit < 1 || limit > 10_000) {
            throw new IllegalArgumentException("limit must be 1 to 10000: " + limit);
        }
    }

    /** {@return the newest records, whoever made them} */
    public static AuditQuery newest(int limit) {
        return new AuditQuery(Optional.empty(), Optional.empty(), limit);
    }
}
