package io.sirsi.journal.internal;

import io.sirsi.journal.JournalListener;
import io.sirsi.journal.JournalState;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Remembers what a log told its listener. */
final class Heard implements JournalListener {

    final List<String> all = new CopyOnWriteArrayList<>();
    final BlockingQueue<JournalState> states = new LinkedBlockingQueue<>();

    @Override
    public void written(long position) {
        all.add("written " + position);
    }

    @Override
    public void forced(long position) {
        all.add("forced " + position);
    }

    @Override
    public void changed(JournalState state, String sentence) {
        all.add(state + ": " + sentence);
        states.add(state);
    }

    /** Waits for the next change of state. */
    JournalState next() throws InterruptedException {
        return states.poll(10, TimeUnit.SECONDS);
    }
}
