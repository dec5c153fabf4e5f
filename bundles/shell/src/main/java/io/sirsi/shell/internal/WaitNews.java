package io.sirsi.shell.internal;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.task.Explanation;
import io.sirsi.task.TaskId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a task waits for, as it is told to somebody who waits for the task: not at once, since most
 * tasks start at once; again when that is another thing, and seldom when only its figures change.
 * Used by one thread.
 */
final class WaitNews {

    /** What an explanation is about; its sentence may have figures that change all the time. */
    private record Matter(Explanation.Kind kind, List<String> subjects) {}

    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
    private static final Duration SAME_MATTER_EVERY = Duration.ofSeconds(30);

    private final Hypervisor hypervisor;
    private final TaskId task;
    private final Clock clock;
    private Instant lookedAt;
    private Instant toldAt = Instant.EPOCH;
    private List<Matter> toldMatter = List.of();
    private String told = "";

    /**
     * The wait begins now.
     *
     * @param hypervisor whom to ask
     * @param task the task
     * @param clock the time
     */
    WaitNews(Hypervisor hypervisor, TaskId task, Clock clock) {
        this.hypervisor = hypervisor;
        this.task = task;
        this.clock = clock;
        this.lookedAt = clock.instant();
    }

    /**
     * {@return the sentence of {@code task:why}, where it is time to tell it; may be asked as often
     * as one likes}
     */
    Optional<String> next() {
        Instant now = clock.instant();
        if (!passed(LOOK_EVERY, lookedAt, now)) {
            return Optional.empty();
        }
        lookedAt = now;
        Explanation why = hypervisor.explainTask(task);
        List<Matter> matter =
                why.reasons().stream()
                        .map(reason -> new Matter(reason.kind(), reason.subjects()))
                        .toList();
        String sentence = Text.sentence(why.sentence());
        boolean waits =
                matter.stream().noneMatch(one -> one.kind() == Explanation.Kind.RUNNING)
                        && !why.task().state().isFinal();
        boolean fresh = !matter.equals(toldMatter) || passed(SAME_MATTER_EVERY, toldAt, now);
        // That it runs is news only to who was told that it waits.
        if (sentence.equals(told) || !fresh || (!waits && told.isEmpty())) {
            return Optional.empty();
        }
        toldAt = now;
        toldMatter = matter;
        told = sentence;
        return Optional.of(sentence);
    }

    /** A clock that was set back must not make us silent for as long. */
    private static boolean passed(Duration time, Instant since, Instant now) {
        return Duration.between(since, now).abs().compareTo(time) >= 0;
    }
}
