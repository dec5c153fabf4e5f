package io.sirsi.jmx;

import java.util.List;
import javax.management.ConstructorParameters;

/** One reason why a task is not running. */
public final class ReasonView {

    private final String kind;
    private final String sentence;
    private final List<String> subjects;
    private final String until;

    /**
     * Makes a value; a client's proxy does, too.
     *
     * @param kind what kind: DEPENDENCY, NOT_BEFORE, RETRY_WAIT, PAUSED, NO_AGENT, AGENTS_BUSY,
     *     LIMIT …
     * @param sentence the reason in one sentence
     * @param subjects the tasks, agents, capabilities, keys or persons that it is about
     * @param until when it will end by itself, ISO 8601 in UTC; empty if that is not known
     */
    @ConstructorParameters({"kind", "sentence", "subjects", "until"})
    public ReasonView(String kind, String sentence, List<String> subjects, String until) {
        this.kind = kind;
        this.sentence = sentence;
        this.subjects = List.copyOf(subjects);
        this.until = until;
    }

    /** {@return what kind} */
    public String getKind() {
        return kind;
    }

    /** {@return the reason in one sentence} */
    public String getSentence() {
        return sentence;
    }

    /** {@return the tasks, agents, capabilities, keys or persons that it is about} */
    public List<String> getSubjects() {
        return subjects;
    }

    /** {@return when it will end by itself, ISO 8601 in UTC; empty if that is not known} */
    public String getUntil() {
        return until;
    }
}
