package io.sirsi.agent;

/**
 * How well something is.
 *
 * @param status for machines
 * @param sentence for people
 */
public record Health(Status status, String sentence) {

    /** What a status asks of machines and people. */
    public enum Status {
        /** Nothing to do. */
        OK,
        /** It works, but someone should look in the coming days. */
        WARN,
        /** It does not work as it should; machines may route around it, someone must look now. */
        CRITICAL
    }

    /** {@return well, and nothing to say} */
    public static Health ok() {
        return new Health(Status.OK, "ok");
    }
}
