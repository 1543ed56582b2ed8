// Exchanges by graphql-request, as anybody would write them, and some by fetch, as somebody would who wants more than is allowed.
// The libraries are beside this file.
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
    elsewhere: await sent(json({query: "mutation { deleteRepo }"}), "/../graphql"),
}));
