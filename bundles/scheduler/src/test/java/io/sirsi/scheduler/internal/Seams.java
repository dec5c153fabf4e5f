package io.sirsi.scheduler.internal;

import io.sirsi.agent.AgentRuntime;
import io.sirsi.journal.Journal;
import io.sirsi.journal.JournalReader;
import java.util.function.LongSupplier;

/** Where a scheduler touches its surroundings. As it is, nothing is changed; a planted bug does. */
class Seams {

    /** {@return the log that the scheduler gets} */
    Journal journal(Journal real) {
        return real;
    }

    /** {@return what the log is read to when it is opened} */
    JournalReader reader(JournalReader real) {
        return real;
    }

    /** {@return the history that the scheduler gets} */
    History history(History real) {
        return real;
    }

    /** {@return the agents that the scheduler gets} */
    AgentRuntime agents(AgentRuntime real) {
        return real;
    }

    /** {@return the monotonic clock that the scheduler gets} */
    LongSupplier nanoTime(ManualClock real) {
        return real;
    }
}
