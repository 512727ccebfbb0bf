package io.pledgemq.server.access;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How the command line and a server on the same machine prove to each other that they have a secret, without sending
 * it. Any program can take a port of loopback, so a caller must not send its secret to the program that answers there.
 *
 * <pre>
 * GET /admin/v1/challenge?nonce=N    the server answers with a ticket T, its address A, and serverProof(K, N, T, A)
 *                                    where K is the key of admin.credential
 * Authorization: PledgeMQ U.T.M      the caller: U = base64url of the user's name, M = callProof(K, T, A, request)
 *                                    where K is the key of that user's secret
 *
 * K                                  SHA-256 of the secret in UTF-8
 * serverProof(K, N, T, A)            base64url of HMAC-SHA256(K, "pledgemq server" LF N LF T LF A)
 * callProof(K, T, A, request)        base64url of HMAC-SHA256(K, "pledgemq call" LF T LF A LF method LF target)
 * A                                  the address and port that the server's end of the connection has
 * </pre>
 *
 * A program that passes the challenge on to the true server gets a proof for that server's address, which the caller
 * refuses; it gets a call that the true server refuses for the same reason. It does not keep a call's body secret from
 * a program that takes the server's own address between the challenge and the call.
 */
public final class CallProof {
    /** What a client may send as nonce. */
    public static final Pattern NONCE = Pattern.compile("[A-Za-z0-9_-]{22,86}");

    private static final String SCHEME = "PledgeMQ ";
    private static final Pattern CLAIM = Pattern.compile(
            "PledgeMQ (?<user>[A-Za-z0-9_-]{1,700})\\.(?<ticket>[A-Za-z0-9_-]{1,86})\\.(?<mac>[A-Za-z0-9_-]{43})");
    private static final int LONGEST_HEADER = 1024;

    private CallProof() {}

    /** Returns the key of a secret. A secret itself: keep it out of logs. */
    public static byte[] key(String secret) {
        return Digests.of("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns an address as both sides write it, without the name of an interface. */
    public static String address(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        int zone = host.indexOf('%');
        return (zone < 0 ? host : host.substring(0, zone)) + ":" + address.getPort();
    }

    /** Returns what a server that has the key answers to a nonce. */
    public static String serverProof(byte[] key, String nonce, String ticket, String address) {
        return mac(key, String.join("\n", "pledgemq server", nonce, ticket, address));
    }

    /** Returns the value of the {@code authorization} header of a call. */
    public static String authorization(String user, byte[] key, Call call) {
        return SCHEME
                + Base64.getUrlEncoder().withoutPadding().encodeToString(user.getBytes(StandardCharsets.UTF_8))
                + "." + call.ticket + "." + callProof(key, call);
    }

    /** Returns whether two proofs are the same; constant time. */
    public static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A call that is proved.
     *
     * @param ticket that the server gave out
     * @param address of the server, as {@link #address} writes it
     * @param method of HTTP
     * @param target path and query, percent-encoded as sent
     */
    public record Call(String ticket, String address, String method, String target) {}

    static String callProof(byte[] key, Call call) {
        return mac(key, String.join("\n", "pledgemq call", call.ticket, call.address, call.method, call.target));
    }

    /** What a caller claims in its header. */
    record Claim(String user, String ticket, String mac) {
        static boolean isOne(String header) {
            return header.startsWith(SCHEME);
        }

        static Optional<Claim> parse(String header) {
            Matcher matcher = CLAIM.matcher(header.length() > LONGEST_HEADER ? "" : header);
            if (!matcher.matches()) {
                return Optional.empty();
            }
            try {
                byte[] user = Base64.getUrlDecoder().decode(matcher.group("user"));
                return Optional.of(new Claim(
                        new String(user, StandardCharsets.UTF_8), matcher.group("ticket"), matcher.group("mac")));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }

        @Override
        public String toString() {
            return "Claim";
        }
    }

    private static String mac(byte[] key, String text) {
        Mac mac = Digests.mac("HmacSHA256");
        Digests.key(mac, new SecretKeySpec(key, "HmacSHA256"));
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }
}
