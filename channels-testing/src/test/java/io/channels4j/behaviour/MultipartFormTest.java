package io.channels4j.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.channels4j.ClientErrorException;
import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.consumer.Consumer;
import io.channels4j.http.Form;
import io.channels4j.http.FormFile;
import io.channels4j.http.FormLimits;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.HttpCommunicator.Response;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of multipart forms (RFC 7578, RFC 2046 §5.1). */
class MultipartFormTest {

    private static final String TWO_PARTS = "--AaB03x\r\n"
            + "content-disposition: form-data; name=\"field1\"\r\n"
            + "content-type: text/plain;charset=UTF-8\r\n"
            + "\r\n"
            + "Joe owes \u20ac100.\r\n"
            + "--AaB03x\r\n"
            + "Content-Disposition: form-data; name=\"pics\"; filename=\"file1.txt\"\r\n"
            + "Content-Type: text/plain\r\n"
            + "\r\n"
            + "line 1\r\nline 2\r\n\r\n"
            + "--AaB03x--\r\n";

    private static Scope scope(String contentType) {
        return Scope.builder("http")
                .method("POST")
                .headers(Headers.of("content-type", contentType))
                .build();
    }

    private static Form form(String body) {
        return form(body, FormLimits.defaults());
    }

    private static Form form(String body, FormLimits limits) {
        return Form.of(scope("multipart/form-data; boundary=AaB03x"), body.getBytes(StandardCharsets.UTF_8), limits);
    }

    private static String part(String headers, String content) {
        return "--AaB03x\r\n" + headers + "\r\n\r\n" + content + "\r\n--AaB03x--";
    }

    private static void assertRejected(int status, Runnable parsing) {
        assertThatThrownBy(parsing::run)
                .asInstanceOf(type(ClientErrorException.class))
                .extracting(ClientErrorException::status)
                .isEqualTo(status);
    }

    @Test
    void readsFieldsAndFiles() {
        Form form = form(TWO_PARTS);

        assertThat(form.get("field1")).hasValue("Joe owes \u20ac100.");
        assertThat(form.names()).containsExactly("field1");
        assertThat(form.fileNames()).containsExactly("pics");
        FormFile file = form.file("pics").orElseThrow();
        assertThat(file.filename()).isEqualTo("file1.txt");
        assertThat(file.contentType()).isEqualTo("text/plain");
        assertThat(file.bytes()).asString().isEqualTo("line 1\r\nline 2\r\n");
        assertThat(file.toString()).doesNotContain("line 1");
        assertThat(form).hasToString("Form[field1] with files [pics]");
    }

    @Test
    void namesHaveTheOrderOfTheForm() {
        assertThat(Form.of("zeta=1&alpha=2&mid=3&beta=4&zeta=5".getBytes(StandardCharsets.UTF_8))
                        .names())
                .containsExactly("zeta", "alpha", "mid", "beta");
    }

    @Test
    void readsSeveralFilesOfOneField() {
        String one = "--AaB03x\r\nContent-Disposition: form-data; name=a; filename=";
        Form form = form(one + "1.bin\r\n\r\n1\r\n" + one + "2.bin\r\n\r\n22\r\n--AaB03x--");

        assertThat(form.files("a")).extracting(FormFile::filename).containsExactly("1.bin", "2.bin");
        assertThat(form.files("a").get(1).bytes()).hasSize(2);
        assertThat(form.file("b")).isEmpty();
    }

    @Test
    void omitsFileInputsWithoutFile() {
        Form form = form(part(
                "Content-Disposition: form-data; name=\"doc\"; filename=\"\"\r\nContent-Type: application/octet-stream",
                ""));

        assertThat(form.files("doc")).isEmpty();
        assertThat(form.get("doc")).isEmpty();
    }

    @Test
    void readsAnEmptyForm() {
        assertThat(form("--AaB03x--\r\n").names()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "filename=\"../../etc/passwd\"|passwd",
                "filename=\"C:\\dir\\photo.png\"|photo.png",
                "filename=\"a\\\"b.txt\"|a\"b.txt",
                "filename=\"a%22b.txt\"|a\"b.txt",
                "filename=\"\u00fcber 100%.txt\"|\u00fcber 100%.txt",
                "filename=\"x.txt\"; filename*=UTF-8''evil.txt|x.txt",
                "filename=\"a%0D%0Ab.txt\"|ab.txt",
            })
    void returnsNamesOfFilesWithoutDirectories(String parameter, String name) {
        Form form = form(part("Content-Disposition: form-data; name=\"f\"; " + parameter, "x"));

        assertThat(form.file("f").orElseThrow().filename()).isEqualTo(name);
    }

