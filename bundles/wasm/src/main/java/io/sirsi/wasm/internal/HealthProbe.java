package io.sirsi.wasm.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sirsi.spi.wasm.WasmEngine.WasmInstance;
import io.sirsi.spi.wasm.WasmTrap;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;

/** Asks a new version whether it can work, before anything depends on it. */
final class HealthProbe {

    private static final int ROOM = 1_024;
    private static final int MOST = 4_096;
    private static final ObjectMapper JSON = new ObjectMapper();

    private HealthProbe() {}

    /** A module says that it is not well, or cannot be understood. */
    static final class UnwellException extends Exception {
        private static final long serialVersionUID = 1L;

        UnwellException(String sentence) {
            super(sentence, null, false, false);
        }
    }

    /**
     * Asks for memory and gives it back, and calls {@code health} if it is exported.
     *
     * @param instance a fresh instance, for whose calls somebody answers
     * @param limit the longest time for each call
     * @return what it says
     * @throws WasmTrap if it trapped
     * @throws UnwellException if it is not well
     */
    static String ask(WasmInstance instance, Duration limit) throws WasmTrap, UnwellException {
        int address = (int) instance.call("alloc", limit, ROOM)[0];
        if (address == 0) {
            throw new UnwellException("its alloc has no room for " + ROOM + " bytes");
        }
        instance.memory().write(address, new byte[ROOM]);
        instance.call("dealloc", limit, address, ROOM);
        long packed;
        try {
            packed = instance.call("health", limit)[0];
        } catch (IllegalArgumentException notExported) {
            return "alloc and dealloc work";
        }
        return packed == 0 ? "it says that it is well" : said(instance, packed);
    }

    private static String said(WasmInstance instance, long packed)
            throws WasmTrap, UnwellException {
        int length = (int) packed;
        if (length < 0 || length > MOST) {
            throw new UnwellException(
                    "its health has "
                            + Integer.toUnsignedLong(length)
                            + " bytes, at most "
                            + MOST
                            + " are taken");
        }
        JsonNode health;
        try {
            health = JSON.readTree(instance.memory().read((int) (packed >>> 32), length));
        } catch (JsonProcessingException garbage) {
            throw new UnwellException("its health is not JSON");
        } catch (IOException impossible) { // the bytes are in memory
            throw new IllegalStateException(impossible);
        }
        String status = health.path("status").asText("").toUpperCase(Locale.ROOT);
        String sentence = printable(health.path("sentence").asText(""));
        return switch (status) {
            case "OK", "WARN" -> "it says " + status + (sentence.isEmpty() ? "" : ": " + sentence);
            case "CRITICAL" ->
                    throw new UnwellException("it says that it does not work: " + sentence);
            default -> throw new UnwellException("its health has no status OK, WARN or CRITICAL");
        };
    }

    private static String printable(String text) {
        return text.replaceAll("\\p{C}", " ").substring(0, Math.min(text.length(), 200));
    }
}
