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
     * @param limit the longest time for each call, and for all
     * @return what it says
     * @throws WasmTrap if it trapped
     * @throws UnwellException if it is not well
     */
    static String ask(WasmInstance instance, Duration limit) throws WasmTrap, UnwellException {
        return instance.turn(limit, () -> look(instance, limit)).words();
    }

    /** What was found, to be put into words by the thread that asked. */
    private interface Finding {
        String words() throws UnwellException;
    }

    private static Finding look(WasmInstance instance, Duration limit) throws WasmTrap {
        int address = (int) instance.call("alloc", limit, ROOM)[0];
        if (address == 0) {
            return unwell("its alloc has no room for " + ROOM + " bytes");
        }
        instance.memory().write(address, new byte[ROOM]);
        instance.call("dealloc", limit, address, ROOM);
        long packed;
        try {
            packed = instance.call("health", limit)[0];
        } catch (IllegalArgumentException notExported) {
            return () -> "alloc and dealloc work";
        }
        if (packed == 0) {
            return () -> "it says that it is well";
        }
        int length = (int) packed;
        if (length < 0 || length > MOST) {
            return unwell(
                    "its health has "
                            + Integer.toUnsignedLong(length)
                            + " bytes, at most "
                            + MOST
                            + " are taken");
        }
        byte[] text = instance.memory().read((int) (packed >>> 32), length);
        return () -> said(text);
    }

    private static Finding unwell(String sentence) {
        return () -> {
            throw new UnwellException(sentence);
        };
    }

    private static String said(byte[] text) throws UnwellException {
        JsonNode health;
        try {
            health = JSON.readTree(text);
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
