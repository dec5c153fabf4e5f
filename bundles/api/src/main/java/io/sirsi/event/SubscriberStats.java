package io.sirsi.event;

/**
 * What one subscriber has received.
 *
 * @param name who
 * @param delivered how many events its handler took
 * @param failed on how many its handler failed
 * @param dropped how many found its queue full
 * @param waiting how many are in its queue now
 */
public record SubscriberStats(
        String name, long delivered, long failed, long dropped, int waiting) {}
