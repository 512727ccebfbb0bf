package io.pledgemq.cli;

import io.pledgemq.server.ExitStatus;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM, SIGINT and SIGHUP, unless the process was started to ignore them, as nohup does: Java leaves those alone.
 * The first asks for an end in order, the second ends the process at once. The platform's own shutdown knows no second
 * signal, and its class for signals can be reached by reflection only, since the compiler warns of it without a way to
 * say that it is meant.
 */
final class Signals {
    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

    private final CountDownLatch first = new CountDownLatch(1);
    private final AtomicInteger count = new AtomicInteger();

    private Signals() {}

    static Signals catchThem() {
        Signals signals = new Signals();
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object caught = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, args) -> {
                        return switch (method.getName()) {
                            case "handle" -> signals.caught(String.valueOf(args[0]));
                            case "hashCode" -> System.identityHashCode(proxy);
                            case "equals" -> proxy == args[0];
                            default -> "pledgemq-signals";
                        };
                    });
            Method handle = signal.getMethod("handle", signal, handler);
            for (String name : new String[] {"TERM", "INT", "HUP"}) {
                handle.invoke(null, signal.getConstructor(String.class).newInstance(name), caught);
            }
        } catch (ClassNotFoundException
                | NoSuchMethodException
                | InstantiationException
                | IllegalAccessException
                | InvocationTargetException e) {
            LOG.warn("this platform does not tell about signals; the process ends without draining", e);
        }
        return signals;
    }

    private Object caught(String name) {
        if (count.incrementAndGet() == 1) {
            LOG.info("{}: draining; a second one ends the process at once", name);
            first.countDown();
        } else {
            LOG.warn("a second {}: ending at once", name);
            Runtime.getRuntime().halt(ExitStatus.FORCED.code());
        }
        return "";
    }

    void awaitFirst() throws InterruptedException {
        first.await();
    }
}
