package io.sirsi.wasm.internal.guest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/** {@code log}: a line for those who watch the task. */
final class LogCall implements HostCall {

    private static final Set<String> LEVELS = Set.of("debug", "info", "warn", "error");

    @Override
    public String name() {
        return "log";
    }

    @Override
    public Set<String> keys() {
        return Set.of("level", "message");
    }

    @Override
    public ObjectNode answer(GuestTask task, Request request) throws Refusal {
        String level = request.text("level", 10);
        if (!LEVELS.contains(level)) {
            throw Refusal.invalid("level must be debug, info, warn or error");
        }
        task.say(level + ": " + request.text("message", Integer.MAX_VALUE));
        return GuestJson.object();
    }
}
