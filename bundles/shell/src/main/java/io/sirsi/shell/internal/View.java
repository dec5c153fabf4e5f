package io.sirsi.shell.internal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.karaf.shell.support.table.Row;
import org.apache.karaf.shell.support.table.ShellTable;
import org.jspecify.annotations.Nullable;

/**
 * How values of one kind are shown: one list of named properties makes the table, the list of
 * properties and the JSON, so that they cannot differ.
 *
 * @param <T> the kind
 */
public final class View<T> {

    private record Property<T>(String key, Function<T, @Nullable Object> value, boolean inTable) {}

    private final List<Property<T>> properties = new ArrayList<>();

    /** Adds a property that is a column of the table, too. The key is in camel case. */
    public View<T> column(String key, Function<T, @Nullable Object> value) {
        properties.add(new Property<>(key, value, true));
        return this;
    }

    /** Adds a property that only JSON and the view of a single value show. */
    public View<T> detail(String key, Function<T, @Nullable Object> value) {
        properties.add(new Property<>(key, value, false));
        return this;
    }

    /** Prints a table, or a line that says that there is nothing. */
    void table(PrintStream out, List<T> values) {
        ShellTable table = new ShellTable();
        List<Property<T>> columns = properties.stream().filter(Property::inTable).toList();
        columns.forEach(column -> table.column(title(column.key())));
        for (T value : values) {
            Row row = table.addRow();
            columns.forEach(column -> row.addContent(Text.of(column.value().apply(value))));
        }
        table.emptyTableText("none").print(out, true);
    }

    /** Prints the properties of one value that say something, a line each. */
    void properties(PrintStream out, T value) {
        int width =
                properties.stream()
                        .mapToInt(property -> title(property.key()).length())
                        .max()
                        .orElse(0);
        for (Property<T> property : properties) {
            String title = title(property.key());
            String text = Text.of(property.value().apply(value));
            if (!text.isEmpty()) {
                out.println(title + " ".repeat(width - title.length() + 2) + text);
            }
        }
    }

    /** {@return all properties of one value, ready to be written as JSON} */
    public Map<String, @Nullable Object> json(T value) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        properties.forEach(
                property -> object.put(property.key(), Json.value(property.value().apply(value))));
        return object;
    }

    private static String title(String key) {
        StringBuilder title = new StringBuilder();
        for (int i = 0; i < key.length(); i++) {
            char letter = key.charAt(i);
            if (Character.isUpperCase(letter)) {
                title.append(' ');
            }
            title.append(Character.toLowerCase(letter));
        }
        return title.toString();
    }
}
