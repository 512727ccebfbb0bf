package io.pledgemq.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MqSignatureTest {

    private static final String HEX = "4c5b2a19c6dd1c9dce1f33e5a1d3a8f2a5b0c4d7";

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Java, C#, Node; Python and Rust
                "MQv2-HMAC-SHA1 Credential=key, SignedHeaders=x-mq-date-time, Signature=4C5B2A19C6DD1C9DCE1F33E5A1D3A8F2A5B0C4D7",
                "MQv2-HMAC-SHA1 Credential=key, SignedHeaders=x-mq-date-time, Signature=" + HEX,
                // Go, C++ with and without a region
                "MQv2-HMAC-SHA1 Credential=key//Rocketmq, SignedHeaders=x-mq-date-time, Signature=" + HEX,
                "MQv2-HMAC-SHA1 Credential=key/cn-hangzhou/RocketMQ, SignedHeaders=x-mq-date-time, Signature=" + HEX,
                "MQv2-HMAC-SHA1 Credential=key//RocketMQ, SignedHeaders=x-mq-date-time, Signature=" + HEX,
                "  mqv2-hmac-sha1   signature = " + HEX + " ,credential= key ,  signedheaders =X-MQ-Date-Time ",
                "MQv2-HMAC-SHA1 Credential=key,SignedHeaders=x-mq-date-time,Signature=" + HEX
            })
    void everyClientsSpellingIsUnderstood(String header) {
        assertThat(MqSignature.parse(header)).hasValueSatisfying(parsed -> {
            assertThat(parsed.accessKey()).isEqualTo("key");
            assertThat(parsed.signatureHex()).isEqualToIgnoringCase(HEX);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "MQv2-HMAC-SHA1",
                "MQv2-HMAC-SHA1 ",
                "Basic a2V5OnNlY3JldA==",
                "MQv2-HMAC-SHA256 Credential=key, SignedHeaders=x-mq-date-time, Signature=" + HEX,
                "MQv2-HMAC-SHA1 Credential=, SignedHeaders=x-mq-date-time, Signature=" + HEX,
                "MQv2-HMAC-SHA1 Credential=/region/RocketMQ, SignedHeaders=x-mq-date-time, Signature=" + HEX,
                "MQv2-HMAC-SHA1 SignedHeaders=x-mq-date-time, Signature=" + HEX,
                "MQv2-HMAC-SHA1 Credential=key, Signature=" + HEX,
                "MQv2-HMAC-SHA1 Credential=key, SignedHeaders=x-mq-client-id, Signature=" + HEX,
                "MQv2-HMAC-SHA1 Credential=key, SignedHeaders=x-mq-date-time, Signature=",
                "MQv2-HMAC-SHA1 Credential=key, SignedHeaders=x-mq-date-time, Signature=4c5b",
                "MQv2-HMAC-SHA1 Credential=key, SignedHeaders=x-mq-date-time, Signature=" + HEX + "00",
                "MQv2-HMAC-SHA1 Credential=key, SignedHeaders=x-mq-date-time, Signature=zz5b2a19c6dd1c9dce1f33e5a1d3a8f2a5b0c4d7",
                "MQv2-HMAC-SHA1 Credential=key, Credential=other, SignedHeaders=x-mq-date-time, Signature=" + HEX,
                "MQv2-HMAC-SHA1 Credential=key, SignedHeaders=x-mq-date-time, Signature=" + HEX + ", Extra=1",
                "MQv2-HMAC-SHA1 Credential=key, SignedHeaders=x-mq-date-time, Signature=" + HEX + ","
            })
    void anythingElseIsNotOfTheForm(String header) {
        assertThat(MqSignature.parse(header)).isEmpty();
    }

    @Test
    void headerOverTheLimitIsNotLookedAt() {
        String header = "MQv2-HMAC-SHA1 Credential=key, SignedHeaders=x-mq-date-time, Signature=" + HEX;

        String longest = header + " ".repeat(MqSignature.MAX_HEADER_LENGTH - header.length());
        assertThat(MqSignature.parse(longest)).isPresent();
        assertThat(MqSignature.parse(longest + " ")).isEmpty();
    }
}
