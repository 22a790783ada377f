package io.channels4j.engine.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.consumer.Handles;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests which annotated methods are rejected when a class is bound. */
@SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // the methods under test are found by reflection
class HandlersRejectionTest {

    @Test
    void rejectsTwoMethodsOfOneName() {
        final class Twice {
            @Handles("m")
            void one() {}

            @Handles("m")
            void two() {}
        }

        assertRejected(HandlersTest.ASYNC, Twice.class, "@Handles(\"m\"): on both", "Twice.one", "Twice.two");
    }

    @Test
    void rejectsANameThatAParentHasOnAnotherMethod() {
        final class Again extends HandlersTest.Base {
            @Handles("inherited")
            void own() {}
        }

        assertRejected(HandlersTest.ASYNC, Again.class, "Handles(\"inherited\")", "Again.own", "Base.inherited");
    }

    @Test
    void rejectsAStaticMethod() {
        assertRejected(
                HandlersTest.ASYNC, WithStatic.class, "@Handles method", "WithStatic.handle", "an instance method");
    }

    static final class WithStatic {

        @Handles("m")
        static void handle() {}
    }

    @Test
    void rejectsTwoParameters() {
        final class Two {
            @Handles("m")
            void handle(Message message, String more) {}
        }

        assertRejected(HandlersTest.ASYNC, Two.class, "Two.handle", "at most one parameter");
    }

    @Test
    void rejectsAnUnsupportedReturnType() {
        final class Result {
            @Handles("m")
            String handle() {
                return "";
            }
        }

        assertRejected(HandlersTest.ASYNC, Result.class, "Result.handle", "that returns void or a CompletionStage");
    }

    @Test
    void rejectsAStageOfAResult() {
        final class Result {
            @Handles("m")
            CompletionStage<String> handle() {
                return CompletableFuture.completedFuture("");
            }
        }

        assertRejected(
                HandlersTest.ASYNC,
                Result.class,
                "Result.handle: ",
                "CompletionStage<java.lang.String> handle()",
                "Void>");
    }

    @Test
    void rejectsAnEmptyName() {
        final class Unnamed {
            @Handles("")
            void handle() {}
        }

        assertRejected(
                HandlersTest.ASYNC, Unnamed.class, "@Handles method ", "Unnamed.handle: name \"\" (expected: the type");
    }

    @Test
    void rejectsAMessageWhereNoneIsHandled() {
        Handlers.Rules<Handles> json = Handlers.Rules.of(Handles.class, JsonNode.class, Handles::value, true);
        final class Wrong {
            @Handles("m")
            void handle(Message message) {}
        }

        assertRejected(json, Wrong.class, "Wrong.handle: parameter Message (expected: JsonNode or a class to bind to");
    }

    @Test
    void rejectsAStageInABlockingConsumer() {
        assertRejected(HandlersTest.BLOCKING, HandlersTest.Base.class, "Base.overridden", "that returns void)");
    }

    private static void assertRejected(Handlers.Rules<Handles> rules, Class<?> type, String... parts) {
        assertThatExceptionOfType(ChannelsException.class)
                .isThrownBy(() -> Handlers.table(rules).get(type))
                .satisfies(e -> assertThat(e.getMessage()).contains(parts));
    }
}
