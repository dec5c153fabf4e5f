package io.sirsi.audit;

import java.time.Instant;

/**
 * One record of the trail.
 *
 * @param sequence its number, from 1 without gaps
 * @param at when it was written
 * @param entry what it says
 * @param hash SHA-256 over its canonical bytes and the hash before it, in hexadecimal
 */
public record AuditRecord(long sequence, Instant at, Entry entry, String hash) {

    /** What a record says. */
    public sealed interface Entry {}

    /**
     * Something is about to be done.
     *
     * @param action what
     */
    public record Intent(AuditAction action) implements Entry {}

    /**
     * Something ended.
     *
     * @param intent the sequence number of its intent
     * @param outcome how
     * @param note one sentence, or empty
     */
    public record Result(long intent, AuditOutcome outcome, String note) implements Entry {}

    /**
     * The trail itself has something to say: it was opened, or a torn tail was cut off.
     *
     * @param note the sentence
     */
    public record Remark(String note) implements Entry {}
}
