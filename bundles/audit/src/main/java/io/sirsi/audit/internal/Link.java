package io.sirsi.audit.internal;

/**
 * The end of a chain of records.
 *
 * @param sequence how many records it has, which is the number of the last one
 * @param hash the hash of the last one: 64 hexadecimal digits, zeros if there is none
 */
record Link(long sequence, String hash) {

    /** Where every trail begins. */
    static final Link GENESIS = new Link(0, "0".repeat(64));
}
