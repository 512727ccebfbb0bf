package io.pledgemq.engine.codec;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Command.SettleDead.Action;
import io.pledgemq.engine.command.CommandType;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.LeaseTerms;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.OnExhausted;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.command.Receipt;
import io.pledgemq.engine.command.RetryPolicy;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.Silence;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Commands of every type. */
final class SampleCommands {
    private static final String[] TEXTS = {
        "", "a", "order-created", "Lager Süd", "仓库 半消息", "😀 \u0000 \n", "x".repeat(300)
    };

    /** The actions that existed when the golden bytes were written: a longer list would change the samples. */
    private static final List<Action> GOLDEN_ACTIONS =
            List.of(Action.RETRY, Action.SKIP, Action.COMPENSATE, Action.RETRY_EVEN_IF_OLD);

    private final SplittableRandom random;
    private final List<Action> actions;

    private SampleCommands(SplittableRandom random, List<Action> actions) {
        this.random = random;
        this.actions = actions;
    }

    static Command random(CommandType type, SplittableRandom random) {
        return new SampleCommands(random, List.of(Action.values())).make(type);
    }

    /** The command whose bytes are checked in. */
    static Command golden(CommandType type) {
        return new SampleCommands(new SplittableRandom(type.code()), GOLDEN_ACTIONS).make(type);
    }

    private String text() {
        return TEXTS[random.nextInt(TEXTS.length)];
    }

    private @Nullable String textOrNull() {
        return random.nextInt(3) == 0 ? null : text();
    }

    private boolean coin() {
        return random.nextBoolean();
    }

    private MessageId id() {
        return MessageId.of(
                coin() ? new UUID(random.nextLong(), random.nextLong()).toString() : "id-" + random.nextInt());
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private Message message() {
        Map<String, String> properties = new LinkedHashMap<>();
        for (int left = random.nextInt(4); left > 0; left--) {
            properties.put(text() + left, text());
        }
        byte[] body = new byte[random.nextInt(40)];
        random.nextBytes(body);
        return new Message(id(), text(), textOrNull(), textOrNull(), textOrNull(), properties, body, random.nextLong());
    }

    private Party party() {
        return new Party(any(List.of(Party.Role.values())), text(), text());
    }

    private Receipt receipt() {
        return new Receipt(random.nextInt(), random.nextLong(), random.nextInt());
    }

    private RetryPolicy policy() {
        return any(List.of(
                new RetryPolicy.Fixed(random.nextInt(1000), 100),
                new RetryPolicy.Linear(1, 2, 3, 0),
                new RetryPolicy.Exponential(10, random.nextDouble(5), 100, 7),
                new RetryPolicy.Listed(List.of(1L, 22L, 333L), 20)));
    }

    private Command.Lease lease() {
        byte[] fates = new byte[random.nextInt(5)];
        int[] again = new int[random.nextInt(5)];
        long[] positions = new long[fates.length + again.length];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = random.nextLong();
        }
        for (int i = 0; i < fates.length; i++) {
            fates[i] = (byte) random.nextInt(3);
        }
        for (int i = 0; i < again.length; i++) {
            again[i] = random.nextInt(1 << 30);
        }
        return new Command.Lease(
                random.nextInt(),
                text(),
                new LeaseTerms(random.nextLong(), random.nextBoolean()),
                random.nextLong(),
                fates,
                positions,
                again);
    }

    private Command make(CommandType type) {
        return switch (type) {
            case CREATE_TOPIC ->
                new Command.CreateTopic(new TopicConfig(
                        text(), any(List.of(TopicType.values())), 1 + random.nextInt(TopicConfig.MAX_QUEUES)));
            case DELETE_TOPIC -> new Command.DeleteTopic(text());
            case PUT_GROUP ->
                new Command.PutGroup(new GroupConfig(
                        "group",
                        coin(),
                        1 + random.nextInt(10_000),
                        policy(),
                        any(List.of(OnExhausted.values())),
                        coin()));
            case DELETE_GROUP -> new Command.DeleteGroup(text(), coin());
            case PAUSE_GROUP -> new Command.PauseGroup(text(), coin());
            case SUBSCRIBE -> new Command.Subscribe(text(), text(), coin());
            case UNSUBSCRIBE -> new Command.Unsubscribe(text(), text(), coin());
            case MOVE_CURSOR -> new Command.MoveCursor(text(), text(), random.nextLong());
            case SEND -> new Command.Send(message());
            case PREPARE ->
                new Command.Prepare(
                        message(),
                        new Sender(text(), text(), coin()),
                        random.nextLong(),
                        actions != GOLDEN_ACTIONS && coin());
            case DECIDE -> new Command.Decide(random.nextLong(), id(), any(List.of(Decision.values())), party());
            case ASK_CHECK ->
                new Command.AskCheck(random.nextInt(), random.nextLong(), text(), coin(), random.nextLong());
            case ANSWER_UNKNOWN -> new Command.AnswerUnknown(random.nextInt(), random.nextLong(), text(), text());
            case PARK -> new Command.Park(random.nextInt(), random.nextLong());
            case SILENT_CHECK ->
                new Command.SilentCheck(
                        random.nextInt(), random.nextLong(), any(List.of(Silence.values())), random.nextLong());
            case ASK_AGAIN -> new Command.AskAgain(random.nextInt(), random.nextLong());
            case CHECK_AGAIN -> new Command.CheckAgain(random.nextLong(), id(), party());
            case RECALL -> new Command.Recall(id(), party());
            case PUBLISH -> new Command.Publish(random.nextInt(), random.nextLong());
            case LEASE -> lease();
            case ACK -> new Command.Ack(receipt(), text(), text());
            case FAIL -> new Command.Fail(receipt(), text(), text(), coin(), coin(), random.nextLong());
            case EXTEND_LEASE -> new Command.ExtendLease(receipt(), random.nextLong());
            case EXPIRE_LEASE -> new Command.ExpireLease(random.nextInt(), random.nextLong(), random.nextInt());
            case SETTLE_DEAD ->
                new Command.SettleDead(
                        random.nextInt(), random.nextLong(), any(actions), party(), coin() ? message() : null);
            case TRIM -> new Command.Trim(text(), random.nextLong());
            case CARRY_FORWARD ->
                new Command.CarryForward(
                        random.nextLong(),
                        message(),
                        random.nextInt(),
                        new int[] {random.nextInt(), random.nextInt()},
                        List.of(
                                new Command.CarryForward.Place(random.nextInt(), random.nextLong()),
                                new Command.CarryForward.Place(7, random.nextLong())),
                        text(),
                        List.of(text(), text()));
        };
    }
}
