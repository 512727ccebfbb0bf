package io.pledgemq.server.http;

import io.pledgemq.server.access.BrowserGuard;
import io.pledgemq.server.access.CallProof;
import java.net.InetAddress;
import java.util.List;

/**
 * A request without its body.
 *
 * @param path below {@link AdminApi#PREFIX}, percent-encoded as it came
 * @param query percent-encoded as it came; empty without one
 * @param browser what tells whether a web page sent it
 * @param authorization all values of that header
 * @param remote where it came from
 * @param call what a proof in its authorization is about
 */
record AdminRequest(
        String path,
        String query,
        BrowserGuard.Request browser,
        List<String> authorization,
        InetAddress remote,
        CallProof.Call call) {

    AdminRequest {
        authorization = List.copyOf(authorization);
    }

    String method() {
        return browser.method();
    }
}
