package io.channels4j.control;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The base class of layers that provide control messages. {@link #of} returns the control messages of such a layer. */
public abstract class ControlOwner {

    private final Set<Object> attached = ConcurrentHashMap.newKeySet();

    /** Creates an owner. */
    protected ControlOwner() {}

    /**
     * Returns the control messages of this layer.
     *
     * @return the control messages
     */
    protected abstract ControlMessages control();

    /**
     * Returns the objects of this process that belong to the layer, such as registries of connections.
     *
     * @return a concurrent set, which may be modified. The layer does not use it.
     */
    public final Set<Object> attached() {
        return attached;
    }

    /**
     * Returns the control messages of a layer.
     *
     * @param layer the layer
     * @return the control messages; empty if the layer does not extend this class
     */
    public static Optional<ControlMessages> of(Object layer) {
        return layer instanceof ControlOwner owner ? Optional.of(owner.control()) : Optional.empty();
    }
}
