package io.channels4j.netty;

import io.channels4j.Application;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.Receiver;
import io.channels4j.Sender;
import io.channels4j.http.HttpDisconnect;
import io.channels4j.http.HttpRequest;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.HttpResponseStart;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketConnect;
import io.channels4j.websocket.WebSocketDisconnect;
import io.channels4j.websocket.WebSocketReceive;
import io.channels4j.websocket.WebSocketSend;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;

final class Apps {

    private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "app");
        thread.setDaemon(true);
        return thread;
    });

    private Apps() {}

    /** A blocking application, written like an ASGI coroutine. */
    interface Script {
        void run(Conversation conversation) throws Exception;
    }

    /** A connection with blocking methods, for use by a {@link Script}. */
    record Conversation(io.channels4j.Scope scope, Receiver receiver, Sender sender) {

        Event next() {
            return receiver.receive().toCompletableFuture().join();
        }

        void send(Event event) {
            sender.send(event).toCompletableFuture().join();
        }

        void respond(int status, Headers headers, String body) {
            send(new HttpResponseStart(status, headers));
            send(new HttpResponseBody(body.getBytes(StandardCharsets.UTF_8), false));
        }

        String body() {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            Event event = next();
            while (event instanceof HttpRequest part) {
                body.writeBytes(part.body());
                event = part.more() ? next() : new HttpDisconnect();
            }
            return body.toString(StandardCharsets.UTF_8);
        }
    }

    /** Returns an application that runs the script on a separate thread for each connection. */
    static Application script(Script script) {
        return (scope, receiver, sender) -> CompletableFuture.runAsync(
                () -> {
                    try {
                        script.run(new Conversation(scope, receiver, sender));
                    } catch (RuntimeException | Error e) {
                        throw e;
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                },
                THREADS);
    }

    /** Returns an application that echoes WebSocket messages on the event loop. */
    static Application echo() {
        return webSocket((message, sender) -> sender.send(
                message.isText() ? WebSocketSend.text(message.bytes()) : WebSocketSend.binary(message.bytes())));
    }

    /** Returns an application that accepts every WebSocket and passes each message to a function. */
    static Application webSocket(BiFunction<WebSocketReceive, Sender, CompletionStage<Void>> onMessage) {
        return (scope, receiver, sender) -> {
            CompletableFuture<Void> done = new CompletableFuture<>();
            pump(receiver, sender, onMessage, done);
            return done;
        };
    }

    private static void pump(
            Receiver receiver,
            Sender sender,
            BiFunction<WebSocketReceive, Sender, CompletionStage<Void>> onMessage,
            CompletableFuture<Void> done) {
        receiver.receive()
                .thenCompose(event -> {
                    if (event instanceof WebSocketConnect) {
                        return sender.send(new WebSocketAccept()).thenApply(nothing -> true);
                    }
                    if (event instanceof WebSocketReceive message) {
                        return onMessage.apply(message, sender).thenApply(nothing -> true);
                    }
                    return CompletableFuture.completedFuture(!(event instanceof WebSocketDisconnect));
                })
                .whenComplete((more, failure) -> {
                    if (failure != null) {
                        done.completeExceptionally(failure);
                    } else if (more) {
                        pump(receiver, sender, onMessage, done);
                    } else {
                        done.complete(null);
                    }
                });
    }
}
