// Exchanges by graphql-request, as anybody would write them, and some by fetch, as somebody would who wants more than is allowed.
// The libraries are beside this file.
import {createHash} from "node:crypto";
import {gzipSync} from "node:zlib";
import {batchRequests, gql, GraphQLClient} from "graphql-request";

const url = "https://graphql.lab.test/graphql";
const client = new GraphQLClient(url);
const outcome = async (exchange) => {
    try {
        return {data: await exchange()};
    } catch (error) {
        return {status: error.response?.status ?? String(error), body: error.response?.body ?? ""};
    }
};
const sent = async (options, query = "") => {
    const response = await fetch(url + query, options);
    return {status: response.status, body: await response.text()};
};
const json = (body) => ({method: "POST", headers: {"content-type": "application/json"}, body: JSON.stringify(body)});
const apq = (query, hash) => json({query, extensions: {persistedQuery: {version: 1, sha256Hash: hash}}});
const form = new FormData();
form.set("operations", JSON.stringify({query: "mutation { deleteRepo }"}));
form.set("map", "{}");
const chunked = (body) => ({...json({}), duplex: "half", body: new ReadableStream({
    start(controller) {
        for (const character of JSON.stringify(body)) {
            controller.enqueue(new TextEncoder().encode(character));
        }
        controller.close();
    },
})});
console.log(JSON.stringify({
    query: await outcome(() => client.request(gql`query Me($deep: Boolean = true) { me: viewer { ...Names } }
        fragment Names on User { name friend @include(if: $deep) { name } }`, {deep: false})),
    mutation: await outcome(() => client.request(gql`mutation { addStar }`)),
    byGet: await outcome(() => new GraphQLClient(url, {method: "GET"}).request(gql`{ viewer { name } }`)),
    batch: await outcome(() => batchRequests({url, documents: [{document: "{ viewer { name } }"}, {document: "{ a: viewer { name } }"}]})),
    alias: await outcome(() => client.request(gql`mutation { addStar: deleteRepo }`)),
    fragment: await outcome(() => client.request(gql`query { viewer { name } ...More } fragment More on Query { secrets }`)),
    badBatch: await outcome(() => batchRequests({url, documents: [{document: "{ viewer { name } }"}, {document: "mutation { deleteRepo }"}]})),
    mutationByGet: await sent({}, "?query=" + encodeURIComponent("mutation { deleteRepo }")),
    twoKeys: await sent({...json({}), body: '{"query":"{ viewer { name } }","Query":"mutation { deleteRepo }"}'}),
    besideBody: await sent(json({query: "{ viewer { name } }"}), "?query=" + encodeURIComponent("mutation { deleteRepo }")),
    hashOnly: await sent(json({extensions: {persistedQuery: {version: 1, sha256Hash: "0".repeat(64)}}})),
    apqWithDocument: await sent(apq("{ viewer { name } }", createHash("sha256").update("{ viewer { name } }").digest("hex"))),
    apqOfAnother: await sent(apq("{ viewer { name } }", "0".repeat(64))),
    severalOperations: await sent(json({query: "query A { viewer { name } } mutation B { deleteRepo }"})),
    chosenOperation: await sent(json({query: "query A { viewer { name } } mutation B { deleteRepo }", operationName: "B"})),
    twoParameters: await sent({}, "?query=%7Bviewer%7Bname%7D%7D&query=mutation%7BdeleteRepo%7D"),
    chunked: await sent(chunked({query: "{ viewer { name } }"})),
    chunkedMutation: await sent(chunked({query: "mutation { deleteRepo }"})),
    multipart: await sent({method: "POST", body: form}),
    gzip: await sent({...json({}), body: gzipSync('{"query":"mutation { deleteRepo }"}'), headers: {"content-type": "application/json", "content-encoding": "gzip"}}),
    auditedMutation: await sent(json({query: "mutation { addStar deleteRepo }"}), "/audited"),
    auditedGarbage: await sent(json({query: "mutation { deleteRepo"}), "/audited"),
    tooLarge: await sent(json({query: "{ viewer { name } }", variables: {x: "x".repeat(70000)}})).catch((error) => ({status: 0, body: String(error)})),
    elsewhere: await sent(json({query: "mutation { deleteRepo }"}), "/../graphql"),
}));
