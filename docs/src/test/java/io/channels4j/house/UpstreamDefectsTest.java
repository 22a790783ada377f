package io.channels4j.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The defects found in the original projects, each with the tests that guard against it here. This test fails if such a test is
 * renamed or removed.
 *
 * <p>Defect 9 concerns the settings of a Python client and cannot occur here. Instead, a test covers its visible
 * effect: an idle layer loses its connection.
 */
class UpstreamDefectsTest {

    private static final int DEFECTS = 21;
    private static final Path REPOSITORY = Path.of("").toAbsolutePath().getParent();

    static final List<Guard> GUARDS = List.of(
            core(1, "capacities by pattern apply", "layer/InMemoryPullTest", "usesCapacityOfChannel"),
            redis(
                    2,
                    "a direct message finds its channel on any host",
                    "QueueRules",
                    "newChannelReceivesFromAnotherProcess"),
            redis(3, "expired messages use no capacity on any host", "QueueRules", "expiredMessagesUseNoCapacity"),
            redis(4, "no key stays in Redis indefinitely", "RedisChannelLayerTest", "closedLayersLeaveNoKey"),
            redis(5, "flush keeps keys with other prefixes", "QueueRules", "flushRemovesThisPrefixOnly"),
            core(
                    6,
                    "an expiry can be shorter than one second",
                    "layer/InMemoryPullTest",
                    "expiryMayBeShorterThanOneSecond"),
            core(
                    7,
                    "a full channel does not affect another",
                    "layer/SubscriptionTest",
                    "fullChannelDoesNotAffectAnother"),
            redis(8, "a channel of the pub/sub layer has a capacity", "PubSubRules", "fullChannelDropsExcessMessages"),
            redis(8, "the end of an outage is reported", "RedisPubSubOutageTest", "reportsRecovery"),
            redis(8, "the prefix applies to all channels", "PubSubRules", "layersWithDifferentPrefixesAreSeparate"),
            core(
                    8,
                    "a closed connection is in no group",
                    "layer/SubscriptionTest",
                    "closeLeavesAllGroupsAndRemovesChannel"),
            redis(
                    9,
                    "a lost connection is restored automatically",
                    "RedisPubSubOutageTest",
                    "reconnectsAndRestoresMemberships"),
            core(10, "a name with a trailing line break is rejected", "layer/LayerNamesTest", "rejectsInvalidNames"),
            core(10, "the local part of a name is checked", "layer/LayerNamesTest", "checksLocalPart"),
            core(11, "a pattern of host and port allows its origin", "security/OriginValidatorTest", "allows"),
            core(11, "an origin with an invalid port is denied", "security/OriginValidatorTest", "denies"),
            core(
                    12,
                    "a captured value takes precedence over an extra one",
                    "routing/URLRouterTest",
                    "capturedValueTakesPrecedenceOverExtraValue"),
            core(
                    12,
                    "a failure of an application does not try the next route",
                    "routing/URLRouterTest",
                    "triesNoOtherRouteWhenAnApplicationThrows"),
            core(12, "slashes are not collapsed", "routing/URLRouterTest", "removesOnlyTheFirstSlash"),
            testing(13, "a failure does not skip disconnect", "guarantees/DisconnectOnceTest", "callbackThrows"),
            testing(
                    13,
                    "a failed join is reported with its cause",
                    "guarantees/RefusedConnectionTest",
                    "doesNotStartWhenJoiningFails"),
            testing(
                    13,
                    "a rejected connection is in no group",
                    "guarantees/RefusedConnectionTest",
                    "leavesGroupsAfterARejectedHandshake"),
            testing(
                    14,
                    "a layer message invokes handlers only",
                    "guarantees/LayerMessagesTest",
                    "layerMessagesCannotForgeClientMessages"),
            testing(15, "long polling works", "behaviour/LongPollingTest", "respondsWhenAMessageArrives"),
            testing(
                    15,
                    "the end of a stream is detected",
                    "behaviour/SseConsumerTest",
                    "disconnectsOnceWhenBrowserLeaves"),
            new Guard(
                    16,
                    "blocked consumers do not delay others",
                    "channels-netty/src/test/java/io/channels4j/netty/BlockingConsumersTest",
                    "answersWhileFiftyConsumersSleep"),
            testing(17, "all cookie headers are read", "guards/CookieMiddlewareTest", "readsCookiesFromEveryHeader"),
            testing(18, "the communicator sends empty messages", "testing/WebsocketCommunicatorTest", "sendsEmptyText"),
            testing(
                    18,
                    "the communicator reads rejections",
                    "testing/WebsocketCommunicatorTest",
                    "connectReturnsRejectingResponse"),
            testing(
                    19,
                    "a close reason reaches the peer",
                    "testing/WebsocketPeerRules",
                    "receivesTheApplicationsClose"),
            testing(
                    19,
                    "an empty message reaches the peer",
                    "testing/WebsocketPeerRules",
                    "receivesEchoedEmptyAndLargeMessages"),
            new Guard(
                    19,
                    "accept headers reach the peer",
                    "channels-netty/src/test/java/io/channels4j/netty/HandshakeTest",
                    "sendsTheChosenSubprotocolAndHeaders"),
            redis(
                    20,
                    "a message that is too large is rejected",
                    "PubSubRules",
                    "rejectsTooLargeMessageAndSendsNothing"),
            redis(
                    20,
                    "a message that is too large is rejected by the queue layer",
                    "QueueRules",
                    "tooLargeMessageIsRejectedAndNotDelivered"),
            core(
                    21,
                    "a worker handles several messages concurrently",
                    "worker/WorkerTest",
                    "handlesConcurrentMessagesUpToItsConcurrency"),
            core(21, "a failure loses no other message", "worker/WorkerTest", "logsFailuresAndContinues"));

    private static Guard core(int defect, String behaviour, String file, String test) {
        return new Guard(defect, behaviour, "channels-core/src/test/java/io/channels4j/" + file, test);
    }

    private static Guard testing(int defect, String behaviour, String file, String test) {
        return new Guard(defect, behaviour, "channels-testing/src/test/java/io/channels4j/" + file, test);
    }

    private static Guard redis(int defect, String behaviour, String file, String test) {
        return new Guard(defect, behaviour, "channels-redis/src/test/java/io/channels4j/redis/" + file, test);
    }

    @ParameterizedTest
    @FieldSource("GUARDS")
    void testIsThere(Guard guard) throws IOException {
        String source = Files.readString(REPOSITORY.resolve(guard.file() + ".java"));

        assertThat(source).containsPattern("\\bvoid " + Pattern.quote(guard.test()) + "\\(");
    }

    @Test
    void everyDefectHasATest() {
        Stream<Integer> all = IntStream.rangeClosed(1, DEFECTS).boxed();

        assertThat(GUARDS.stream().map(Guard::defect).distinct()).containsExactlyElementsOf(all.toList());
    }

    record Guard(int defect, String behaviour, String file, String test) {
        @Override
        public String toString() {
            return defect + ": " + behaviour;
        }
    }
}
