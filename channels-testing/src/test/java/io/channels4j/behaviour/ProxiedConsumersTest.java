package io.channels4j.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.Disconnect;
import io.channels4j.Message;
import io.channels4j.consumer.Consumer;
import io.channels4j.consumer.Handles;
import io.channels4j.http.AsyncHttpConsumer;
import io.channels4j.http.HttpConsumer;
import io.channels4j.http.SseConsumer;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncJsonWebsocketConsumer;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.InvalidJson;
import io.channels4j.websocket.ReceivesJson;
import io.channels4j.websocket.WebsocketConsumer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.implementation.InvocationHandlerAdapter;
import net.bytebuddy.matcher.ElementMatchers;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.aop.framework.ProxyFactory;

/**
 * Consumers behind proxies, as {@code @Transactional} creates them. The proxy has no state. The object behind it serves the connection,
 * and callbacks pass through the proxy.
 */
class ProxiedConsumersTest {

    /** The names of the methods that were called through a proxy. */
    private final List<String> intercepted = new CopyOnWriteArrayList<>();

    private enum Kind {
        SPRING {
            @Override
            <C> C proxy(C target, List<String> calls) {
                ProxyFactory factory = new ProxyFactory(target);
                factory.setProxyTargetClass(true);
                factory.addAdvice((MethodInterceptor) invocation -> {
                    calls.add(invocation.getMethod().getName());
                    return invocation.proceed();
                });
                @SuppressWarnings("unchecked") // a class-based proxy extends the target's class
                C proxy = (C) factory.getProxy();
                return proxy;
            }
        },
        BYTE_BUDDY {
            @Override
            <C> C proxy(C target, List<String> calls) {
                try {
                    Class<?> type = new ByteBuddy()
                            .subclass(target.getClass())
                            .method(ElementMatchers.not(ElementMatchers.isDeclaredBy(Object.class)))
                            .intercept(InvocationHandlerAdapter.of((proxy, method, arguments) -> {
                                calls.add(method.getName());
                                method.setAccessible(true);
                                return method.invoke(target, arguments);
                            }))
                            .make()
                            .load(target.getClass().getClassLoader())
                            .getLoaded();
                    @SuppressWarnings("unchecked") // it is a subclass
                    C proxy = (C) type.getDeclaredConstructor().newInstance();
                    return proxy;
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException(e);
                }
            }
        };

        abstract <C> C proxy(C target, List<String> calls);
    }

    private <C extends Consumer> Application application(Kind kind, Supplier<C> supplier) {
        return Consumer.application(() -> kind.proxy(supplier.get(), intercepted));
    }

    public static class Chat extends AsyncWebsocketConsumer {

        private String name = "anonymous";

        @Override
        protected Set<String> groups() {
            return Set.of("chat");
        }

        @Override
        protected CompletionStage<Void> connect() {
            name = scope().path();
            return accept();
        }

        @Override
        protected CompletionStage<Void> receive(String text) {
            return groupSend("chat", Message.of(text).with("name", name));
        }

        @Handles("open")
        protected CompletionStage<Void> open(Message message) {
            return send("open " + message.getString("name") + " " + name);
        }

        @Handles("private")
        private CompletionStage<Void> hidden(Message message) {
            return send("private " + message.getString("name") + " " + name);
        }

        @Handles("final")
        final CompletionStage<Void> last(Message message) {
            return send("final " + message.getString("name") + " " + name);
        }

        @Override
        protected CompletionStage<Void> disconnect(Disconnect why) {
            return done();
        }
    }

    @ParameterizedTest
    @EnumSource
    void callbacksPassThroughTheProxyAndSeeTheStateOfTheTarget(Kind kind) {
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(application(kind, Chat::new), "/ada/")
                .build()) {
            assertThat(peer.connect().accepted()).isTrue();
            peer.sendTo("open");
            assertThat(peer.receiveFrom()).isEqualTo("open /ada/ /ada/");
            peer.sendTo("private");
            assertThat(peer.receiveFrom()).isEqualTo("private /ada/ /ada/");
            peer.sendTo("final");
            assertThat(peer.receiveFrom()).isEqualTo("final /ada/ /ada/");
        }

        assertThat(intercepted)
                .containsSubsequence("groups", "connect", "receive", "open", "receive", "receive", "disconnect")
                .doesNotContain("hidden", "last");
    }

    public static class Blocking extends WebsocketConsumer {

        private int received;

        @Override
        protected void receive(String text) {
            received++;
            send(text + received);
        }
    }

    @ParameterizedTest
    @EnumSource
    void blockingCallbacksPassThroughTheProxy(Kind kind) {
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(application(kind, Blocking::new), "/")
                .build()) {
            assertThat(peer.connect().accepted()).isTrue();
            peer.sendTo("a");
            peer.sendTo("b");
            assertThat(peer.receiveFrom()).isEqualTo("a1");
            assertThat(peer.receiveFrom()).isEqualTo("b2");
        }

        assertThat(intercepted).containsSubsequence("connect", "receive", "receive", "disconnect");
    }

    public static class Json extends AsyncJsonWebsocketConsumer {

        public record Typing(boolean on) {}

        @ReceivesJson("typing")
        protected CompletionStage<Void> typing(Typing typing) {
            return sendJson(typing);
        }

        @Override
        protected CompletionStage<Void> receiveInvalid(InvalidJson invalid) {
            return send("invalid");
        }
    }

    @ParameterizedTest
    @EnumSource
    void jsonCallbacksPassThroughTheProxy(Kind kind) {
        try (WebsocketCommunicator peer =
                WebsocketCommunicator.builder(application(kind, Json::new), "/").build()) {
            assertThat(peer.connect().accepted()).isTrue();
            peer.sendTo("{\"type\":\"typing\",\"on\":true}");
            assertThat(peer.receiveFrom()).isEqualTo("{\"on\":true}");
            peer.sendTo("{");
            assertThat(peer.receiveFrom()).isEqualTo("invalid");
        }

        assertThat(intercepted).containsSubsequence("receiveJson", "typing", "receiveInvalid");
    }

    public static class Page extends AsyncHttpConsumer {

        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            return sendResponse(200, scope().path() + body.length);
        }
    }

    public static class BlockingPage extends HttpConsumer {

        @Override
        protected void handle(byte[] body) {
            sendResponse(200, scope().path() + body.length);
        }
    }

    @ParameterizedTest
    @EnumSource
    void httpCallbacksPassThroughTheProxy(Kind kind) {
        for (Application page : List.of(application(kind, Page::new), application(kind, BlockingPage::new))) {
            intercepted.clear();
            try (HttpCommunicator client = HttpCommunicator.builder(page, "POST", "/x/")
                    .body(new byte[5])
                    .build()) {
                assertThat(client.getResponse().text()).isEqualTo("/x/5");
            }
            assertThat(intercepted).containsSubsequence("receiveBody", "handle");
        }
    }

    public static class News extends SseConsumer {

        @Override
        protected void connect() {
            accept();
            send("first");
        }
    }

    @ParameterizedTest
    @EnumSource
    void eventStreamsPassThroughTheProxy(Kind kind) {
        try (HttpCommunicator client = HttpCommunicator.builder(application(kind, News::new), "GET", "/")
                .build()) {
            assertThat(client.receiveEvent().data()).isEqualTo("first");
        }

        assertThat(intercepted).contains("connect");
    }
}
