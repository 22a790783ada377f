package io.channels4j.netty;

import io.channels4j.Configuration;
import io.channels4j.internal.ConfiguredSettings;
import io.channels4j.netty.settings.CompressionSettings;
import io.channels4j.netty.settings.ForwardedHeader;
import io.channels4j.netty.settings.Http2Settings;
import io.channels4j.netty.settings.OutboundSettings;
import io.channels4j.netty.settings.ProgressSettings;
import io.channels4j.netty.settings.ProxySettings;
import io.channels4j.netty.settings.ServerLimits;
import io.channels4j.netty.settings.ServerTimeouts;
import io.channels4j.netty.settings.ServerTransport;
import io.channels4j.netty.settings.SlowConsumerPolicy;
import io.channels4j.netty.settings.TransportSettings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Applies the settings whose names start with {@code channels.server.} to a builder. */
final class ServerConfiguration {

    private static final String PREFIX = "channels.server.";

    private ServerConfiguration() {}

    static NettyServerBuilder apply(Configuration configuration, NettyServerBuilder builder) {
        ConfiguredSettings<NettyServerBuilder> server = read(configuration, builder);
        configuration.requireKnown(PREFIX, server.names());
        return server.settings();
    }

    static ConfiguredSettings<NettyServerBuilder> read(Configuration configuration, NettyServerBuilder builder) {
        return ConfiguredSettings.of(configuration::get, configuration::origin, PREFIX, builder)
                .text("host", NettyServerBuilder::host)
                .number("port", NettyServerBuilder::port)
                .group("tls", new CertificateFiles(null, null), ServerConfiguration::tls, CertificateFiles::applyTo)
                .group("limits", ServerLimits.defaults(), ServerConfiguration::limits, NettyServerBuilder::limits)
                .group(
                        "timeouts",
                        ServerTimeouts.defaults(),
                        ServerConfiguration::timeouts,
                        NettyServerBuilder::timeouts)
                .group(
                        "outbound",
                        OutboundSettings.defaults(),
                        ServerConfiguration::outbound,
                        NettyServerBuilder::outbound)
                .group("http2", Http2Settings.defaults(), ServerConfiguration::http2, NettyServerBuilder::http2)
                .group(
                        "compression",
                        CompressionSettings.defaults(),
                        ServerConfiguration::compression,
                        NettyServerBuilder::compression)
                .group(
                        "proxies",
                        new Proxies(ProxySettings.defaults(), ForwardedHeader.X_FORWARDED),
                        ServerConfiguration::proxies,
                        (to, proxies) -> to.proxies(proxies.settings()))
                .group(
                        "transport",
                        TransportSettings.defaults(),
                        ServerConfiguration::transport,
                        NettyServerBuilder::transport);
    }

    private static ConfiguredSettings<CertificateFiles> tls(ConfiguredSettings<CertificateFiles> tls) {
        return tls.text("certificate", CertificateFiles::withChain).text("private-key", CertificateFiles::withKey);
    }

    private static ConfiguredSettings<ServerLimits> limits(ConfiguredSettings<ServerLimits> limits) {
        return limits.intBytes("message-bytes", ServerLimits::withMaxMessageBytes)
                .bytes("body-bytes", ServerLimits::withMaxBodyBytes)
                .intBytes("url-bytes", ServerLimits::withMaxUrlBytes)
                .intBytes("header-bytes", ServerLimits::withMaxHeaderBytes)
                .limit("connections", ServerLimits::withMaxConnections)
                .limit("connections-per-address", ServerLimits::withMaxConnectionsPerAddress)
                .limit("handshakes-per-second", ServerLimits::withMaxHandshakesPerSecond)
                .limit("requests", ServerLimits::withMaxRequests)
                .bytes("inbound-bytes", ServerLimits::withMaxInboundBytes)
                .bytes("outbound-bytes", ServerLimits::withMaxOutboundBytes);
    }

