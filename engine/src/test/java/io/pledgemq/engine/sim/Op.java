package io.pledgemq.engine.sim;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Delivery;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.writer.Receive;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A request of a client, and its answer. Exactly one of command and receive is set. */
record Op(@Nullable Command command, @Nullable Receive receive, CompletableFuture<Outcome> answer) {
    Command requireCommand() {
        if (command == null) {
            throw new IllegalStateException("a receive is no command");
        }
        return command;
    }

    Receive requireReceive() {
        if (receive == null) {
            throw new IllegalStateException("a command is no receive");
        }
        return receive;
    }

    boolean isDone() {
        return answer.isDone() && !answer.isCompletedExceptionally();
    }

    /** The same for the same run: no identity of an array or a lambda in it. */
    @Override
    public String toString() {
        String asked = command == null
                ? "receive " + requireReceive().group() + " " + requireReceive().topic()
                : text(command);
        return asked + " -> " + (isDone() ? text(answer.join()) : "?");
    }

    private static String text(Command asked) {
        if (asked instanceof Command.Send send) {
            return "Send " + send.message().id();
        }
        if (asked instanceof Command.Prepare prepare) {
            return "Prepare " + prepare.message().id();
        }
        if (asked instanceof Command.SettleDead settle) {
            return "SettleDead " + settle.action() + " slot=" + settle.slot() + " position=" + settle.position()
                    + " edited=" + (settle.edited() != null);
        }
        return asked.toString();
    }

    private static String text(Outcome outcome) {
        if (outcome instanceof Outcome.Received received) {
            StringBuilder text = new StringBuilder("Received");
            for (Delivery delivery : received.deliveries()) {
                text.append(' ').append(delivery.message().id());
                text.append(' ').append(delivery.receipt()).append(" attempt ").append(delivery.attempt());
            }
            return text.toString();
        }
        return outcome.toString();
    }
}
