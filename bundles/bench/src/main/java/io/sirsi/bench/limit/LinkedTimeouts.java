package io.sirsi.bench.limit;

import io.sirsi.bench.harness.TimerContender;

/**
 * The least that a timeout costs: the time is read, and a node goes into the list of its
 * millisecond and out of it again, on one thread, without anything that would ever fire it.
 */
public final class LinkedTimeouts implements TimerContender {

    private static final int SLOTS = 1 << 16;
    private static final long AHEAD_NANOS = 30_000_000_000L;

    private final Node[] heads = new Node[SLOTS];
    private Node[] armed = {};

    private static final class Node {
        private final long due;
        private Node before = this;
        private Node after = this;

        Node(long due) {
            this.due = due;
        }
    }

    @Override
    public String id() {
        return "raw-list";
    }

    @Override
    public String durability() {
        return "none; the physical limit: into a list and out of it, one thread";
    }

    @Override
    public void start() {
        for (int i = 0; i < SLOTS; i++) {
            heads[i] = new Node(0);
        }
    }

    @Override
    public void reserve(int pending) {
        armed = new Node[pending];
    }

    @Override
    public void arm(int place) {
        Node node = new Node(System.nanoTime() + AHEAD_NANOS);
        Node head = heads[(int) (node.due >> 20) & SLOTS - 1];
        node.after = head.after;
        node.before = head;
        head.after.before = node;
        head.after = node;
        armed[place] = node;
    }

    @Override
    public void cancel(int place) {
        Node node = armed[place];
        node.before.after = node.after;
        node.after.before = node.before;
    }

    @Override
    public void close() {}
}
