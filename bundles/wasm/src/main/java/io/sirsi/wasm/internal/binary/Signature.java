package io.sirsi.wasm.internal.binary;

import io.sirsi.spi.wasm.FunctionType;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a function inside a guest takes and gives. */
final class Signature {

    private final List<Type> parameters;
    private final List<Type> results;

    /** Made once: thousands of exports may be of one type. */
    private final Optional<FunctionType> crossing;

    Signature(List<Type> parameters, List<Type> results) {
        this.parameters = List.copyOf(parameters);
        this.results = List.copyOf(results);
        this.crossing =
                Stream.concat(parameters.stream(), results.stream()).anyMatch(Type::reference)
                        ? Optional.empty()
                        : Optional.of(
                                new FunctionType(
                                        parameters.stream()
                                                .flatMap(type -> type.crossing().stream())
                                                .toList(),
                                        results.stream()
                                                .flatMap(type -> type.crossing().stream())
                                                .toList()));
    }

    /** {@return how many values it takes} */
    int parameters() {
        return parameters.size();
    }

    /** {@return how many values it gives} */
    int results() {
        return results.size();
    }

    /** {@return the type that the host sees; empty if the host cannot call such a function} */
    Optional<FunctionType> crossing() {
        return crossing;
    }

    boolean takesAndGivesNothing() {
        return parameters.isEmpty() && results.isEmpty();
    }

    /** {@return a notation such as {@code (i32 i32) -> (i64)}, shortened} */
    @Override
    public String toString() {
        return words(parameters) + " -> " + words(results);
    }

    private static String words(List<Type> types) {
        return types.stream()
                .limit(Words.LONGEST_LIST)
                .map(Type::toString)
                .collect(
                        Collectors.joining(
                                " ", "(", types.size() > Words.LONGEST_LIST ? " …)" : ")"));
    }
}
