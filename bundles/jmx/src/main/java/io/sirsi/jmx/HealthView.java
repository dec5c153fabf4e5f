package io.sirsi.jmx;

import javax.management.ConstructorParameters;

/** How well something says it is. */
public final class HealthView {

    private final String name;
    private final String status;
    private final String sentence;

    /**
     * Makes a value; a client's proxy does, too.
     *
     * @param name what it is about
     * @param status OK, WARN or CRITICAL
     * @param sentence what there is to say
     */
    @ConstructorParameters({"name", "status", "sentence"})
    public HealthView(String name, String status, String sentence) {
        this.name = name;
        this.status = status;
        this.sentence = sentence;
    }

    /** {@return what it is about} */
    public String getName() {
        return name;
    }

    /** {@return OK, WARN or CRITICAL} */
    public String getStatus() {
        return status;
    }

    /** {@return what there is to say} */
    public String getSentence() {
        return sentence;
    }
}
