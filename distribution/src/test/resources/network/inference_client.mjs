// The official clients, as anybody would write them: what they need stands in the environment.
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";

const openai = new OpenAI({maxRetries: 0});
const anthropic = new Anthropic({maxRetries: 0});
const user = (content) => [{role: "user", content}];
const outcome = async (exchange) => {
    try {
        return await exchange();
    } catch (error) {
        return {failed: error.constructor.name, status: error.status ?? 0, message: error.message};
    }
};
const streamed = async (content) => {
    let text = "";
    const pieces = await openai.chat.completions.create({model: "theirs", stream: true, messages: user(content)});
    for await (const piece of pieces) {
        text += piece.choices[0]?.delta?.content ?? "";
    }
    return text;
};
const exchanges = {
    chat: async () => {
        const answer = await openai.chat.completions.create({model: "theirs", messages: user("the prompt")});
        return {model: answer.model, text: answer.choices[0].message.content};
    },
    chatStream: () => streamed("the streamed prompt"),
    models: async () => (await openai.models.list()).data.map((model) => model.id),
    embedding: async () => {
        const answer = await openai.embeddings.create({model: "theirs", input: "x", encoding_format: "float"});
        return answer.data[0].embedding;
    },
    response: async () => (await openai.responses.create({model: "theirs", input: "x"})).output_text,
    message: async () => {
        const answer = await anthropic.messages.create({model: "theirs", max_tokens: 9, messages: user("x")});
        return answer.content[0].text;
    },
    messageStream: () => anthropic.messages.stream({model: "theirs", max_tokens: 9, messages: user("x")}).finalText(),
    messageDies: () => anthropic.messages.stream({model: "theirs", max_tokens: 9, messages: user("die")}).finalText(),
};
const wanted = process.argv.slice(2);
const result = {};
for (const name of wanted.length ? wanted : Object.keys(exchanges)) {
    result[name + (name in result ? "Again" : "")] = await outcome(exchanges[name]);
}
console.log(JSON.stringify(result));
