package io.sirsi.wasm.internal.guest.wasi;

import io.sirsi.spi.wasm.WasmMemory;
import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.spi.wasm.WasmTrap.Kind;
import io.sirsi.wasm.internal.guest.GuestTask;
import io.sirsi.wasm.internal.guest.GuestTime;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code poll_oneoff}: waits for clocks. Of files it says at once that they cannot be waited for.
 */
final class Poll {

    private static final int MAX_SUBSCRIPTIONS = 1_024;
    private static final int SUBSCRIPTION_SIZE = 48;
    private static final int EVENT_SIZE = 32;
    private static final int CLOCK = 0;
    private static final int WRITE = 2;
    private static final int ABSOLUTE = 1;

    private final GuestTime time;

    Poll(GuestTime time) {
        this.time = time;
    }

    /** One thing that is waited for; {@code nanos} from now on, unsigned. */
    private record Wait(long userData, Errno errno, int tag, long nanos) {}

    Errno call(GuestTask task, WasmMemory memory, long[] arguments) throws WasmTrap {
        int count = (int) arguments[2];
        if (count < 1 || count > MAX_SUBSCRIPTIONS) {
            return Errno.INVAL;
        }
        List<Wait> waits = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] one = memory.read((int) arguments[0] + i * SUBSCRIPTION_SIZE, SUBSCRIPTION_SIZE);
            ByteBuffer subscription = ByteBuffer.wrap(one).order(ByteOrder.LITTLE_ENDIAN);
            int tag = subscription.get(8);
            if (tag < CLOCK || tag > WRITE) {
                return Errno.INVAL;
            }
            waits.add(wait(subscription, tag));
        }
        long shortest = Long.MAX_VALUE;
        for (Wait wait : waits) {
            shortest = Long.compareUnsigned(wait.nanos, shortest) < 0 ? wait.nanos : shortest;
        }
        sleep(task, shortest);
        int events = 0;
        for (Wait wait : waits) {
            if (Long.compareUnsigned(wait.nanos, shortest) <= 0) {
                memory.write((int) arguments[1] + events * EVENT_SIZE, event(wait));
                events++;
            }
        }
        memory.writeInt((int) arguments[3], events);
        return Errno.SUCCESS;
    }

    private Wait wait(ByteBuffer subscription, int tag) {
        long userData = subscription.getLong(0);
        if (tag != CLOCK) {
            return new Wait(userData, Errno.NOTSUP, tag, 0);
        }
        int clock = subscription.getInt(16);
        if (!Clocks.known(clock)) {
            return new Wait(userData, Errno.INVAL, tag, 0);
        }
        long timeout = subscription.getLong(24);
        if ((subscription.getShort(40) & ABSOLUTE) == 0) {
            return new Wait(userData, Errno.SUCCESS, tag, timeout);
        }
        long now = Clocks.read(clock, time);
        long left = Long.compareUnsigned(timeout, now) > 0 ? timeout - now : 0;
        return new Wait(userData, Errno.SUCCESS, tag, left);
    }

    /** Waits no longer than the task may last; what would come after that never comes. */
    private void sleep(GuestTask task, long nanos) throws WasmTrap {
        if (nanos == 0) {
            return;
        }
        long left = task.remaining().toNanos();
        boolean ends = Long.compareUnsigned(nanos, left) < 0;
        try {
            time.sleep(ends ? nanos : left);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new WasmTrap(Kind.INTERRUPTED, "the guest was interrupted while it waited");
        }
        if (!ends) {
            throw new WasmTrap(Kind.DEADLINE, "the guest waited until its time was up");
        }
    }

    private static byte[] event(Wait wait) {
        return ByteBuffer.allocate(EVENT_SIZE)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(0, wait.userData)
                .putShort(8, (short) wait.errno.number())
                .put(10, (byte) wait.tag)
                .array();
    }
}
