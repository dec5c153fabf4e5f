package io.sirsi.scheduler.internal;

/**
 * Bytes that were read back make no sense: they are damaged, or a later version wrote them. The
 * sentence says what was expected and what was there, never the content.
 */
final class CorruptRecordException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CorruptRecordException(String sentence) {
        super(sentence);
    }

    CorruptRecordException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
