package io.sirsi.wasm.internal.guest;

import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.spi.wasm.WasmTrap.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/** The standard streams of one task, in memory. Used by the thread that runs the guest. */
public final class GuestStreams {

    private static final byte[] NOTHING = new byte[0];

    private final byte[] input;
    private final boolean keepsOutput;
    private final long maxOutput;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final LineCutter outputLines;
    private final LineCutter errorLines;
    private int read;

    GuestStreams(Optional<byte[]> input, long maxOutput, Consumer<String> lines) {
        this.input = input.orElse(NOTHING);
        this.keepsOutput = input.isPresent();
        this.maxOutput = maxOutput;
        this.outputLines = new LineCutter("stdout: ", lines);
        this.errorLines = new LineCutter("stderr: ", lines);
    }

    /** {@return the next bytes of the standard input, at most so many; none at its end} */
    public byte[] read(int most) {
        int end = read + Math.min(most, input.length - read);
        byte[] next = Arrays.copyOfRange(input, read, end);
        read = end;
        return next;
    }

    /**
     * Writes to the standard output.
     *
     * @throws WasmTrap QUOTA if it is kept and becomes too long
     */
    public void write(byte[] bytes) throws WasmTrap {
        if (!keepsOutput) {
            outputLines.add(bytes);
            return;
        }
        if (bytes.length > maxOutput - output.size()) {
            throw new WasmTrap(
                    Kind.QUOTA, "the guest's output is longer than " + maxOutput + " bytes");
        }
        output.writeBytes(bytes);
    }

    /** Writes to the standard error: log lines. */
    public void writeError(byte[] bytes) {
        errorLines.add(bytes);
    }

    /** {@return what was written to the standard output and kept} */
    public byte[] output() {
        return output.toByteArray();
    }

    void flush() {
        outputLines.flush();
        errorLines.flush();
    }

    /** Makes lines of bytes; a line that is too long to be kept becomes several. */
    private static final class LineCutter {
        private static final int MAX_BYTES = 4 * GuestTask.MAX_LINE;

        private final String prefix;
        private final Consumer<String> lines;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        LineCutter(String prefix, Consumer<String> lines) {
            this.prefix = prefix;
            this.lines = lines;
        }

        void add(byte[] bytes) {
            for (byte next : bytes) {
                if (next == '\n') {
                    end();
                } else {
                    line.write(next);
                    if (line.size() == MAX_BYTES) {
                        end();
                    }
                }
            }
        }

        void flush() {
            if (line.size() > 0) {
                end();
            }
        }

        private void end() {
            lines.accept(prefix + line.toString(StandardCharsets.UTF_8));
            line.reset();
        }
    }
}
