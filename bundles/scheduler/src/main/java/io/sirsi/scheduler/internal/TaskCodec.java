package io.sirsi.scheduler.internal;

import io.sirsi.agent.AgentFailure;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentType;
import io.sirsi.session.SessionId;
import io.sirsi.task.AgentConstraint;
import io.sirsi.task.Delivery;
import io.sirsi.task.Dependency;
import io.sirsi.task.Join;
import io.sirsi.task.ParentFailure;
import io.sirsi.task.Payload;
import io.sirsi.task.Priority;
import io.sirsi.task.Recurrence;
import io.sirsi.task.RetryPolicy;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The binary form of tasks, for journal and history. A specification is written in two parts: what
 * many tasks share ({@link TaskSpec#base}) and what is one task's own, so that the shared part need
 * be written, and kept, once only.
 *
 * <p>Each part begins with a byte whose upper three bits are the version of its form; a new version
 * must still read the earlier ones. Choices have codes of their own, which are never given away
 * again. Each value has exactly one form: equal values are equal bytes, and other bytes are
 * refused.
 *
 * <p>Reading throws {@link CorruptRecordException} on everything that could not have been written,
 * and nothing else. Stateless.
 */
final class TaskCodec {

    private static final int VERSION = 1 << 5;
    private static final int VERSION_MASK = 7 << 5;

    private static final int HAS_DEPENDENCIES = 1;
    private static final int HAS_INPUT = 1 << 1;
    private static final int HAS_LABELS = 1 << 2;
    private static final int HAS_KEY = 1 << 3;
    private static final int HAS_TRACE = 1 << 4;

    private static final int PAYLOAD_NONE = 0;
    private static final int PAYLOAD_JSON = 1;
    private static final int PAYLOAD_FIELDS = 2;
    private static final int PAYLOAD_OTHER = 3;

    private static final int SUCCEEDED = 1;
    private static final int FAILED = 2;
    private static final int CANCELLED = 3;
    private static final int TIMED_OUT = 4;
    private static final int QUARANTINED = 5;
    private static final int UNKNOWN = 6;

    private static final int SESSION_BITS = 0;
    private static final int SESSION_TEXT = 1;

    /** Up to so many labels are sorted by looking for the next one, without a list. */
    private static final int FEW_LABELS = 8;

    private static final int TASK_ID_LENGTH = 16;

    private TaskCodec() {}

    /**
     * Writes what many tasks share.
     *
     * @param to to where
     * @param base a specification; only its {@link TaskSpec#base} is written
     */
    static void writeBase(ByteWriter to, TaskSpec base) {
        to.writeByte(VERSION);
        to.writeString(base.type());
        to.writeByte(code(base.priority()));
        List<AgentConstraint> constraints = base.constraints();
        to.writeVarInt(constraints.size());
        for (int i = 0; i < constraints.size(); i++) {
            writeConstraint(to, constraints.get(i));
        }
        to.writeDuration(base.timeout());
        to.writeOptionalDuration(base.queueTimeout());
        writeRetry(to, base.retry());
        to.writeByte(code(base.delivery()));
        to.writeByte(code(base.join()));
        to.writeByte(code(base.onParentFailure()));
        to.writeOptionalInstant(base.notBefore());
        to.writeDuration(base.delay());
        writeRecurrence(to, base.recurrence().orElse(null));
        List<String> limitKeys = base.limitKeys();
        to.writeVarInt(limitKeys.size());
        for (int i = 0; i < limitKeys.size(); i++) {
            to.writeString(limitKeys.get(i));
        }
        to.writeOptionalDuration(base.heartbeatTimeout());
    }

    /** {@return what many tasks share: a specification that is its own base} */
    static TaskSpec readBase(ByteReader from) {
        none(head(from, "a specification"), "a specification");
        try {
            TaskSpec spec = TaskSpec.of(from.readString()).priority(priority(from.readByte()));
            for (int left = from.readCount(2); left > 0; left--) {
                spec = spec.constraint(readConstraint(from));
            }
            spec = spec.timeout(from.readDuration());
            if (from.readBoolean()) {
                spec = spec.queueTimeout(from.readDuration());
            }
            spec =
                    spec.retry(readRetry(from))
                            .delivery(delivery(from.readByte()))
                            .join(join(from.readByte()))
                            .onParentFailure(parentFailure(from.readByte()));
            if (from.readBoolean()) {
                spec = spec.notBefore(from.readInstant());
            }
            spec = spec.delay(from.readDuration());
            Recurrence recurrence = readRecurrence(from);
            if (recurrence != null) {
                spec = spec.recurring(recurrence);
            }
            for (int left = from.readCount(1); left > 0; left--) {
                spec = spec.limitKey(from.readString());
            }
            return from.readBoolean() ? spec.heartbeatTimeout(from.readDuration()) : spec;
        } catch (IllegalArgumentException e) {
            throw refused("a specification");
        }
    }

    /** Writes what is one task's own: dependencies, input, labels, idempotency key, trace. */
    static void writeOwn(ByteWriter to, TaskSpec spec) {
        List<Dependency> dependencies = spec.dependencies();
        Payload input = spec.input();
        Map<String, String> labels = spec.labels();
        Optional<String> key = spec.idempotencyKey();
        Optional<String> trace = spec.traceParent();
        boolean hasInput = !isNone(input);
        to.writeByte(
                VERSION
                        | (dependencies.isEmpty() ? 0 : HAS_DEPENDENCIES)
                        | (hasInput ? HAS_INPUT : 0)
                        | (labels.isEmpty() ? 0 : HAS_LABELS)
                        | (key.isPresent() ? HAS_KEY : 0)
                        | (trace.isPresent() ? HAS_TRACE : 0));
        if (!dependencies.isEmpty()) {
            to.writeVarInt(dependencies.size());
            for (int i = 0; i < dependencies.size(); i++) {
                Dependency dependency = dependencies.get(i);
                writeTaskId(to, dependency.task());
                to.writeByte(code(dependency.condition()));
            }
        }
        if (hasInput) {
            writePayload(to, input);
        }
        if (!labels.isEmpty()) {
            writeLabels(to, labels);
        }
        if (key.isPresent()) {
            to.writeString(key.get());
        }
        if (trace.isPresent()) {
            to.writeString(trace.get());
        }
    }

    /**
     * Reads what is one task's own.
     *
     * @param from from where
     * @param base what it shares with others
     * @return the whole specification; its base is the very one given
     */
    static TaskSpec readOwn(ByteReader from, TaskSpec base) {
        int parts = head(from, "a task");
        TaskSpec spec = base.base();
        try {
            if ((parts & HAS_DEPENDENCIES) != 0) {
                for (int left = atLeastOne(from.readCount(TASK_ID_LENGTH + 1)); left > 0; left--) {
                    TaskId task = readTaskId(from);
                    spec = spec.after(new Dependency(task, condition(from.readByte())));
                }
            }
            if ((parts & HAS_INPUT) != 0) {
                Payload input = readPayload(from);
                if (isNone(input)) {
                    throw new CorruptRecordException("an input that is none");
                }
                spec = spec.input(input);
            }
            if ((parts & HAS_LABELS) != 0) {
                String last = null;
                for (int left = atLeastOne(from.readCount(2)); left > 0; left--) {
                    String key = from.readString();
                    if (last != null && last.compareTo(key) >= 0) {
                        throw new CorruptRecordException("labels out of order");
                    }
                    spec = spec.label(key, from.readString());
                    last = key;
                }
            }
            if ((parts & HAS_KEY) != 0) {
                spec = spec.idempotencyKey(from.readString());
            }
            return (parts & HAS_TRACE) == 0 ? spec : spec.traceParent(from.readString());
        } catch (IllegalArgumentException e) {
            throw refused("a task");
        }
    }

    /** Writes how a task ended. */
    static void writeEnded(ByteWriter to, TaskState.Ended ended) {
        int at = to.size();
        to.writeByte(0);
        to.writeInstant(ended.at());
        int kind;
        if (ended instanceof TaskState.Succeeded succeeded) {
            kind = SUCCEEDED;
            writePayload(to, succeeded.output());
        } else if (ended instanceof TaskState.Failed failed) {
            kind = FAILED;
            writeFailure(to, failed.failure());
        } else if (ended instanceof TaskState.Cancelled cancelled) {
            kind = CANCELLED;
            to.writeString(cancelled.reason());
        } else if (ended instanceof TaskState.TimedOut timedOut) {
            kind = TIMED_OUT;
            to.writeString(timedOut.sentence());
        } else if (ended instanceof TaskState.Quarantined quarantined) {
            kind = QUARANTINED;
            writeFailure(to, quarantined.failure());
        } else if (ended instanceof TaskState.Unknown unknown) {
            kind = UNKNOWN;
            to.writeString(unknown.sentence());
        } else {
            throw new IllegalArgumentException("an end without a code: " + ended.name());
        }
        to.putByte(at, VERSION | kind);
    }

    /** {@return how a task ended} */
    static TaskState.Ended readEnded(ByteReader from) {
        int kind = head(from, "an end");
        var at = from.readInstant();
        return switch (kind) {
            case SUCCEEDED -> new TaskState.Succeeded(at, readPayload(from));
            case FAILED -> new TaskState.Failed(at, readFailure(from));
            case CANCELLED -> new TaskState.Cancelled(at, from.readString());
            case TIMED_OUT -> new TaskState.TimedOut(at, from.readString());
            case QUARANTINED -> new TaskState.Quarantined(at, readFailure(from));
            case UNKNOWN -> new TaskState.Unknown(at, from.readString());
            default -> throw unknown("a final state", kind);
        };
    }

    /** Writes why something did not work. */
    static void writeFailure(ByteWriter to, AgentFailure failure) {
        to.writeByte(VERSION | code(failure.code()));
        to.writeString(failure.sentence());
        to.writeOptionalDuration(failure.retryAfter());
    }

    /** {@return why something did not work} */
    static AgentFailure readFailure(ByteReader from) {
        AgentFailure.Code code = failureCode(head(from, "a failure"));
        return new AgentFailure(code, from.readString(), from.readOptionalDuration());
    }

    /** Writes what goes into a task, or comes out. */
    static void writePayload(ByteWriter to, Payload payload) {
        String type = payload.contentType();
        if (isNone(payload)) {
            to.writeByte(VERSION | PAYLOAD_NONE);
            return;
        }
        if (type.equals(Payload.JSON)) {
            to.writeByte(VERSION | PAYLOAD_JSON);
        } else if (type.equals(Payload.FIELDS)) {
            to.writeByte(VERSION | PAYLOAD_FIELDS);
        } else {
            to.writeByte(VERSION | PAYLOAD_OTHER);
            to.writeString(type);
        }
        to.writeString(payload.text());
    }

    /** {@return what goes into a task, or comes out; {@link Payload#NONE} itself for nothing} */
    static Payload readPayload(ByteReader from) {
        int kind = head(from, "a payload");
        try {
            Payload payload =
                    switch (kind) {
                        case PAYLOAD_NONE -> Payload.NONE;
                        case PAYLOAD_JSON -> new Payload(Payload.JSON, from.readString());
                        case PAYLOAD_FIELDS -> new Payload(Payload.FIELDS, from.readString());
                        case PAYLOAD_OTHER -> new Payload(from.readString(), from.readString());
                        default -> throw unknown("a payload's kind", kind);
                    };
            if (kind != payloadKind(payload)) {
                throw new CorruptRecordException("a payload in a form that is not its own");
            }
            return payload;
        } catch (IllegalArgumentException e) {
            throw refused("a payload");
        }
    }

    /** Writes the 128 bits of a task's name. */
    static void writeTaskId(ByteWriter to, TaskId task) {
        to.writeLong(task.high());
        to.writeLong(task.low());
    }

    /** {@return a task's name} */
    static TaskId readTaskId(ByteReader from) {
        return TaskId.of(from.readLong(), from.readLong());
    }

    /** Writes a session's name: as 128 bits where it is drawn from these, otherwise as text. */
    static void writeSession(ByteWriter to, SessionId session) {
        String text = session.value();
        TaskId bits = bitsOf(text);
        if (bits == null) {
            to.writeByte(VERSION | SESSION_TEXT);
            to.writeString(text);
        } else {
            to.writeByte(VERSION | SESSION_BITS);
            writeTaskId(to, bits);
        }
    }

    /** {@return a session's name} */
    static SessionId readSession(ByteReader from) {
        int kind = head(from, "a session");
        if (kind == SESSION_BITS) {
            return new SessionId("s-" + readTaskId(from).value().substring(2));
        }
        if (kind != SESSION_TEXT) {
            throw unknown("a session's form", kind);
        }
        String text = from.readString();
        try {
            SessionId session = new SessionId(text);
            if (bitsOf(text) != null) {
                throw new CorruptRecordException("a session in a form that is not its own");
            }
            return session;
        } catch (IllegalArgumentException e) {
            throw refused("a session");
        }
    }

    /** {@return the code of a final state, 1 to 31, for indexes} */
    static int endedCode(String stateName) {
        return switch (stateName) {
            case "Succeeded" -> SUCCEEDED;
            case "Failed" -> FAILED;
            case "Cancelled" -> CANCELLED;
            case "TimedOut" -> TIMED_OUT;
            case "Quarantined" -> QUARANTINED;
            case "Unknown" -> UNKNOWN;
            default -> 0;
        };
    }

    /** A task's and a session's name are both a letter, a dash, and 128 bits in 26 characters. */
    private static @Nullable TaskId bitsOf(String session) {
        try {
            return new TaskId("t-" + session.substring(2));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static boolean isNone(Payload payload) {
        return payload.text().isEmpty() && payload.contentType().equals(Payload.FIELDS);
    }

    private static int payloadKind(Payload payload) {
        if (isNone(payload)) {
            return PAYLOAD_NONE;
        }
        return switch (payload.contentType()) {
            case Payload.JSON -> PAYLOAD_JSON;
            case Payload.FIELDS -> PAYLOAD_FIELDS;
            default -> PAYLOAD_OTHER;
        };
    }

    private static void writeLabels(ByteWriter to, Map<String, String> labels) {
        int count = labels.size();
        to.writeVarInt(count);
        if (count > FEW_LABELS) {
            String[] keys = labels.keySet().toArray(new String[0]);
            Arrays.sort(keys);
            for (String key : keys) {
                writeLabel(to, key, labels);
            }
            return;
        }
        String last = null;
        for (int i = 0; i < count; i++) {
            String next = null;
            for (String key : labels.keySet()) {
                if ((last == null || key.compareTo(last) > 0)
                        && (next == null || key.compareTo(next) < 0)) {
                    next = key;
                }
            }
            if (next != null) {
                writeLabel(to, next, labels);
            }
            last = next;
        }
    }

    private static void writeLabel(ByteWriter to, String key, Map<String, String> labels) {
        to.writeString(key);
        to.writeString(labels.getOrDefault(key, ""));
    }

    private static void writeConstraint(ByteWriter to, AgentConstraint constraint) {
        if (constraint instanceof AgentConstraint.RequireCapability require) {
            to.writeByte(1);
            to.writeString(require.capability());
        } else if (constraint instanceof AgentConstraint.ForbidCapability forbid) {
            to.writeByte(2);
            to.writeString(forbid.capability());
        } else if (constraint instanceof AgentConstraint.PreferCapability prefer) {
            to.writeByte(3);
            to.writeString(prefer.capability());
        } else if (constraint instanceof AgentConstraint.OfType of) {
            to.writeByte(4);
            to.writeString(of.type().value());
        } else if (constraint instanceof AgentConstraint.ForbidType forbid) {
            to.writeByte(5);
            to.writeString(forbid.type().value());
        } else if (constraint instanceof AgentConstraint.PreferType prefer) {
            to.writeByte(6);
            to.writeString(prefer.type().value());
        } else if (constraint instanceof AgentConstraint.Named named) {
            to.writeByte(7);
            to.writeString(named.agent().value());
        } else if (constraint instanceof AgentConstraint.ForbidAgent forbid) {
            to.writeByte(8);
            to.writeString(forbid.agent().value());
        } else if (constraint instanceof AgentConstraint.PreferAgent prefer) {
            to.writeByte(9);
            to.writeString(prefer.agent().value());
        } else if (constraint instanceof AgentConstraint.CoLocate coLocate) {
            to.writeByte(10);
            to.writeString(coLocate.group());
        } else if (constraint instanceof AgentConstraint.Spread spread) {
            to.writeByte(11);
            to.writeString(spread.group());
        } else {
            throw new IllegalArgumentException(
                    "a constraint without a code: " + constraint.getClass().getSimpleName());
        }
    }

    private static AgentConstraint readConstraint(ByteReader from) {
        int code = from.readByte();
        String name = from.readString();
        return switch (code) {
            case 1 -> new AgentConstraint.RequireCapability(name);
            case 2 -> new AgentConstraint.ForbidCapability(name);
            case 3 -> new AgentConstraint.PreferCapability(name);
            case 4 -> new AgentConstraint.OfType(new AgentType(name));
            case 5 -> new AgentConstraint.ForbidType(new AgentType(name));
            case 6 -> new AgentConstraint.PreferType(new AgentType(name));
            case 7 -> new AgentConstraint.Named(new AgentId(name));
            case 8 -> new AgentConstraint.ForbidAgent(new AgentId(name));
            case 9 -> new AgentConstraint.PreferAgent(new AgentId(name));
            case 10 -> new AgentConstraint.CoLocate(name);
            case 11 -> new AgentConstraint.Spread(name);
            default -> throw unknown("a constraint", code);
        };
    }

    private static void writeRetry(ByteWriter to, RetryPolicy retry) {
        to.writeVarInt(retry.attempts());
        to.writeDuration(retry.firstDelay());
        to.writeDuration(retry.maxDelay());
        to.writeByte(
                switch (retry.backoff()) {
                    case FIXED -> 1;
                    case EXPONENTIAL -> 2;
                    case FULL_JITTER -> 3;
                });
    }

    private static RetryPolicy readRetry(ByteReader from) {
        int attempts = from.readVarInt();
        Duration first = from.readDuration();
        Duration max = from.readDuration();
        int code = from.readByte();
        return new RetryPolicy(
                attempts,
                first,
                max,
                switch (code) {
                    case 1 -> RetryPolicy.Backoff.FIXED;
                    case 2 -> RetryPolicy.Backoff.EXPONENTIAL;
                    case 3 -> RetryPolicy.Backoff.FULL_JITTER;
                    default -> throw unknown("a backoff", code);
                });
    }

    private static void writeRecurrence(ByteWriter to, @Nullable Recurrence recurrence) {
        if (recurrence == null) {
            to.writeByte(0);
        } else if (recurrence instanceof Recurrence.Every every) {
            to.writeByte(1);
            to.writeDuration(every.interval());
            to.writeByte(code(every.misfire()));
        } else if (recurrence instanceof Recurrence.Cron cron) {
            to.writeByte(2);
            to.writeString(cron.expression());
            to.writeString(cron.zone().getId());
            to.writeByte(code(cron.misfire()));
        } else {
            throw new IllegalArgumentException(
                    "a recurrence without a code: " + recurrence.getClass().getSimpleName());
        }
    }

    private static @Nullable Recurrence readRecurrence(ByteReader from) {
        int code = from.readByte();
        return switch (code) {
            case 0 -> null;
            case 1 -> new Recurrence.Every(from.readDuration(), misfire(from.readByte()));
            case 2 ->
                    new Recurrence.Cron(
                            from.readString(), zone(from.readString()), misfire(from.readByte()));
            default -> throw unknown("a recurrence", code);
        };
    }

    private static ZoneId zone(String id) {
        try {
            ZoneId zone = ZoneId.of(id);
            if (!zone.getId().equals(id)) {
                throw new CorruptRecordException("a time zone by another name: '" + id + "'");
            }
            return zone;
        } catch (DateTimeException e) {
            throw new CorruptRecordException("no such time zone here: '" + id + "'", e);
        }
    }

    private static int code(Priority priority) {
        return switch (priority) {
            case LOW -> 1;
            case NORMAL -> 2;
            case HIGH -> 3;
            case CRITICAL -> 4;
            case EMERGENCY -> 5;
        };
    }

    private static Priority priority(int code) {
        return switch (code) {
            case 1 -> Priority.LOW;
            case 2 -> Priority.NORMAL;
            case 3 -> Priority.HIGH;
            case 4 -> Priority.CRITICAL;
            case 5 -> Priority.EMERGENCY;
            default -> throw unknown("a priority", code);
        };
    }

    private static int code(Delivery delivery) {
        return switch (delivery) {
            case AT_LEAST_ONCE -> 1;
            case AT_MOST_ONCE -> 2;
            case VOLATILE -> 3;
        };
    }

    private static Delivery delivery(int code) {
        return switch (code) {
            case 1 -> Delivery.AT_LEAST_ONCE;
            case 2 -> Delivery.AT_MOST_ONCE;
            case 3 -> Delivery.VOLATILE;
            default -> throw unknown("a delivery", code);
        };
    }

    private static int code(Join join) {
        return switch (join) {
            case ALL_OF -> 1;
            case ANY_OF -> 2;
        };
    }

    private static Join join(int code) {
        return switch (code) {
            case 1 -> Join.ALL_OF;
            case 2 -> Join.ANY_OF;
            default -> throw unknown("a join", code);
        };
    }

    private static int code(ParentFailure policy) {
        return switch (policy) {
            case CANCEL -> 1;
            case SKIP -> 2;
            case RUN -> 3;
        };
    }

    private static ParentFailure parentFailure(int code) {
        return switch (code) {
            case 1 -> ParentFailure.CANCEL;
            case 2 -> ParentFailure.SKIP;
            case 3 -> ParentFailure.RUN;
            default -> throw unknown("a policy", code);
        };
    }

    private static int code(Dependency.Condition condition) {
        return switch (condition) {
            case SUCCESS -> 1;
            case ANY_END -> 2;
        };
    }

    private static Dependency.Condition condition(int code) {
        return switch (code) {
            case 1 -> Dependency.Condition.SUCCESS;
            case 2 -> Dependency.Condition.ANY_END;
            default -> throw unknown("a condition", code);
        };
    }

    private static int code(Recurrence.Misfire misfire) {
        return switch (misfire) {
            case FIRE_ONCE -> 1;
            case SKIP -> 2;
            case FIRE_ALL -> 3;
        };
    }

    private static Recurrence.Misfire misfire(int code) {
        return switch (code) {
            case 1 -> Recurrence.Misfire.FIRE_ONCE;
            case 2 -> Recurrence.Misfire.SKIP;
            case 3 -> Recurrence.Misfire.FIRE_ALL;
            default -> throw unknown("a way with missed times", code);
        };
    }

    private static int code(AgentFailure.Code code) {
        return switch (code) {
            case UNREACHABLE -> 1;
            case THROTTLED -> 2;
            case REMOTE_ERROR -> 3;
            case TIMED_OUT -> 4;
            case GONE -> 5;
            case UNAUTHENTICATED -> 6;
            case FORBIDDEN -> 7;
            case NOT_FOUND -> 8;
            case INVALID -> 9;
            case UNSUPPORTED -> 10;
            case LIMIT -> 11;
            case INTERNAL -> 12;
        };
    }

    private static AgentFailure.Code failureCode(int code) {
        return switch (code) {
            case 1 -> AgentFailure.Code.UNREACHABLE;
            case 2 -> AgentFailure.Code.THROTTLED;
            case 3 -> AgentFailure.Code.REMOTE_ERROR;
            case 4 -> AgentFailure.Code.TIMED_OUT;
            case 5 -> AgentFailure.Code.GONE;
            case 6 -> AgentFailure.Code.UNAUTHENTICATED;
            case 7 -> AgentFailure.Code.FORBIDDEN;
            case 8 -> AgentFailure.Code.NOT_FOUND;
            case 9 -> AgentFailure.Code.INVALID;
            case 10 -> AgentFailure.Code.UNSUPPORTED;
            case 11 -> AgentFailure.Code.LIMIT;
            case 12 -> AgentFailure.Code.INTERNAL;
            default -> throw unknown("a failure", code);
        };
    }

    private static int head(ByteReader from, String what) {
        int head = from.readByte();
        if ((head & VERSION_MASK) != VERSION) {
            throw new CorruptRecordException(
                    what + " of version " + (head >>> 5) + "; this node reads version 1");
        }
        return head & ~VERSION_MASK;
    }

    private static void none(int bits, String what) {
        if (bits != 0) {
            throw unknown(what, bits);
        }
    }

    private static int atLeastOne(int count) {
        if (count == 0) {
            throw new CorruptRecordException("a list that is there and empty");
        }
        return count;
    }

    private static CorruptRecordException unknown(String what, int code) {
        return new CorruptRecordException("no code of " + what + ": " + code);
    }

    /** The reason quotes the value, which may be a secret: it is not passed on. */
    private static CorruptRecordException refused(String what) {
        return new CorruptRecordException(what + " with a value that it cannot have");
    }
}
