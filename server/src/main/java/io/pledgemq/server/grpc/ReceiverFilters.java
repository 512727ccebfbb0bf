package io.pledgemq.server.grpc;

import io.pledgemq.engine.command.MessageFilter;
import io.pledgemq.rpc.v2.Code;
import io.pledgemq.rpc.v2.FilterExpression;
import io.pledgemq.rpc.v2.FilterType;
import io.pledgemq.server.filter.FilterCache;
import io.pledgemq.server.filter.IllegalFilterException;
import org.jspecify.annotations.Nullable;

/** Parses and caches the filter expressions of receivers. Thread-safe. */
final class ReceiverFilters {
    private final FilterCache cache;

    ReceiverFilters(ServiceLimits limits) {
        this.cache = new FilterCache(FilterCache.DEFAULT_ENTRIES, limits.poll().filterBytes());
    }

    /** Returns the filter, null for everything; throws the protocol's refusal. */
    @Nullable
    MessageFilter of(FilterExpression expression) {
        try {
            return expression.getType() == FilterType.SQL
                    ? cache.sql92(expression.getExpression())
                    : cache.tag(expression.getExpression());
        } catch (IllegalFilterException e) {
            throw new ProtocolException(
                    Code.ILLEGAL_FILTER_EXPRESSION, "expression format is not correct: " + e.getMessage());
        }
    }
}
