package io.pledgemq.server.net;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.Status;

/** Answers 503 to everything until there is something to serve. */
final class Starting implements HttpService {
    private static final String TEXT = "the server is starting";

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
        return GrpcForm.asked(request.headers())
                ? GrpcForm.answer(Status.UNAVAILABLE.withDescription(TEXT)).toHttpResponse()
                : HttpResponse.of(HttpStatus.SERVICE_UNAVAILABLE, MediaType.PLAIN_TEXT_UTF_8, TEXT + "\n");
    }
}
