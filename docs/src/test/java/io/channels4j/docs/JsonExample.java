package io.channels4j.docs;

import io.channels4j.Broadcast;
import io.channels4j.Message;
import io.channels4j.consumer.Handles;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.routing.Route;
import io.channels4j.websocket.AsyncJsonWebsocketConsumer;
import io.channels4j.websocket.InvalidJson;
import io.channels4j.websocket.ReceivesJson;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** The code in docs/json.md. */
final class JsonExample {

    private JsonExample() {}

    // @start region="orders"
    public static final class OrderConsumer extends AsyncJsonWebsocketConsumer {

        record Item(String article, BigDecimal price) {}

        record Order(int number, List<Item> items) {}

        record Refused(String type, String detail) {}

        @ReceivesJson("order")
        CompletionStage<Void> order(Order order) {
            return groupSend("kitchen", Message.of("order.placed", order));
        }

        @Override
        protected CompletionStage<Void> receiveInvalid(InvalidJson invalid) {
            return sendJson(new Refused("refused", invalid.detail()));
        }
    }
    // @end

    // @start region="generic"
    record Page<T>(int number, List<T> items) {}

    abstract static class PageConsumer<T> extends AsyncJsonWebsocketConsumer {

        @Handles("page.changed")
        CompletionStage<Void> changed(Page<T> page) {
            return sendJson(page);
        }
    }

    public static final class OrderPages extends PageConsumer<OrderConsumer.Order> {

        @Override
        protected Set<String> groups() {
            return Set.of("orders");
        }
    }
    // @end

    static Route route() {
        // @start region="route"
        return Route.path("ws/orders/", OrderPages.class, OrderPages::new);
        // @end
    }

    // @start region="unhandled"
    public static final class Kitchen extends AsyncJsonWebsocketConsumer {

        @Handles("order.placed")
        CompletionStage<Void> placed(OrderConsumer.Order order) {
            return sendJson(order);
        }

        @Override
        protected CompletionStage<Void> unhandled(Message message, String reason) {
            return sendJson(new OrderConsumer.Refused("reload", "this page is older than the server"));
        }
    }
    // @end

    // @start region="latest"
    record Cursor(String user, int line) {}

    static CompletionStage<Void> moved(ChannelLayer layer, Cursor cursor) {
        Message message =
                Message.of("cursor.moved", cursor).latest(cursor.user()).ephemeral();
        return layer.groupSend("document.7", message);
    }

    static CompletionStage<Void> traded(ChannelLayer layer, String symbol, BigDecimal price) {
        return layer.groupSend("prices", Broadcast.json(price).latest(symbol));
    }
    // @end
}
