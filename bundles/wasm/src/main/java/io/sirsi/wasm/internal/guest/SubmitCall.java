package io.sirsi.wasm.internal.guest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirsi.agent.AgentFailure.Code;
import io.sirsi.security.Permission;
import io.sirsi.spi.agent.TaskContext;
import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.task.Payload;
import io.sirsi.task.Priority;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** {@code submit}: a further task in the same session. */
final class SubmitCall implements HostCall {

    private static final long MAX_TIMEOUT_MS = Duration.ofDays(31).toMillis();

    private final GuestWorkers workers;
    private final Predicate<String> taskTypes;

    SubmitCall(GuestWorkers workers, Predicate<String> taskTypes) {
        this.workers = workers;
        this.taskTypes = taskTypes;
    }

    @Override
    public String name() {
        return "submit";
    }

    @Override
    public Set<String> keys() {
        return Set.of("type", "input", "priority", "timeoutMs", "key");
    }

    @Override
    public ObjectNode answer(GuestTask task, Request request) throws Refusal, WasmTrap {
        Agents.of(task, "submit a task");
        TaskContext context = Agents.context(task, "submit a task");
        TaskSpec spec = spec(request, context.spec().priority());
        boolean runs = taskTypes.test(spec.type());
        TaskId submitted =
                workers.act(
                        task,
                        Permission.of("task:submit:" + spec.type()),
                        spec.type(),
                        Map.of("priority", spec.priority().name()),
                        () -> context.submit(spec),
                        TaskId::value);
        ObjectNode response = GuestJson.object().put("task", submitted.value());
        return runs ? response : response.put("note", waiting(task, submitted, spec.type()));
    }

    /**
     * Types come and go, so it is no mistake; but it may be one, and then the task waits for ever.
     */
    private static String waiting(GuestTask task, TaskId submitted, String type) {
        String note = "no agent type runs '" + type + "' now; the task waits for one";
        task.say("submitted " + submitted + ": " + note);
        return note;
    }

    private static TaskSpec spec(Request request, Priority own) throws Refusal {
        String type = request.text("type", 63);
        Optional<String> key = request.optionalText("key", 64);
        long timeoutMs = request.number("timeoutMs", 1, MAX_TIMEOUT_MS, 0);
        Priority priority = priority(request, own);
        Payload input = input(request.value("input"));
        try {
            TaskSpec spec = TaskSpec.of(type).priority(priority).input(input);
            if (timeoutMs > 0) {
                spec = spec.timeout(Duration.ofMillis(timeoutMs));
            }
            return key.isPresent() ? spec.idempotencyKey(key.get()) : spec;
        } catch (IllegalArgumentException malformed) {
            throw Refusal.invalid(String.valueOf(malformed.getMessage()));
        }
    }

    /** Nobody jumps the queue by way of a guest: at most NORMAL, or what its own task has. */
    private static Priority priority(Request request, Priority own) throws Refusal {
        Optional<String> wanted = request.optionalText("priority", 20);
        if (wanted.isEmpty()) {
            return Priority.NORMAL;
        }
        Priority most = own.compareTo(Priority.NORMAL) > 0 ? own : Priority.NORMAL;
        for (Priority priority : Priority.values()) {
            if (priority.name().equals(wanted.get())) {
                if (priority.compareTo(most) > 0) {
                    throw new Refusal(
                            Code.FORBIDDEN, "this task may submit tasks of at most " + most);
                }
                return priority;
            }
        }
        throw Refusal.invalid("priority must be LOW, NORMAL, HIGH, CRITICAL or EMERGENCY");
    }

    /** An object of strings becomes named values, which is what most agents read. */
    private static Payload input(Optional<JsonNode> input) throws Refusal {
        if (input.isEmpty()) {
            return Payload.NONE;
        }
        Map<String, String> fields = new LinkedHashMap<>();
        boolean named = input.get().isObject();
        for (Map.Entry<String, JsonNode> field : input.get().properties()) {
            named &= field.getValue().isTextual();
            fields.put(field.getKey(), field.getValue().asText());
        }
        try {
            return named ? Payload.fields(fields) : Payload.json(GuestJson.write(input.get()));
        } catch (IllegalArgumentException tooLong) {
            throw new Refusal(Code.LIMIT, String.valueOf(tooLong.getMessage()));
        }
    }
}
