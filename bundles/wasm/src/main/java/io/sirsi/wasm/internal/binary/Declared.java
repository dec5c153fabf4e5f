package io.sirsi.wasm.internal.binary;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** What the sections before have declared; grows while a module is read. */
final class Declared {

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

    int ownFunctions() {
        return functions.size() - imports.size();
    }

    ModuleFigures figures() {
        boolean memory = !memories.isEmpty();
        return new ModuleFigures(
                ownFunctions(),
                codeBytes,
                instructions,
                largestBody,
                memory ? memories.get(0).minimum() : 0,
                memory ? memories.get(0).maximum() : 0);
    }
}
