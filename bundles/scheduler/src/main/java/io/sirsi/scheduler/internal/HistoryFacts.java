package io.sirsi.scheduler.internal;

import io.sirsi.session.SessionId;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskSnapshot;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an index knows of one finished task. Session, state and labels are kept as a few bits, which
 * rule most tasks out before they are read, and never one that fits.
 *
 * @param id its name
 * @param key its idempotency key, if it has one
 * @param session bits of its session
 * @param bits its state's code in the upper eight, bits of its labels in the lower 24
 * @param endSecond when it ended, in seconds since 1970
 */
record HistoryFacts(TaskId id, @Nullable Key key, int session, int bits, long endSecond) {

    private static final int LABEL_BITS = 24;

    /**
     * An idempotency key of a session: the first 128 bits of the SHA-256 of both.
     *
     * @param high the upper 64 bits
     * @param low the lower 64 bits
     */
    record Key(long high, long low) {

        /** {@return the key of a session} */
        static Key of(SessionId session, String key) {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                digest.update(session.value().getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
                ByteBuffer hash =
                        ByteBuffer.wrap(digest.digest(key.getBytes(StandardCharsets.UTF_8)));
                return new Key(hash.getLong(), hash.getLong());
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }
    }

    /** {@return what an index knows of a finished task} */
    static HistoryFacts of(HistoryStore.Finished finished) {
        TaskSnapshot task = finished.task();
        Optional<String> key = task.spec().idempotencyKey();
        return new HistoryFacts(
                task.id(),
                key.isPresent() ? Key.of(task.session(), key.get()) : null,
                bits(task.session()),
                (TaskCodec.endedCode(task.state().name()) << LABEL_BITS)
                        | bits(task.spec().labels()),
                finished.ended().at().getEpochSecond());
    }

    /** What a query wants, in the bits of the facts; then word for word. */
    static final class Filter {

        private final TaskQuery query;
        private final int session;
        private final int labels;
        private final int states;

        Filter(TaskQuery query) {
            this.query = query;
            this.session = query.session().map(HistoryFacts::bits).orElse(0);
            this.labels = bits(query.labels());
            int codes = 0;
            for (String state : query.states()) {
                codes |= 1 << TaskCodec.endedCode(state);
            }
            this.states = query.states().isEmpty() ? -1 : codes & ~1;
        }

        /** {@return whether no finished task can fit} */
        boolean isHopeless() {
            return states == 0;
        }

        /** {@return false if a task with these bits does not fit; perhaps it does otherwise} */
        boolean mayFit(int taskSession, int taskBits) {
            return (query.session().isEmpty() || taskSession == session)
                    && (taskBits & labels) == labels
                    && ((states >> (taskBits >>> LABEL_BITS)) & 1) != 0;
        }

        /** {@return whether a task fits} */
        boolean fits(TaskSnapshot task) {
            return (query.session().isEmpty() || query.session().get().equals(task.session()))
                    && (query.states().isEmpty() || query.states().contains(task.state().name()))
                    && task.spec().labels().entrySet().containsAll(query.labels().entrySet());
        }
    }

    private static int bits(SessionId session) {
        return session.value().hashCode();
    }

    private static int bits(Map<String, String> labels) {
        int bits = 0;
        for (Map.Entry<String, String> label : labels.entrySet()) {
            int hash = (31 * label.getKey().hashCode() + label.getValue().hashCode()) * 0x9e3779b9;
            bits |= 1 << Integer.remainderUnsigned(hash, LABEL_BITS);
            bits |= 1 << Integer.remainderUnsigned(hash >>> 11, LABEL_BITS);
        }
        return bits;
    }
}
