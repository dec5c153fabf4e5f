package io.sirsi.launcher;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Passes the output of {@code cloud:scan} on and reads from it which scan it was: from the last
 * line, {@code scan ID STATE}, or from the first line of JSON. Nothing between counts, as names in
 * a cloud may look like anything. Used by one thread.
 */
final class ScanIdReader extends FilterOutputStream {

    private static final Pattern LAST_LINE = Pattern.compile("scan (scan-[0-9a-z]{26}) [A-Z]+");
    private static final Pattern JSON_ID = Pattern.compile("\"id\":\"(scan-[0-9a-z]{26})\"");
    private static final int MAX_LINE = 4096;

    private final boolean json;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean first = true;
    private @Nullable String scan;

    ScanIdReader(OutputStream out, boolean json) {
        super(out);
        this.json = json;
    }

    /** {@return the scan, if the output named one} */
    Optional<String> scan() {
        return Optional.ofNullable(scan);
    }

    @Override
    public void write(int letter) throws IOException {
        out.write(letter);
        look(letter);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        for (int i = offset; i < offset + length; i++) {
            look(bytes[i]);
        }
    }

    private void look(int letter) {
        if (letter != '\n') {
            if (line.size() < MAX_LINE) {
                line.write(letter);
            }
            return;
        }
        String text = line.toString(StandardCharsets.UTF_8).strip();
        line.reset();
        if (text.isEmpty()) {
            return;
        }
        if (json) {
            Matcher matcher = JSON_ID.matcher(text);
            if (first && matcher.find()) {
                scan = matcher.group(1);
            }
        } else {
            Matcher matcher = LAST_LINE.matcher(text);
            scan = matcher.matches() ? matcher.group(1) : null;
        }
        first = false;
    }
}
