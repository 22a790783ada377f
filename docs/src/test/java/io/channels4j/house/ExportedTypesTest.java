package io.channels4j.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.domain.JavaTypeVariable;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Exported signatures contain only our own and JDK types, except for the types listed here. */
class ExportedTypesTest {

    private static final Predicate<String> OURS = name -> name.startsWith("io.channels4j.") || name.startsWith("java.");

    private static final List<Door> DOORS = List.of(
            new Door("io\\.channels4j\\.[A-Z].*", Set.of(Door.JSON_NODE, Door.JSON_MAPPER)),
            new Door("io\\.channels4j\\.(websocket|http)\\.\\w*Json\\w*", Set.of(Door.JSON_NODE, Door.JSON_MAPPER)),
            new Door("io\\.channels4j\\.auth\\.jwt\\.JwtVerifier\\$Builder", Set.of(Door.JSON_NODE)),
            new Door("io\\.channels4j\\.http\\.(Async)?HttpConsumer", Set.of(Door.JSON_MAPPER)),
            new Door("io\\.channels4j\\.http\\.ServerSentEvent", Set.of(Door.JSON_MAPPER)),
            new Door("io\\.channels4j\\.worker\\.Worker\\$Builder", Set.of(Door.JSON_MAPPER)),
            new Door("io\\.channels4j\\.testing\\.\\w*Communicator.*", Set.of(Door.JSON_NODE, Door.JSON_MAPPER)),
            new Door(
                    "io\\.channels4j\\.testing\\.WebsocketPeer|io\\.channels4j\\.testing\\.LiveWebsocket.*",
                    Set.of(Door.JSON_NODE, Door.JSON_MAPPER)),
            new Door(
                    "io\\.channels4j\\.testing\\.(LiveServerExtension|ConsumerErrors)",
                    Set.of(
                            "org.junit.jupiter.api.extension.AfterAllCallback",
                            "org.junit.jupiter.api.extension.AfterEachCallback",
                            "org.junit.jupiter.api.extension.BeforeAllCallback",
                            "org.junit.jupiter.api.extension.BeforeEachCallback",
                            "org.junit.jupiter.api.extension.ExtensionContext")),
            new Door(
                    "io\\.channels4j\\.netty\\.NettyServer.*",
                    Set.of("io.netty.handler.ssl.SslContext", Door.JSON_MAPPER)),
            new Door(
                    "io\\.channels4j\\.monitoring\\.(ChannelsMeters|Micrometer\\w+)",
                    Set.of("io.micrometer.core.instrument.MeterRegistry")),
            new Door(
                    "io\\.channels4j\\.netty\\.micrometer\\.MicrometerServerListener",
                    Set.of("io.micrometer.core.instrument.MeterRegistry")),
            new Door(
                    "io\\.channels4j\\.redis\\.RedisHosts",
                    Set.of(
                            "io.lettuce.core.RedisClient",
                            "io.lettuce.core.RedisURI",
                            "io.lettuce.core.cluster.RedisClusterClient")));

    @ParameterizedTest
    @EnumSource
    void signaturesNameNoForeignTypes(Module module) {
        Set<String> packages = module.exportedPackages();
        List<JavaClass> exported = module.classes().stream()
                .filter(type -> packages.contains(type.getPackageName()))
                .filter(ExportedTypesTest::reachable)
                .toList();

        assertThat(exported).as("exported types seen in %s", module).isNotEmpty();
        assertThat(exported.stream().flatMap(ExportedTypesTest::foreignTypes)).isEmpty();
    }

    private static Stream<String> foreignTypes(JavaClass type) {
        return Stream.concat(
                        ofDeclaration(type),
                        type.getMembers().stream()
                                .filter(ExportedTypesTest::visible)
                                .flatMap(ExportedTypesTest::ofMember))
                .filter(used -> DOORS.stream().noneMatch(door -> door.opens(type.getName(), used)))
                .map(used -> type.getName() + " exports " + used)
                .distinct();
    }

    private static Stream<String> ofDeclaration(JavaClass type) {
        Stream<JavaType> parents = Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
        return foreign(Stream.concat(parents, bounds(type.getTypeParameters())));
    }

    private static Stream<String> ofMember(JavaMember member) {
        if (member instanceof JavaCodeUnit code) {
            Stream<JavaType> called = Stream.concat(Stream.of(code.getReturnType()), code.getParameterTypes().stream());
            Stream<JavaType> thrown = code.getExceptionTypes().stream().map(JavaType.class::cast);
            return foreign(
                    Stream.of(called, thrown, bounds(code.getTypeParameters())).flatMap(types -> types));
        }
        return foreign(member.getAllInvolvedRawTypes().stream().map(JavaType.class::cast));
    }

    private static Stream<JavaType> bounds(List<? extends JavaTypeVariable<?>> variables) {
        return variables.stream().flatMap(variable -> variable.getBounds().stream());
    }

    private static Stream<String> foreign(Stream<JavaType> types) {
        return types.flatMap(type -> type.getAllInvolvedRawTypes().stream())
                .map(JavaClass::getBaseComponentType)
                .filter(type -> !type.isPrimitive())
                .map(JavaClass::getName)
                .filter(OURS.negate());
    }

    private static boolean visible(JavaMember member) {
        return member.getModifiers().contains(JavaModifier.PUBLIC)
                || member.getModifiers().contains(JavaModifier.PROTECTED);
    }

    private static boolean reachable(JavaClass type) {
        boolean open = type.getModifiers().contains(JavaModifier.PUBLIC)
                || type.getModifiers().contains(JavaModifier.PROTECTED);
        return open
                && type.getEnclosingClass().map(ExportedTypesTest::reachable).orElse(true);
    }

    private record Door(String ownerPattern, Set<String> types) {
        private static final String JSON_NODE = "tools.jackson.databind.JsonNode";
        private static final String JSON_MAPPER = "tools.jackson.databind.json.JsonMapper";

        boolean opens(String owner, String type) {
            return owner.matches(ownerPattern) && types.contains(type);
        }
    }
}
