package io.channels4j.engine.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.consumer.Handles;
import io.channels4j.internal.Stages;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

@SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // the methods under test are found by reflection
class HandlersTest {

    static final Handlers.Rules<Handles> ASYNC = Handlers.Rules.of(Handles.class, Message.class, Handles::value, true);

    static final Handlers.Rules<Handles> BLOCKING =
            Handlers.Rules.of(Handles.class, Message.class, Handles::value, false);

    private final Message message = Message.of("m");

    static class Base {

        final List<String> called = new ArrayList<>();

        @Handles("inherited")
        void inherited(Message message) {
            called.add("inherited");
        }

        @Handles("overridden")
        CompletionStage<Void> overridden(Message message) {
            called.add("base");
            return CompletableFuture.completedFuture(null);
        }

        @Handles("silenced")
        void silenced() {
            called.add("silenced");
        }

        @Handles("hidden")
        private void hidden() {
            called.add("private of base");
        }

        void callHidden() {
            hidden();
        }
    }

    static final class Sub extends Base {

        @Handles("private")
        private void secret(Message message) {
            called.add("private " + message.type());
        }

        @Override
        @Handles("overridden")
        CompletionStage<Void> overridden(Message message) {
            called.add("sub");
            return CompletableFuture.completedFuture(null);
        }

        @Override
        void silenced() {
            called.add("override");
        }

        @Handles("none")
        void withoutParameter() {
            called.add("none");
        }

        @Handles("text")
        void text(String text) {
            called.add(text);
        }

        void notAnnotated(Message message) {
            called.add("not marked");
        }

        void callAll() {
            secret(Message.of("x"));
            notAnnotated(Message.of("x"));
        }
    }

    private final Sub consumer = new Sub();

    private final Handlers handlers = Handlers.table(ASYNC).get(Sub.class);

    @Test
    void findsAnnotatedMethodsOfTheClassAndItsParents() {
        assertThat(handlers.names())
                .containsExactlyInAnyOrder("inherited", "overridden", "silenced", "hidden", "private", "none", "text");
    }

    @Test
    void callsPrivateMethods() throws Throwable {
        call("private", message);

        assertThat(consumer.called).containsExactly("private m");
    }

    @Test
    void callsPrivateMethodsOfAParent() throws Throwable {
        call("hidden", message);

        assertThat(consumer.called).containsExactly("private of base");
    }

    @Test
    void callsInheritedMethods() throws Throwable {
        call("inherited", message);

        assertThat(consumer.called).containsExactly("inherited");
    }

    @Test
    void callsTheOverridingMethodOnly() throws Throwable {
        call("overridden", message);

        assertThat(consumer.called).containsExactly("sub");
    }

    @Test
    void callsAnOverridingMethodWithoutAnnotation() throws Throwable {
        call("silenced", message);

        assertThat(consumer.called).containsExactly("override");
    }

    @Test
    void overridingMethodWithAnnotationReplacesTheName() {
        class Renamed extends Base {
            @Override
            @Handles("loud")
            void silenced() {}
        }

        assertThat(Handlers.table(ASYNC).get(Renamed.class).names())
                .contains("loud")
                .doesNotContain("silenced");
    }

