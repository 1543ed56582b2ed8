package io.openshell.example.redis;

import io.openshell.api.inspect.ConnectionInspector;
import io.openshell.api.inspect.Judge;
import io.openshell.api.inspect.StreamInspector;

/** An endpoint's compiled rules. */
record RedisInspector(CommandRules rules, RedisLimits limits) implements ConnectionInspector {

    @Override
    public StreamInspector open(Judge judge) {
        return new RedisStream(rules, limits, judge);
    }
}
