package io.channels4j.examples.ticker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MarketTest {

    private final Market market = new Market(new Random(1));

    @Test
    void reportsThePriceOfEveryShare() {
        Map<String, Long> prices = new TreeMap<>();

        market.move(prices::put);

        assertThat(prices).containsOnlyKeys("BRICK", "CLOUD", "FERRY", "HONEY", "LATHE");
        assertThat(prices.values()).allSatisfy(cents -> assertThat(cents).isPositive());
    }

    @Test
    void announcesTheMostExpensiveShare() {
        assertThat(market.headline()).isEqualTo("CLOUD leads the market");
    }
}
