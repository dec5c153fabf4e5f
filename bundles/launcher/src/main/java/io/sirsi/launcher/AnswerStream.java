package io.sirsi.launcher;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Passes an answer of the node on, up to the line that tells its end: U+0001, the nonce, the exit
 * code, and the complaint in base 64. Written to by the connection's thread; the end may be awaited
 * by another.
 */
final class AnswerStream extends OutputStream {

    /**
     * How a command ended.
     *
     * @param exitCode its exit code
     * @param complaint what it had to say on that; empty if nothing
     */
    record End(int exitCode, String complaint) {}

    private final OutputStream out;
    private final byte[] marker;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private final CompletableFuture<End> end = new CompletableFuture<>();
    private boolean inEnd;

    AnswerStream(OutputStream out, String nonce) {
        this.out = out;
        this.marker = ("\u0001" + nonce + " ").getBytes(StandardCharsets.US_ASCII);
    }

    /** {@return comes when the end was told; never if the connection breaks before} */
    CompletableFuture<End> end() {
        return end;
    }

    /** {@return the end, if it was told by now} */
    Optional<End> told() {
        return Optional.ofNullable(end.getNow(null));
    }

    @Override
    public void write(int letter) throws IOException {
        write(new byte[] {(byte) letter}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        ByteArrayOutputStream passed = new ByteArrayOutputStream(length);
        for (int i = offset; i < offset + length; i++) {
            look(bytes[i], passed);
        }
        out.write(passed.toByteArray());
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    private void look(byte letter, ByteArrayOutputStream passed) {
        if (inEnd) {
            if (letter == '\n') {
                finish();
            } else {
                held.write(letter);
            }
            return;
        }
        if (letter == marker[held.size()]) {
            held.write(letter);
            if (held.size() == marker.length) {
                inEnd = true;
                held.reset();
            }
            return;
        }
        passed.writeBytes(held.toByteArray());
        held.reset();
        if (letter == marker[0]) {
            held.write(letter);
        } else {
            passed.write(letter);
        }
    }

    private void finish() {
        String[] words = held.toString(StandardCharsets.US_ASCII).split(" ", 2);
        held.reset();
        inEnd = false;
        end.complete(
                new End(
                        Integer.parseInt(words[0]),
                        new String(Base64.getDecoder().decode(words[1]), StandardCharsets.UTF_8)));
    }
}
