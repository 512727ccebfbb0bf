package io.pledgemq.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.apache.rocketmq.remoting.protocol.subscription.CustomizedRetryPolicy;
import org.apache.rocketmq.remoting.protocol.subscription.GroupRetryPolicy;
import org.apache.rocketmq.remoting.protocol.subscription.GroupRetryPolicyType;
import org.apache.rocketmq.remoting.protocol.subscription.SubscriptionGroupConfig;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;

/** Topics and groups that are to be there. RocketMQ's gRPC clients cannot use a topic that nobody created. */
final class Stock {
    private static final String OWN_PAUSES = "-";
    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final long TIMEOUT_MS = 15_000;

    private final List<TopicConfig> topics = new ArrayList<>();
    private final List<SubscriptionGroupConfig> groups = new ArrayList<>();

    /** @throws IllegalArgumentException if a line is none of ours */
    static Stock parse(List<String> lines) {
        Stock stock = new Stock();
        for (String line : lines) {
            String[] words = SPACE.split(line.strip(), -1);
            if (words.length == 4 && words[0].equals("topic")) {
                stock.topics.add(topic(words[1], words[2], Integer.parseInt(words[3])));
            } else if (words.length == 5 && words[0].equals("group")) {
                stock.groups.add(group(words[1], Integer.parseInt(words[2]), words[3], words[4].equals("fifo")));
            } else if (!line.isBlank()) {
                throw new IllegalArgumentException("a line of the stock is neither a topic nor a group: " + line);
            }
        }
        return stock;
    }

    private static TopicConfig topic(String name, String type, int queues) {
        TopicConfig topic = new TopicConfig(name, queues, queues);
        topic.setAttributes(Map.of("+message.type", type));
        return topic;
    }

    private static SubscriptionGroupConfig group(String name, int maxAttempts, String pauseMs, boolean fifo) {
        SubscriptionGroupConfig group = new SubscriptionGroupConfig();
        group.setGroupName(name);
        group.setConsumeMessageOrderly(fifo);
        // RocketMQ counts the attempts after the first.
        group.setRetryMaxTimes(maxAttempts - 1);
        if (!pauseMs.equals(OWN_PAUSES)) {
            GroupRetryPolicy policy = new GroupRetryPolicy();
            policy.setType(GroupRetryPolicyType.CUSTOMIZED);
            policy.setCustomizedRetryPolicy(new CustomizedRetryPolicy(new long[] {Long.parseLong(pauseMs)}));
            group.setGroupRetryPolicy(policy);
        }
        return group;
    }

    /** A topic out of it, to ask for; empty if there is none. */
    String anyTopic() {
        return topics.isEmpty() ? "" : topics.get(0).getTopicName();
    }

    void create(Ports ports) throws MQClientException, RemotingException, MQBrokerException, InterruptedException {
        DefaultMQAdminExt admin = new DefaultMQAdminExt(TIMEOUT_MS);
        admin.setNamesrvAddr("127.0.0.1:" + ports.nameServer());
        admin.setInstanceName("stock");
        admin.start();
        try {
            String broker = "127.0.0.1:" + ports.broker();
            for (TopicConfig topic : topics) {
                admin.createAndUpdateTopicConfig(broker, topic);
            }
            for (SubscriptionGroupConfig group : groups) {
                admin.createAndUpdateSubscriptionGroupConfig(broker, group);
            }
        } finally {
            admin.shutdown();
        }
    }
}
