package io.openshell.example.redis;

import io.openshell.api.inspect.ProtocolInspectorFactory;
import io.openshell.testkit.contract.ConnectionInspectorContract;
import java.util.List;

class RedisContractTest extends ConnectionInspectorContract<RedisOptions> {

    @Override
    protected ProtocolInspectorFactory<RedisOptions> factory() {
        return new RedisInspectorFactory();
    }

    @Override
    protected RedisOptions usableOptions() {
        return Endpoints.APP;
    }

    @Override
    protected RedisOptions unusableOptions() {
        return new RedisOptions(List.of(Endpoints.rule(Endpoints.command("app:[", "GET"))), null, null, null, null);
    }

    @Override
    protected byte[] allowedBytes() {
        return Resp.join(Resp.command("PING"), Resp.command("SET", "app:a", "value\r\n"), Resp.command("get", "app:a"));
    }

    @Override
    protected byte[] deniedBytes() {
        return Resp.command("DEL", "app:a");
    }

    @Override
    protected byte[] endlessMessage() {
        return Resp.bytes("*2\r\n$3\r\nSET\r\n$1000\r\n");
    }
}
