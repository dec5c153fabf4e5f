package io.sirsi.event;

import java.time.Instant;

/**
 * An event that a subscriber did not take.
 *
 * @param event the event
 * @param subscriber who did not take it
 * @param reason why, as a sentence
 * @param at when
 */
public record DeadLetter(Event event, String subscriber, String reason, Instant at) {}
