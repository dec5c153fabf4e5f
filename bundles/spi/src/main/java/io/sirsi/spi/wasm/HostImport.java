package io.sirsi.spi.wasm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A function that a module wants of the host.
 *
 * @param module the module's name in the import
 * @param name the function's name in the import
 * @param type what the module takes it to take and give
 */
public record HostImport(String module, String name, FunctionType type) {

    /**
     * Finds what a module wants among what the host has, for engines that link by position. What
     * nobody wants is ignored; of two functions of one name, the first counts.
     *
     * @param wanted the module's imports, in its order
     * @param offered what the host has
     * @return one function for each import, in the order of the imports
     * @throws WasmRejectedException if the host does not have one of them, or has it as another
     *     type: which, and both types
     */
    public static List<HostFunction> link(List<HostImport> wanted, List<HostFunction> offered)
            throws WasmRejectedException {
        Map<Name, HostFunction> byName = new HashMap<>();
        offered.forEach(each -> byName.putIfAbsent(new Name(each.module(), each.name()), each));
        List<HostFunction> linked = new ArrayList<>(wanted.size());
        for (HostImport each : wanted) {
            HostFunction function = byName.get(new Name(each.module(), each.name()));
            if (function == null) {
                throw new WasmRejectedException(each.said() + ", which the host does not have");
            }
            if (!function.type().equals(each.type())) {
                throw new WasmRejectedException(
                        each.said()
                                + " as "
                                + each.type()
                                + ", and the host has "
                                + function.type());
            }
            linked.add(function);
        }
        return List.copyOf(linked);
    }

    private String said() {
        return "the module imports '" + module + "." + name + "'";
    }

    private record Name(String module, String name) {}
}
