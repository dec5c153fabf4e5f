package io.sirsi.wasm.internal.binary;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damages modules at random, each time in another way, and the same way each time. */
final class Mutations {

    private static final int HEADER = 8;
    private static final byte[] TELLING = {
        0,
        1,
        0x0b,
        0x3f,
        0x40,
        0x60,
        0x6f,
        0x70,
        0x7b,
        0x7f,
        (byte) 0x80,
        (byte) 0xfb,
        (byte) 0xfc,
        (byte) 0xfd,
        (byte) 0xfe,
        (byte) 0xff
    };
    private static final byte[] HUGE = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f};

    private final List<byte[]> seeds;
    private final Random random;

    Mutations(List<byte[]> seeds, long seed) {
        this.seeds = seeds;
        this.random = new Random(seed);
    }

    /** {@return the next damaged module} */
    byte[] next() {
        byte[] module = seed();
        int times = 1 + random.nextInt(6);
        for (int i = 0; i < times; i++) {
            module = damaged(module);
        }
        return module;
    }

    private byte[] damaged(byte[] module) {
        if (module.length <= HEADER + 1) {
            return module;
        }
        int at = HEADER + random.nextInt(module.length - HEADER);
        int length = 1 + random.nextInt(Math.min(16, module.length - at));
        byte[] changed = module.clone();
        switch (random.nextInt(9)) {
            case 0 -> changed[random.nextInt(module.length)] ^= (byte) (1 << random.nextInt(8));
            case 1 -> changed[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> changed[at] = TELLING[random.nextInt(TELLING.length)];
            case 3 -> changed[at] += (byte) (random.nextBoolean() ? 1 : -1);
            case 4 -> changed = spliced(module, at, at + length, new byte[0]);
            case 5 -> changed = spliced(module, at, at, part(seed()));
            case 6 -> changed = spliced(module, at, at, part(module));
            case 7 -> changed = spliced(module, at, Math.min(module.length, at + 1), HUGE);
            default -> changed = spliced(module, at, module.length, part(seed()));
        }
        return changed;
    }

    private byte[] seed() {
        return seeds.get(random.nextInt(seeds.size()));
    }

    private byte[] part(byte[] module) {
        int from = random.nextInt(module.length);
        int to = Math.min(module.length, from + 1 + random.nextInt(64));
        return Arrays.copyOfRange(module, from, to);
    }

    private static byte[] spliced(byte[] module, int from, int to, byte[] instead) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(module.length + instead.length);
        out.write(module, 0, from);
        out.writeBytes(instead);
        out.write(module, to, module.length - to);
        return out.toByteArray();
    }
}
