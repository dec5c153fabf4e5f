package io.sirsi.jmx.internal;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.StandardEmitterMBean;

/**
 * An MXBean whose parameters have the names that they have in its interface. A plain MXBean calls
 * them p0, p1, and so on, which tells whoever calls it from a console nothing.
 */
final class NamedMBean extends StandardEmitterMBean {

    /**
     * Wraps a bean.
     *
     * @param face its MXBean interface, compiled with the names of parameters
     * @param bean the bean, which is an instance of it
     */
    <T> NamedMBean(Class<T> face, Notices bean) {
        super(face.cast(bean), face, true, bean);
    }

    @Override
    protected String getParameterName(
            MBeanOperationInfo operation, MBeanParameterInfo parameter, int index) {
        return method(operation)
                .map(method -> method.getParameters()[index].getName())
                .orElseGet(parameter::getName);
    }

    /** Overloads of an operation differ in the number of their parameters. */
    private Optional<Method> method(MBeanOperationInfo operation) {
        return Arrays.stream(getMBeanInterface().getMethods())
                .filter(method -> method.getName().equals(operation.getName()))
                .filter(method -> method.getParameterCount() == operation.getSignature().length)
                .findFirst();
    }
}
