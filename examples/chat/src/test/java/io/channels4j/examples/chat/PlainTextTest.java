package io.channels4j.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlainTextTest {

    @Test
    void keepsOrdinaryText() {
        String text = "Grüße,\n\t<b>Ада</b> \uD83D\uDC4B";

        assertThat(PlainText.of(text)).isEqualTo(text);
    }

    @Test
    void removesControlCharactersAndSurroundingBlanks() {
        assertThat(PlainText.of(" \u0000he\u0007llo\u009F\n ")).isEqualTo("hello");
    }

    @Test
    void replacesUnpairedSurrogates() {
        assertThat(PlainText.of("a\uD83Db\uDC4Bc")).isEqualTo("a\uFFFDb\uFFFDc");
    }

    @Test
    void writesNamesOnOneLine() {
        assertThat(PlainText.name("Ada\n\tLovelace", 24)).isEqualTo("Ada Lovelace");
    }

    @Test
    void truncatesBetweenCharacters() {
        assertThat(PlainText.name("\uD83D\uDC4B\uD83D\uDC4B\uD83D\uDC4B", 2)).isEqualTo("\uD83D\uDC4B\uD83D\uDC4B");
    }

    @Test
    void replacesEmptyNames() {
        assertThat(PlainText.name(" \n\u0007 ", 24)).isEqualTo("?");
    }
}
