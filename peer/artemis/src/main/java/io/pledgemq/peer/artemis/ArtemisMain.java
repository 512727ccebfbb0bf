package io.pledgemq.peer.artemis;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.api.core.client.ServerLocator;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;

/**
 * An Artemis broker in this process, and threads that send a durable message in a transaction of its own, and as many
 * that receive one and acknowledge it in another: what {@code bench engine} does with ours. Prints one line of JSON.
 * Every commit is answered after its force (journal-sync-transactional and journal-datasync, the defaults).
 */
public final class ArtemisMain {
    private static final String QUEUE = "orders";
    private static final String IN_PROCESS = "vm://0";
    private static final long RECEIVE_MS = 200;
    private static final long NANOS = 1_000_000_000L;

    private ArtemisMain() {}

    /** {@code DIRECTORY THREADS SECONDS BODY_BYTES nio|aio [BUFFER_TIMEOUT_NANOS]}. */
    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        int threads = Integer.parseInt(args[1]);
        int seconds = Integer.parseInt(args[2]);
        int body = Integer.parseInt(args[3]);
        JournalType journal = args[4].equals("aio") ? JournalType.ASYNCIO : JournalType.NIO;
        Configuration configuration = configuration(directory, journal);
        if (args.length > 5) {
            configuration.setJournalBufferTimeout_NIO(Integer.parseInt(args[5]));
            configuration.setJournalBufferTimeout_AIO(Integer.parseInt(args[5]));
        }
        EmbeddedActiveMQ broker = new EmbeddedActiveMQ().setConfiguration(configuration);
        broker.start();
        try (ServerLocator locator = ActiveMQClient.createServerLocator(IN_PROCESS)) {
            try (ClientSessionFactory factory = locator.createSessionFactory();
                    ClientSession session = factory.createSession()) {
                session.createQueue(QueueConfiguration.of(QUEUE)
                        .setAddress(SimpleString.of(QUEUE))
                        .setRoutingType(RoutingType.ANYCAST)
                        .setDurable(true));
            }
            System.out.println(load(locator, threads, seconds, body, journal));
        } finally {
            broker.stop();
        }
    }

    private static Configuration configuration(Path directory, JournalType journal) throws Exception {
        return new ConfigurationImpl()
                .setPersistenceEnabled(true)
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false)
                .setJournalType(journal)
                .setJournalDirectory(directory.resolve("journal").toString())
                .setBindingsDirectory(directory.resolve("bindings").toString())
                .setPagingDirectory(directory.resolve("paging").toString())
                .setLargeMessagesDirectory(directory.resolve("large").toString())
                .addAcceptorConfiguration("in-process", IN_PROCESS);
    }

    private static String load(ServerLocator locator, int threads, int seconds, int body, JournalType journal)
            throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong sent = new AtomicLong();
        AtomicLong acknowledged = new AtomicLong();
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            all.add(start("sender-" + i, () -> send(locator, body, over, sent)));
            all.add(start("receiver-" + i, () -> receive(locator, over, acknowledged)));
        }
        // The first half is there for the compiler.
        Thread.sleep(seconds * 1000L);
        long sentBefore = sent.get();
        long before = acknowledged.get();
        long begin = System.nanoTime();
        Thread.sleep(seconds * 1000L);
        double measured = (System.nanoTime() - begin) / (double) NANOS;
        double rate = (acknowledged.get() - before) / measured;
        double sentRate = (sent.get() - sentBefore) / measured;
        over.set(true);
        for (Thread thread : all) {
            thread.join();
        }
        return String.format(
                Locale.ROOT,
                "{\"peer\":\"artemis\",\"journal\":\"%s\",\"threads\":%d,\"opsPerSecond\":%.0f,\"sentPerSecond\":%.0f}",
                journal,
                threads,
                rate,
                sentRate);
    }

    private interface Work {
        void run() throws Exception;
    }

    private static Thread start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                },
                name);
        thread.start();
        return thread;
    }

    private static void send(ServerLocator locator, int body, AtomicBoolean over, AtomicLong sent) throws Exception {
        byte[] bytes = new byte[body];
        try (ClientSessionFactory factory = locator.createSessionFactory();
                ClientSession session = factory.createSession(false, false, false);
                ClientProducer producer = session.createProducer(QUEUE)) {
            while (!over.get()) {
                ClientMessage message = session.createMessage(true);
                message.getBodyBuffer().writeBytes(bytes);
                producer.send(message);
                session.commit();
                sent.incrementAndGet();
            }
        }
    }

    private static void receive(ServerLocator locator, AtomicBoolean over, AtomicLong acknowledged) throws Exception {
        try (ClientSessionFactory factory = locator.createSessionFactory();
                ClientSession session = factory.createSession(false, false, false);
                ClientConsumer consumer = session.createConsumer(QUEUE)) {
            session.start();
            while (!over.get()) {
                ClientMessage message = consumer.receive(RECEIVE_MS);
                if (message != null) {
                    message.acknowledge();
                    session.commit();
                    acknowledged.incrementAndGet();
                }
            }
        }
    }
}
