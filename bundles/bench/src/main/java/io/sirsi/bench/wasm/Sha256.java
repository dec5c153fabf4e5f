package io.sirsi.bench.wasm;

import static io.sirsi.bench.wasm.GuestCode.ADD;
import static io.sirsi.bench.wasm.GuestCode.AND;
import static io.sirsi.bench.wasm.GuestCode.LT_U;
import static io.sirsi.bench.wasm.GuestCode.ROTR;
import static io.sirsi.bench.wasm.GuestCode.SHR_U;
import static io.sirsi.bench.wasm.GuestCode.SUB;
import static io.sirsi.bench.wasm.GuestCode.XOR;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.IntStream;

/**
 * The compression of SHA-256 (FIPS 180-4, 6.2.2), once in Java and once as a guest, step by step
 * the same: what computing costs. One block is compressed again and again.
 */
final class Sha256 {

    /** Where the guest has its eight words of state. */
    static final int STATE = 0;

    /** Where the guest has its block of sixteen words. */
    static final int BLOCK = 64;

    /** Bytes in a block. */
    static final int BLOCK_BYTES = 64;

    private static final int WORDS = 64;
    private static final int CONSTANTS = 256;
    private static final int SCHEDULE = 512;

    /* The guest's locals: how many blocks, where in the schedule, a to h, and two to reckon with. */
    private static final int COUNT = 0;
    private static final int AT = 1;
    private static final int A = 2;
    private static final int B = 3;
    private static final int C = 4;
    private static final int D = 5;
    private static final int E = 6;
    private static final int F = 7;
    private static final int G = 8;
    private static final int H = 9;
    private static final int T1 = 10;
    private static final int T2 = 11;

    private final int[] constants = roots(WORDS, 3);
    private final int[] state = roots(8, 2);
    private final int[] schedule = new int[WORDS];

    /** {@return the first bits behind the point of the roots of the first primes} */
    private static int[] roots(int count, int degree) {
        int[] words = new int[count];
        int prime = 2;
        for (int i = 0; i < count; prime++) {
            int candidate = prime;
            if (IntStream.range(2, candidate).allMatch(d -> candidate % d != 0)) {
                double root = degree == 2 ? Math.sqrt(candidate) : Math.cbrt(candidate);
                words[i++] = (int) (long) ((root - Math.floor(root)) * (1L << 32));
            }
        }
        return words;
    }

    /** {@return the state now} */
    int[] state() {
        return state.clone();
    }

    /** Compresses one block so many times, in Java. */
    void compress(int[] block, int times) {
        for (int i = 0; i < times; i++) {
            compress(block);
        }
    }

    private void compress(int[] block) {
        int[] w = schedule;
        System.arraycopy(block, 0, w, 0, 16);
        for (int t = 16; t < WORDS; t++) {
            int x = w[t - 2];
            int y = w[t - 15];
            w[t] =
                    (Integer.rotateRight(x, 17) ^ Integer.rotateRight(x, 19) ^ (x >>> 10))
                            + w[t - 7]
                            + (Integer.rotateRight(y, 7) ^ Integer.rotateRight(y, 18) ^ (y >>> 3))
                            + w[t - 16];
        }
        int a = state[0];
        int b = state[1];
        int c = state[2];
        int d = state[3];
        int e = state[4];
        int f = state[5];
        int g = state[6];
        int h = state[7];
        for (int t = 0; t < WORDS; t++) {
            int t1 =
                    (Integer.rotateRight(e, 6)
                                    ^ Integer.rotateRight(e, 11)
                                    ^ Integer.rotateRight(e, 25))
                            + h
                            + (((f ^ g) & e) ^ g)
                            + constants[t]
                            + w[t];
            int t2 =
                    (Integer.rotateRight(a, 2)
                                    ^ Integer.rotateRight(a, 13)
                                    ^ Integer.rotateRight(a, 22))
                            + ((a & b) ^ (a & c) ^ (b & c));
            h = g;
            g = f;
            f = e;
            e = d + t1;
            d = c;
            c = b;
            b = a;
            a = t1 + t2;
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }

    /** {@return words as a guest has them in its memory} */
    static byte[] littleEndian(int... words) {
        ByteBuffer bytes = ByteBuffer.allocate(words.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(words);
        return bytes.array();
    }

    /** {@return the guest: {@code hash(times)} compresses its block so many times} */
    byte[] guest() {
        GuestCode code = new GuestCode().loop();
        copyBlock(code);
        extend(code);
        for (int i = 0; i < 8; i++) {
            code.number(STATE).load(i * 4).set(A + i);
        }
        rounds(code);
        for (int i = 0; i < 8; i++) {
            code.number(STATE).number(STATE).load(i * 4).get(A + i).op(ADD).store(i * 4);
        }
        code.get(COUNT).number(1).op(SUB).set(COUNT).get(COUNT).branchIf(0).end();
        return new GuestModule(1)
                .exported("hash", 1, GuestModule.Result.NOTHING, T2, code)
                .data(STATE, littleEndian(state))
                .data(CONSTANTS, littleEndian(constants))
                .build();
    }

    private static void copyBlock(GuestCode code) {
        code.number(0).set(AT).loop().get(AT).get(AT).load(BLOCK).store(SCHEDULE);
        next(code, BLOCK_BYTES);
    }

    private static void extend(GuestCode code) {
        code.loop().get(AT);
        code.get(AT).load(SCHEDULE - 8).set(T1);
        mix(code, T1, 17, 19);
        code.get(T1).number(10).op(SHR_U, XOR);
        code.get(AT).load(SCHEDULE - 28).op(ADD);
        code.get(AT).load(SCHEDULE - 60).set(T1);
        mix(code, T1, 7, 18);
        code.get(T1).number(3).op(SHR_U, XOR).op(ADD);
        code.get(AT).load(SCHEDULE - 64).op(ADD).store(SCHEDULE);
        next(code, WORDS * 4);
    }

    private static void rounds(GuestCode code) {
        code.number(0).set(AT).loop();
        mix(code, E, 6, 11);
        code.get(E).number(25).op(ROTR, XOR).get(H).op(ADD);
        code.get(F).get(G).op(XOR).get(E).op(AND).get(G).op(XOR, ADD);
        code.get(AT).load(CONSTANTS).op(ADD).get(AT).load(SCHEDULE).op(ADD).set(T1);
        mix(code, A, 2, 13);
        code.get(A).number(22).op(ROTR, XOR);
        code.get(A).get(B).op(AND).get(A).get(C).op(AND, XOR).get(B).get(C).op(AND, XOR);
        code.op(ADD).set(T2);
        code.get(G).set(H).get(F).set(G).get(E).set(F);
        code.get(D).get(T1).op(ADD).set(E);
        code.get(C).set(D).get(B).set(C).get(A).set(B);
        code.get(T1).get(T2).op(ADD).set(A);
        next(code, WORDS * 4);
    }

    /** Two rotations of a word, one xor the other. */
    private static void mix(GuestCode code, int word, int one, int other) {
        code.get(word).number(one).op(ROTR).get(word).number(other).op(ROTR, XOR);
    }

    /** One word further, and again unless that is the end. */
    private static void next(GuestCode code, int end) {
        code.get(AT).number(4).op(ADD).set(AT).get(AT).number(end).op(LT_U).branchIf(0).end();
    }
}
