package io.sirsi.wasm.internal.binary;

/**
 * A module is not admitted. The message is one sentence for people, and says where it went wrong.
 */
public final class RefusedModuleException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Rule rule;
    private final String where;

    /**
     * Makes a refusal.
     *
     * @param rule what the module does not keep
     * @param where the place in the file, such as {@code memory section, byte 20}
     * @param sentence what is wrong with it, with the figure and the limit
     */
    RefusedModuleException(Rule rule, String where, String sentence) {
        super(where + ": " + sentence, null, false, false);
        this.rule = rule;
        this.where = where;
    }

    /** {@return what the module does not keep} */
    public Rule rule() {
        return rule;
    }

    /** {@return the place in the file, such as {@code memory section, byte 20}} */
    public String where() {
        return where;
    }
}
