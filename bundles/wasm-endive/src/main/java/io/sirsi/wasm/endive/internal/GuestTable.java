package io.sirsi.wasm.endive.internal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.Instance;
import run.endive.runtime.TableInstance;
import run.endive.runtime.WasmRuntimeException;
import run.endive.wasm.types.Table;
import run.endive.wasm.types.TableLimits;
import run.endive.wasm.types.Value;

/**
 * A guest's table of functions, all of them its own. The engine's table keeps its size in the
 * module, where the next instance finds it, and cannot shrink.
 */
final class GuestTable extends TableInstance {

    private final TableLimits limits;
    private int[] refs;
    private int @Nullable [] original;
    private boolean sealed;

    GuestTable(Table table, int initialValue, int maxElements) {
        super(new Table(table.elementType(), new TableLimits(0, 0)), initialValue);
        long min = table.limits().min();
        this.limits = new TableLimits(min, Math.min(table.limits().max(), maxElements));
        this.refs = new int[(int) min];
        Arrays.fill(refs, initialValue);
    }

    /** From now on, the first change keeps what was there before. */
    void seal() {
        sealed = true;
    }

    /** Brings it back to how it was sealed. */
    void restore() {
        int[] before = original;
        if (before != null) {
            refs = before.clone();
        }
    }

    @Override
    public int size() {
        return refs.length;
    }

    @Override
    public TableLimits limits() {
        return limits;
    }

    @Override
    public int grow(int size, int value, @Nullable Instance instance) {
        int before = refs.length;
        if (size < 0 || size > limits.max() - before) {
            return -1;
        }
        keep();
        int[] grown = Arrays.copyOf(refs, before + size);
        Arrays.fill(grown, before, grown.length, value);
        refs = grown;
        return before;
    }

    @Override
    public int ref(int index) {
        if (index < 0 || index >= refs.length) {
            throw outside();
        }
        return refs[index];
    }

    @Override
    public int requiredRef(int index) {
        int ref = ref(index);
        if (ref == Value.REF_NULL_VALUE) {
            throw new WasmRuntimeException("uninitialized element");
        }
        return ref;
    }

    @Override
    public void setRef(int index, int value, @Nullable Instance instance) {
        if (index < 0 || index >= refs.length) {
            throw outside();
        }
        keep();
        refs[index] = value;
    }

    /** {@return null, which the engine takes for the instance that asks} */
    @Override
    public @Nullable Instance instance(int index) {
        return null;
    }

    @Override
    public void reset() {
        keep();
        Arrays.fill(refs, Value.REF_NULL_VALUE);
    }

    private void keep() {
        if (sealed && original == null) {
            original = refs.clone();
        }
    }

    private static WasmRuntimeException outside() {
        return new WasmRuntimeException("out of bounds table access");
    }
}
