package io.channels4j.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.consumer.Consumer;
import io.channels4j.http.Form;
import io.channels4j.testing.HttpCommunicator;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FormTest {

    private static Form form(String body) {
        return Form.of(body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void decodesNamesAndValues() {
        Form form = form("full+name=Ada+Lovelace&note=a%26b%3Dc&city=Z%C3%BCrich&empty=&flag");

        assertThat(form.get("full name")).hasValue("Ada Lovelace");
        assertThat(form.get("note")).hasValue("a&b=c");
        assertThat(form.get("city")).hasValue("Zürich");
        assertThat(form.get("empty")).hasValue("");
        assertThat(form.get("flag")).hasValue("");
        assertThat(form.get("missing")).isEmpty();
        assertThat(form.names()).containsExactlyInAnyOrder("full name", "note", "city", "empty", "flag");
    }

    @Test
    void returnsAllValuesOfAField() {
        assertThat(form("tag=a&tag=b&tag=a").all("tag")).containsExactly("a", "b", "a");
        assertThat(form("").all("tag")).isEmpty();
    }

    @Test
    void leavesInvalidEncodingsUndecoded() {
        assertThat(form("a=%zz&b=%ff").all("a")).containsExactly("%zz");
        assertThat(form("a=%zz&b=%ff").all("b")).containsExactly("%ff");
    }

    @Test
    void doesNotPrintValues() {
        assertThat(form("password=secret")).hasToString("Form[password]");
    }

    @Test
    void readsTheBodyOfTheDocumentedExample() {
        try (HttpCommunicator peer = HttpCommunicator.builder(
                        Consumer.application(FormSnippets.GreetingConsumer::new), "POST", "/")
                .body("name=Ada")
                .build()) {
            assertThat(peer.getResponse().text()).isEqualTo("Hello, Ada");
        }
    }
}
