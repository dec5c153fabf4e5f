package io.sirsi.wasm.internal.guest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/** {@code config}: one of the agent's settings. */
final class ConfigCall implements HostCall {

    private static final int MAX_KEY = 200;

    @Override
    public String name() {
        return "config";
    }

    @Override
    public Set<String> keys() {
        return Set.of("key");
    }

    @Override
    public ObjectNode answer(GuestTask task, Request request) throws Refusal {
        String key = request.text("key", MAX_KEY);
        return GuestJson.object().put("value", task.guest().settings().get(key));
    }
}
