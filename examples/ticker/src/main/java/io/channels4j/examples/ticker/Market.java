package io.channels4j.examples.ticker;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;
import java.util.random.RandomGenerator;

/** A market of fictional shares with random prices. Confined to one thread. */
final class Market {

    private static final double STEP = 0.004;

    private final RandomGenerator random;
    private final Map<String, Long> cents = new TreeMap<>(
            Map.of("BRICK", 4_210L, "CLOUD", 31_875L, "FERRY", 1_640L, "HONEY", 9_905L, "LATHE", 12_350L));

    Market(RandomGenerator random) {
        this.random = random;
    }

    /** Changes all prices slightly and passes each to the listener. */
    void move(ObjLongConsumer<String> listener) {
        cents.replaceAll((symbol, price) -> Math.max(1, Math.round(price * (1 + STEP * random.nextGaussian()))));
        cents.forEach(listener::accept);
    }

    /** Returns a headline about the most expensive share. */
    String headline() {
        String mostExpensive = cents.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
        return mostExpensive + " leads the market";
    }
}