    @Test
    void overridesOfGenericMethodsKeepTheHandlerAndItsParameter() throws Throwable {
        final class Kept extends Wide<String> {
            @Override
            CompletionStage<Void> generic(String argument) {
                return CompletableFuture.failedFuture(new IOException(argument));
            }
        }
        Handlers.Handler handler = Handlers.table(ASYNC).get(Kept.class).get("generic");

        assertThat(handler.parameter()).hasToString("[simple type, class java.lang.String]");
        assertThat(handler.call(new Kept(), "override").toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void callsMethodsWithoutAParameter() throws Throwable {
        call("none", message);

        assertThat(consumer.called).containsExactly("none");
        assertThat(handlers.get("none").parameter()).isNull();
    }

    @Test
    void returnsTheParameterTypeOfAMethod() throws Throwable {
        assertThat(handlers.get("text").parameter()).hasToString("[simple type, class java.lang.String]");

        call("text", "hello");

        assertThat(consumer.called).containsExactly("hello");
    }

    @Test
    void voidMethodCompletesWhenItReturns() throws Throwable {
        assertThat(call("none", message)).isSameAs(Stages.done());
    }

    @Test
    void hasNoHandlerForAnUnknownName() {
        assertThat(handlers.get("notAnnotated")).isNull();
    }

    @Test
    void propagatesExceptionsOfAMethod() {
        final class Failing {
            @Handles("m")
            void fail() throws Exception {
                throw new IOException("disk");
            }
        }
        Handlers.Handler handler = Handlers.table(ASYNC).get(Failing.class).get("m");

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> handler.call(new Failing(), message));
    }

    @Test
    void bindsAClassOnce() {
        ClassValue<Handlers> table = Handlers.table(ASYNC);

        assertThat(table.get(Sub.class)).isSameAs(table.get(Sub.class)).isNotSameAs(table.get(Base.class));
    }

    static class Wide<T> {

        @Handles("generic")
        CompletionStage<Void> generic(T argument) {
            return Stages.done();
        }

        CompletionStage<Void> first(Message message) {
            return Stages.done();
        }

        CompletionStage<Void> second(Message message) {
            return Stages.done();
        }

        CompletionStage<Void> third(Message message) {
            return Stages.done();
        }
    }

    static final class Narrow extends Wide<String> {

        @Override
        @Handles("generic")
        CompletionStage<Void> generic(String argument) {
            return Stages.done();
        }

        @Override
        @Handles("first")
        CompletableFuture<Void> first(Message message) {
            return new CompletableFuture<>();
        }

        @Override
        @Handles("second")
        CompletableFuture<Void> second(Message message) {
            return new CompletableFuture<>();
        }

        @Override
        @Handles("third")
        CompletableFuture<Void> third(Message message) {
            return new CompletableFuture<>();
        }
    }

    @Test
    void findsOverridingMethodsWithANarrowerResult() {
        assertThat(Handlers.table(ASYNC).get(Narrow.class).names()).contains("first", "second", "third");
    }

    @Test
    void findsTheOverridingMethodOfAGenericOne() {
        assertThat(Handlers.table(ASYNC).get(Narrow.class).get("generic").parameter())
                .hasToString("[simple type, class java.lang.String]");
    }

    @Test
    void failsIfAMethodReturnsNullForAStage() {
        final class Forgetful {
            @Handles("m")
            CompletionStage<Void> handle() {
                return null;
            }
        }

        assertThatExceptionOfType(ChannelsException.class)
                .isThrownBy(() ->
                        Handlers.table(ASYNC).get(Forgetful.class).get("m").call(new Forgetful(), null))
                .withMessageEndingWith("Forgetful.handle returned null (expected: a stage)");
    }

    private CompletionStage<Void> call(String name, Object argument) throws Throwable {
        return handlers.get(name).call(consumer, argument);
    }

    interface Audited {

        List<String> called();

        @Handles("audit")
        default void audit(Message message) {
            called().add("audit of the interface");
        }

        @Handles("replaced")
        default void replaced(Message message) {
            called().add("replaced of the interface");
        }

        @Handles("dropped")
        default void dropped(Message message) {
            called().add("dropped of the interface");
        }
    }

    interface Signed extends Audited {

        @Override
        @Handles("replaced")
        default void replaced(Message message) {
            called().add("replaced of the inner interface");
        }

        @Handles("sign")
        private void sign() {
            called().add("private of the interface");
        }

        default void callSign() {
            sign();
        }

        @Handles("required")
        CompletionStage<Void> required(Message message);
    }

    static class Mixed implements Audited, Signed {

        final List<String> called = new ArrayList<>();

        @Override
        public List<String> called() {
            return called;
        }

        @Override
        public void dropped(Message message) {
            called.add("dropped of the class");
        }

        @Override
        public CompletionStage<Void> required(Message message) {
            called.add("required of the class");
            return CompletableFuture.completedFuture(null);
        }
    }

    static final class MixedChild extends Mixed {}

    private List<String> callOnMixed(String name) throws Throwable {
        MixedChild mixed = new MixedChild();
        Handlers found = Handlers.table(ASYNC).get(MixedChild.class);
        found.get(name).call(mixed, message);
        return mixed.called;
    }

    @Test
    void findsAnnotatedDefaultMethodsOfInterfaces() {
        assertThat(Handlers.table(ASYNC).get(MixedChild.class).names())
                .containsExactlyInAnyOrder("audit", "replaced", "sign", "dropped", "required");
    }

    @Test
    void callsDefaultMethodsOfInterfaces() throws Throwable {
        assertThat(callOnMixed("audit")).containsExactly("audit of the interface");
    }

    @Test
    void callsTheMethodOfTheInnermostInterface() throws Throwable {
        assertThat(callOnMixed("replaced")).containsExactly("replaced of the inner interface");
    }

    @Test
    void callsPrivateMethodsOfInterfaces() throws Throwable {
        assertThat(callOnMixed("sign")).containsExactly("private of the interface");
    }

    @Test
    void callsTheMethodsThatImplementThoseOfInterfaces() throws Throwable {
        assertThat(callOnMixed("dropped")).containsExactly("dropped of the class");
        assertThat(callOnMixed("required")).containsExactly("required of the class");
    }
}
