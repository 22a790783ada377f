package io.channels4j.layer;

import io.channels4j.Message;

/**
 * A message that was {@linkplain ChannelLayer#take taken} from a channel, to be acknowledged when the work is done.
 *
 * <p>A layer that {@linkplain ChannelLayer#redelivers redelivers} gives it to nobody else while its taker lives and neither
 * acknowledges it nor gives it back; when the taker's process dies, it goes to another one. So the work is done at least once, and
 * twice when a process dies between the work and the acknowledgement.
 *
 * <p><b>Threads.</b> Thread-safe; no method blocks. Of several calls of {@link #acknowledge} and {@link #requeue}, the first counts.
 */
public interface Delivery {

    /**
     * Returns the message.
     *
     * @return the message
     */
    Message message();

    /**
     * Returns how often the message was given to a taker before, who died with it or gave it back, so that work that kills its worker
     * can be told from other work.
     *
     * @return zero for the first time
     */
    int earlierDeliveries();

    /** Tells that the work is done: the message does not come again. */
    void acknowledge();

    /** Gives the message back: it goes to the end of its channel, and from there to whoever takes it next. */
    void requeue();
}
