package io.pledgemq.server;

import io.grpc.stub.StreamObserver;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What came over a stream. */
public class Heard<T> implements StreamObserver<T> {
    public final ConcurrentLinkedQueue<T> said = new ConcurrentLinkedQueue<>();
    /** How it ended; empty while it has not. */
    public volatile String end = "";

    @Override
    public void onNext(T one) {
        said.add(one);
    }

    @Override
    public void onError(Throwable failure) {
        end = failure.toString();
    }

    @Override
    public void onCompleted() {
        end = "completed";
    }
}
