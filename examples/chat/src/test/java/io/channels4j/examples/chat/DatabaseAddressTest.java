package io.channels4j.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseAddressTest {

    @Test
    void acceptsJdbcUrlsUnchanged() {
        DatabaseAddress address = DatabaseAddress.of("jdbc:postgresql://db/chat?user=ada");

        assertThat(address).isEqualTo(new DatabaseAddress("jdbc:postgresql://db/chat?user=ada", null, null));
    }

    @Test
    void translatesPostgresUrls() {
        DatabaseAddress address =
                DatabaseAddress.of("postgres://ada:p%40ss+w:rd@db.example.com:5433/chat?sslmode=require");

        assertThat(address.url()).isEqualTo("jdbc:postgresql://db.example.com:5433/chat?sslmode=require");
        assertThat(address.user()).isEqualTo("ada");
        assertThat(address.password()).isEqualTo("p@ss+w:rd");
    }

    @Test
    void needsNoPortAndNoUser() {
        DatabaseAddress address = DatabaseAddress.of("postgresql://db/chat");

        assertThat(address).isEqualTo(new DatabaseAddress("jdbc:postgresql://db/chat", null, null));
    }

    @Test
    void storesFilesInTheDirectory() {
        assertThat(DatabaseAddress.inDirectory(Path.of("messages")).url())
                .startsWith("jdbc:h2:file:")
                .endsWith(Path.of("messages", "chat").toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "mysql://db/chat", "postgres://db", "postgres:///chat", "postgres://ada:secret word@db/chat"
            })
    void rejectsOtherTextsWithoutRepeatingThem(String text) {
        assertThatThrownBy(() -> DatabaseAddress.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("DATABASE_URL: cannot be parsed (expected: ")
                .hasMessageNotContaining("secret")
                .hasNoCause();
    }

    @Test
    void toStringOmitsThePassword() {
        assertThat(DatabaseAddress.of("postgres://ada:secret@db/chat?password=secret"))
                .hasToString("jdbc:postgresql://db/chat");
    }
}
