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
 * The defects that were found in the originals, each with the tests that hold it off here. A test that is renamed or removed fails
 * this one.
 *
 * <p>Number 9 is about a Python client's settings and cannot exist here; what it did to users, an idle layer that loses its connection,
 * is tested in its place.
 */
class UpstreamDefectsTest {

    private static final int DEFECTS = 21;
    private static final Path REPOSITORY = Path.of("").toAbsolutePath().getParent();

    static final List<Guard> GUARDS = List.of(
            core(1, "a capacity by pattern works", "layer/InMemoryPullTest", "usesCapacityOfChannel"),
            redis(
                    2,
                    "a direct message finds its channel on any host",
                    "QueueRules",
                    "newChannelReceivesFromAnotherProcess"),
            redis(3, "expired messages take no room on any host", "QueueRules", "expiredMessagesUseNoCapacity"),
            redis(4, "nothing stays in Redis for ever", "RedisChannelLayerTest", "closedLayersLeaveNoKey"),
            redis(5, "flush leaves other prefixes alone", "QueueRules", "flushRemovesThisPrefixOnly"),
            core(6, "an expiry below a second is one", "layer/InMemoryPullTest", "expiryMayBeShorterThanOneSecond"),
            core(
                    7,
                    "a full channel does not fill another",
                    "layer/SubscriptionTest",
                    "fullChannelDoesNotAffectAnother"),
            redis(8, "a channel of the pub/sub layer is bounded", "PubSubRules", "fullChannelDropsExcessMessages"),
            redis(8, "the end of an outage is told", "RedisPubSubOutageTest", "recoveryIsAnnounced"),
            redis(8, "plain channels have the prefix", "PubSubRules", "layersWithDifferentPrefixesAreSeparate"),
            core(
                    8,
                    "a closed connection is in no group",
                    "layer/SubscriptionTest",
                    "closeLeavesAllGroupsAndRemovesChannel"),
            redis(
                    9,
                    "a lost connection comes back by itself",
                    "RedisPubSubOutageTest",
                    "reconnectsAndRestoresMemberships"),
            core(10, "a name ends where it ends", "layer/LayerNamesTest", "rejectsInvalidNames"),
            core(10, "the local part of a name is checked", "layer/LayerNamesTest", "checksLocalPart"),
            core(11, "a pattern of host and port allows", "security/OriginValidatorTest", "allows"),
            core(11, "a port that is no number denies", "security/OriginValidatorTest", "denies"),
            core(
                    12,
                    "a captured value wins over an extra one",
                    "routing/URLRouterTest",
                    "capturedValueTakesPrecedenceOverExtraValue"),
            core(
                    12,
                    "an application's failure is not a miss",
                    "routing/URLRouterTest",
                    "triesNoOtherRouteWhenAnApplicationThrows"),
            core(12, "slashes are not collapsed", "routing/URLRouterTest", "removesOnlyTheFirstSlash"),
            testing(13, "a failure does not skip disconnect", "promises/DisconnectOnceTest", "callbackThrows"),
            testing(
                    13,
                    "a failed join is told as it is",
                    "promises/RefusedConnectionTest",
                    "doesNotStartWhenJoiningFails"),
            testing(
                    13,
                    "a refused connection is in no group",
                    "promises/RefusedConnectionTest",
                    "leavesGroupsAfterARejectedHandshake"),
            testing(
                    14,
                    "a layer message reaches handlers only",
                    "promises/LayerMessagesTest",
                    "layerMessagesCannotForgeClientMessages"),
            testing(15, "long polling works", "behaviour/LongPollingTest", "respondsWhenAMessageArrives"),
            testing(15, "a stream's end is seen", "behaviour/SseConsumerTest", "disconnectsOnceWhenBrowserLeaves"),
            new Guard(
                    16,
                    "blocked consumers delay no other consumer",
                    "channels-netty/src/test/java/io/channels4j/netty/BlockingConsumersTest",
                    "answersWhileFiftyConsumersSleep"),
            testing(17, "every cookie header is read", "guards/CookieMiddlewareTest", "readsCookiesFromEveryHeader"),
            testing(18, "a communicator sends empty messages", "testing/WebsocketCommunicatorTest", "sendsEmptyText"),
            testing(
                    18,
                    "a communicator reads denials",
                    "testing/WebsocketCommunicatorTest",
                    "connectReturnsRejectingResponse"),
            testing(19, "a reason reaches the peer", "testing/WebsocketPeerRules", "receivesTheApplicationsClose"),
            testing(
                    19,
                    "an empty message reaches the peer",
                    "testing/WebsocketPeerRules",
                    "receivesEchoedEmptyAndLargeMessages"),
            new Guard(
                    19,
                    "headers of accept reach the peer",
                    "channels-netty/src/test/java/io/channels4j/netty/HandshakeTest",
                    "sendsTheChosenSubprotocolAndHeaders"),
            redis(20, "a message that is too large is refused", "PubSubRules", "rejectsTooLargeMessageAndSendsNothing"),
            redis(20, "so it is by the layer with queues", "QueueRules", "tooLargeMessageIsRejectedAndNotDelivered"),
            core(
                    21,
                    "a worker handles several at once",
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
