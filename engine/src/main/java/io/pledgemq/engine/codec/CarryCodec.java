package io.pledgemq.engine.codec;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Message;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Encodes the command that carries a long-lived message forward. */
final class CarryCodec {
    static final int PLACE_BYTES = Integer.BYTES + Long.BYTES;

    private CarryCodec() {}

    static int maxBytes(Command.CarryForward carry) {
        int bytes = 64 + MessageCodec.maxBytes(carry.message()) + Strings.maxBytes(carry.failure());
        bytes += Integer.BYTES * carry.deliverySlots().length;
        bytes += PLACE_BYTES * carry.places().size();
        for (String event : carry.events()) {
            bytes += Strings.maxBytes(event);
        }
        return bytes;
    }

    static void encode(ByteBuffer out, Command.CarryForward carry) {
        out.putLong(carry.position());
        out.putInt(carry.pendingSlot());
        out.putInt(carry.places().size());
        for (Command.CarryForward.Place place : carry.places()) {
            out.putInt(place.topic()).putLong(place.offset());
        }
        out.putInt(carry.deliverySlots().length);
        for (int slot : carry.deliverySlots()) {
            out.putInt(slot);
        }
        Strings.put(out, carry.failure());
        out.putInt(carry.events().size());
        for (String event : carry.events()) {
            Strings.put(out, event);
        }
        MessageCodec.encode(out, carry.message());
    }

    static Command decode(ByteBuffer in, boolean whole) {
        long position = in.getLong();
        int pendingSlot = in.getInt();
        List<Command.CarryForward.Place> places = new ArrayList<>();
        for (int left = Bytes.boundedCount(in, in.getInt(), PLACE_BYTES); left > 0; left--) {
            places.add(new Command.CarryForward.Place(in.getInt(), in.getLong()));
        }
        int[] deliverySlots = new int[Bytes.boundedCount(in, in.getInt(), Integer.BYTES)];
        for (int i = 0; i < deliverySlots.length; i++) {
            deliverySlots[i] = in.getInt();
        }
        String failure = Strings.get(in);
        int count = Bytes.boundedCount(in, in.getInt(), Integer.BYTES);
        List<String> events = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            events.add(Strings.get(in));
        }
        Message message = MessageCodec.decode(in, whole);
        return new Command.CarryForward(position, message, pendingSlot, deliverySlots, places, failure, events);
    }
}
