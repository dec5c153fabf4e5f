package io.sirsi.wasm.internal.guest;

import io.sirsi.agent.AgentFailure.Code;

/** What a guest is told when the host does not do what it asked for. Has no stack. */
public final class Refusal extends Exception {

    private static final long serialVersionUID = 1L;

    private final Code code;

    /**
     * Makes a refusal.
     *
     * @param code why, for machines
     * @param sentence why, for the guest's author; no secret and nothing of the node
     */
    public Refusal(Code code, String sentence) {
        super(sentence, null, false, false);
        this.code = code;
    }

    /** {@return why, for machines} */
    public Code code() {
        return code;
    }

    /** {@return why, for the guest's author} */
    public String sentence() {
        return String.valueOf(getMessage());
    }

    /** {@return a refusal because of a value that makes no sense} */
    public static Refusal invalid(String sentence) {
        return new Refusal(Code.INVALID, sentence);
    }
}
