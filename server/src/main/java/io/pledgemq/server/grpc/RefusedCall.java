package io.pledgemq.server.grpc;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerCall;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.server.access.Authentication;
import io.pledgemq.server.net.CallOrigin;

/** Answers refused callers in the form that clients expect, without reading what they send. */
final class RefusedCall {
    private static final String STATUS_FIELD = "status";

    private RefusedCall() {}

    /** Answers now or after the refusal's pause. */
    static <Q, R> ServerCall.Listener<Q> answer(
            ServerCall<Q, R> call, Authentication.Refused refused, CallOrigin origin) {
        if (refused.pause().isZero()) {
            answer(call, refused);
        } else {
            origin.after(refused.pause(), () -> answerUnlessGone(call, refused));
        }
        return new ServerCall.Listener<>() {};
    }

    private static void answerUnlessGone(ServerCall<?, ?> call, Authentication.Refused refused) {
        if (!call.isCancelled()) {
            answer(call, refused);
        }
    }

    private static <Q, R> void answer(ServerCall<Q, R> call, Authentication.Refused refused) {
        MethodDescriptor<Q, R> method = call.getMethodDescriptor();
        if (method.getType().clientSendsOneMessage()
                && method.getResponseMarshaller() instanceof PrototypeMarshaller<R> marshaller
                && marshaller.getMessagePrototype() instanceof Message prototype) {
            FieldDescriptor status = prototype.getDescriptorForType().findFieldByName(STATUS_FIELD);
            Message response = prototype
                    .newBuilderForType()
                    .setField(status, Statuses.of(Code.UNAUTHORIZED, refused.message()))
                    .build();
            call.sendHeaders(new Metadata());
            call.sendMessage(marshaller.parse(response.toByteString().newInput()));
            call.close(io.grpc.Status.OK, new Metadata());
        } else {
            call.close(
                    Telemetry.error(new ProtocolException(Code.UNAUTHORIZED, refused.message()))
                            .getStatus(),
                    new Metadata());
        }
    }
}
