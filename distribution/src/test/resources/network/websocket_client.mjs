// A client: KIND PATH MESSAGE..., where KIND is "browser" (the WebSocket that node has, as browsers do) or the folder of the library ws.
// Prints what was agreed upon, each answer, and how the connection ended, as one JSON object.
import {createRequire} from "node:module";
import {request} from "node:http";
import {connect} from "node:tls";

const [kind, path, ...messages] = process.argv.slice(2);
const url = "wss://ws.lab.test" + path;

function tunnel() {
    const proxy = new URL(process.env.https_proxy);
    return new Promise((resolve, reject) => {
        request({host: proxy.hostname, port: proxy.port, method: "CONNECT", path: "ws.lab.test:443",
            headers: {host: "ws.lab.test:443"}})
            .on("connect", (answer, socket) => resolve(socket))
            .on("error", reject)
            .end();
    });
}

async function open() {
    if (kind === "browser") {
        return new WebSocket(url, ["chat"]);
    }
    const {WebSocket: Library} = createRequire(kind + "/")("ws");
    const socket = await tunnel();
    return new Library(url, ["chat"], {
        perMessageDeflate: {threshold: 0},
        createConnection: () => connect({socket, servername: "ws.lab.test"}),
    });
}

const result = {answers: []};
const socket = await open();
await new Promise((resolve) => {
    let next = 0;
    const send = () => next < messages.length ? socket.send(messages[next++]) : socket.close(1000, "done");
    socket.onopen = () => {
        result.protocol = socket.protocol;
        result.extensions = socket.extensions;
        send();
    };
    socket.onmessage = (event) => {
        result.answers.push(event.data);
        send();
    };
    socket.onerror = (event) => result.error = String(event.error ?? event.message);
    socket.onclose = (event) => {
        result.closed = event.code;
        result.reason = event.reason;
        resolve();
    };
});
console.log(JSON.stringify(result));
