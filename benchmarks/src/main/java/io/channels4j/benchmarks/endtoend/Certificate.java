package io.channels4j.benchmarks.endtoend;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A self-signed P-256 certificate in a temporary directory. */
final class Certificate implements AutoCloseable {

    private final Path directory;

    private Certificate(Path directory) {
        this.directory = directory;
    }

    static Certificate create() {
        try {
            X509Bundle made = new CertificateBuilder()
                    .subject("CN=127.0.0.1")
                    .algorithm(CertificateBuilder.Algorithm.ecp256)
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
            Certificate certificate = new Certificate(Files.createTempDirectory("certificate"));
            Files.writeString(certificate.chain(), made.getCertificatePathPEM());
            Files.writeString(certificate.key(), made.getPrivateKeyPEM());
            return certificate;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new IllegalStateException("cannot create a certificate", e);
        }
    }

    Path directory() {
        return directory;
    }

    private Path chain() {
        return directory.resolve("chain.pem");
    }

    private Path key() {
        return directory.resolve("key.pem");
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(chain());
            Files.deleteIfExists(key());
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
