package io.sirsi.wasm.internal.guest;

import io.sirsi.agent.AgentFailure.Code;
import io.sirsi.spi.agent.AgentContext;
import io.sirsi.spi.agent.TaskContext;

/** Finds the agent and the task that a call needs. */
final class Agents {

    private Agents() {}

    /**
     * {@return the agent of the task}
     *
     * @throws Refusal UNSUPPORTED if it has none
     */
    static AgentContext of(GuestTask task, String what) throws Refusal {
        return task.guest()
                .agent()
                .orElseThrow(
                        () ->
                                new Refusal(
                                        Code.UNSUPPORTED,
                                        "only an agent can " + what + ", this is a trial"));
    }

    /**
     * {@return what the task speaks with}
     *
     * @throws Refusal UNSUPPORTED if the guest is only starting
     */
    static TaskContext context(GuestTask task, String what) throws Refusal {
        return task.context()
                .orElseThrow(
                        () ->
                                new Refusal(
                                        Code.UNSUPPORTED,
                                        "a guest cannot " + what + " while it starts"));
    }
}
