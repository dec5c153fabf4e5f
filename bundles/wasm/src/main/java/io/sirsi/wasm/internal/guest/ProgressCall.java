package io.sirsi.wasm.internal.guest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirsi.spi.agent.TaskContext;
import java.util.Optional;
import java.util.Set;

/** {@code progress}: how far the task is, and whether it should stop. */
final class ProgressCall implements HostCall {

    private static final int MAX_NOTE = 200;

    @Override
    public String name() {
        return "progress";
    }

    @Override
    public Set<String> keys() {
        return Set.of("done", "total", "note");
    }

    @Override
    public ObjectNode answer(GuestTask task, Request request) throws Refusal {
        long done = request.number("done", 0, Long.MAX_VALUE, 0);
        long total = request.number("total", 0, Long.MAX_VALUE, 0);
        String note = request.optionalText("note", Integer.MAX_VALUE).orElse("");
        Optional<TaskContext> context = task.context();
        context.ifPresent(
                c -> c.progress(done, total, Lines.tidy(task.secrets().masked(note), MAX_NOTE)));
        boolean cancelled = context.map(TaskContext::cancelled).orElse(false);
        return GuestJson.object().put("cancelled", cancelled);
    }
}
