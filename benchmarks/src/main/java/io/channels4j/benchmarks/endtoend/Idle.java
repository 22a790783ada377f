package io.channels4j.benchmarks.endtoend;

import io.channels4j.benchmarks.ContractServer;
import io.channels4j.benchmarks.bare.BareNettyServer;
import io.channels4j.benchmarks.endtoend.Comparison.Spread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Measures the memory of idle connections and the CPU time for their pings. Each server runs in a new process for every
 * round. The order alternates between rounds.
 */
public final class Idle {

    private static final int MOST_CONNECTIONS = 19_000;
    private static final int FILES_FOR_OTHERS = 1_000;
    private static final int ASKED = 200;
    private static final int CLASSES_SHOWN = 30;
    private static final String BROWSER = String.join(
            "\r\n",
            "pragma: no-cache",
            "cache-control: no-cache",
            "user-agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0"
                    + " Safari/537.36",
            "origin: http://localhost:8000",
            "accept-encoding: gzip, deflate, br, zstd",
            "accept-language: en-US,en;q=0.9",
            "cookie: sessionid=0123456789abcdef0123456789abcdef",
            "sec-websocket-extensions: permessage-deflate; client_max_window_bits",
            "");
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final int connections;
    private final int rounds;
    private final String path;
    private final String headers;
    private final Duration pings;
    private final CpuPinning cores = CpuPinning.divide();

    /**
     * The measurements of one server.
     *
     * @param heap the live heap per connection, in bytes
     * @param resident the resident memory per connection, in bytes
     * @param micros the CPU time per ping, in microseconds
     * @param cpu the CPU time while pinging, as a percentage of one core
     */
    record Cost(double heap, double resident, double micros, double cpu) {}

    private Idle(int connections, int rounds, String path, String headers, Duration pings) {
        this.headers = headers;
        this.connections = connections;
        this.rounds = rounds;
        this.path = path;
        this.pings = pings;
    }

    /**
     * Runs the benchmark and prints the table. For each server, it also prints the classes that account for the heap used by its
     * connections.
     *
     * @param arguments in any order {@code connections=19000} (default: as many as the limit on open files allows), {@code
     *     rounds=3}, {@code path=/ws/echo/}, {@code headers=browser} (default: only the required headers) and {@code pings=PT20S}
     */
    public static void main(String... arguments) {
        int connections = mostConnections();
        int rounds = 3;
        String path = "/ws/echo/";
        String headers = "";
        Duration pings = Duration.ofSeconds(20);
        for (String argument : arguments) {
            String value = argument.substring(argument.indexOf('=') + 1);
            switch (argument.substring(0, Math.max(0, argument.indexOf('=')))) {
                case "connections" -> connections = Integer.parseInt(value);
                case "rounds" -> rounds = Integer.parseInt(value);
                case "path" -> path = value;
                case "headers" -> headers = value.equals("browser") ? BROWSER : "";
                case "pings" -> pings = Duration.parse(value);
                default ->
                    throw new IllegalArgumentException(
                            "option: \"%s\" (expected: connections=, rounds=, path=, headers= or pings=)"
                                    .formatted(argument));
            }
        }
        new Idle(connections, rounds, path, headers, pings).run();
    }

