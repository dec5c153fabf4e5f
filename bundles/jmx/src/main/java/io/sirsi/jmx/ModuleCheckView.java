package io.sirsi.jmx;

import javax.management.ConstructorParameters;

/** How one rule for modules of WebAssembly came out. */
public final class ModuleCheckView {

    private final String rule;
    private final String verdict;
    private final String sentence;

    /**
     * Makes a value; a client's proxy does, too.
     *
     * @param rule its name
     * @param verdict PASSED, FAILED or SKIPPED
     * @param sentence what was seen, with the figure
     */
    @ConstructorParameters({"rule", "verdict", "sentence"})
    public ModuleCheckView(String rule, String verdict, String sentence) {
        this.rule = rule;
        this.verdict = verdict;
        this.sentence = sentence;
    }

    /** {@return its name} */
    public String getRule() {
        return rule;
    }

    /** {@return PASSED, FAILED or SKIPPED} */
    public String getVerdict() {
        return verdict;
    }

    /** {@return what was seen, with the figure} */
    public String getSentence() {
        return sentence;
    }
}
