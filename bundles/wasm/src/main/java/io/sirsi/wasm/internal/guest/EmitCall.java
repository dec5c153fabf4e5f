package io.sirsi.wasm.internal.guest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirsi.agent.AgentEmitted;
import io.sirsi.agent.AgentFailure.Code;
import io.sirsi.event.Receipt;
import io.sirsi.security.Permission;
import io.sirsi.spi.agent.AgentContext;
import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.task.Payload;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** {@code emit}: a fact of the agent's own. */
final class EmitCall implements HostCall {

    private static final Permission EMIT = Permission.of("event:emit");
    private static final Pattern KIND = Pattern.compile("[a-z][a-z0-9-]{0,62}");

    private final GuestWorkers workers;

    EmitCall(GuestWorkers workers) {
        this.workers = workers;
    }

    @Override
    public String name() {
        return "emit";
    }

    @Override
    public Set<String> keys() {
        return Set.of("type", "data");
    }

    @Override
    public ObjectNode answer(GuestTask task, Request request) throws Refusal, WasmTrap {
        String kind = request.text("type", 63);
        if (!KIND.matcher(kind).matches()) {
            throw Refusal.invalid(
                    "type must be lower-case letters, digits and dashes, beginning with a letter");
        }
        JsonNode given = request.value("data").orElseGet(GuestJson::object);
        if (!given.isObject()) {
            throw Refusal.invalid("data must be an object");
        }
        String data = GuestJson.write(task.secrets().masked(given));
        if (data.length() > Payload.MAX_LENGTH) {
            throw new Refusal(
                    Code.LIMIT, "data must have at most " + Payload.MAX_LENGTH + " characters");
        }
        AgentContext agent = Agents.of(task, "emit an event");
        task.countEvent();
        workers.act(
                task,
                EMIT,
                kind,
                Map.of("characters", Integer.toString(data.length())),
                () -> agent.publish(event(agent, kind, data)),
                EmitCall::note);
        return GuestJson.object();
    }

    private static AgentEmitted event(AgentContext agent, String kind, String data) {
        return new AgentEmitted(
                agent.id(), agent.session(), kind, Payload.json(data), agent.clock().instant());
    }

    private static String note(Receipt receipt) {
        return (receipt.handled() + receipt.queued()) + " subscribers";
    }
}
