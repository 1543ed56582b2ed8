// A client of the libraries graphql-ws ("modern") or subscriptions-transport-ws ("legacy") in the folder LIBRARIES, with the WebSocket that
// browsers and node have: LIBRARIES WHICH DOCUMENT. Prints all results, and how the connection ended if it did, as one JSON object.
import {createRequire} from "node:module";

const [libraries, which, query] = process.argv.slice(2);
const require = createRequire(libraries + "/");
const url = "wss://graphql.lab.test/graphql";
const outcome = {results: []};

if (which === "modern") {
    const {createClient} = require("graphql-ws");
    const client = createClient({url, retryAttempts: 0, lazyCloseTimeout: 0});
    await new Promise((resolve) => client.subscribe({query}, {
        next: (result) => outcome.results.push(result),
        error: (failure) => resolve(outcome.closed = failure.code ?? String(failure)),
        complete: resolve,
    }));
    await client.dispose();
} else {
    const {SubscriptionClient} = require("subscriptions-transport-ws");
    await new Promise((resolve) => {
        class Watched extends WebSocket {
            constructor(...where) {
                super(...where);
                this.addEventListener("close", (event) => resolve(outcome.closed = event.code));
            }
        }
        const client = new SubscriptionClient(url, {reconnect: false, lazy: true, minTimeout: 20000}, Watched);
        client.request({query}).subscribe({
            next: (result) => outcome.results.push(result),
            error: (failure) => outcome.failure = String(failure),
            complete: resolve,
        });
    });
}
console.log(JSON.stringify(outcome));
process.exit(0);
