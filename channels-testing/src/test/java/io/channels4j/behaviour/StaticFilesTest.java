package io.channels4j.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.channels4j.Application;
import io.channels4j.Event;
import io.channels4j.Scope;
import io.channels4j.http.HttpDisconnect;
import io.channels4j.http.HttpRequest;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.StaticFiles;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.HttpCommunicator.Response;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of static files (RFC 9110 §13 and §14). */
class StaticFilesTest {

    private static final Instant CHANGED = Instant.parse("2026-03-01T10:20:30Z");
    private static final String DATE = "Sun, 01 Mar 2026 10:20:30 GMT";

    @TempDir
    private Path parent;

    private Path root;
    private Application files;

    @BeforeEach
    void writeFiles() throws IOException {
        root = Files.createDirectory(parent.resolve("public"));
        write("index.html", "<h1>home</h1>");
        write("app.js", "0123456789");
        write("docs/index.html", "docs");
        write(".env", "secret");
        write(".git/config", "secret");
        write(".well-known/security.txt", "contact");
        Files.writeString(parent.resolve("private.txt"), "private");
        files = StaticFiles.of(root);
    }

    private Path write(String name, String content) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return Files.setLastModifiedTime(file, FileTime.from(CHANGED));
    }

    private Response get(String target, String... headers) {
        return request(files, "GET", target, headers);
    }

    private static Response request(Application application, String method, String target, String... headers) {
        HttpCommunicator.Builder builder = HttpCommunicator.builder(application, method, target);
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        try (HttpCommunicator peer = builder.build()) {
            return peer.getResponse();
        }
    }

    private static String header(Response response, String name) {
        return String.join("|", response.headers().all(name));
    }

    @Test
    void servesFilesWithTheirHeaders() {
        Response response = get("/app.js");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("0123456789");
        assertThat(header(response, "content-type")).isEqualTo("text/javascript; charset=utf-8");
        assertThat(header(response, "content-length")).isEqualTo("10");
        assertThat(header(response, "last-modified")).isEqualTo(DATE);
        assertThat(header(response, "etag")).matches("\"[0-9a-f]+-a\"");
        assertThat(header(response, "accept-ranges")).isEqualTo("bytes");
        assertThat(header(response, "cache-control")).isEqualTo("no-cache");
        assertThat(header(response, "x-content-type-options")).isEqualTo("nosniff");
        assertThat(response.headers().contains("vary")).isFalse();
    }

    @Test
    void servesTheDocumentedExample() {
        Application application = StaticFilesSnippets.application(root);

        assertThat(request(application, "GET", "/static/app.js").text()).isEqualTo("0123456789");
        assertThat(request(application, "GET", "/").text()).isEqualTo("<h1>home</h1>");
        assertThat(request(application, "GET", "/app.js").status()).isEqualTo(404);
        assertThat(request(application, "GET", "/static/../private.txt").status())
                .isEqualTo(404);
    }

    @Test
    void servesTheIndexOfDirectories() {
        assertThat(get("/").text()).isEqualTo("<h1>home</h1>");
        assertThat(get("/docs/").text()).isEqualTo("docs");
        Response redirect = get("/docs?x=1");
        assertThat(redirect.status()).isEqualTo(301);
        assertThat(header(redirect, "location")).isEqualTo("./docs/?x=1");
        assertThat(get("//docs").status()).isEqualTo(404);
    }

    @Test
    void respondsToHeadWithoutContent() {
        Response response = request(files, "HEAD", "/app.js");

        assertThat(response.status()).isEqualTo(200);
        assertThat(header(response, "content-length")).isEqualTo("10");
        assertThat(response.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS"})
    void rejectsOtherMethods(String method) {
        Response response = request(files, method, "/app.js");

        assertThat(response.status()).isEqualTo(405);
        assertThat(header(response, "allow")).isEqualTo("GET, HEAD");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/missing.js",
                "/../private.txt",
                "/%2e%2e/private.txt",
                "/..%2Fprivate.txt",
                "/docs/..%2f..%2fprivate.txt",
                "/%252e%252e/private.txt",
                "/..%5Cprivate.txt",
                "/docs%5Cindex.html",
                "/app.js%00.html",
                "/app.js/",
                "/app.js.",
                "/app.js%20",
                "/app.js::$DATA",
                "/./app.js",
                "//app.js",
                "/docs//index.html",
                "/.env",
                "/.git/config",
                "/docs/.well-known/x",
                "/C:/Windows/win.ini",
                "/app.js%0A",
                "/nul",
                "/Aux.js",
            })
    @DisplayName("P8: no path leads out of the root or to a hidden file")
    void servesNothingElse(String target) {
        assertThat(get(target).status()).isEqualTo(404);
    }

    @Test
    void servesNothingForVeryLongNames() {
        assertThat(get("/" + "a".repeat(5_000)).status()).isEqualTo(404);
        assertThat(get("/" + "a/".repeat(2_000)).status()).isEqualTo(404);
    }

    @Test
    void servesHiddenFilesOnlyOnRequest() {
        assertThat(get("/.well-known/security.txt").text()).isEqualTo("contact");
        Application all = StaticFiles.builder(root).hiddenFiles().build();
        assertThat(request(all, "GET", "/.env").text()).isEqualTo("secret");
    }

    @Test
    @DisplayName("P8: symbolic links are followed only within the root")
    void followsLinksWithinTheRoot() throws IOException {
        Files.createSymbolicLink(root.resolve("inside.js"), root.resolve("app.js"));
        Files.createSymbolicLink(root.resolve("outside.txt"), parent.resolve("private.txt"));
        Files.createSymbolicLink(root.resolve("up"), parent);
        Files.createSymbolicLink(root.resolve("loop"), root.resolve("loop"));
        Path sibling = Files.createDirectory(parent.resolve("public2"));
        Files.writeString(sibling.resolve("a.txt"), "a");
        Files.createSymbolicLink(root.resolve("sibling"), sibling);

        assertThat(get("/inside.js").text()).isEqualTo("0123456789");
        assertThat(get("/outside.txt").status()).isEqualTo(404);
        assertThat(get("/up/private.txt").status()).isEqualTo(404);
        assertThat(get("/up/public/app.js").text()).isEqualTo("0123456789"); // leads back into the root
        assertThat(get("/sibling/a.txt").status()).isEqualTo(404);
        assertThat(get("/loop").status()).isEqualTo(404);
    }

    @Test
    void hidesUnreadableFiles() throws IOException {
        Path file = write("locked.txt", "x");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assumeTrue(!Files.isReadable(file), "this user can read all files: nothing was tested");

        assertThat(get("/locked.txt").status()).isEqualTo(404);
    }

    @Test
    void answersConditionalRequests() {
        String tag = header(get("/app.js"), "etag");

        Response unchanged = get("/app.js", "if-none-match", "\"x\", W/" + tag);
        assertThat(unchanged.status()).isEqualTo(304);
        assertThat(unchanged.body()).isEmpty();
        assertThat(header(unchanged, "etag")).isEqualTo(tag);
        assertThat(header(unchanged, "cache-control")).isEqualTo("no-cache");
        assertThat(unchanged.headers().contains("content-type")).isFalse();
        assertThat(get("/app.js", "if-none-match", "*").status()).isEqualTo(304);
        assertThat(get("/app.js", "if-none-match", "\"x\"", "if-modified-since", DATE)
                        .status())
                .isEqualTo(200);
        assertThat(get("/app.js", "if-match", tag).status()).isEqualTo(200);
        assertThat(get("/app.js", "if-match", "W/" + tag).status()).isEqualTo(412);
        assertThat(get("/app.js", "if-match", "\"x\"").status()).isEqualTo(412);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "if-modified-since|Sun, 01 Mar 2026 10:20:30 GMT|304",
                "if-modified-since|Sunday, 01-Mar-26 10:20:30 GMT|304",
                "if-modified-since|Sun Mar  1 10:20:30 2026|304",
                "if-modified-since|Sun, 01 Mar 2026 10:20:29 GMT|200",
                "if-modified-since|yesterday|200",
                "if-unmodified-since|Sun, 01 Mar 2026 10:20:30 GMT|200",
                "if-unmodified-since|Sun, 01 Mar 2026 10:20:29 GMT|412",
                "if-unmodified-since|yesterday|200",
            })
    void comparesDates(String header, String value, int status) {
        assertThat(get("/app.js", header, value).status()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-3|206|bytes 0-3/10|0123",
                "bytes=4-|206|bytes 4-9/10|456789",
                "bytes=-3|206|bytes 7-9/10|789",
                "bytes=-30|206|bytes 0-9/10|0123456789",
                "bytes=8-99|206|bytes 8-9/10|89",
                "bytes=0-0|206|bytes 0-0/10|0",
                "bytes=10-|416|bytes */10|''",
                "bytes=-0|416|bytes */10|''",
                "bytes=3-2|200|''|0123456789",
                "bytes=0-1,4-5|200|''|0123456789",
                "bytes=-|200|''|0123456789",
                "bytes=a-b|200|''|0123456789",
                "bytes=99999999999999999999-|200|''|0123456789",
                "items=0-1|200|''|0123456789",
            })
    void answersRanges(String range, int status, String contentRange, String content) {
        Response response = get("/app.js", "range", range);

        assertThat(response.status()).isEqualTo(status);
        assertThat(header(response, "content-range")).isEqualTo(contentRange);
        assertThat(response.text()).isEqualTo(content);
    }

    @Test
    void answersRangesOfTheSameVersionOnly() {
        String tag = header(get("/app.js"), "etag");

        assertThat(get("/app.js", "range", "bytes=0-1", "if-range", tag).status())
                .isEqualTo(206);
        assertThat(get("/app.js", "range", "bytes=0-1", "if-range", DATE).status())
                .isEqualTo(206);
        assertThat(get("/app.js", "range", "bytes=0-1", "if-range", "W/" + tag).status())
                .isEqualTo(200);
        assertThat(get("/app.js", "range", "bytes=0-1", "if-range", "\"x\"").status())
                .isEqualTo(200);
        assertThat(request(files, "HEAD", "/app.js", "range", "bytes=0-1").status())
                .isEqualTo(200);
    }

    @Test
    void sendsEmptyFiles() throws IOException {
        write("empty.css", "");

        assertThat(get("/empty.css").status()).isEqualTo(200);
        assertThat(get("/empty.css").body()).isEmpty();
        assertThat(get("/empty.css", "range", "bytes=0-").status()).isEqualTo(416);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip, br|br|br!",
                "gzip|gzip|gz!",
                "br;q=0.5, gzip;q=0.8|gzip|gz!",
                "br;q=0, *|gzip|gz!",
                "br;q=0, gzip;q=0|''|0123456789",
                "deflate|''|0123456789",
                "gzip;q=x|''|0123456789",
            })
    void sendsCompressedCopies(String accepted, String coding, String content) throws IOException {
        write("app.js.br", "br!");
        write("app.js.gz", "gz!");

        Response response = get("/app.js", "accept-encoding", accepted);

        assertThat(response.text()).isEqualTo(content);
        assertThat(header(response, "content-encoding")).isEqualTo(coding);
        assertThat(header(response, "content-type")).isEqualTo("text/javascript; charset=utf-8");
        assertThat(header(response, "vary")).isEqualTo("Accept-Encoding");
    }

    @Test
    void givesCompressedCopiesTheirOwnTag() throws IOException {
        write("app.js.gz", "gzip 6789.");

        String plain = header(get("/app.js"), "etag");
        Response compressed = get("/app.js", "accept-encoding", "gzip");

        assertThat(header(compressed, "etag")).isNotEqualTo(plain);
        assertThat(get("/app.js", "accept-encoding", "gzip", "if-none-match", plain)
                        .status())
                .isEqualTo(200);
        assertThat(header(get("/app.js", "if-none-match", plain), "vary")).isEqualTo("Accept-Encoding");
        Application without = StaticFiles.builder(root).precompressed(false).build();
        assertThat(request(without, "GET", "/app.js", "accept-encoding", "gzip").text())
                .isEqualTo("0123456789");
    }

    @ParameterizedTest
    @CsvSource({
        "app.3f2a9c1b.js, true",
        "app-0123456789abcdef0123456789abcdef.css, true",
        "report-20240101.pdf, false",
        "effaced-deadbeef.txt, false",
        "app.js, false",
    })
    void letsBrowsersKeepFilesWithHashes(String name, boolean kept) throws IOException {
        write(name, "x");

        assertThat(header(get("/" + name), "cache-control"))
                .isEqualTo(kept ? "public, max-age=31536000, immutable" : "no-cache");
    }

    @Test
    void appliesSettings() throws IOException {
        write("assets/a.data", "x");
        Application own = StaticFiles.builder(root)
                .cacheControl("max-age=60")
                .immutable(path -> path.startsWith("assets/"))
                .contentType("DATA", "application/x-data")
                .header("content-security-policy", "default-src 'self'")
                .fallback("index.html")
                .build();

        Response asset = request(own, "GET", "/assets/a.data");
        assertThat(header(asset, "content-type")).isEqualTo("application/x-data");
        assertThat(header(asset, "cache-control")).endsWith("immutable");
        Response page = request(own, "GET", "/rooms/1");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text()).isEqualTo("<h1>home</h1>");
        assertThat(header(page, "cache-control")).isEqualTo("max-age=60");
        assertThat(header(page, "content-security-policy")).isEqualTo("default-src 'self'");
        assertThat(request(own, "GET", "/rooms/1.js").status()).isEqualTo(404);
        assertThat(request(own, "GET", "/docs").status()).isEqualTo(301);
    }

    @Test
    void servesFilesOfJars() throws IOException {
        Path jar = parent.resolve("page.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (String name : new String[] {"META-INF/resources/", "META-INF/resources/dir/"}) {
                out.putNextEntry(new ZipEntry(name));
            }
            out.putNextEntry(new ZipEntry("META-INF/resources/dir/index.html"));
            out.write("in a jar".getBytes(StandardCharsets.UTF_8));
            out.putNextEntry(new ZipEntry("secret.txt"));
        }
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
            Application packed =
                    StaticFiles.classPathBuilder("/META-INF/resources/", loader).build();

            Response response = request(packed, "GET", "/dir/");
            assertThat(response.text()).isEqualTo("in a jar");
            assertThat(header(response, "etag")).matches("\"[0-9a-f]{24}\"");
            assertThat(request(packed, "GET", "/dir/index.html", "range", "bytes=3-")
                            .text())
                    .isEqualTo("a jar");
            assertThat(request(packed, "GET", "/dir/index.html", "if-none-match", header(response, "etag"))
                            .status())
                    .isEqualTo(304);
            assertThat(request(packed, "GET", "/dir").status()).isEqualTo(301);
            assertThat(request(packed, "GET", "/").status()).isEqualTo(404);
            assertThat(request(packed, "GET", "/../../secret.txt").status()).isEqualTo(404);
        }
    }

    @Test
    void servesFilesOfClassPathDirectories() throws IOException {
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {parent.toUri().toURL()}, null)) {
            Application unpacked =
                    StaticFiles.classPathBuilder("public", loader).build();

            assertThat(request(unpacked, "GET", "/app.js").text()).isEqualTo("0123456789");
            assertThat(request(unpacked, "GET", "/docs").status()).isEqualTo(301);
            write("app.js", "changed");
            assertThat(request(unpacked, "GET", "/app.js").text()).isEqualTo("changed");
        }
    }

    @Test
    void rejectsInvalidRoots() {
        assertThatIllegalArgumentException().isThrownBy(() -> StaticFiles.of(parent.resolve("absent")));
        assertThatIllegalArgumentException().isThrownBy(() -> StaticFiles.of(root.resolve("app.js")));
        assertThatIllegalArgumentException().isThrownBy(() -> StaticFiles.ofClassPath("/"));
    }

    @Test
    @DisplayName("P3: a file is read only as fast as the peer takes it")
    void readsPieceByPiece() throws IOException {
        byte[] content = new byte[1_000_000];
        new Random(1).nextBytes(content);
        Files.write(root.resolve("big.bin"), content);
        Queue<HttpResponseBody> parts = new ConcurrentLinkedQueue<>();
        Queue<CompletableFuture<Void>> stages = new ConcurrentLinkedQueue<>();
        CompletableFuture<Event> disconnect = new CompletableFuture<>();
        Queue<CompletableFuture<Event>> events = new ConcurrentLinkedQueue<>();
        events.add(CompletableFuture.completedFuture(new HttpRequest(new byte[0], false)));
        events.add(disconnect);
        ExecutorService loop = Executors.newSingleThreadExecutor();
        Scope scope = Scope.builder("http").path("/big.bin").executor(loop).build();

        CompletableFuture<Void> handled = files.handle(scope, events::remove, event -> {
                    if (!(event instanceof HttpResponseBody part)) {
                        return CompletableFuture.completedFuture(null);
                    }
                    parts.add(part);
                    CompletableFuture<Void> taken = new CompletableFuture<>();
                    stages.add(taken);
                    return taken;
                })
                .toCompletableFuture();

        int received = 0;
        while (received < content.length) {
            await().until(() -> stages.size() == 1);
            assertThat(parts).hasSize(1);
            HttpResponseBody part = parts.remove();
            assertThat(part.body()).hasSizeLessThanOrEqualTo(64 * 1024);
            received += part.body().length;
            assertThat(part.more()).isEqualTo(received < content.length);
            stages.remove().complete(null);
        }
        disconnect.complete(HttpDisconnect.afterResponse());
        assertThat(handled).succeedsWithin(java.time.Duration.ofSeconds(5));
        loop.shutdown();
    }
}
