package io.pledgemq.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.server.access.Authentication.Accepted;
import io.pledgemq.server.access.Authentication.Reason;
import io.pledgemq.server.access.Authentication.Refused;
import io.pledgemq.server.files.UnusableFileException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who has a secret can prove it for one call, and only at the server that asked. */
class CallProofTest {
    private static final String ADDRESS = "127.0.0.1:8081";
    private static final String NONCE = "n".repeat(22);
    private static final InetAddress REMOTE = Fixture.address("127.0.0.1");

    @TempDir
    Path directory;

    private Access open() throws UnusableFileException {
        return Access.open(AccessOptions.open(directory), InstantSource.system());
    }

    private byte[] key() throws UnusableFileException {
        return AdminCredential.read(directory.resolve(AdminCredential.FILE_NAME))
                .callKey();
    }

    private static Authentication call(Access access, String header, String address, String method, String target) {
        return access.authenticateProof(header, new CallProof.Call("", address, method, target), REMOTE);
    }

    @Test
    void aProofIsGoodForItsCallAtItsAddressOnly() throws Exception {
        Access access = open();
        Access.Challenge challenge = access.challenge(NONCE, ADDRESS);
        assertThat(challenge.proof()).isEqualTo(CallProof.serverProof(key(), NONCE, challenge.ticket(), ADDRESS));
        assertThat(challenge.proof())
                .isNotEqualTo(CallProof.serverProof(key(), NONCE, challenge.ticket(), "127.0.0.1:8082"))
                .isNotEqualTo(CallProof.serverProof(CallProof.key("guess"), NONCE, challenge.ticket(), ADDRESS));
        String header = CallProof.authorization(
                "admin", key(), new CallProof.Call(challenge.ticket(), ADDRESS, "GET", "/a?b=c"));

        assertThat(Access.isProof(List.of(header))).isTrue();
        assertThat(call(access, header, ADDRESS, "GET", "/a?b=c")).isInstanceOf(Accepted.class);
        assertThat(reason(call(access, header, "127.0.0.1:8082", "GET", "/a?b=c")))
                .isEqualTo(Reason.WRONG);
        assertThat(reason(call(access, header, ADDRESS, "DELETE", "/a?b=c"))).isEqualTo(Reason.WRONG);
        assertThat(reason(call(access, header, ADDRESS, "GET", "/a?b=d"))).isEqualTo(Reason.WRONG);
        assertThat(reason(call(open(), header, ADDRESS, "GET", "/a?b=c")))
                .as("the ticket of another process")
                .isEqualTo(Reason.EXPIRED);
        assertThat(reason(call(access, "PledgeMQ x", ADDRESS, "GET", "/a"))).isEqualTo(Reason.MALFORMED);
    }

    private static Reason reason(Authentication answer) {
        return ((Refused) answer).reason();
    }

    @Test
    void aTicketEnds() {
        AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
        Tickets tickets = new Tickets(new SecureRandom(), nanos::get);
        String ticket = tickets.next();
        nanos.addAndGet(Tickets.GOOD_FOR.toNanos() - 1);
        assertThat(tickets.good(ticket)).isTrue();
        nanos.incrementAndGet();
        assertThat(tickets.good(ticket)).isFalse();
        assertThat(tickets.good("")).isFalse();
        assertThat(tickets.good("A" + ticket.substring(1))).isFalse();
    }

    @Test
    void addressesAreWrittenAlike() {
        assertThat(CallProof.address(new InetSocketAddress(Fixture.address("::ffff:127.0.0.1"), 1)))
                .isEqualTo("127.0.0.1:1");
        assertThat(CallProof.address(new InetSocketAddress(Fixture.address("::1"), 2)))
                .isEqualTo("0:0:0:0:0:0:0:1:2");
    }
}
