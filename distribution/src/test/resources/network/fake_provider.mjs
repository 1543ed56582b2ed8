// A stand-in for OpenAI and Anthropic, which cannot be had here: it answers in their documented wire formats, to those
// only who have the key, and says what it was asked. What is asked to "die" gets half an answer.
import {appendFileSync, readFileSync} from "node:fs";
import {createServer} from "node:https";

const [host, port, certificate, key, secret, log] = process.argv.slice(2);
const events = (response, list) => {
    response.writeHead(200, {"content-type": "text/event-stream"});
    const next = () => {
        const event = list.shift();
        if (event === undefined) {
            response.end();
        } else if (event === "die") {
            response.socket.destroy();
        } else {
            response.write((event.type ? `event: ${event.type}\n` : "") + `data: ${JSON.stringify(event)}\n\n`);
            setTimeout(next, 20);
        }
    };
    next();
};
const text = (value) => ({type: "content_block_delta", index: 0, delta: {type: "text_delta", text: value}});
const message = (asked) => ({
    id: "msg_1", type: "message", role: "assistant", model: asked.model, stop_reason: "end_turn", stop_sequence: null,
    content: [{type: "text", text: "Hello from " + asked.model}], usage: {input_tokens: 11, output_tokens: 7},
});
const messageEvents = (asked, dies) => [
    {type: "message_start", message: {...message(asked), content: [], usage: {input_tokens: 11, output_tokens: 1}}},
    {type: "content_block_start", index: 0, content_block: {type: "text", text: ""}},
    {type: "ping"},
    text("Hello "),
    ...(dies ? ["die"] : [
        text("from "), text(asked.model),
        {type: "content_block_stop", index: 0},
        {type: "message_delta", delta: {stop_reason: "end_turn", stop_sequence: null}, usage: {output_tokens: 7}},
        {type: "message_stop"},
    ]),
];
const response = (asked) => ({
    id: "resp_1", object: "response", created_at: 1, status: "completed", model: asked.model,
    output: [{type: "message", id: "m", status: "completed", role: "assistant",
        content: [{type: "output_text", text: "Response of " + asked.model, annotations: []}]}],
    usage: {input_tokens: 13, input_tokens_details: {cached_tokens: 0}, output_tokens: 5,
        output_tokens_details: {reasoning_tokens: 0}, total_tokens: 18},
});
const answers = {
    "/v1/messages": (asked, to) => asked.stream
        ? events(to, messageEvents(asked, asked.messages[0].content === "die")) : to.end(JSON.stringify(message(asked))),
    "/v1/responses": (asked, to) => to.end(JSON.stringify(response(asked))),
    "/v1/embeddings": (asked, to) => to.end(JSON.stringify({
        object: "list", model: asked.model, data: [{object: "embedding", index: 0, embedding: [0.25, -1]}],
        usage: {prompt_tokens: 3, total_tokens: 3},
    })),
};
createServer({cert: readFileSync(certificate), key: readFileSync(key)}, (request, to) => {
    let body = "";
    request.on("data", (part) => body += part);
    request.on("end", () => {
        appendFileSync(log, request.method + " " + request.url + " " + JSON.stringify(request.headers) + " " + body + "\n");
        to.setHeader("content-type", "application/json");
        const sent = request.headers["x-api-key"] ?? (request.headers.authorization ?? "").replace("Bearer ", "");
        if (sent !== secret) {
            to.statusCode = 401;
            to.end(JSON.stringify({error: {message: "Incorrect API key provided: " + sent}}));
        } else {
            answers[request.url](JSON.parse(body), to);
        }
    });
}).listen(port, host);
