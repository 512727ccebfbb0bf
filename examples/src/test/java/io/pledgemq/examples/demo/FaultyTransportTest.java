package io.pledgemq.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.sdk.transport.Transport;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FaultyTransportTest {
    /** A method with a default would otherwise answer for the real transport what is not true of it. */
    @Test
    void everyMethodIsTheRealTransportsOrSpoiltOnPurpose() {
        assertThat(Arrays.stream(FaultyTransport.class.getDeclaredMethods()).map(FaultyTransportTest::signature))
                .containsAll(Arrays.stream(Transport.class.getMethods())
                        .map(FaultyTransportTest::signature)
                        .toList());
    }

    private static String signature(Method method) {
        return method.getName() + Arrays.toString(method.getParameterTypes());
    }
}
