package io.sirsi.wasm.internal.binary;

import org.jspecify.annotations.Nullable;

/**
 * Decides whether an engine may see a module, and rewrites it so that it cannot ask for more than
 * it is granted. Reads each byte once and allocates in proportion to the file, which is at most 8
 * MiB; whatever the bytes are, it ends with a module or a refusal. Thread-safe, does not block.
 *
 * <p>Custom sections are dropped, the names of functions among them: engines read names with
 * parsers of their own, and traps are told by their kind and not by a trace of the guest.
 */
public final class Admission {

    /** The custom section that holds the metadata. */
    public static final String AGENT_SECTION = "sirsi.agent";

    private static final byte[] MAGIC = {0, 'a', 's', 'm'};
    private static final int HEADER = 8;
    private static final int CUSTOM_SECTIONS = 1_000;

    private final byte[] binary;
    private final Cursor in;
    private byte @Nullable [] agentSection;
    private int customSections;
    private @Nullable Section last;

    private Admission(byte[] binary) {
        this.binary = binary;
        this.in = new Cursor(binary, 0, binary.length, "module");
    }

    /**
     * Checks a module, and rewrites it.
     *
     * @param binary the file's bytes; neither kept nor changed
     * @param limits what it is admitted to
     * @return the module as an engine may see it
     * @throws RefusedModuleException if it breaks a rule of admission
     */
    public static AdmittedModule admit(byte[] binary, AdmissionLimits limits)
            throws RefusedModuleException {
        return new Admission(binary).read(limits);
    }

    private AdmittedModule read(AdmissionLimits limits) throws RefusedModuleException {
        header();
        Declared declared = new Declared(limits.instructions());
        Declarations declarations = new Declarations(limits, declared);
        Segments segments = new Segments(declared);
        ModuleWriter out = new ModuleWriter(binary.length);
        while (in.remaining() > 0) {
            int id = in.u8();
            if (id == Section.CUSTOM) {
                custom(frame("custom section"));
                continue;
            }
            Section section = next(id);
            Cursor part = frame(section.toString());
            int from = part.at();
            switch (section) {
                case TYPE -> declarations.types(part);
                case IMPORT -> declarations.imports(part);
                case FUNCTION -> declarations.functions(part);
                case TABLE -> declarations.tables(part);
                case MEMORY -> declarations.memories(part);
                case GLOBAL -> declarations.globals(part);
                case EXPORT -> declarations.exports(part);
                case START -> declarations.start(part);
                case ELEMENT -> segments.elements(part);
                case DATA_COUNT -> segments.dataCount(part);
                case CODE -> new BodyScan(declared).code(part);
                case DATA -> segments.data(part);
            }
            part.finish();
            switch (section) {
                case TABLE -> out.tables(declared.tables);
                case MEMORY -> out.memories(declared.memories);
                default -> out.section(section, binary, from, part.at());
            }
        }
        complete(declared);
        byte[] rewritten = out.bytes();
        declared.bytes = rewritten.length;
        return new AdmittedModule(
                rewritten, declared.imports, declared.exports, agentSection, declared.figures());
    }

    private Section next(int id) throws RefusedModuleException {
        Section section = Section.of(id, in);
        if (section == last) {
            throw in.refused(Rule.SECTION, "the " + section + " comes twice");
        }
        if (last != null && section.compareTo(last) < 0) {
            throw in.refused(Rule.SECTION, "the " + section + " comes after the " + last);
        }
        last = section;
        return section;
    }

    private void header() throws RefusedModuleException {
        if (binary.length > Caps.MODULE_BYTES) {
            throw new RefusedModuleException(
                    Rule.SIZE,
                    "module",
                    Words.figure(binary.length)
                            + " bytes: at most "
                            + Words.figure(Caps.MODULE_BYTES));
        }
        if (binary.length == 0) {
            throw new RefusedModuleException(Rule.FORMAT, "module", "the file is empty");
        }
        for (int i = 0; i < MAGIC.length; i++) {
            if (i >= binary.length || binary[i] != MAGIC[i]) {
                throw new RefusedModuleException(Rule.FORMAT, "module, byte " + i, notBinary());
            }
        }
        in.skip(MAGIC.length);
        byte[] version = in.take(HEADER - MAGIC.length);
        if (version[0] != 1 || version[1] != 0 || version[2] != 0 || version[3] != 0) {
            throw in.refused(
                    Rule.FORMAT,
                    version[2] == 1
                            ? "it is a component: build a core module, such as for wasm32-wasip1"
                            : "it is not of version 1 of WebAssembly");
        }
    }

    private String notBinary() {
        int i = 0;
        while (i < binary.length && Character.isWhitespace(binary[i])) {
            i++;
        }
        return i < binary.length && (binary[i] == '(' || binary[i] == ';')
                ? "it is WebAssembly in text: make it binary first, such as with wat2wasm"
                : "it is not WebAssembly";
    }

    private Cursor frame(String name) throws RefusedModuleException {
        long length = in.u32();
        if (length > in.remaining()) {
            throw in.refused(
                    Rule.SECTION,
                    "of the "
                            + Words.many(length, "byte")
                            + " of the "
                            + name
                            + ", "
                            + Words.figure(in.remaining())
                            + " left");
        }
        return in.part((int) length, name);
    }

    private void custom(Cursor part) throws RefusedModuleException {
        if (++customSections > CUSTOM_SECTIONS) {
            throw part.refused(
                    Rule.COUNT, "more than " + Words.figure(CUSTOM_SECTIONS) + " custom sections");
        }
        if (!part.name().equals(AGENT_SECTION)) {
            return;
        }
        if (agentSection != null) {
            throw part.refused(Rule.SECTION, "it has two custom sections " + AGENT_SECTION);
        }
        agentSection = part.take(part.remaining());
    }

    private void complete(Declared declared) throws RefusedModuleException {
        if (declared.bodies != declared.ownFunctions()) {
            throw in.refused(
                    Rule.COUNT,
                    Words.many(declared.ownFunctions(), "function") + " without a code section");
        }
        int announced = declared.dataCount.orElse(declared.dataSegments);
        if (announced != declared.dataSegments) {
            throw in.refused(
                    Rule.COUNT,
                    "the data count section announces "
                            + Words.figure(announced)
                            + " data segments, not "
                            + Words.figure(declared.dataSegments));
        }
    }
}
