package io.channels4j.examples.ticker;

import static io.channels4j.routing.Route.path;

import io.channels4j.Application;
import io.channels4j.Broadcast;
import io.channels4j.Message;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.netty.NettyServer;
import io.channels4j.netty.settings.ServerTimeouts;
import io.channels4j.routing.ProtocolTypeRouter;
import io.channels4j.routing.URLRouter;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * The ticker server: routes, channel layer, Netty server and the publishing thread.
 *
 * <p>Thread-safe.
 */
public final class TickerServer implements AutoCloseable {

    private static final int KEPT_PRICES = 300;

    private final History history;
    private final InMemoryChannelLayer layer;
    private final NettyServer server;

    /** The only thread that publishes prices and headlines. Prices are therefore sent in the order of their ids. */
    private final ScheduledExecutorService publisher;

    private TickerServer(History history, InMemoryChannelLayer layer, NettyServer server) {
        this.history = history;
        this.layer = layer;
        this.server = server;
        this.publisher = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "ticker-publisher");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Starts the ticker on the port in the environment variable {@code PORT}. It publishes a new price for every share each
     * second.
     *
     * @param arguments not used
     */
    public static void main(String... arguments) {
        TickerServer ticker = start(
                Integer.parseInt(System.getenv().getOrDefault("PORT", "8000")),
                new History(KEPT_PRICES, InstantSource.system()));
        Runtime.getRuntime().addShutdownHook(new Thread(ticker::close, "ticker-close"));
        ticker.follow(new Market(RandomGenerator.getDefault()));
        System.out.println("Ticker is running at " + ticker.address());
    }

    /** Starts a ticker without a market. Port 0 selects a free port. */
    static TickerServer start(int port, History history) {
        InMemoryChannelLayer layer = InMemoryChannelLayer.create();
        try {
            NettyServer server = NettyServer.builder(application(history))
                    .channelLayer(layer)
                    .port(port)
                    .timeouts(ServerTimeouts.defaults().withDrain(Duration.ofSeconds(2)))
                    .start();
            return new TickerServer(history, layer, server);
        } catch (RuntimeException e) {
            layer.close();
            throw e;
        }
    }

    static Application application(History history) {
        return ProtocolTypeRouter.builder()
                .http(URLRouter.of(
                        path("prices", () -> new TickerConsumer(history)),
                        path("", PageConsumer::new).with("file", "index.html"),
                        path("<str:file>", PageConsumer::new)))
                .build();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // ends with the publisher
    private void follow(Market market) {
        publisher.scheduleAtFixedRate(() -> market.move(this::publish), 0, 1, TimeUnit.SECONDS);
        publisher.scheduleAtFixedRate(() -> announce(market.headline()), 10, 20, TimeUnit.SECONDS);
    }

    /**
     * Publishes a price. The price is stored before it is sent, so that a browser that connects in between finds it in the
     * history.
     */
    void publish(String symbol, long cents) {
        publisher.execute(() -> send(TickerConsumer.tick(history.add(symbol, cents))));
    }

    /** Sends a headline to all connected browsers. */
    void announce(String headline) {
        publisher.execute(() -> send(Broadcast.text(headline)));
    }

    private void send(Message message) {
        var unused = layer.groupSend(TickerConsumer.GROUP, message); // a price that is lost is followed by another
    }

    /** Returns the number of open streams. */
    int watchers() {
        return layer.groupSize(TickerConsumer.GROUP);
    }

    /** Returns the address of the page. */
    URI address() {
        return URI.create("http://localhost:" + server.localAddress().getPort() + "/");
    }

    /**
     * Ends all streams immediately, then closes the server. The server alone would end them gradually over its drain
     * time.
     */
    @Override
    public void close() {
        publisher.shutdown();
        send(TickerConsumer.end());
        server.close();
        layer.close();
    }
}
