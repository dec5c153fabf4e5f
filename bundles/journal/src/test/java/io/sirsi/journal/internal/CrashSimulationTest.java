package io.sirsi.journal.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.sirsi.journal.Journal;
import io.sirsi.journal.JournalException;
import io.sirsi.journal.JournalListener;
import io.sirsi.journal.JournalOptions;
import io.sirsi.journal.JournalState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Lives of a log on a disk that forgets: each seed appends, turns, makes snapshots, and is ended by
 * a loss of power, by the death of the process or by an error of the disk, at any change of the
 * disk, also while it opens.
 */
class CrashSimulationTest {

    private static final int SEEDS = 3_000;
    private static final JournalOptions SMALL = new JournalOptions(1 << 16, 1 << 14, 1 << 12);

    @Test
    void what_was_acknowledged_is_always_there_and_nothing_else_is() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            try {
                new Life(seed).live();
            } catch (IOException | RuntimeException | AssertionError e) {
                fail("seed " + seed, e);
            }
        }
    }

    /** Records are numbered; each is its number and some filling. */
    private static final class Life implements JournalListener {

        private final SplittableRandom random;
        private final SimulatedDisk disk;
        private final List<String> sent = new ArrayList<>();
        private final List<Long> ends = new ArrayList<>();
        private long forced;
        private long written;
        private int known; // So many were read when the log was opened: they may be relied on.
        private long clock;

        private Life(long seed) {
            this.random = new SplittableRandom(seed);
            this.disk = new SimulatedDisk(random.nextLong());
        }

        @Override
        public void written(long position) {
            assertThat(position).isGreaterThan(written);
            written = position;
        }

        @Override
        public void forced(long position) {
            assertThat(position).isGreaterThan(forced).isLessThanOrEqualTo(written);
            forced = position;
        }

        @Override
        public void changed(JournalState state, String sentence) {
            assertThat(sentence).isNotEmpty();
        }

        private void live() throws IOException {
            int lives = 2 + random.nextInt(4);
            boolean power = false;
            for (int life = 0; life < lives; life++) {
                DefaultJournal journal = open(power);
                use(journal);
                if (!disk.isCrashed() && random.nextInt(4) == 0) {
                    journal.close();
                    forced = Math.max(forced, journal.forced());
                }
                power = random.nextInt(3) > 0;
                end(power);
            }
        }

        private void end(boolean power) {
            if (power) {
                disk.crash();
            } else {
                disk.kill();
            }
        }

        private DefaultJournal open(boolean power) throws IOException {
            boolean lostPower = power;
            while (true) {
                if (random.nextInt(3) == 0) {
                    disk.crashAtStep(1 + random.nextInt(12));
                }
                ReadBack read = new ReadBack();
                try {
                    DefaultJournal journal =
                            DefaultJournal.open(disk, "log", SMALL, () -> clock, read);
                    disk.crashAtStep(-1);
                    check(read, journal, lostPower);
                    journal.listen(this);
                    forced = journal.forced();
                    written = journal.written();
                    return journal;
                } catch (SimulatedDisk.Crashed e) {
                    boolean again = random.nextBoolean();
                    lostPower |= again;
                    end(again);
                }
            }
        }

        private void check(ReadBack read, DefaultJournal journal, boolean lostPower) {
            int count = 0;
            long skip = 0;
            for (String entry : read.snapshot) {
                String[] parts = entry.split(":", -1);
                count = Integer.parseInt(parts[0]);
                skip = Long.parseLong(parts[1]);
            }
            for (int i = 0; i < read.records.size(); i++) {
                if (read.positions.get(i) > skip) {
                    assertThat(count).isLessThan(sent.size());
                    assertThat(read.records.get(i)).isEqualTo(sent.get(count));
                    assertThat(read.positions.get(i)).isEqualTo(ends.get(count));
                    count++;
                }
            }
            int least = known;
            long survives = lostPower ? forced : Math.max(forced, written);
            while (least < ends.size() && ends.get(least) <= survives) {
                least++;
            }
            assertThat(count).isGreaterThanOrEqualTo(least);
            assertThat(journal.forced()).isEqualTo(journal.end());
            sent.subList(count, sent.size()).clear();
            ends.subList(count, ends.size()).clear();
            known = count;
        }

        private void use(DefaultJournal journal) {
            int steps = 5 + random.nextInt(60);
            if (random.nextInt(3) > 0) {
                disk.crashAtStep(1 + random.nextInt(40));
            }
            if (random.nextInt(6) == 0) {
                disk.failForce(1 + random.nextInt(10));
            }
            Journal.Snapshot snapshot = null;
            for (int i = 0; i < steps && !disk.isCrashed(); i++) {
                clock += random.nextInt(1_000_000_000);
                try {
                    int what = random.nextInt(12);
                    if (what < 7) {
                        append(journal);
                    } else if (what < 10) {
                        journal.turn();
                    } else if (snapshot == null) {
                        snapshot = journal.beginSnapshot();
                    } else {
                        byte[] entry = (sent.size() + ":" + journal.end()).getBytes(UTF_8);
                        snapshot.add(entry, 0, entry.length);
                        snapshot.commit();
                        snapshot = null;
                    }
                } catch (IOException e) {
                    snapshot = null;
                } catch (JournalException e) {
                    assertThat(e.state()).isEqualTo(JournalState.FAILED);
                    return;
                }
            }
        }

        private void append(DefaultJournal journal) {
            // Few lengths, so that a new record may end where one that was cut off did.
            int filling = new int[] {0, 16, 16, 64, 500, 3_900}[random.nextInt(6)];
            int once = 1_000_000 + random.nextInt(1_000_000);
            String text = sent.size() + "/" + once + "x".repeat(filling);
            byte[] bytes = text.getBytes(UTF_8);
            long end = journal.append(bytes, 0, bytes.length);
            sent.add(text);
            ends.add(end);
        }
    }
}
