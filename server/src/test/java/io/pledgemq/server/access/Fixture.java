package io.pledgemq.server.access;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Files, addresses and credentials of the tests in this package. */
public final class Fixture {

    private Fixture() {}

    public static Path writePrivate(Path file, String content) throws IOException {
        Files.writeString(file, content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    public static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(literal, e);
        }
    }

    /** HMAC-SHA1 in upper hex, made without the code under test. */
    public static String sign(String secret, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            return HexFormat.of().withUpperCase().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Credentials as the official Java client sends them. */
    public static ClientCredentials signed(String accessKey, String secret, String dateTime) {
        return credentials(
                "MQv2-HMAC-SHA1 Credential=" + accessKey + ", SignedHeaders=x-mq-date-time, Signature="
                        + sign(secret, dateTime),
                dateTime);
    }

    public static ClientCredentials credentials(String authorization, String dateTime) {
        return new ClientCredentials(List.of(authorization), List.of(dateTime), List.of());
    }

    public static List<String> basic(String user, String secret) {
        byte[] bytes = (user + ":" + secret).getBytes(StandardCharsets.UTF_8);
        return List.of("Basic " + Base64.getEncoder().encodeToString(bytes));
    }
}