    private static ConfiguredSettings<ServerTimeouts> timeouts(ConfiguredSettings<ServerTimeouts> timeouts) {
        return timeouts.duration("handshake", ServerTimeouts::withHandshake)
                .duration("ping-interval", ServerTimeouts::withPingInterval)
                .duration("ping-timeout", ServerTimeouts::withPingTimeout)
                .duration("close", ServerTimeouts::withClose)
                .duration("idle", ServerTimeouts::withIdle)
                .duration("application-close", ServerTimeouts::withApplicationClose)
                .duration("stuck-callback", ServerTimeouts::withStuckCallback)
                .duration("lifespan", ServerTimeouts::withLifespan)
                .duration("drain-delay", ServerTimeouts::withDrainDelay)
                .duration("drain", ServerTimeouts::withDrain)
                .flag("drain-on-shutdown", ServerTimeouts::withDrainOnShutdown);
    }

    private static ConfiguredSettings<OutboundSettings> outbound(ConfiguredSettings<OutboundSettings> outbound) {
        return outbound.bytes("bytes", OutboundSettings::withMaxBytes)
                .duration("age", OutboundSettings::withMaxAge)
                .choice("policy", SlowConsumerPolicy.class, OutboundSettings::withPolicy)
                .group(
                        "progress",
                        ProgressSettings.defaults(),
                        ServerConfiguration::progress,
                        OutboundSettings::withProgress);
    }

    private static ConfiguredSettings<ProgressSettings> progress(ConfiguredSettings<ProgressSettings> progress) {
        return progress.duration("stall", ProgressSettings::withStall)
                .bytes("bytes-per-second", ProgressSettings::withBytesPerSecond)
                .duration("grace", ProgressSettings::withGrace);
    }

    private static ConfiguredSettings<Http2Settings> http2(ConfiguredSettings<Http2Settings> http2) {
        return http2.flag("enabled", (settings, on) -> on ? settings : Http2Settings.disabled())
                .number("concurrent-streams", Http2Settings::withMaxConcurrentStreams)
                .number("stream-resets", Http2Settings::withMaxStreamResets);
    }

    private static ConfiguredSettings<CompressionSettings> compression(
            ConfiguredSettings<CompressionSettings> compression) {
        return compression
                .flag("enabled", (settings, on) -> on ? settings : CompressionSettings.disabled())
                .intBytes("threshold-bytes", CompressionSettings::withThresholdBytes)
                .flag("context-takeover", CompressionSettings::withContextTakeover);
    }

    private static ConfiguredSettings<Proxies> proxies(ConfiguredSettings<Proxies> proxies) {
        return proxies.choice("header", ForwardedHeader.class, Proxies::withHeader)
                .texts(
                        "trusted",
                        (to, networks) ->
                                to.with(to.settings().withTrusted(to.header(), networks.toArray(String[]::new))))
                .flag("proxy-protocol", (to, required) -> to.with(to.settings().withProxyProtocol(required)))
                .text("root-path", (to, path) -> to.with(to.settings().withRootPath(path)))
                .text("server-header", (to, name) -> to.with(to.settings().withServerHeader(name)));
    }

    private static ConfiguredSettings<TransportSettings> transport(ConfiguredSettings<TransportSettings> transport) {
        return transport
                .choice("type", ServerTransport.class, (settings, type) -> TransportSettings.of(type))
                .number("event-loop-threads", TransportSettings::withEventLoopThreads)
                .flag("reuse-port", TransportSettings::withReusePort);
    }

    private record Proxies(ProxySettings settings, ForwardedHeader header) {

        Proxies with(ProxySettings changed) {
            return new Proxies(changed, header);
        }

        Proxies withHeader(ForwardedHeader chosen) {
            return new Proxies(settings, chosen);
        }
    }

    private record CertificateFiles(
            @Nullable Path chain, @Nullable Path key) {

        CertificateFiles withChain(String pem) {
            return new CertificateFiles(Path.of(pem), key);
        }

        CertificateFiles withKey(String pem) {
            return new CertificateFiles(chain, Path.of(pem));
        }

        static NettyServerBuilder applyTo(NettyServerBuilder builder, CertificateFiles files) {
            if (files.chain == null && files.key == null) {
                return builder;
            }
            if (files.chain == null || files.key == null) {
                throw new IllegalArgumentException(
                        PREFIX + "tls." + (files.chain == null ? "certificate" : "private-key")
                                + ": missing (expected: both certificate and private-key, or neither)");
            }
            return builder.tls(ServerCertificate.pem(files.chain, files.key));
        }
    }
}
