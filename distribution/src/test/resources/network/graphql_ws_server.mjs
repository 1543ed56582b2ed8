// GraphQL over WebSocket, by both protocols: ADDRESS PORT CERTIFICATE KEY LOG. Appends the name of each resolver that ran to the log.
// The libraries are those beside this file.
import {appendFileSync, readFileSync} from "node:fs";
import {createServer} from "node:https";
import {buildSchema, execute, subscribe} from "graphql";
import {useServer} from "graphql-ws/use/ws";
import legacy from "subscriptions-transport-ws";
import {WebSocketServer} from "ws";

const [address, port, certificate, key, log] = process.argv.slice(2);
const ran = (name) => appendFileSync(log, name + "\n");
const schema = buildSchema(`
    type Query { viewer: String }
    type Mutation { deleteRepo: String }
    type Subscription { news: String }
`);
const roots = {
    viewer: () => (ran("viewer"), "octocat"),
    deleteRepo: () => (ran("deleteRepo"), "gone"),
    news: async function* () {
        ran("news");
        yield {news: "one"};
        yield {news: "two"};
    },
};
const server = createServer({cert: readFileSync(certificate), key: readFileSync(key)});
// A client that pings faster than its pongs are written is cut off by default, without a close frame.
const pongs = {maxPendingAutoPongs: 0};
const modern = new WebSocketServer({noServer: true, ...pongs, handleProtocols: () => "graphql-transport-ws"});
const old = new WebSocketServer({noServer: true, handleProtocols: () => "graphql-ws"});
useServer({schema, roots: {query: roots, mutation: roots, subscription: roots}}, modern);
legacy.SubscriptionServer.create({schema, rootValue: roots, execute, subscribe}, old);
server.on("upgrade", (request, socket, head) => {
    const by = request.headers["sec-websocket-protocol"] === "graphql-ws" ? old : modern;
    by.handleUpgrade(request, socket, head, (client) => by.emit("connection", client, request));
});
server.listen(Number(port), address);
