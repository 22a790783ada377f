package io.channels4j.netty;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The files of a self-signed certificate for this machine. */
record TestCertificate(Path chain, Path key, X509Certificate certificate) {

    static TestCertificate create(Path directory) {
        try {
            X509Bundle issued = new CertificateBuilder()
                    .subject("CN=localhost")
                    .ecp256()
                    .addSanDnsName("localhost")
                    .addSanIpAddress("127.0.0.1")
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
            Path chain = Files.writeString(directory.resolve("chain.pem"), issued.getCertificatePathPEM());
            Path key = Files.writeString(directory.resolve("key.pem"), issued.getPrivateKeyPEM());
            return new TestCertificate(chain, key, issued.getCertificate());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    ServerCertificate forServers() {
        return ServerCertificate.pem(chain, key);
    }

    SSLContext forClients() throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", certificate);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), new SecureRandom());
        return context;
    }
}
