package io.channels4j.auth.jwt;

import io.channels4j.internal.Durations;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Reads a key set over HTTP. Redirects are not followed. */
final class UrlLoader implements JwksLoader {

    private static final int OK = 200;

    private final HttpClient client;
    private final HttpRequest request;
    private final JwksSettings settings;

    UrlLoader(URI url, JwksSettings settings) {
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Durations.clamp(settings.timeout()))
                .build();
        this.request = HttpRequest.newBuilder(url)
                .timeout(Durations.clamp(settings.timeout()))
                .header("accept", "application/jwk-set+json, application/json")
                .build();
        this.settings = settings;
    }

    @Override
    public CompletionStage<byte[]> load() {
        CompletableFuture<HttpResponse<byte[]>> exchange =
                client.sendAsync(request, head -> new LimitedBody(settings.maxBytes()));
        CompletableFuture<HttpResponse<byte[]>> inTime =
                exchange.copy().orTimeout(Durations.nanos(settings.timeout()), TimeUnit.NANOSECONDS);
        return inTime.whenComplete((response, failure) -> exchange.cancel(true)) // has no effect on a complete exchange
                .thenApply(UrlLoader::body);
    }

    private static byte[] body(HttpResponse<byte[]> response) {
        if (response.statusCode() != OK) {
            throw new CompletionException(
                    new IOException("status: %d (expected: %d)".formatted(response.statusCode(), OK)));
        }
        return response.body();
    }

    /** Collects the body of a response, up to a limit. */
    private static final class LimitedBody implements BodySubscriber<byte[]> {

        private final int maxBytes;
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();
        private final CompletableFuture<byte[]> result = new CompletableFuture<>();
        private Flow.@Nullable Subscription subscription;

        LimitedBody(int maxBytes) {
            this.maxBytes = maxBytes;
        }

        @Override
        public CompletionStage<byte[]> getBody() {
            return result;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            given.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                if (result.isDone() || received.size() + buffer.remaining() > maxBytes) {
                    tooLarge();
                    return;
                }
                byte[] bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                received.write(bytes, 0, bytes.length);
            }
        }

        private void tooLarge() {
            result.completeExceptionally(new IOException("size: more than %d bytes".formatted(maxBytes)));
            if (subscription != null) {
                subscription.cancel();
            }
        }

        @Override
        public void onError(Throwable failure) {
            result.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            result.complete(received.toByteArray());
        }
    }
}
