package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.netty.settings.CompressionSettings;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.extensions.compression.WebSocketClientCompressionHandler;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocketListener;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.client.ClientUpgradeRequest;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.glassfish.tyrus.client.ClientManager;
import org.glassfish.tyrus.container.jdk.client.JdkClientContainer;
import org.glassfish.tyrus.ext.extension.deflate.PerMessageDeflateExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that common WebSocket clients that compress their own messages can exchange messages with the server. */
class CompressingClientsTest {

    private static final String OFFER = "sec-websocket-extensions";
    private static final int MAX_WAIT_SECONDS = 10;
    private static final int MAX_MESSAGE_BYTES = 1 << 20;

    /** The extensions that the clients offer, as the application sees them. */
    private final BlockingQueue<String> offers = new LinkedBlockingQueue<>();

    /** The result of a client. It contains the received messages or a description of the failure. */
    private static final class Inbox extends LinkedBlockingQueue<String> {

        private static final long serialVersionUID = 1L;

        void failed(Object failure) {
            add("failed: " + failure);
        }
    }

    private interface Sender {
        void send(String text) throws IOException;
    }

    private interface Conversation {
        void hold(Sender client) throws Exception;
    }

    private enum Client {
        NETTY {
            @Override
            void connect(URI uri, Inbox inbox, Conversation conversation) throws Exception {
                MultiThreadIoEventLoopGroup threads = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
                try {
                    CompletableFuture<Void> open = new CompletableFuture<>();
                    io.netty.channel.Channel channel = new Bootstrap()
                            .group(threads)
                            .channel(NioSocketChannel.class)
                            .handler(nettyHandlers(uri, inbox, open))
                            .connect(uri.getHost(), uri.getPort())
                            .sync()
                            .channel();
                    open.get(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
                    conversation.hold(text -> channel.writeAndFlush(new TextWebSocketFrame(text)));
                    channel.close().sync();
                } finally {
                    threads.shutdownGracefully(0, MAX_WAIT_SECONDS, TimeUnit.SECONDS)
                            .sync();
                }
            }
        },
        JETTY {
            @Override
            void connect(URI uri, Inbox inbox, Conversation conversation) throws Exception {
                WebSocketClient client = new WebSocketClient();
                client.setMaxTextMessageSize(MAX_MESSAGE_BYTES);
                client.start();
                try {
                    ClientUpgradeRequest request = new ClientUpgradeRequest(uri);
                    request.addExtensions("permessage-deflate");
                    Session session =
                            client.connect(new JettyListener(inbox), request).get(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
                    conversation.hold(text -> session.sendText(text, Callback.NOOP));
                    session.disconnect();
                } finally {
                    client.stop();
                }
            }
        },
        TYRUS {
            @Override
            void connect(URI uri, Inbox inbox, Conversation conversation) throws Exception {
                ClientManager client = ClientManager.createClient(JdkClientContainer.class.getName());
                ClientEndpointConfig config = ClientEndpointConfig.Builder.create()
                        .extensions(List.of(new PerMessageDeflateExtension()))
                        .build();
                try (jakarta.websocket.Session session =
                        client.connectToServer(new TyrusEndpoint(inbox), config, uri)) {
                    conversation.hold(text -> session.getBasicRemote().sendText(text));
                } finally {
                    client.shutdown();
                }
            }
        },
        OKHTTP {
            @Override
            void connect(URI uri, Inbox inbox, Conversation conversation) throws Exception {
                OkHttpClient client = new OkHttpClient();
                Request request = new Request.Builder()
                        .url("http" + uri.toString().substring(2))
                        .build();
                okhttp3.WebSocket socket = client.newWebSocket(request, new OkHttpListener(inbox));
                conversation.hold(socket::send);
                socket.cancel();
                client.dispatcher().executorService().shutdown();
                client.connectionPool().evictAll();
            }
        },
        JDK_WITHOUT_COMPRESSION {
            @Override
            void connect(URI uri, Inbox inbox, Conversation conversation) throws Exception {
                WebSocket socket = HttpClient.newHttpClient()
                        .newWebSocketBuilder()
                        .buildAsync(uri, new JdkListener(inbox))
                        .get(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
                conversation.hold(text -> socket.sendText(text, true).join());
                socket.abort();
            }
        };

        abstract void connect(URI uri, Inbox inbox, Conversation conversation) throws Exception;
    }

    @ParameterizedTest
    @CsvSource({
        "NETTY, false",
        "NETTY, true",
        "JETTY, false",
        "JETTY, true",
        "TYRUS, false",
        "TYRUS, true",
        "OKHTTP, false",
        "OKHTTP, true",
        "JDK_WITHOUT_COMPRESSION, false"
    })
    void exchangesMessages(Client client, boolean contextTakeover) throws Exception {
        Inbox inbox = new Inbox();
        try (NettyServer server = ServersWithoutLifespan.builder(recordingOffers())
                .port(0)
                .compression(CompressionSettings.defaults().withContextTakeover(contextTakeover))
                .start()) {
            URI uri = URI.create("ws://127.0.0.1:" + server.localAddress().getPort() + "/");
            client.connect(uri, inbox, socket -> {
                for (String text : messages()) {
                    socket.send(text);

                    assertThat(inbox.poll(MAX_WAIT_SECONDS, TimeUnit.SECONDS)).isEqualTo(text);
                }
            });
        }
        assertThat(offers.poll(MAX_WAIT_SECONDS, TimeUnit.SECONDS))
                .contains(client == Client.JDK_WITHOUT_COMPRESSION ? "none" : "permessage-deflate");
    }

    private Application recordingOffers() {
        Application echo = Apps.echo();
        return (scope, receiver, sender) -> {
            offers.add(scope.headers().first(OFFER).orElse("none"));
            return echo.handle(scope, receiver, sender);
        };
    }

    /** Returns messages of various sizes. All of them are prefixes of the same text. */
    private static List<String> messages() {
        Random random = new Random(7);
        List<String> messages = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (int size : new int[] {1, 20, 125, 126, 1000, 2000, 40_000, 70_000, 300, 100_000}) {
            while (text.length() < size) {
                text.append("word ").append(random.nextInt(1000)).append(" é ");
            }
            messages.add(text.substring(0, size));
        }
        return messages;
    }

    private static ChannelInitializer<SocketChannel> nettyHandlers(URI uri, Inbox inbox, CompletableFuture<Void> open) {
        WebSocketClientProtocolConfig config = WebSocketClientProtocolConfig.newBuilder()
                .webSocketUri(uri)
                .allowExtensions(true)
                .maxFramePayloadLength(MAX_MESSAGE_BYTES)
                .build();
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                channel.pipeline()
                        .addLast(new HttpClientCodec())
                        .addLast(new HttpObjectAggregator(8192))
                        .addLast(new WebSocketClientCompressionHandler(0))
                        .addLast(new WebSocketClientProtocolHandler(config))
                        .addLast(new NettyHandler(inbox, open));
            }
        };
    }

