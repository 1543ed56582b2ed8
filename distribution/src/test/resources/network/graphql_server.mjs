// GraphQL over HTTPS: ADDRESS PORT CERTIFICATE KEY LOG. Appends the name of each resolver that ran to the log.
// The libraries are those beside this file.
import {appendFileSync, readFileSync} from "node:fs";
import {createServer} from "node:https";
import {createSchema, createYoga} from "graphql-yoga";

const [address, port, certificate, key, log] = process.argv.slice(2);
const ran = (name, result) => () => (appendFileSync(log, name + "\n"), result);
const yoga = createYoga({
    batching: true,
    logging: false,
    schema: createSchema({
        typeDefs: `
            type Query { viewer: User, secrets: String }
            type User { name: String, friend: User }
            type Mutation { deleteRepo: String, addStar: String }
        `,
        resolvers: {
            Query: {viewer: ran("viewer", {name: "octocat"}), secrets: ran("secrets", "hush")},
            Mutation: {deleteRepo: ran("deleteRepo", "gone"), addStar: ran("addStar", "starred")},
        },
    }),
});
createServer({cert: readFileSync(certificate), key: readFileSync(key)}, yoga).listen(Number(port), address);
