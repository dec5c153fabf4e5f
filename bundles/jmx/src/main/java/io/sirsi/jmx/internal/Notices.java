package io.sirsi.jmx.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.MBeanNotificationInfo;
import javax.management.Notification;
import javax.management.NotificationBroadcasterSupport;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;

/**
 * The notifications of one MBean, numbered from 1 without gaps.
 *
 * <p>Everyone who may connect hears them, as JMX offers no way to choose the listeners of one
 * notification; but an account sees only its own sessions. So a notification says what happened and
 * of which kind, and names the thing by a fingerprint of its id: its owner recognizes it, for
 * others it means nothing.
 */
class Notices extends NotificationBroadcasterSupport {

    private static final String[] FIELDS = {"fingerprint", "kind", "state"};

    private final AtomicLong sequence = new AtomicLong();
    private final CompositeType fact;
    private volatile Object source = this;

    /**
     * @param types the types of notification that there are
     */
    Notices(String... types) {
        super(new MBeanNotificationInfo(types, Notification.class.getName(), "something changed"));
        try {
            OpenType<?>[] openTypes = new OpenType<?>[FIELDS.length];
            Arrays.fill(openTypes, SimpleType.STRING);
            this.fact =
                    new CompositeType(
                            "io.sirsi.Fact",
                            "what something changed to",
                            FIELDS,
                            new String[] {
                                "first 16 hexadecimal digits of the SHA-256 of its id",
                                "its type",
                                "its state now"
                            },
                            openTypes);
        } catch (OpenDataException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Notifications come from this name: an object could not travel to a client. */
    void namedAs(ObjectName name) {
        source = name;
    }

    /**
     * Tells all listeners.
     *
     * @param type one of the types
     * @param at when it happened
     * @param id what it happened to
     * @param kind the thing's type
     * @param state the thing's state now
     */
    void tell(String type, Instant at, String id, String kind, String state) {
        Notification notification =
                new Notification(
                        type,
                        source,
                        sequence.incrementAndGet(),
                        at.toEpochMilli(),
                        kind.isEmpty() ? state : kind + ": " + state);
        try {
            notification.setUserData(
                    new CompositeDataSupport(
                            fact, FIELDS, new Object[] {fingerprint(id), kind, state}));
        } catch (OpenDataException impossible) {
            throw new IllegalStateException(impossible);
        }
        sendNotification(notification);
    }

    /** {@return what a notification calls the thing with this id} */
    static String fingerprint(String id) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(id.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
