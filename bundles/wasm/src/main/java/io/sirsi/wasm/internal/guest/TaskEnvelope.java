package io.sirsi.wasm.internal.guest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.sirsi.agent.AgentFailure;
import io.sirsi.session.SessionId;
import io.sirsi.spi.agent.AgentFailureException;
import io.sirsi.spi.agent.TaskContext;
import io.sirsi.task.Payload;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Writes what a guest is handed for a task. */
public final class TaskEnvelope {

    private static final int ABI = 1;

    /** What a trial has for agent and session, in the shapes that real ones have. */
    private static final String TRIAL_AGENT = "trial";

    private static final SessionId TRIAL_SESSION = new SessionId("s-" + "0".repeat(26));

    private TaskEnvelope() {}

    /**
     * Writes a task.
     *
     * @param task which, with its context
     * @return JSON in UTF-8
     * @throws AgentFailureException INVALID if its input says that it is JSON, and is not
     * @throws IllegalStateException if the guest is only starting
     */
    public static byte[] write(GuestTask task) throws AgentFailureException {
        TaskContext context =
                task.context().orElseThrow(() -> new IllegalStateException("there is no task"));
        Guest guest = task.guest();
        ObjectNode envelope = GuestJson.object().put("abi", ABI);
        ObjectNode what =
                envelope.putObject("task")
                        .put("id", context.id().value())
                        .put("type", context.spec().type())
                        .put("attempt", context.attempt())
                        .put("remainingMs", task.remaining().toMillis());
        what.set("input", input(context.spec().input()));
        what.set("labels", strings(context.spec().labels()));
        what.put("resumeToken", context.resumeToken().orElse(null));
        envelope.putObject("agent")
                .put("id", guest.agent().map(agent -> agent.id().value()).orElse(TRIAL_AGENT))
                .put("type", guest.type().value())
                .put(
                        "session",
                        guest.agent().map(agent -> agent.session()).orElse(TRIAL_SESSION).value());
        envelope.set("config", strings(guest.settings()));
        return GuestJson.bytes(envelope);
    }

    private static JsonNode input(Payload input) throws AgentFailureException {
        if (input.contentType().equals(Payload.FIELDS)) {
            try {
                return strings(input.fields());
            } catch (IllegalArgumentException malformed) { // half of a percent escape
                throw new AgentFailureException(
                        AgentFailure.of(
                                AgentFailure.Code.INVALID,
                                "the task's input is not " + Payload.FIELDS));
            }
        }
        if (!isJson(input.contentType())) {
            return TextNode.valueOf(input.text());
        }
        try {
            return GuestJson.read(input.text(), "the task's input");
        } catch (Refusal malformed) {
            throw new AgentFailureException(
                    AgentFailure.of(
                            malformed.code(),
                            malformed.sentence() + ", though it is called " + Payload.JSON));
        }
    }

    private static boolean isJson(String contentType) {
        String type = contentType.replaceAll(";.*", "").strip().toLowerCase(Locale.ROOT);
        return type.equals(Payload.JSON) || type.endsWith("+json");
    }

    private static ObjectNode strings(Map<String, String> values) {
        ObjectNode object = GuestJson.object();
        new TreeMap<>(values).forEach(object::put);
        return object;
    }
}
