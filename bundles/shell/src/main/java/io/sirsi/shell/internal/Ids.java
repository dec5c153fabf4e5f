package io.sirsi.shell.internal;

import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentType;
import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.ScanId;
import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.session.SessionId;
import io.sirsi.task.TaskId;
import java.util.function.Function;

/** Ids as people type them. */
public final class Ids {

    private Ids() {}

    /** {@return the session that the text names} */
    public static SessionId session(String text) {
        return parse(text, SessionId::new, "session:list");
    }

    /** {@return the agent that the text names} */
    public static AgentId agent(String text) {
        return parse(text, AgentId::new, "agent:list");
    }

    /** {@return the task that the text names} */
    public static TaskId task(String text) {
        return parse(text, TaskId::new, "task:list");
    }

    /** {@return the type of resource that the text names} */
    public static ResourceType resourceType(String text) {
        return parse(text, ResourceType::new, "cloud:providers");
    }

    /** {@return the agent type of a module that the text names} */
    public static AgentType module(String text) {
        return parse(text, AgentType::new, "wasm:list");
    }

    /** {@return the scan that the text names; {@code latest} is the newest} */
    public static ScanId scan(Hypervisor hypervisor, String text) {
        if (text.equals("latest")) {
            return hypervisor.scans(1).stream()
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    RefusedException.notFound(
                                            "there is no scan yet; start one with cloud:scan."))
                    .id();
        }
        return parse(text, ScanId::new, "cloud:scans");
    }

    private static <T> T parse(String text, Function<String, T> make, String lister) {
        try {
            return make.apply(text.strip());
        } catch (IllegalArgumentException malformed) {
            throw new RefusedException(
                    RefusedException.Reason.INVALID,
                    malformed.getMessage() + "; " + lister + " shows them.",
                    malformed);
        }
    }
}
