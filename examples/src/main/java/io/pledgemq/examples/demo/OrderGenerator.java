package io.pledgemq.examples.demo;

import io.pledgemq.examples.order.Order;
import io.pledgemq.examples.order.OrderLine;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Makes orders out of a seed: the same seed and position give the same order, whatever was asked before. Holds nothing,
 * so a million orders cost no memory.
 */
final class OrderGenerator implements OrderSource {

    private static final Instant FIRST = Instant.parse("2026-03-02T08:00:00Z");

    private static final List<String> CUSTOMERS = List.of(
            "Müller & Söhne GmbH",
            "李伟",
            "Acme Tools, Inc.",
            "王芳",
            "Hernández, María",
            "张敏",
            "O'Brien Hardware",
            "刘洋",
            "Nordlys AS",
            "陈静",
            "Smith, \"Bob\" Robert",
            "北京恒通贸易有限公司",
            "Łukasz Wójcik",
            "赵磊",
            "Dupont, Claire",
            "深圳市明远科技有限公司",
            "Kim Min-jun",
            "黄丽",
            "佐藤 健",
            "周杰");
    private static final List<String> CITIES = List.of(
            "Hamburg",
            "上海",
            "Chicago",
            "北京",
            "Madrid",
            "广州",
            "Dublin",
            "深圳",
            "Oslo",
            "成都",
            "Kraków",
            "杭州",
            "Lyon",
            "武汉",
            "Seoul",
            "Washington, D.C.");
    private static final List<String> MATERIALS = List.of("steel", "brass", "oak", "nylon", "copper", "不锈钢");
    private static final List<String> THINGS = List.of(
            "Hex bolt %s, M%d",
            "Hinge %s, %d mm",
            "Cable clip %s, %d mm",
            "Tape \"%s\" %d m",
            "螺丝 %s, M%d",
            "Drill bit %s %d mm",
            "Hose clamp %s, %d mm",
            "Shelf bracket %s, %d cm");
    private static final int SIZES = 8;

    private final int count;
    private final long seed;

    OrderGenerator(int count, long seed) {
        this.count = count;
        this.seed = seed;
    }

    @Override
    public int size() {
        return count;
    }

    @Override
    public Order get(int position) {
        SplittableRandom random = new SplittableRandom(Mix.of(seed, position));
        List<OrderLine> lines = new ArrayList<>();
        int lineCount = 2 + random.nextInt(4);
        for (int i = 0; i < lineCount; i++) {
            lines.add(line(random));
        }
        return new Order(
                String.format(Locale.ROOT, "ORD-%07d", position + 1),
                CUSTOMERS.get(random.nextInt(CUSTOMERS.size())),
                CITIES.get(random.nextInt(CITIES.size())),
                FIRST.plusSeconds(position * 47L + random.nextInt(40)),
                lines);
    }

    private static OrderLine line(SplittableRandom random) {
        int material = random.nextInt(MATERIALS.size());
        int thing = random.nextInt(THINGS.size());
        int size = 1 + random.nextInt(SIZES);
        int article = (thing * MATERIALS.size() + material) * SIZES + size;
        BigDecimal price = BigDecimal.valueOf(95 + article * 37L % 4900, 2);
        // Mostly a few pieces, now and then a whole box.
        int quantity = random.nextInt(10) == 0 ? 50 : 1 + random.nextInt(9);
        String description = String.format(Locale.ROOT, THINGS.get(thing), MATERIALS.get(material), size * 2);
        return new OrderLine(String.format(Locale.ROOT, "SKU-%04d", article), description, quantity, price);
    }
}
