package io.channels4j.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Maps the test scenarios of {@code channels_redis} to their counterparts here. Fails if a counterpart is renamed or removed. The
 * counterparts in {@code QueueRules} and {@code PubSubRules} run on one host, on a master with sentinels and on a cluster.
 *
 * <p>These scenarios depend on Python's event loops or serializer names and have no counterpart: {@code
 * test_loop_instance_channel_layer_reference}, {@code test_multi_event_loop_garbage_collection}, {@code
 * test_proxied_methods_coroutine_check}, {@code test_refuse_to_register_bad_serializers}, {@code
 * test_raise_error_for_unregistered_serializer}.
 */
class UpstreamScenariosTest {

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
        # tests/test_core.py and tests/test_sentinel.py
        test_send_receive                                   | QueueRules | deliversAMessageOfAPlainChannel
        test_double_receive                                 | QueueRules | processesReceiveFromTheirOwnChannels
        test_send_capacity                                  | QueueRules | fullQueueRejectsMessages
        test_send_specific_capacity                         | QueueRules | queueCanHaveItsOwnCapacity
        test_process_local_send_receive                     | QueueRules | newChannelReceivesFromAnotherProcess
        test_multi_send_receive                             | QueueRules | keepsTheOrderOfAPlainChannel
        test_reject_bad_channel                             | QueueRules | rejectsInvalidNames
        test_reject_bad_client_prefix                       | QueueRules | rejectsReceivingFromAChannelOfAnotherProcess
        test_groups_basic                                   | QueueRules | groupMessageReachesMembersInAllProcesses
        test_groups_channel_full                            | QueueRules | onlyAFullMemberLosesAGroupMessage
        test_groups_multiple_hosts                          | RedisChannelLayerManyHostsTest | processesAgreeOnTheHostOfEachName
        test_groups_same_prefix                             | QueueRules | groupMessageReachesMembersInAllProcesses
        test_groups_multiple_hosts_performance              | RedisChannelLayerManyHostsTest | reachesAGroupOfManyChannelsOnManyHostsInTime
        test_group_send_capacity                            | QueueRules | onlyAFullMemberLosesAGroupMessage
        test_group_send_capacity_multiple_channels          | QueueRules | onlyAFullMemberLosesAGroupMessage
        test_repeated_group_send_with_async_to_sync         | QueueRules | blockingCodeCanSendToAGroupRepeatedly
        test_receive_cancel                                 | QueueRules | cancelledReceiveLosesNothing
        test_random_reset__channel_name                     | QueueRules | channelNamesAreUnique
        test_random_reset__client_prefix                    | QueueRules | channelNamesAreUnique
        test_message_expiry__earliest_message_expires       | QueueRules | expiresUnreadMessagesAndKeepsNewerOnes
        test_message_expiry__all_messages_under_expiration_time | QueueRules | deliversAllMessagesYoungerThanTheExpiry
        test_message_expiry__group_send                     | QueueRules | groupMessagesExpireInAQueue
        test_message_expiry__group_send__one_channel_expires_message | QueueRules | expiryOfOneQueueDoesNotAffectAnother
        test_default_group_key_format                       | wire.KeysTest | everyKeyStartsWithPrefixAndSeparator
        test_custom_group_key_format                        | wire.KeysTest | everyKeyStartsWithPrefixAndSeparator
        test_receive_buffer_respects_capacity               | QueueRules | onlyAFullMemberLosesAGroupMessage
        test_serialize of test_sentinel.py                  | wire.SealTest | sealsTheSameTwiceIntoDifferentBytes
        test_deserialize of test_sentinel.py                | wire.SealTest | opensBytesSealedByAnotherProcess
        # tests/test_pubsub.py and tests/test_pubsub_sentinel.py
        test_layer_close                                    | RedisPubSubChannelLayerTest | closeRemovesConnectionsAndSubscriptions
        test_send_receive, test_send_receive_sync           | PubSubRules | newChannelReceivesFromAnotherProcess
        test_multi_send_receive, .._sync                    | PubSubRules | directMessagesReachAnotherProcessInOrder
        test_groups_basic                                   | PubSubRules | memberThatLeftReceivesNothing
        test_groups_same_prefix                             | PubSubRules | groupMessageReachesMembersInAllProcesses
        test_receive_on_non_owned_general_channel           | PubSubRules | plainChannelReachesReceivingProcess
        test_random_reset__channel_name                     | RedisPubSubContractTest$Standalone | newNamesAreValidAndUnique
        test_serialize                                      | PythonRecordingsTest | writesTheSameMessagePack
        test_deserialize                                    | PythonRecordingsTest | readsMessagePack
        test_receive_hang                                   | RedisPubSubContractTest$Standalone | cancelledReceiverLosesNothing
        test_auto_reconnect                                 | RedisPubSubOutageTest | reconnectsAndRestoresMemberships
        test_discard_before_add                             | PubSubRules | discardBeforeAddIsNotAnError
        # tests/test_serializers.py
        test_register_custom_serializer                     | QueueRules | acceptsACustomSerializer
        test_serialize, test_deserialize                    | PythonRecordingsTest | readsJson
        test_serialization_encrypted                        | QueueRules | encryptsMessagePackAndHidesNames
        # tests/test_utils.py
        test_consistent_hash_result                         | dialect.DjangoAddressesTest | selectsSameHostAsPython
        """)
    void scenarioHasATest(String scenario, String type, String method) throws ClassNotFoundException {
        Class<?> tests = Class.forName("io.channels4j.redis." + type);

        assertThat(methods(tests))
                .as("%s, for %s", type, scenario)
                .filteredOn(declared -> declared.getName().equals(method))
                .singleElement()
                .matches(UpstreamScenariosTest::isTest, "is a test");
    }

    /** Returns the methods of a class and its superclasses, and those of their nested test classes. */
    private static Stream<Method> methods(Class<?> type) {
        Stream<Class<?>> others = Stream.concat(
                Arrays.stream(type.getDeclaredClasses()).filter(nested -> nested.isAnnotationPresent(Nested.class)),
                Stream.ofNullable(type.getSuperclass()));
        return Stream.concat(Arrays.stream(type.getDeclaredMethods()), others.flatMap(UpstreamScenariosTest::methods));
    }

    private static boolean isTest(AnnotatedElement method) {
        return method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class);
    }
}