    private static int mostConnections() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
                String[] words = line.split("\\s+", -1);
                if (line.startsWith("Max open files") && words[3].matches("\\d+")) {
                    return Math.min(MOST_CONNECTIONS, Integer.parseInt(words[3]) - FILES_FOR_OTHERS);
                }
            }
        } catch (IOException notLinux) {
            // the limit is unknown
        }
        return MOST_CONNECTIONS;
    }

    private void run() {
        List<Cost> ours = new ArrayList<>();
        List<Cost> bare = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            if (round % 2 == 0) {
                ours.add(measure(ContractServer.class));
                bare.add(measure(BareNettyServer.class));
            } else {
                bare.add(measure(BareNettyServer.class));
                ours.add(measure(ContractServer.class));
            }
        }
        System.out.printf(
                "%n%,d idle connections on %s, pings every %s, %d rounds, Java %s, %s%n%n",
                connections,
                path,
                pings,
                rounds,
                System.getProperty("java.runtime.version"),
                cores.pinned() ? "server on the first core, client on the second" : "nothing pinned");
        System.out.println("| | ours | bare Netty | ours / bare |\n|---|---|---|---|");
        row("live heap, bytes per connection", ours, bare, Cost::heap);
        row("resident memory, bytes per connection", ours, bare, Cost::resident);
        row("CPU time per ping and pong, us", ours, bare, Cost::micros);
        row("CPU, % of a core", ours, bare, Cost::cpu);
    }

    private static void row(String what, List<Cost> ours, List<Cost> bare, ToDoubleFunction<Cost> figure) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < ours.size(); i++) {
            ratios.add(figure.applyAsDouble(ours.get(i)) / figure.applyAsDouble(bare.get(i)));
        }
        System.out.printf(
                "| %s | %s | %s | %s |%n", what, text(ours, figure), text(bare, figure), text(ratios, "%.2f"));
    }

    private static String text(List<Cost> costs, ToDoubleFunction<Cost> figure) {
        return text(costs.stream().map(figure::applyAsDouble).toList(), "%,.1f");
    }

    private static String text(List<Double> values, String form) {
        Spread spread = Spread.of(values);
        return String.format(
                Locale.ROOT, form + " (" + form + " to " + form + ")", spread.median(), spread.least(), spread.most());
    }

    private Cost measure(Class<?> server) {
        List<String> options = List.of(Setting.ONE.jvmOption(), "-Dcontract.pings=" + pings);
        try (ServerProcess process = ServerProcess.start(server, options, List.of(), cores);
                Client client = new Client(List.of(process.port()), Wire.PLAIN)) {
            use(client, new IdleConnections(client, path, headers, ASKED));
            LiveHeap heapBefore = LiveHeap.of(process.handle());
            long residentBefore = ResidentMemory.of(process.handle());
            IdleConnections sleepers = new IdleConnections(client, path, headers, connections);
            await(client, sleepers::open);
            LiveHeap heap = LiveHeap.of(process.handle());
            long resident = ResidentMemory.of(process.handle());
            Cost cost = pinged(process, client, sleepers, heap.total() - heapBefore.total(), resident - residentBefore);
            await(client, () -> ask(sleepers));
            System.out.printf(
                    "%-16s %,9.1f bytes of heap, %,9.1f resident, %6.2f us per ping, %5.2f %% of a core%n",
                    server.getSimpleName(), cost.heap(), cost.resident(), cost.micros(), cost.cpu());
            heap.growthPerConnection(heapBefore, connections, CLASSES_SHOWN).forEach(System.out::println);
            return cost;
        }
    }

    private void use(Client client, IdleConnections few) {
        await(client, few::open);
        await(client, () -> ask(few));
    }

    /** Checks that connections still work. In a chat room, only one message is sent, because it goes to all members. */
    private CompletableFuture<Void> ask(IdleConnections sleepers) {
        return path.startsWith("/ws/chat/")
                ? sleepers.ask(1, Payload.saying(32))
                : sleepers.ask(ASKED, Payload.plain(32));
    }

    /** Waits for two ping intervals, then measures for another two. */
    private Cost pinged(ServerProcess process, Client client, IdleConnections sleepers, long heap, long resident) {
        Duration time = pings.multipliedBy(2);
        after(client, time, sleepers::pings);
        long pingsBefore = after(client, Duration.ZERO, sleepers::pings);
        Duration before = CpuTime.of(List.of(process.handle()));
        long began = System.nanoTime();
        long counted = after(client, time, sleepers::pings) - pingsBefore;
        double seconds = (System.nanoTime() - began) / 1e9;
        double used = CpuTime.of(List.of(process.handle())).minus(before).toNanos() / 1e9;
        return new Cost(
                (double) heap / connections,
                (double) resident / connections,
                1e6 * used / Math.max(1, counted),
                100 * used / seconds);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the inner stage is awaited
    private static void await(Client client, Supplier<CompletableFuture<Void>> task) {
        try {
            CompletableFuture.supplyAsync(task, client.loop())
                    .thenCompose(done -> done)
                    .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("idle: connections failed or did not echo", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static long after(Client client, Duration delay, Callable<Long> task) {
        try {
            return client.loop()
                    .schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS)
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
