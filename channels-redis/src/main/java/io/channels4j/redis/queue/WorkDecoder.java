package io.channels4j.redis.queue;

import io.channels4j.layer.LayerListener.DropReason;
import io.channels4j.redis.queue.store.Partition;
import io.channels4j.redis.queue.store.QueueCounters;
import io.channels4j.redis.queue.store.QueueEnvelope;
import io.channels4j.redis.queue.store.QueueSettings;
import io.channels4j.redis.queue.store.StreamEntries;
import io.channels4j.redis.queue.work.DecodedWork;
import io.channels4j.redis.queue.work.DecodedWork.Outcome;
import io.channels4j.redis.queue.work.WorkReader;
import io.channels4j.redis.wire.WorkFormat;
import io.lettuce.core.StreamMessage;

/** Decodes the entries of the work queues in one partition. Thread-safe. */
final class WorkDecoder implements WorkReader.Decoder {

    private final QueueSettings settings;
    private final Partition partition;
    private final QueueCounters counters;

    WorkDecoder(QueueSettings settings, Partition partition, QueueCounters counters) {
        this.settings = settings;
        this.partition = partition;
        this.counters = counters;
    }

    @Override
    public DecodedWork decode(String channel, StreamMessage<byte[], byte[]> entry, boolean expires) {
        byte[] payload = StreamEntries.payload(entry);
        String serializer = settings.codec().serializer().format();
        WorkFormat format = WorkFormat.of(StreamEntries.format(entry), payload, serializer);
        if (expires && isExpired(entry.getId())) {
            counters.countDropped(DropReason.EXPIRED, 1);
            return DecodedWork.of(Outcome.EXPIRED, format);
        }
        if (format.missing(settings.codec()) != null) {
            return DecodedWork.of(Outcome.UNREADABLE, format);
        }
        try {
            QueueEnvelope envelope = QueueEnvelope.decode(payload, settings.codec());
            if (envelope.kind() == QueueEnvelope.Kind.CHANNEL
                    && envelope.name().equals(channel)
                    && envelope.message() != null) {
                counters.countReceived();
                return new DecodedWork(Outcome.READABLE, envelope.message(), format);
            }
        } catch (RuntimeException e) { // of the serializer, too
            counters.countMalformed();
            return DecodedWork.of(Outcome.MALFORMED, format);
        }
        counters.countMalformed();
        return DecodedWork.of(Outcome.MALFORMED, format);
    }

    private boolean isExpired(String id) {
        long age = partition.clock() - StreamEntries.millis(id);
        return age > settings.limits().expiry().toMillis();
    }
}
