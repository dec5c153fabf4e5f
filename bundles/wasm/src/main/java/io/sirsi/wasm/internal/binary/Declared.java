package io.sirsi.wasm.internal.binary;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** What the sections before have declared; grows while a module is read. */
final class Declared {

    private static final long WEIGHT_OF_ENTRY = 12;
    private static final long WEIGHT_OF_ELEMENT = 5;
    private static final long WEIGHT_OF_PARAMETER = 2;
    private static final int BYTES_AS_ONE = 8;

    /* A table and what it is brought back to. */
    private static final long BYTES_OF_TABLE_ELEMENT = 8;
    private static final long BYTES_OF_GLOBAL = 64;
    private static final long BYTES_OF_FUNCTION = 16;
    private static final long BYTES_OF_SEGMENT = 16;

    final int mostInstructions;
    final List<Signature> types = new ArrayList<>();
    final List<Import> imports = new ArrayList<>();

    /** Every function by its number, imported ones first. */
    final List<Signature> functions = new ArrayList<>();

    final List<Limits> tables = new ArrayList<>();
    final List<Limits> memories = new ArrayList<>();
    final Map<String, Export> exports = new LinkedHashMap<>();
    int globals;
    int elementSegments;
    OptionalInt dataCount = OptionalInt.empty();
    int dataSegments;
    int bodies;
    long codeBytes;
    int instructions;
    int elements;
    int parameters;
    int bytes;
    int largestBody;
    long pictures;

    /**
     * How large a memory or table is.
     *
     * @param elements of what a table consists; of a memory, it says nothing
     * @param minimum at first
     * @param maximum at most, as lowered to the limit
     */
    record Limits(Type elements, int minimum, int maximum) {}

    Declared(int mostInstructions) {
        this.mostInstructions = mostInstructions;
    }

    int ownFunctions() {
        return functions.size() - imports.size();
    }

    /* As measured with Endive 1.0.0: what is kept of a module takes about 20 bytes for each. */
    private int weight() {
        long entries =
                (long) types.size()
                        + functions.size()
                        + globals
                        + exports.size()
                        + elementSegments
                        + dataSegments;
        return Math.toIntExact(
                instructions
                        + pictures / Caps.PICTURES_AS_ONE
                        + WEIGHT_OF_ENTRY * entries
                        + WEIGHT_OF_ELEMENT * elements
                        + WEIGHT_OF_PARAMETER * parameters
                        + bytes / BYTES_AS_ONE);
    }

    private long besidesMemory() {
        long elementsOfTables = tables.stream().mapToLong(Limits::maximum).sum();
        return BYTES_OF_TABLE_ELEMENT * elementsOfTables
                + BYTES_OF_GLOBAL * globals
                + BYTES_OF_FUNCTION * functions.size()
                + BYTES_OF_SEGMENT * (elementSegments + dataSegments);
    }

    ModuleFigures figures() {
        boolean memory = !memories.isEmpty();
        return new ModuleFigures(
                ownFunctions(),
                codeBytes,
                weight(),
                largestBody,
                memory ? memories.get(0).minimum() : 0,
                memory ? memories.get(0).maximum() : 0,
                besidesMemory());
    }
}