    @Test
    void usesCharsetOfFormAndOfPart() {
        byte[] body = ("--AaB03x\r\nContent-Disposition: form-data; name=\"_charset_\"\r\n\r\niso-8859-1\r\n"
                        + "--AaB03x\r\nContent-Disposition: form-data; name=\"latin\"\r\n\r\n\u00e9\r\n"
                        + "--AaB03x\r\nContent-Disposition: form-data; name=\"utf\"\r\n"
                        + "Content-Type: text/plain; charset=utf-8\r\n\r\n\u00c3\u00a9\r\n--AaB03x--")
                .getBytes(StandardCharsets.ISO_8859_1);

        Form form = Form.of(scope("multipart/form-data; boundary=\"AaB03x\""), body);

        assertThat(form.get("latin")).hasValue("\u00e9");
        assertThat(form.get("utf")).hasValue("\u00e9");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "preamble\r\n--AaB03x--",
                "--AaB03x",
                "--AaB03x\r\n",
                "--AaB03x--epilogue",
                "--AaB03x--\r\nepilogue",
                "--AaB03xy\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--AaB03x--",
                "--AaB03x\nContent-Disposition: form-data; name=a\n\nx\n--AaB03x--",
                "--AaB03x\r\nContent-Disposition: form-data; name=a\r\n\r\nx",
                "--AaB03x\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--AaB03",
            })
    void rejectsInvalidStructure(String body) {
        assertRejected(400, () -> form(body));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X: y",
                "Content-Disposition: form-data",
                "Content-Disposition: attachment; name=a",
                "Content-Disposition: form-data; name=\"a",
                "Content-Disposition: form-data; name=a; name=b",
                "Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b",
                "Content-Disposition: form-data;\r\n name=a",
                "Content-Disposition: form-data; name=\"a\nb\"",
                "Content-Disposition: form-data; name=\"a\0b\"",
                "Content-Disposition form-data",
                ": form-data",
                "Content-Disposition: form-data; name=a\r\nContent-Type: multipart/mixed; boundary=b",
                "Content-Disposition: form-data; name=a\r\nContent-Type: text/plain; charset=nonsense",
                "Content-Disposition: form-data; name=a\r\nContent-Type: text/plain; charset=us-ascii",
                "Content-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64",
            })
    void rejectsInvalidParts(String headers) {
        assertRejected(400, () -> form(part(headers, "\u00e9")));
    }

    @Test
    @DisplayName("P3: parts, their size, their headers and the whole form are limited")
    void limitsEverything() {
        FormLimits limits = FormLimits.defaults();

        assertThat(form(TWO_PARTS, limits.withMaxParts(2)).names()).hasSize(1);
        assertRejected(413, () -> form(TWO_PARTS, limits.withMaxParts(1)));
        assertThat(form(TWO_PARTS, limits.withMaxPartBytes(16)).file("pics")).isPresent();
        assertRejected(413, () -> form(TWO_PARTS, limits.withMaxPartBytes(15)));
        assertRejected(413, () -> form(TWO_PARTS, limits.withMaxBytes(TWO_PARTS.length())));
        assertThat(form(TWO_PARTS, limits.withMaxHeaderBytes(91)).names()).hasSize(1);
        assertRejected(413, () -> form(TWO_PARTS, limits.withMaxHeaderBytes(90)));
    }

    @Test
    void limitsFieldsOfUrlEncodedForms() {
        Scope scope = scope("application/x-www-form-urlencoded");
        byte[] body = "a=1&b=2&c=3".getBytes(StandardCharsets.US_ASCII);

        assertThat(Form.of(scope, body).get("c")).hasValue("3");
        assertRejected(413, () -> Form.of(scope, body, FormLimits.defaults().withMaxParts(2)));
        assertRejected(413, () -> Form.of(scope, body, FormLimits.defaults().withMaxBytes(10)));
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, 415",
        "text/plain, 415",
        "multipart/mixed; boundary=a, 415",
        "multipart/form-data, 400",
        "multipart/form-data; boundary=, 400",
        "multipart/form-data; boundary=\"a b \", 400",
        "multipart/form-data; boundary=a\u00e9, 400",
        "multipart/form-data; boundary=a; boundary=b, 400",
    })
    void rejectsOtherContentTypes(String contentType, int status) {
        assertRejected(status, () -> Form.of(scope(contentType), new byte[0]));
    }

    @Test
    void rejectsRequestsWithoutContentType() {
        assertRejected(415, () -> Form.of(Scope.builder("http").build(), new byte[0]));
    }

    @Test
    @DisplayName("P7: no body causes a failure other than 400 or 413")
    void failsOnlyWithClientErrors() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        byte[] valid = TWO_PARTS.getBytes(StandardCharsets.UTF_8);
        String alphabet = "\r\n-\"\\;=: \0%AaB03x\u00ff";
        int rejected = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] body = valid.clone();
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                body[random.nextInt(body.length)] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
            }
            try {
                Form.of(
                        scope("multipart/form-data; boundary=AaB03x"),
                        java.util.Arrays.copyOf(
                                body, random.nextInt(4) == 0 ? random.nextInt(body.length) : body.length));
            } catch (ClientErrorException e) {
                rejected++;
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + i, e);
            }
        }
        assertThat(rejected).as("seed %d", seed).isGreaterThan(5_000);
    }

    @Test
    void readsUploadOfTheDocumentedExample() {
        assertThat(upload(avatar("abc")).json().get("bytes").asInt()).isEqualTo(3);
        assertRejected(413, () -> upload(avatar("x".repeat(200_001))));
    }

    private static String avatar(String content) {
        return part("Content-Disposition: form-data; name=\"avatar\"; filename=\"me.png\"", content);
    }

    private static Response upload(String body) {
        try (HttpCommunicator peer = HttpCommunicator.builder(
                        Consumer.application(FormSnippets.AvatarConsumer::new), "POST", "/")
                .header("content-type", "multipart/form-data; boundary=AaB03x")
                .body(body)
                .build()) {
            return peer.getResponse();
        }
    }
}
