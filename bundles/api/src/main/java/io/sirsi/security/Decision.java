package io.sirsi.security;

/** What an {@link Authorizer} says: yes, or no with a reason. */
public sealed interface Decision {

    /** Yes. */
    record Granted() implements Decision {}

    /**
     * No.
     *
     * @param sentence one sentence for the person who asked
     */
    record Denied(String sentence) implements Decision {}

    /** {@return yes} */
    static Decision granted() {
        return new Granted();
    }

    /** {@return no, with the reason as one sentence} */
    static Decision denied(String sentence) {
        return new Denied(sentence);
    }
}
