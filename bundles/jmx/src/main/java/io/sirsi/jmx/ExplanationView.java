package io.sirsi.jmx;

import java.util.List;
import javax.management.ConstructorParameters;

/** Why a task is not running. */
public final class ExplanationView {

    private final String task;
    private final String state;
    private final String sentence;
    private final List<ReasonView> reasons;
    private final ChangeView change;

    /**
     * Makes a value; a client's proxy does, too.
     *
     * @param task which task
     * @param state where it is in its life
     * @param sentence the answer in one sentence
     * @param reasons every reason that holds, the nearest first
     * @param change what would make it run
     */
    @ConstructorParameters({"task", "state", "sentence", "reasons", "change"})
    public ExplanationView(
            String task,
            String state,
            String sentence,
            List<ReasonView> reasons,
            ChangeView change) {
        this.task = task;
        this.state = state;
        this.sentence = sentence;
        this.reasons = List.copyOf(reasons);
        this.change = change;
    }

    /** {@return which task} */
    public String getTask() {
        return task;
    }

    /** {@return where it is in its life} */
    public String getState() {
        return state;
    }

    /** {@return the answer in one sentence} */
    public String getSentence() {
        return sentence;
    }

    /** {@return every reason that holds, the nearest first} */
    public List<ReasonView> getReasons() {
        return reasons;
    }

    /** {@return what would make it run} */
    public ChangeView getChange() {
        return change;
    }
}
