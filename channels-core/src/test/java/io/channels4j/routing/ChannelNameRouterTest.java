package io.channels4j.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.ChannelsException;
import io.channels4j.Scope;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class ChannelNameRouterTest {

    private final Recorder thumbnails = new Recorder();
    private final Recorder mails = new Recorder();
    private final FakePeer peer = new FakePeer();

    @Test
    void selectsByTheNameOfTheChannel() {
        ChannelNameRouter router = ChannelNameRouter.of(Map.of("thumbnails", thumbnails, "mails", mails));

        call(router, "mails");

        assertThat(mails.calls()).isEqualTo(1);
        assertThat(thumbnails.calls()).isZero();
    }

    @Test
    void createsConsumersForAChannel() {
        ChannelNameRouter router =
                ChannelNameRouter.builder().channel("mails", () -> mails).build();

        call(router, "mails");

        assertThat(mails.calls()).isEqualTo(1);
    }

    @Test
    void errorForAnUnknownChannelNamesTheKnownOnes() {
        CompletionStage<Void> unknown = call(ChannelNameRouter.of(Map.of("mails", mails)), "mail");

        assertThatThrownBy(() -> unknown.toCompletableFuture().join())
                .cause()
                .isInstanceOf(ChannelsException.class)
                .hasMessage("channel name: \"mail\" (expected: one of [mails])");
    }

    @Test
    void failsForAScopeWithoutChannel() {
        CompletionStage<Void> http = ChannelNameRouter.of(Map.of("mails", mails))
                .handle(Scope.builder("http").build(), peer, peer);

        assertThatThrownBy(() -> http.toCompletableFuture().join())
                .cause()
                .isInstanceOf(ChannelsException.class)
                .hasMessageContaining("a scope of type \"http\" without channel name");
    }

    @Test
    void rejectsASecondApplicationForAChannel() {
        ChannelNameRouter.Builder builder = ChannelNameRouter.builder().channel("mails", mails);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.channel("mails", thumbnails))
                .withMessage("channel name: \"mails\" (expected: one application for each)");
    }

    @Test
    void rejectsAnInvalidChannelName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ChannelNameRouter.builder().channel("", mails))
                .withMessageContaining("channel name");
    }

    private CompletionStage<Void> call(ChannelNameRouter router, String channel) {
        Scope scope = Scope.builder("channel").with(Scope.CHANNEL, channel).build();
        return router.handle(scope, peer, peer);
    }
}
