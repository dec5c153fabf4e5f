package io.sirsi.events.internal;

import io.sirsi.event.DeadLetter;
import io.sirsi.event.Event;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Keeps the newest events that a subscriber did not take, up to a number. Thread-safe. */
final class DeadLetters {

    private static final int LONGEST_REASON = 500;

    private final int capacity;
    private final Clock clock;
    private final Deque<DeadLetter> letters = new ArrayDeque<>();

    /**
     * Makes an empty ring.
     *
     * @param capacity how many letters are kept; none if zero
     * @param clock says when a letter came
     */
    DeadLetters(int capacity, Clock clock) {
        this.capacity = capacity;
        this.clock = clock;
    }

    /** Keeps an event; the oldest letter gives way if there is no room. */
    void add(Event event, String subscriber, String reason) {
        if (capacity == 0) {
            return;
        }
        String sentence =
                reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON);
        DeadLetter letter = new DeadLetter(event, subscriber, sentence, clock.instant());
        synchronized (letters) {
            if (letters.size() == capacity) {
                letters.removeFirst();
            }
            letters.addLast(letter);
        }
    }

    /** {@return the letters, newest last} */
    List<DeadLetter> newestLast() {
        synchronized (letters) {
            return List.copyOf(letters);
        }
    }
}