    private static final class NettyHandler extends SimpleChannelInboundHandler<TextWebSocketFrame> {

        private final Inbox inbox;
        private final CompletableFuture<Void> open;

        NettyHandler(Inbox inbox, CompletableFuture<Void> open) {
            this.inbox = inbox;
            this.open = open;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
                open.complete(null);
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, TextWebSocketFrame frame) {
            inbox.add(frame.text());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            inbox.failed(cause);
            open.completeExceptionally(cause);
        }
    }

    /** Public because Jetty requires it. */
    public static final class JettyListener implements Session.Listener.AutoDemanding {

        private final Inbox inbox;

        JettyListener(Inbox inbox) {
            this.inbox = inbox;
        }

        @Override
        public void onWebSocketText(String text) {
            inbox.add(text);
        }

        @Override
        public void onWebSocketError(Throwable cause) {
            inbox.failed(cause);
        }
    }

    private static final class TyrusEndpoint extends Endpoint {

        private final Inbox inbox;

        TyrusEndpoint(Inbox inbox) {
            this.inbox = inbox;
        }

        @Override
        public void onOpen(jakarta.websocket.Session session, EndpointConfig config) {
            session.setMaxTextMessageBufferSize(MAX_MESSAGE_BYTES);
            session.addMessageHandler(String.class, (MessageHandler.Whole<String>) inbox::add);
        }

        @Override
        public void onClose(jakarta.websocket.Session session, CloseReason reason) {
            inbox.failed(reason);
        }

        @Override
        public void onError(jakarta.websocket.Session session, Throwable cause) {
            inbox.failed(cause);
        }
    }

    private static final class OkHttpListener extends WebSocketListener {

        private final Inbox inbox;

        OkHttpListener(Inbox inbox) {
            this.inbox = inbox;
        }

        @Override
        public void onMessage(okhttp3.WebSocket socket, String text) {
            inbox.add(text);
        }

        @Override
        public void onFailure(okhttp3.WebSocket socket, Throwable cause, Response response) {
            inbox.failed(cause);
        }
    }

    private static final class JdkListener implements WebSocket.Listener {

        private final Inbox inbox;
        private final StringBuilder parts = new StringBuilder();

        JdkListener(Inbox inbox) {
            this.inbox = inbox;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
            parts.append(part);
            if (last) {
                inbox.add(parts.toString());
                parts.setLength(0);
            }
            socket.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void onError(WebSocket socket, Throwable cause) {
            inbox.failed(cause);
        }
    }
}
