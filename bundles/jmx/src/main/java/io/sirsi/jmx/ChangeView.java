package io.sirsi.jmx;

import java.util.List;
import javax.management.ConstructorParameters;

/** The smallest change that would make a task run. */
public final class ChangeView {

    private final String action;
    private final String sentence;
    private final List<String> subjects;

    /**
     * Makes a value; a client's proxy does, too.
     *
     * @param action what: SPAWN_AGENT, RESUME_TASK, CANCEL_TASK, RAISE_LIMIT, WAIT …; empty where
     *     nothing has to be done, or nothing can be
     * @param sentence what to do, in one sentence
     * @param subjects on what
     */
    @ConstructorParameters({"action", "sentence", "subjects"})
    public ChangeView(String action, String sentence, List<String> subjects) {
        this.action = action;
        this.sentence = sentence;
        this.subjects = List.copyOf(subjects);
    }

    /** {@return what to do; empty where nothing has to be done, or nothing can be} */
    public String getAction() {
        return action;
    }

    /** {@return what to do, in one sentence} */
    public String getSentence() {
        return sentence;
    }

    /** {@return on what} */
    public List<String> getSubjects() {
        return subjects;
    }
}
