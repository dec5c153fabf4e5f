package io.sirsi.scheduler.internal;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Counts what an object of ours keeps alive, by its structure: objects of this product and arrays
 * by their fields and elements, collections and maps by what is in them, other objects as 64 bytes.
 */
final class RetainedHeap {

    private RetainedHeap() {}

    /** {@return about so many bytes} */
    static long of(Object root) {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Object> left = new ArrayDeque<>();
        left.add(root);
        long bytes = 0;
        while (!left.isEmpty()) {
            Object next = left.poll();
            if (seen.add(next)) {
                bytes += size(next, left);
            }
        }
        return bytes;
    }

    private static long size(Object object, Deque<Object> left) {
        if (object instanceof Collection<?> some) {
            some.forEach(each -> addTo(left, each));
            return 48 + 32L * some.size();
        }
        if (object instanceof Map<?, ?> map) {
            addTo(left, map.keySet());
            addTo(left, map.values());
            return 64;
        }
        Class<?> type = object.getClass();
        if (type.isArray()) {
            int length = Array.getLength(object);
            if (type.getComponentType().isPrimitive()) {
                return 16 + length * width(type.getComponentType());
            }
            for (int i = 0; i < length; i++) {
                addTo(left, Array.get(object, i));
            }
            return 16 + 4L * length;
        }
        if (object instanceof Enum) {
            return 0; // There is one for all.
        }
        if (!type.getName().startsWith("io.sirsi.")) {
            return 64;
        }
        long bytes = 16;
        for (Class<?> each = type; each != Object.class; each = each.getSuperclass()) {
            for (Field field : each.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    bytes += field.getType().isPrimitive() ? width(field.getType()) : 4;
                    addFieldTo(left, object, field);
                }
            }
        }
        return bytes;
    }

    private static void addFieldTo(Deque<Object> left, Object object, Field field) {
        if (field.getType().isPrimitive()) {
            return;
        }
        try {
            field.setAccessible(true);
            addTo(left, field.get(object));
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static void addTo(Deque<Object> left, Object object) {
        if (object != null) {
            left.add(object);
        }
    }

    private static long width(Class<?> primitive) {
        return primitive == long.class || primitive == double.class
                ? 8
                : primitive == int.class || primitive == float.class
                        ? 4
                        : primitive == short.class || primitive == char.class ? 2 : 1;
    }
}
