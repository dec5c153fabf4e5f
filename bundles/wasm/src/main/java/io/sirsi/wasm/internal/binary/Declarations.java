package io.sirsi.wasm.internal.binary;

import io.sirsi.spi.wasm.FunctionType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the sections that say what there is: types, imports, functions, tables, memory, exports.
 */
final class Declarations {

    private static final int FUNCTION_FORM = 0x60;

    private final AdmissionLimits limits;
    private final Declared declared;

    Declarations(AdmissionLimits limits, Declared declared) {
        this.limits = limits;
        this.declared = declared;
    }

    void types(Cursor in) throws RefusedModuleException {
        int count = in.count("types", Caps.TYPES, 2);
        for (int i = 0; i < count; i++) {
            int form = in.u8();
            if (form != FUNCTION_FORM) {
                throw form >= 0x4d && form <= 0x5f
                        ? in.refused(
                                Rule.GC,
                                "a type has the form "
                                        + Words.hex(form)
                                        + " of garbage collection, which is not run here")
                        : in.refused(Rule.ENCODING, "there is no form of type " + Words.hex(form));
            }
            declared.types.add(new Signature(valueTypes(in), valueTypes(in)));
        }
    }

    private List<Type> valueTypes(Cursor in) throws RefusedModuleException {
        int count = in.count("parameters or results of a type", Caps.PARAMETERS, 1);
        declared.parameters += count;
        if (declared.parameters > Caps.PARAMETERS_IN_ALL) {
            throw in.refused(
                    Rule.COUNT,
                    "all types together have more than "
                            + Words.figure(Caps.PARAMETERS_IN_ALL)
                            + " parameters and results");
        }
        List<Type> types = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            types.add(Type.read(in));
        }
        return types;
    }

    void imports(Cursor in) throws RefusedModuleException {
        int count = in.count("imports", Caps.IMPORTS, 4);
        for (int i = 0; i < count; i++) {
            ImportName name = new ImportName(in.name(), in.name());
            String shown = Words.quoted(name.toString());
            int kind = in.u8();
            switch (kind) {
                case 0 -> importFunction(in, name, shown);
                case 1, 2, 3 ->
                        throw in.refused(
                                Rule.IMPORT,
                                "it imports "
                                        + List.of("a table", "a memory", "a global").get(kind - 1)
                                        + ", "
                                        + shown
                                        + ": only functions can be imported, so define it inside");
                case 4 ->
                        throw in.refused(
                                Rule.EXCEPTIONS,
                                "it imports the tag " + shown + ": exceptions are not run here");
                default ->
                        throw in.refused(
                                Rule.ENCODING, "there is no kind of import " + Words.hex(kind));
            }
        }
    }

    private void importFunction(Cursor in, ImportName name, String shown)
            throws RefusedModuleException {
        Signature signature = declared.types.get(in.index("type", declared.types.size()));
        FunctionType offered = limits.imports().get(name);
        if (offered == null) {
            throw in.refused(
                    Rule.IMPORT,
                    "it imports the function " + shown + ", which this host does not have");
        }
        if (!signature.crossing().equals(Optional.of(offered))) {
            throw in.refused(
                    Rule.IMPORT,
                    "it imports the function "
                            + shown
                            + " as "
                            + signature
                            + ", but its type is "
                            + offered);
        }
        declared.imports.add(new Import(name, offered));
        declared.functions.add(signature);
    }

    void functions(Cursor in) throws RefusedModuleException {
        int count = in.count("functions", Caps.FUNCTIONS, 1);
        for (int i = 0; i < count; i++) {
            declared.functions.add(declared.types.get(in.index("type", declared.types.size())));
        }
    }

    void tables(Cursor in) throws RefusedModuleException {
        int count = in.count("tables", Caps.TABLES, 3);
        for (int i = 0; i < count; i++) {
            Type elements = Type.readReference(in);
            declared.tables.add(
                    limits(
                            in,
                            elements,
                            "table " + i,
                            "elements",
                            Rule.TABLE,
                            0xffff_ffffL,
                            limits.granted().tableElements()));
        }
    }

    void memories(Cursor in) throws RefusedModuleException {
        long count = in.u32();
        if (count > 1) {
            throw in.refused(
                    Rule.MEMORY, "it has " + Words.figure(count) + " memories: at most one");
        }
        if (count == 1) {
            declared.memories.add(
                    limits(
                            in,
                            Type.I32,
                            "the memory",
                            "pages",
                            Rule.MEMORY,
                            Caps.PAGES,
                            limits.granted().memoryPages()));
        }
    }

    private static Declared.Limits limits(
            Cursor in, Type elements, String what, String unit, Rule rule, long most, int granted)
            throws RefusedModuleException {
        int flags = in.u8();
        if (flags > 7) {
            throw in.refused(
                    Rule.ENCODING, what + " has the flags " + Words.hex(flags) + ": 0 or 1");
        }
        if ((flags & 2) != 0) {
            throw in.refused(
                    Rule.THREADS, what + " is shared between threads, which is not run here");
        }
        if ((flags & 4) != 0) {
            throw in.refused(rule, what + " has 64-bit addresses: only 32-bit ones are run here");
        }
        long minimum = in.u32();
        long maximum = flags == 1 ? in.u32() : most;
        if (minimum > most || maximum > most) {
            throw in.refused(
                    rule,
                    what
                            + " has more "
                            + unit
                            + " than there can be: "
                            + Words.figure(Math.max(minimum, maximum))
                            + ", at most "
                            + Words.figure(most));
        }
        if (minimum > maximum) {
            throw in.refused(
                    rule,
                    what
                            + " has a minimum of "
                            + Words.figure(minimum)
                            + " "
                            + unit
                            + " above its maximum of "
                            + Words.figure(maximum));
        }
        if (minimum > granted) {
            throw in.refused(
                    rule,
                    what
                            + " begins with "
                            + Words.figure(minimum)
                            + " "
                            + unit
                            + ", and "
                            + Words.figure(granted)
                            + " are granted");
        }
        return new Declared.Limits(elements, (int) minimum, (int) Math.min(maximum, granted));
    }

    void globals(Cursor in) throws RefusedModuleException {
        int count = in.count("globals", Caps.GLOBALS, 4);
        for (int i = 0; i < count; i++) {
            Type.read(in);
            int mutability = in.u8();
            if (mutability > 1) {
                throw mutability < 4
                        ? in.refused(Rule.THREADS, "global " + i + " is shared between threads")
                        : in.refused(
                                Rule.ENCODING,
                                "global " + i + " has the flags " + Words.hex(mutability));
            }
            Constants.read(in, declared);
        }
        declared.globals = count;
    }

    void exports(Cursor in) throws RefusedModuleException {
        int count = in.count("exports", Caps.EXPORTS, 3);
        for (int i = 0; i < count; i++) {
            String name = in.name();
            Export export = export(in, name);
            if (declared.exports.putIfAbsent(name, export) != null) {
                throw in.refused(Rule.EXPORT, "it exports " + Words.quoted(name) + " twice");
            }
        }
    }

    private Export export(Cursor in, String name) throws RefusedModuleException {
        int kind = in.u8();
        return switch (kind) {
            case 0 -> {
                int function = in.index("function", declared.functions.size());
                Signature signature = declared.functions.get(function);
                yield new Export(name, Export.Kind.FUNCTION, signature.crossing());
            }
            case 1 -> {
                in.index("table", declared.tables.size());
                yield new Export(name, Export.Kind.TABLE, Optional.empty());
            }
            case 2 -> {
                in.index("memory", declared.memories.size());
                yield new Export(name, Export.Kind.MEMORY, Optional.empty());
            }
            case 3 -> {
                in.index("global", declared.globals);
                yield new Export(name, Export.Kind.GLOBAL, Optional.empty());
            }
            case 4 ->
                    throw in.refused(
                            Rule.EXCEPTIONS, "it exports a tag: exceptions are not run here");
            default ->
                    throw in.refused(
                            Rule.ENCODING, "there is no kind of export " + Words.hex(kind));
        };
    }

    void start(Cursor in) throws RefusedModuleException {
        int function = in.index("function", declared.functions.size());
        Signature signature = declared.functions.get(function);
        if (!signature.takesAndGivesNothing()) {
            throw in.refused(
                    Rule.CODE, "the start function is " + signature + ": it must be () -> ()");
        }
    }
}
