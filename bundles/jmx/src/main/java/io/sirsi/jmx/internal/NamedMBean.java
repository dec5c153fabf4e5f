package io.sirsi.jmx.internal;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.management.MBeanException;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.ReflectionException;
import javax.management.StandardEmitterMBean;
import org.jspecify.annotations.Nullable;

/**
 * An MXBean whose parameters have the names that they have in its interface, and that says which
 * one was not given. A plain MXBean calls them p0, p1, and so on, which tells whoever calls it from
 * a console nothing.
 */
final class NamedMBean extends StandardEmitterMBean {

    private static final Pattern READING = Pattern.compile("(get|is|list)\\p{Lu}");
    private static final String FILE = byte[].class.getName();

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

    @Override
    protected String getDescription(
            MBeanOperationInfo operation, MBeanParameterInfo parameter, int index) {
        return getParameterName(operation, parameter, index);
    }

    /** Access lists tell them apart in the same way. */
    @Override
    protected int getImpact(MBeanOperationInfo operation) {
        return READING.matcher(operation.getName()).lookingAt()
                ? MBeanOperationInfo.INFO
                : MBeanOperationInfo.ACTION;
    }

    /**
     * {@inheritDoc} Nothing may be null but the bytes of a file that need not be there.
     *
     * @throws IllegalArgumentException naming the parameter that is null, or has a null in it
     */
    @Override
    public Object invoke(
            String operation, Object @Nullable [] arguments, String @Nullable [] signature)
            throws MBeanException, ReflectionException {
        for (int i = 0; arguments != null && i < arguments.length; i++) {
            boolean missing =
                    arguments[i] == null
                            ? signature != null && !FILE.equals(signature[i])
                            : arguments[i] instanceof Object[] some
                                    && Arrays.asList(some).contains(null);
            if (missing) {
                throw new IllegalArgumentException(
                        "the parameter '" + name(operation, signature, i) + "' must be given");
            }
        }
        return super.invoke(operation, arguments, signature);
    }

    private String name(String operation, String @Nullable [] signature, int index) {
        return Arrays.stream(getMBeanInfo().getOperations())
                .filter(each -> each.getName().equals(operation))
                .map(MBeanOperationInfo::getSignature)
                .filter(each -> signature != null && each.length == signature.length)
                .findFirst()
                .map(each -> each[index].getName())
                .orElse(Integer.toString(index));
    }

    /** Overloads of an operation differ in the number of their parameters. */
    private Optional<Method> method(MBeanOperationInfo operation) {
        return Arrays.stream(getMBeanInterface().getMethods())
                .filter(method -> method.getName().equals(operation.getName()))
                .filter(method -> method.getParameterCount() == operation.getSignature().length)
                .findFirst();
    }
}
