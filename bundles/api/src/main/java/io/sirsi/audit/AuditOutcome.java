package io.sirsi.audit;

/** How an audited action ended. */
public enum AuditOutcome {
    /** It was done. */
    DONE,
    /** It was tried and failed. */
    FAILED,
    /** It was not allowed, and not tried. */
    DENIED,
    /** It was allowed, and refused for another reason before any effect. */
    REFUSED
}
